import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indentJson } from '../../core/json/indentJson.ts';

test('a request stands over lines, and every number and string as it was written', () => {
  const text = String.raw`{"id":12345678901234567890,"x":1.0, "y":-0.0e-7,"t":"caf\u00e9 \/ \"{[,:\"" , "e":[],"o":{},"n":[1, {"a":null}]}`;
  const expected = String.raw`{
  "id": 12345678901234567890,
  "x": 1.0,
  "y": -0.0e-7,
  "t": "caf\u00e9 \/ \"{[,:\"",
  "e": [],
  "o": {},
  "n": [
    1,
    {
      "a": null
    }
  ]
}`;
  assert.equal(indentJson(text), expected);
  assert.equal(indentJson(expected), expected);
});

/** Without the white space that is in no string. */
function packed(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+/gs, (token) => (token.startsWith('"') ? token : ''));
}

test('nothing but white space changes, whatever the value', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      assert.equal(packed(indentJson(text)), packed(text));
    }),
  );
});

test('a text with very many parts takes no more than one pass', () => {
  const text = `{"input":[${'1,'.repeat(300_000)}1]}`;
  assert.equal(packed(indentJson(text)), text);
});
