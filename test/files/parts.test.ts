// A file is cut into parts of whole lines: all of it, in order, through few buffers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputFile } from '../../files/inputFile.ts';
import { PartReader } from '../../files/pass/parts.ts';
import { folderFor } from './batchFixture.ts';

test('parts and lines that are too long are the file, in its order, and no part ends within a line', async (t) => {
  const path = join(folderFor(t).path, 'x.jsonl');
  const lines = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });
  const sizes = fc.integer({ min: 1, max: 50 });
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.boolean(),
      sizes,
      sizes,
      async (lengths, isEnded, partBytes, longestLineBytes) => {
        const texts = lengths.map((length, index) => String.fromCharCode(97 + (index % 26)).repeat(length));
        const file = Buffer.from(texts.join('\n') + (isEnded ? '\n' : ''));
        writeFileSync(path, file);
        const input = InputFile.open(path);
        const read: Buffer[] = [];
        let end = 0;
        try {
          const seen: Buffer[] = [];
          const onBytes = (bytes: Uint8Array): void => void seen.push(Buffer.from(bytes));
          const reader = new PartReader(input, { partBytes: () => partBytes, longestLineBytes, onBytes });
          for (let part = await reader.next(); part !== null; part = await reader.next()) {
            assert.equal(part.offset, end);
            const isLong = 'sizeBytes' in part;
            const bytes =
              'bytes' in part ? Buffer.from(part.bytes) : file.subarray(end, end + part.sizeBytes + 1);
            end += bytes.length;
            read.push(bytes);
            const longest = Math.max(
              ...bytes
                .toString()
                .split('\n')
                .map((text) => text.length),
            );
            assert.equal(longest > longestLineBytes, isLong);
            assert.ok(end === file.length || bytes.at(-1) === 0x0a);
            if ('bytes' in part) reader.giveBack(part);
          }
          assert.deepEqual(Buffer.concat(seen), file);
        } finally {
          input.dispose();
        }
        assert.deepEqual(Buffer.concat(read), file);
      },
    ),
    { numRuns: 300 },
  );
});

test('few buffers are used, again and again', async (t) => {
  const input = InputFile.open(folderFor(t).raw('x.jsonl', `${'x'.repeat(99)}\n`.repeat(1000)));
  try {
    const reader = new PartReader(input, { partBytes: () => 1000 });
    const buffers = new Set<SharedArrayBuffer>();
    let sizeBytes = 0;
    for (let part = await reader.next(); part !== null; part = await reader.next()) {
      assert.ok('bytes' in part);
      assert.equal(part.offset, sizeBytes);
      sizeBytes += part.bytes.length;
      buffers.add(part.bytes.buffer);
      reader.giveBack(part);
    }
    assert.equal(sizeBytes, 100_000);
    assert.ok(buffers.size <= 3, `${buffers.size} buffers`);
  } finally {
    input.dispose();
  }
});
