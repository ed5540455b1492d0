import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedText } from '../../core/find/askedText.ts';
import { previewAt } from '../../core/find/preview.ts';
import { queryPattern } from '../../core/find/queryPattern.ts';
import { bestMatches, customIdOf, RequestMatches } from '../../core/find/requestMatches.ts';

/** Where a query is found in a text, by characters and by bytes alike. */
function isFound(query: string, text: string): boolean {
  const inText = queryPattern(query, 'text')?.test(text) ?? true;
  const inBytes = queryPattern(query, 'bytes')?.test(Buffer.from(text).toString('latin1')) ?? true;
  assert.equal(inBytes, inText, `${JSON.stringify(query)} in ${text}`);
  return inText;
}

test('a query is found as it is typed and as JSON writes it, without regard to case', () => {
  const found: readonly (readonly [string, string])[] = [
    ['hello', '{"a":"Say HELLO"}'],
    ['Caf\u00e9', '{"a":"CAF\u00c9"}'],
    ['caf\u00e9', String.raw`{"a":"caf\u00E9"}`],
    ['caf\u00e9', String.raw`{"a":"CAF\u00c9"}`],
    ['\u{1f600}!', String.raw`{"a":"\uD83D\ude00!"}`],
    ['\u{1f600}!', '{"a":"\u{1f600}!"}'],
    ['say "hi"', String.raw`{"a":"say \"hi\""}`],
    [String.raw`say \"hi`, String.raw`{"a":"say \"hi\""}`],
    ['"model":"gpt', '{"model":"gpt-6"}'],
    ['a/b', String.raw`{"a":"a\/b"}`],
    ['a<b', String.raw`{"a":"a\u003Cb"}`],
    ['one\ntwo', String.raw`{"a":"one\ntwo"}`],
    [String.raw`one\ntwo`, String.raw`{"a":"one\ntwo"}`],
    [String.raw`C:\new`, String.raw`{"a":"c:\\new"}`],
    ['.*', '{"a":".*"}'],
    ['', 'anything'],
  ];
  for (const [query, text] of found) assert.ok(isFound(query, text), `${query} in ${text}`);
  const missing: readonly (readonly [string, string])[] = [
    ['.*', '{"a":"b"}'],
    ['caf\u00e9', '{"a":"cafe"}'],
    // Half a character of UTF-8, and what Latin-1 would fold to it.
    ['\u00e9', '{"a":"\u00c3\u00a9 \u00e3\u00a9"}'],
    ['one\ntwo', 'one\ntwo'],
  ];
  for (const [query, text] of missing) assert.ok(!isFound(query, text), `${query} in ${text}`);
});

const writers: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify(text),
  // As Python's json.dumps and others that keep to ASCII.
  (text) => escaped(text, /[^\x20-\x7e]/g, (digits) => digits),
  (text) => escaped(text, /[^\x20-\x7e]|[<>&']/g, (digits) => digits.toUpperCase()),
  (text) => JSON.stringify(text).replaceAll('/', '\\/'),
];

function escaped(text: string, which: RegExp, write: (digits: string) => string): string {
  return JSON.stringify(text).replace(which, (unit) =>
    unit
      .split('')
      .map((one) => `\\u${write(one.charCodeAt(0).toString(16).padStart(4, '0'))}`)
      .join(''),
  );
}

test('whatever part of a string is asked for, it is found in every way to write the string', () => {
  const characters = fc.constantFrom(
    ...[
      'a',
      'B',
      '\\',
      '"',
      '/',
      '\n',
      '\t',
      'u',
      '0',
      '<',
      ' ',
      '\u00e9',
      '\u00df',
      '\u4e2d',
      '\u{1f600}',
      '\u0001',
      'n',
    ],
  );
  const strings = fc.array(characters, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(strings, fc.nat(), fc.nat(), fc.constantFrom(...writers), (all, from, length, write) => {
      const start = from % all.length;
      const query = all.slice(start, start + 1 + (length % (all.length - start))).join('');
      assert.ok(isFound(query, write(all.join(''))));
    }),
    { numRuns: 400 },
  );
});

test('no text makes the search try many ways through it', () => {
  const hostile = ['\\"'.repeat(200), '\\'.repeat(255), '"'.repeat(255), '\\\\"'.repeat(80)];
  for (const query of hostile) {
    for (const text of ['\\'.repeat(20_000), '\\"'.repeat(20_000), '\\\\"'.repeat(20_000)]) {
      isFound(`${query}x`, `${text}y`);
    }
  }
});

function search(lines: readonly string[], query: string, limit = 10) {
  const matches = new RequestMatches({ query, limit, idField: 'custom_id' });
  const pattern = queryPattern(query, 'text');
  for (const [line, text] of lines.entries()) {
    if (pattern !== null) pattern.lastIndex = 0;
    const at = pattern === null ? 0 : (pattern.exec(text)?.index ?? -1);
    if (at !== -1) matches.add(line, text, () => at);
  }
  return bestMatches([matches.result()], limit);
}

const line = (id: string, content: string): string =>
  JSON.stringify({ custom_id: id, body: { messages: [{ role: 'user', content }] } });

test('ids that are equal go first, then those that begin so or contain it, then texts', () => {
  const lines = [line('x', 'about Row-1'), line('my-row-1', 'a'), line('row-10', 'b'), line('ROW-1', 'c')];
  const { matches, truncated } = search(lines, 'row-1');
  assert.deepEqual(
    matches.map(({ line, customId, by, preview }) => [line, customId, by, preview]),
    [
      [3, 'ROW-1', 'id', 'c'],
      [2, 'row-10', 'id', 'b'],
      [1, 'my-row-1', 'id', 'a'],
      [0, 'x', 'text', '…sages":[{"role":"user","content":"about Row-1"}]}}'],
    ],
  );
  assert.equal(truncated, false);
  const few = search(lines, 'row-1', 2);
  assert.deepEqual([few.matches.map((match) => match.line), few.truncated], [[3, 2], true]);
});

test('an id is compared as it is meant, not as it is written', () => {
  const lines = [
    String.raw`{"custom_id":"caf\u00e9","body":{}}`,
    '{"custom_id":7}',
    'not json caf\u00e9',
    '{"custom_id":"',
  ];
  const { matches } = search(lines, 'CAF\u00c9');
  assert.deepEqual(
    matches.map(({ line, customId, by }) => [line, customId, by]),
    [
      [0, 'caf\u00e9', 'id'],
      [2, null, 'text'],
    ],
  );
  assert.deepEqual(
    lines.map((text) => customIdOf(text, 'custom_id')),
    ['caf\u00e9', null, null, null],
  );
});

test('a preview is one line around what was found, and ends in whole characters', () => {
  const text = `{"a":"${'before '.repeat(20)}FOUND\\n\\tit \\"here\\" \\u00e9 \u2028 ${'\u{1f600}'.repeat(200)}"}`;
  const preview = previewAt(text, text.indexOf('FOUND'));
  assert.match(preview, /^…before .*before FOUND it "here" \u00e9 \u{1f600}+…$/u);
  assert.ok(preview.length <= 120);
  for (let at = 0; at < text.length; at++) {
    const shown = previewAt(text, at);
    assert.ok(!/\n|\t|\u2028/.test(shown) && shown.length <= 120);
  }
  assert.equal(previewAt(`${'\\\\'.repeat(30)}\\u00e9${'x'.repeat(41)}`, 105).startsWith('…x'), true);
});

test('what a request asks is told in every dialect', () => {
  const user = (content: unknown) => ({ role: 'user', content });
  const cases: readonly (readonly [unknown, string | null])[] = [
    [
      {
        body: {
          messages: [{ role: 'system', content: 'S' }, user('Q'), { role: 'assistant', content: 'A' }],
        },
      },
      'Q',
    ],
    [{ body: { messages: [user([{ type: 'image_url' }, { type: 'text', text: 'Look' }])] } }, 'Look'],
    [{ params: { system: 'S', messages: [user('Q1'), user('Q2')] } }, 'Q2'],
    [{ key: 'k', request: { contents: [{ parts: [{ text: 'G' }] }] } }, 'G'],
    [{ key: 'k', request: { contents: { parts: [{ text: 'G' }] } } }, 'G'],
    [{ body: { input: 'I' } }, 'I'],
    [{ body: { input: ['E1', 'E2'] } }, 'E1'],
    [{ body: { input: [user([{ type: 'input_text', text: 'R' }])] } }, 'R'],
    [{ body: { prompt: 'P' } }, 'P'],
    [{ response: {} }, null],
    [null, null],
    ['text', null],
  ];
  for (const [request, asked] of cases) assert.equal(askedText(request), asked, JSON.stringify(request));
});
