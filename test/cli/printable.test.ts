import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableJson } from '../../cli/printable.ts';

test('what could steer a terminal is written out', () => {
  assert.equal(
    printable('\u001b[2J\u0007\r\n\t\u009b31m\u007f'),
    '\\u001b[2J\\u0007\\u000d\\u000a\\u0009\\u009b31m\\u007f',
  );
  assert.equal(printable('a\u202eb\u2066c\u2028d\ufeff'), 'a\\u202eb\\u2066c\\u2028d\\ufeff');
  assert.equal(printable('\ud800x'), '\\ud800x');
});

test('ordinary text of any script stays as it is', () => {
  const text = 'Grüße, 你好 😀 👩‍👩‍👧 नमस्ते "q" \\u001b';
  assert.equal(printable(text), text);
});

test('JSON is as safe to look at and means the same', () => {
  const value = { id: '\u001b]0;x\u0007', list: ['\u009b\u2028\u202e\u007f', { 'k\u0085': '\ud800' }] };
  const text = printableJson(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  assert.deepEqual(JSON.parse(text), value);
});
