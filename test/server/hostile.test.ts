// Does the language server stay up and answer when a document is nothing that anybody would write?
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { requestLine } from '../files/batchFixture.ts';
import { Editor } from './editor.ts';

let editor: Editor;
before(async () => {
  editor = await Editor.start();
});
after(async () => {
  assert.equal(await editor.stop(), 0, 'the server is still there and ends when asked to');
});

const content = (value: string): string => requestLine('deep').replace('"Hi"', () => value);
const equalIds = 100_000;

const texts: Readonly<Record<string, () => string>> = {
  nothing: () => '',
  'only blank lines': () => '\n'.repeat(100_000),
  'carriage returns alone': () => `${requestLine('a')}\r`.repeat(50_000),
  'every kind of line end': () => [requestLine('a'), '\r\r\n\n\r', requestLine('a'), '\r'].join(''),
  'brackets 100,000 deep': () => content('['.repeat(100_000) + ']'.repeat(100_000)),
  'objects 100,000 deep': () => content(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  'brackets that never close': () => `${requestLine('a')}\n${'['.repeat(1_000_000)}`,
  'a quote that never closes': () => `${requestLine('a')}\n{"custom_id":"${'\\'.repeat(1_000_001)}`,
  'one line of 100 MB': () => requestLine('long', 'word '.repeat(20_000_000)),
  '100,000 equal ids': () => `${requestLine('same')}\n`.repeat(equalIds),
  '100,000 wrong fields in a line': () =>
    requestLine('a').replace(
      '"model"',
      `${Array.from({ length: 100_000 }, (_, n) => `"f${n}":1,`).join('')}"model"`,
    ),
  '300,000 emoji': () => requestLine('a', '😀'.repeat(300_000)),
  'one run of 1,000,000 letters': () => requestLine('a', 'a'.repeat(1_000_000)),
  NUL: () => `${requestLine('a')}\0\n\0${requestLine('b')}\n${requestLine('c', '\0')}\n\0`,
  'separators that are no line ends': () => `${requestLine('\u2028', '\u2028\u2029\u0085')}\n`.repeat(3),
  'half characters': () => `${requestLine('\ud83d')}\n${requestLine('a', 'x').replace('x', '\udc00')}`,
  prototypes: () => `{"__proto__":{"custom_id":"a"},"constructor":1,${requestLine('a').slice(1)}`,
  'numbers beyond all bounds': () => content('[1e400,-1e400,12345678901234567890]'),
};

/** Ranges and positions of which some are nowhere. */
const places = [
  [0, 0],
  [0, 15],
  [0, 1_000_000],
  [1, 3],
  [7, 1],
  [2_147_483_647, 2_147_483_647],
] as const;

for (const [name, make] of Object.entries(texts)) {
  test(`${name}: opened, asked about everywhere, edited, closed`, { timeout: 600_000 }, async () => {
    const uri = `untitled:${encodeURIComponent(name)}`;
    const marker = `untitled:after-${encodeURIComponent(name)}`;
    // So that it is a batch file whatever the rest is.
    const text = `${requestLine('first')}\n${make()}`;
    await editor.open(uri, text);
    const problems = await editor.problems(uri);
    for (const { range } of problems) {
      assert.ok(range.start.line >= 0 && range.start.character >= 0);
      assert.ok(range.end.line > range.start.line || range.end.character >= range.start.character);
    }
    for (const [line, character] of places) {
      await editor.hover(uri, line, character);
      await editor.actions(uri, [line, character, line, character]);
    }
    for (const action of (await editor.actions(uri, [0, 0, 2_147_483_647, 0])).slice(0, 20)) {
      await editor.resolve(action);
    }
    await editor.hints(uri, 50);
    await editor.lenses(uri);
    const version = await editor.edit(uri, 'x', [1, 2, 1, 3]);
    await editor.problems(uri, version);
    await editor.edit(uri, '', [0, 0, 2_147_483_647, 2_147_483_647]);
    await editor.close(uri);
    await editor.open(marker, `${requestLine('m')}\n${requestLine('m')}`);
    assert.equal((await editor.problems(marker)).length, 2, 'what comes after it is checked as ever');
    await editor.close(marker);
  });
}

test('every one of 100,000 equal ids gets another, in one edit', { timeout: 600_000 }, async () => {
  const uri = 'untitled:unique';
  await editor.open(uri, texts['100,000 equal ids']?.() ?? '');
  await editor.shows(uri, (problems) => problems.length === 1000);
  const fixAll = (await editor.actions(uri, [0, 0, 0, 0], ['source.fixAll.llmBatch']))[0];
  assert.ok(fixAll);
  const version = await editor.apply(uri, fixAll);
  assert.deepEqual(await editor.problems(uri, version), []);
  await editor.close(uri);
});
