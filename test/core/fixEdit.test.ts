import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdit, type FixChange, lineEdit } from '#core';
import { compose } from '../../core/fix/compose.ts';

function after(text: string, change: FixChange): string | null {
  const edit = lineEdit(text, change);
  return edit === null ? null : applyEdit(text, edit);
}

const rows: readonly (readonly [what: string, text: string, change: FixChange, expected: string | null])[] = [
  [
    'a value is replaced where it stands',
    ' { "method" : "post" , "url":1} ',
    { kind: 'replaceValue', path: ['method'], json: '"POST"' },
    ' { "method" : "POST" , "url":1} ',
  ],
  [
    'a value that is right already',
    '{"m":"POST"}',
    { kind: 'replaceValue', path: ['m'], json: '"POST"' },
    null,
  ],
  ['a value that is not there', '{"m":1}', { kind: 'replaceValue', path: ['x'], json: '1' }, null],
  [
    'of two members of one name the one that counts',
    '{"m":"a","m":"b"}',
    { kind: 'replaceValue', path: ['m'], json: '"POST"' },
    '{"m":"a","m":"POST"}',
  ],
  [
    'the digits of a number stay',
    '{"custom_id": 12345678901234567890 }',
    { kind: 'quoteValue', path: ['custom_id'] },
    '{"custom_id": "12345678901234567890" }',
  ],
  ['only a number is quoted', '{"custom_id":true}', { kind: 'quoteValue', path: ['custom_id'] }, null],
  [
    'a name is replaced, its value stays',
    '{"body":{"a":"max_token", "max_token" : 5}}',
    { kind: 'renameKey', path: ['body', 'max_token'], name: 'max_tokens' },
    '{"body":{"a":"max_token", "max_tokens" : 5}}',
  ],
  [
    'a name that is written with escapes',
    '{"m\\u0065tod":1}',
    { kind: 'renameKey', path: ['metod'], name: 'method' },
    '{"method":1}',
  ],
  ['a name that is taken', '{"a":1,"b":2}', { kind: 'renameKey', path: ['a'], name: 'b' }, null],
  [
    'a name that is taken, written with escapes',
    '{"a":1,"\\u0062":2}',
    { kind: 'renameKey', path: ['a'], name: 'b' },
    null,
  ],
  ['a name that is there twice', '{"a":1,"a":2}', { kind: 'renameKey', path: ['a'], name: 'b' }, null],
  [
    'a name in an object of a list',
    '{"m":[{"r":1},{"rol":2}]}',
    { kind: 'renameKey', path: ['m', '1', 'rol'], name: 'role' },
    '{"m":[{"r":1},{"role":2}]}',
  ],
  ['the first member goes', '{ "s":true , "b":1}', { kind: 'removeMember', path: ['s'] }, '{ "b":1}'],
  [
    'a member in the middle goes',
    '{"a":1, "s":{"x":[1,"}"]}, "b":1}',
    { kind: 'removeMember', path: ['s'] },
    '{"a":1, "b":1}',
  ],
  ['the last member goes', '{"a":1 , "s":true }', { kind: 'removeMember', path: ['s'] }, '{"a":1 }'],
  [
    'the only member goes',
    '{"body":{ "s":true }}',
    { kind: 'removeMember', path: ['body', 's'] },
    '{"body":{}}',
  ],
  ['a member that is there twice', '{"s":true,"s":true}', { kind: 'removeMember', path: ['s'] }, null],
  ['a member that is not there', '{"a":1}', { kind: 'removeMember', path: ['s'] }, null],
  [
    'a field of a request takes its usual place',
    '{"custom_id":"a","url":"u","body":{}}',
    { kind: 'insertMember', path: [], name: 'method', json: '"POST"' },
    '{"custom_id":"a","method":"POST","url":"u","body":{}}',
  ],
  [
    'with the spaces of the others',
    '{"custom_id": "a", "body": {}}',
    { kind: 'insertMember', path: [], name: 'url', json: '"u"' },
    '{"custom_id": "a", "url": "u", "body": {}}',
  ],
  [
    'a first field',
    '{ "method": "POST"}',
    { kind: 'insertMember', path: [], name: 'custom_id', json: '"r"' },
    '{ "custom_id": "r", "method": "POST"}',
  ],
  [
    'an only field',
    '{}',
    { kind: 'insertMember', path: [], name: 'custom_id', json: '"r"' },
    '{"custom_id":"r"}',
  ],
  [
    'elsewhere a member is the last',
    '{"body":{"url":1}}',
    { kind: 'insertMember', path: ['body'], name: 'n', json: '1' },
    '{"body":{"url":1,"n":1}}',
  ],
  ['a field that is there', '{"url":null}', { kind: 'insertMember', path: [], name: 'url', json: '1' }, null],
  ['what needs more than the line', '{"custom_id":"a"}', { kind: 'uniqueId' }, null],
];

for (const [what, text, change, expected] of rows) {
  test(`${change.kind}: ${what}`, () => assert.equal(after(text, change), expected));
}

test('deep nesting needs no call stack', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const text = `{"body":{"x":${deep},"stream":true}}`;
  assert.equal(after(text, { kind: 'removeMember', path: ['body', 'stream'] }), `{"body":{"x":${deep}}}`);
});

test('any member can be renamed or removed, and the rest keeps its value', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(object, fc.nat(), fc.nat(2), (value, pick, indent) => {
      const text = JSON.stringify({ a: [value] }, null, indent);
      const parsed = JSON.parse(text) as { a: [Record<string, unknown>] };
      const keys = Object.keys(parsed.a[0]);
      const key = keys[pick % keys.length] as string;
      const without = Object.fromEntries(Object.entries(parsed.a[0]).filter(([name]) => name !== key));
      const removed = after(text, { kind: 'removeMember', path: ['a', 0, key] });
      assert.deepEqual(JSON.parse(removed ?? ''), { a: [without] });
      const name = `${keys.join('')}!`;
      const renamed = after(text, { kind: 'renameKey', path: ['a', 0, key], name });
      assert.deepEqual(JSON.parse(renamed ?? '').a[0][name], parsed.a[0][key]);
      assert.equal(Object.keys(JSON.parse(renamed ?? '').a[0]).length, keys.length);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('edits one after another are the same as their composition', () => {
  const step = fc.record({ at: fc.nat(30), length: fc.nat(4), text: fc.string({ maxLength: 4 }) });
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.array(step, { maxLength: 8 }), (start, steps) => {
      let text = start;
      let edits: readonly { start: number; end: number; text: string }[] = [];
      for (const { at, length, text: added } of steps) {
        const from = Math.min(at, text.length);
        const edit = { start: from, end: Math.min(text.length, from + length), text: added };
        text = applyEdit(text, edit);
        edits = compose(edits, edit);
      }
      assert.equal(edits.reduceRight(applyEdit, start), text);
      for (const [index, edit] of edits.entries()) {
        assert.ok(
          edit.start <= edit.end && edit.end <= (edits[index + 1]?.start ?? Number.POSITIVE_INFINITY),
        );
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});
