// Are places of a file where an editor, which ends lines at lone carriage returns too, counts them?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editorPlaces, type FilePlace } from '../../files/find/editorPlaces.ts';
import { folderFor } from './batchFixture.ts';

/** As the definition of LSP has it: every place by walking over the text. */
function expected(text: string, { line, column }: FilePlace): FilePlace {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const before = lines
    .slice(0, line)
    .map((one) => `${one}\n`)
    .join('');
  const prefix = before + (lines[line] ?? '').slice(0, column);
  const ends = prefix.split(/\r\n|\n|\r/);
  return { line: ends.length - 1, column: ends.at(-1)?.length ?? 0 };
}

function placesOf(text: string): FilePlace[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((whole, line) => {
    const one = line === lines.length - 1 ? whole : whole.replace(/\r$/, '');
    return Array.from({ length: one.length + 1 }, (_, column) => ({ line, column }));
  });
}

test('every place of any file is where the editor has it, however the file is read', async (t) => {
  const folder = folderFor(t);
  const pieces = fc.constantFrom('\n', '\r\n', '\r', '\r', 'ab', '\u00e9', '\u{1f600}', '');
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { maxLength: 14 }),
      fc.boolean(),
      fc.nat(),
      async (parts, hasMark, seed) => {
        const text = `${hasMark ? '\ufeff' : ''}${parts.join('')}`;
        const path = folder.raw('x.jsonl', text);
        // Half a character has no place of its own.
        const all = placesOf(text).filter((_, index) => (index + seed) % 3 !== 0);
        for (const chunkBytes of [1, 2, 5, 1 << 20]) {
          const places = await editorPlaces(path, all, { chunkBytes });
          assert.deepEqual(
            places,
            all.map((place) => expected(text, place)),
            `chunks of ${chunkBytes}`,
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('of the first part of a file only that is read', async (t) => {
  const folder = folderFor(t);
  const path = folder.raw('x.jsonl', 'a\rb\nc\rd\r\n\re\nf');
  const place = { line: 1, column: 2 };
  assert.deepEqual(await editorPlaces(path, [place], { withinBytes: 9 }), [{ line: 3, column: 0 }]);
  assert.deepEqual(
    await editorPlaces(path, [place], { withinBytes: 3 }),
    [place],
    'nothing known of what is not read',
  );
});
