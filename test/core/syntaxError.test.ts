import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSyntaxError } from '../../core/json/syntaxError.ts';

/** [text, the part that is named as wrong, words of the message] */
const cases: readonly (readonly [string, string, RegExp])[] = [
  ['{"a":1,}', '}', /comma before the closing brace/],
  ['{"a":[1,]}', ']', /comma before the closing bracket/],
  ['{"a":1 "b":2}', '"b"', /comma is missing/],
  ['{"a" 1}', '1', /colon is missing/],
  ['{"a":}', '}', /value is missing/],
  ["{'a':1}", "'a'", /double quotes, not single/],
  ['{"a":NaN}', 'NaN', /write null/],
  ['{"a":True}', 'True', /write true/],
  ['{"a":1', '1', /line ends before the closing "}"/],
  ['{"a":"b', '"b', /no closing quote/],
  ['{"a":1}{"b":2}', '{', /second object/],
  ['{"a":1} x', 'x', /nothing may follow/],
  ['{"a":"C:\\\\d\\u0041\\xy"}', '\\x', /no such escape/],
  ['{"a":"x\\Ny"}', '\\N', /no such escape/],
  ['{"a":"b\\u12"}', '\\u', /four hexadecimal/],
  ['{"a":"x\u0001y"}', '\u0001', /control character/],
  ['{"a":"x\ty"}', '\t', /control character/],
  ['{"a":"say "hi" now"}', 'hi', /quote inside a string is written \\"/],
  ['{"a":1:2}', ':', /a comma or "}"/],
  ['{\u00a0"a":1}', '\u00a0', /"U\+00A0" is not JSON/],
  ['{"a":1}\ufeff', '\ufeff', /but "U\+FEFF" does/],
  ['{"a":01}', '1', /comma is missing|number/],
  ['{"a":1.}', '1.', /number is not complete/],
  ['// hi', '// hi', /no comments/],
  ['{a:1}', 'a', /not JSON|double quotes/],
  ['[1,2', '2', /closing "]"/],
];

for (const [text, wrong, message] of cases) {
  test(`the place and the reason in ${JSON.stringify(text)}`, () => {
    assert.throws(() => JSON.parse(text));
    const error = findSyntaxError(text);
    assert.ok(error);
    assert.equal(text.slice(error.start, error.end), wrong);
    assert.match(error.message, message);
  });
}

test('a hundred thousand levels of nesting need no call stack', () => {
  const error = findSyntaxError(`${'['.repeat(100_000)}${']'.repeat(99_999)}`);
  assert.match(error?.message ?? '', /closing "]"/);
});

test('every text that JSON.parse refuses has a place', () => {
  const valid = '{"custom_id":"a","n":[1,-2.5e3,true,null,{"s":"x\\n\\u00e9"}]}';
  for (let at = 0; at < valid.length; at++) {
    for (const broken of [
      valid.slice(0, at) + valid.slice(at + 1),
      valid.slice(0, at),
      `${valid.slice(0, at)}\u0007${valid.slice(at)}`,
    ]) {
      let refused = false;
      try {
        JSON.parse(broken);
      } catch {
        refused = true;
      }
      assert.equal(findSyntaxError(broken) !== null, refused, broken);
    }
  }
});
