// Does a search over bytes find what one over the text of the lines finds, wherever the file is cut?
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { bestMatches, queryPattern, RequestMatches } from '#core';
import { findInFile, findInPart } from '../../files/find/findInFile.ts';
import { WorkerPool } from '../../files/workerPool.ts';
import { folderFor, requestLine } from './batchFixture.ts';

const pool = new WorkerPool({ size: 2 });
after(() => pool.dispose());

type Found = ReturnType<typeof bestMatches>;

function inText(text: string, query: string, limit: number): Found {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const matches = new RequestMatches({ query, limit, idField: 'custom_id' });
  const pattern = queryPattern(query, 'text');
  for (const [line, whole] of lines.entries()) {
    const isLast = line === lines.length - 1;
    const one = isLast ? whole : whole.replace(/\r$/, '');
    if (pattern !== null) pattern.lastIndex = 0;
    const at = pattern === null ? 0 : (pattern.exec(one)?.index ?? -1);
    if (at !== -1 && one.trim() !== '') matches.add(line, one, () => at);
  }
  return bestMatches([matches.result()], limit);
}

function inParts(path: string, sizeBytes: number, partBytes: number, query: string, limit: number): Found {
  const parts = [];
  let first = 0;
  for (let start = 0; start < sizeBytes; start += partBytes) {
    const end = Math.min(sizeBytes, start + partBytes);
    const { ranks, count, lineCount } = findInPart({ path, start, end, query, limit, idField: 'custom_id' });
    const from = first;
    parts.push({
      count,
      ranks: ranks.map((rank) => rank.map((match) => ({ ...match, line: match.line + from }))),
    });
    first += lineCount;
  }
  return bestMatches(parts, limit);
}

const pieces = [
  '\n',
  '\n',
  '\r\n',
  '\r',
  '',
  ' ',
  requestLine('row-1', 'Caf\u00e9'),
  requestLine('\u{1f600}', 'ROW'),
  '{"custom_id":"row',
  'row',
  'ro',
];

test('a file cut anywhere gives what its text gives', (t) => {
  const folder = folderFor(t);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }),
      fc.boolean(),
      fc.constantFrom('row', 'caf\u00e9', '\u{1f600}', '', 'user', 'row-1"'),
      fc.constantFrom(1, 2, 100),
      (parts, hasMark, query, limit) => {
        const text = `${hasMark ? '\ufeff' : ''}${parts.join('')}`;
        const path = folder.raw('x.jsonl', text);
        const size = Buffer.byteLength(text);
        const expected = inText(text, query, limit);
        for (const partBytes of [1, 2, 7, 64, size + 1]) {
          assert.deepEqual(inParts(path, size, partBytes, query, limit), expected, `parts of ${partBytes}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('workers search the parts and the whole is in order', async (t) => {
  const folder = folderFor(t);
  const lines = Array.from({ length: 500 }, (_, index) => requestLine(`row-${index}`, `about ${index % 7}`));
  const path = folder.lines('x.jsonl', lines);
  const options = { pool, idField: 'custom_id', limit: 30, partBytes: 4000 };
  const text = folder.text('x.jsonl');
  for (const query of ['row-49', 'about 3', 'nothing', '']) {
    assert.deepEqual(await findInFile(path, { ...options, query }), inText(text, query, 30));
  }
});

test('a search ends when nobody wants it, and says what cannot be read', async (t) => {
  const folder = folderFor(t);
  const path = folder.lines(
    'x.jsonl',
    Array.from({ length: 1000 }, (_, index) => requestLine(`row-${index}`)),
  );
  const options = { pool, idField: 'custom_id', limit: 30, partBytes: 1000, query: 'row' };
  const stop = new AbortController();
  const search = findInFile(path, { ...options, signal: stop.signal });
  stop.abort();
  await assert.rejects(search, { name: 'AbortError' });
  await assert.rejects(
    findInFile(`${path}-not`, options),
    /^Error: There is no file .*x\.jsonl-not; check the name\.$/,
  );
});

test('a file that is replaced while it is searched is searched again, not half of each', async (t) => {
  const folder = folderFor(t);
  const path = folder.lines(
    'x.jsonl',
    Array.from({ length: 2000 }, (_, index) => requestLine(`row-${index}`)),
  );
  const search = findInFile(path, { pool, idField: 'custom_id', limit: 5, partBytes: 500, query: 'row' });
  writeFileSync(`${path}.new`, `${requestLine('other')}\n`);
  renameSync(`${path}.new`, path);
  assert.deepEqual(await search, { matches: [], truncated: false });
});
