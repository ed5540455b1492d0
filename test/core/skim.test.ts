import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locate, memberText } from '../../core/json/skim.ts';

test('finds keys and values, nested and in arrays', () => {
  const text = ' { "a" : [ 1 , {"b":"x\\"}]" } ] , "c":null}';
  const found = locate(text, ['a', 1, 'b']);
  assert.ok(found);
  assert.equal(text.slice(found.value.start, found.value.end), '"x\\"}]"');
  assert.equal(found.key && text.slice(found.key.start, found.key.end), '"b"');
  assert.equal(memberText(text, 'c'), 'null');
  assert.equal(locate(text, ['a', 2]), null);
  assert.equal(locate(text, ['c', 'd']), null);
});

test('of two members with one name it takes the last, as JSON.parse does', () => {
  assert.equal(memberText('{"a":1,"b":2,"a":3}', 'a'), '3');
});

test('names written with escapes are found', () => {
  assert.equal(memberText('{"\\u0061":7}', 'a'), '7');
  assert.equal(memberText('{"a\\\\":7}', 'a\\'), '7');
});

test('deep nesting needs no call stack', () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"b":5}`;
  assert.equal(memberText(deep, 'b'), '5');
});

test('every part of any JSON value is found and parses to that part', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (json, pretty) => {
      const value: unknown = JSON.parse(json);
      const text = pretty ? JSON.stringify(value, null, 2) : json;
      const visit = (part: unknown, path: (string | number)[]): void => {
        const found = locate(text, path);
        assert.ok(found, path.join('/'));
        assert.deepEqual(JSON.parse(text.slice(found.value.start, found.value.end)), part);
        if (Array.isArray(part)) for (const [index, item] of part.entries()) visit(item, [...path, index]);
        else if (typeof part === 'object' && part !== null)
          for (const [key, item] of Object.entries(part)) visit(item, [...path, key]);
      };
      visit(value, []);
    }),
    { seed: 7, numRuns: 300 },
  );
});
