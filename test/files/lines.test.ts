import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FileLine, readLines } from '../../files/lines.ts';

const folder = await mkdtemp(join(tmpdir(), 'llm-batch-lines-'));
after(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Buffer, chunkBytes: number): Promise<FileLine[]> {
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
