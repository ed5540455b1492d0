// Does a window show the bytes of the file, wherever one looks, and only those?
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputFile } from '../../files/inputFile.ts';
import { ByteWindow } from '../../files/join/byteWindow.ts';
import { folderFor } from './batchFixture.ts';

const sizeBytes = 3_000_000;
const bytes = Buffer.from(Uint32Array.from({ length: sizeBytes / 4 }, (_, at) => at * 2_654_435_761).buffer);

test('property: any places in any order, those beyond what is read ahead too', (t) => {
  const path = folderFor(t).raw('x', bytes);
  const place = fc.tuple(fc.nat(sizeBytes - 1), fc.oneof(fc.nat(100), fc.nat(1_500_000)));
  const places = fc.array(fc.oneof(place, fc.constantFrom<'next'>('next')), { maxLength: 20 });
  fc.assert(
    fc.property(places, (looks) => {
      const file = InputFile.open(path);
      const window = new ByteWindow(file);
      let end = 0;
      for (const look of looks) {
        const [offset, wanted] = look === 'next' ? [end, 5000] : look;
        const size = Math.min(wanted, sizeBytes - offset);
        end = offset + size;
        assert.ok(window.view(offset, size).equals(bytes.subarray(offset, end)));
      }
      file.dispose();
    }),
    { numRuns: 100 },
  );
});

test('a file that became shorter is said, and what was read before is not taken for it', (t) => {
  const path = folderFor(t).raw('x', 'a'.repeat(100_000));
  const file = InputFile.open(path);
  t.after(() => file.dispose());
  const window = new ByteWindow(file);
  assert.equal(window.view(50_000, 10).toString(), 'a'.repeat(10));
  writeFileSync(path, 'b'.repeat(20));
  assert.throws(() => window.view(60_000, 10), /changed while it was read/);
  assert.equal(window.view(0, 5).toString(), 'bbbbb');
});
