import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FileLine, readLines } from '../../files/lines.ts';

const folder = await mkdtemp(join(tmpdir(), 'llm-batch-lines-'));
after(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Uint8Array, chunkBytes: number): Promise<FileLine[]> {
  const path = join(folder, 'x.jsonl');
  await writeFile(path, content);
  const all: FileLine[] = [];
  for await (const batch of readLines(path, { chunkBytes })) all.push(...batch);
  return all;
}

test('splits at LF only, at any chunk size, and keeps every byte accounted for', async () => {
  const content = 'one\r\n\ntwo\u2028still two\u0085\rstill\nd\u00fcrr \u{1f600}\nlast';
  for (const chunkBytes of [1, 2, 3, 7, 64, 4096]) {
    const lines = await linesOf(content, chunkBytes);
    assert.deepEqual(
      lines.map((l) => l.text),
      ['one', '', 'two\u2028still two\u0085\rstill', 'd\u00fcrr \u{1f600}', 'last'],
    );
    const bytes = Buffer.from(content);
    for (const l of lines) assert.equal(bytes.toString('utf8', l.offset, l.offset + l.sizeBytes), l.text);
    assert.deepEqual(
      lines.map((l) => l.line),
      [0, 1, 2, 3, 4],
    );
  }
});

test('an empty file has no lines; a final LF adds none', async () => {
  assert.deepEqual(await linesOf('', 16), []);
  assert.equal((await linesOf('a\n', 16)).length, 1);
  assert.equal((await linesOf('\n\n', 16)).length, 2);
});

test('a line too long for memory is refused, or left out and the others kept', async () => {
  const path = join(folder, 'long.jsonl');
  await writeFile(path, `first\n${'x'.repeat(5000)}\r\nlast\n${'y'.repeat(3000)}`);
  const limits = { chunkBytes: 100, longestLineBytes: 2000 };
  await assert.rejects(async () => {
    for await (const _ of readLines(path, limits));
  }, /^Error: Line 2 of .*long\.jsonl is longer than/);
  const all: FileLine[] = [];
  for await (const batch of readLines(path, { ...limits, longLines: 'leaveOut' })) all.push(...batch);
  assert.deepEqual(
    all.map(({ text, offset, sizeBytes, leftOut }) => [text, offset, sizeBytes, leftOut]),
    [
      ['first', 0, 5, false],
      ['', 6, 5001, true],
      ['last', 5008, 4, false],
      ['', 5013, 3000, true],
    ],
  );
});

test('lines that are not UTF-8 say where, at any chunk size', async () => {
  const bytes = Buffer.from('ab€d\ncafé 😀\nplain\n').filter((byte) => byte !== 0xac);
  for (const chunkBytes of [1, 2, 3, 5, 4096]) {
    const lines = await linesOf(bytes, chunkBytes);
    assert.deepEqual(
      lines.map(({ invalid }) => invalid && [invalid.byteInLine, invalid.column]),
      [[2, 2], null, null],
    );
  }
});

test('a million line feeds come in batches', async () => {
  const path = join(folder, 'blank.jsonl');
  await writeFile(path, '\n'.repeat(1_000_000));
  let lines = 0;
  let largest = 0;
  for await (const batch of readLines(path)) {
    lines += batch.length;
    largest = Math.max(largest, batch.length);
  }
  assert.equal(lines, 1_000_000);
  assert.ok(largest <= 20_000);
});

test('reading that stops early closes the file', async () => {
  const path = join(folder, 'early.jsonl');
  await writeFile(path, 'x\n'.repeat(5_000_000));
  // Only Linux lists what a process has open; elsewhere this shows that nothing breaks.
  const open = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
  const before = open();
  for (let i = 0; i < 5; i++) for await (const _ of readLines(path)) break;
  assert.equal(open(), before);
});
