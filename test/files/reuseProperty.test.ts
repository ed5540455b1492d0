// Whatever was asked and answered before: every request is kept or left, never both, and the merged file has each once.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { merge, reuse } from '#files';
import { httpErrorLine, okLine, requestLine } from './batchFixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-batch-reuse-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

/** A request is its id and what it asks. */
const asked = fc.record({ id: fc.integer({ min: 0, max: 7 }), content: fc.integer({ min: 0, max: 2 }) });
type Asked = { readonly id: number; readonly content: number };
const file = fc.uniqueArray(asked, { selector: ({ id }) => id, minLength: 1, maxLength: 8 });
/** What became of each request of an earlier job, by its place. */
const fates = fc.array(fc.constantFrom('ok', 'failed', 'lost'), { minLength: 8, maxLength: 8 });
const earlier = fc.array(fc.tuple(file, fates), { maxLength: 3 });

const lineOf = ({ id, content }: Asked): string => requestLine(`id-${id}`, `Question ${content}`);
const answerOf = ({ id, content }: Asked, job: number): string => `${job}: ${id} ${content}`;

async function write(name: string, lines: readonly string[]): Promise<string> {
  await writeFile(place(name), lines.map((line) => `${line}\n`).join(''));
  return place(name);
}

async function sourceOf(requests: readonly Asked[], fate: readonly string[], job: number) {
  const results = requests.flatMap((one, index) => {
    if (fate[index] === 'lost') return [];
    return [
      fate[index] === 'ok' ? okLine(`id-${one.id}`, answerOf(one, job)) : httpErrorLine(`id-${one.id}`),
    ];
  });
  const path = await write(`out-${job}.jsonl`, results.reverse());
  return {
    id: `job-${job}`,
    requests: await write(`job-${job}.jsonl`, requests.map(lineOf)),
    results: [{ path, attempt: 1, trusted: true }],
  };
}

test('kept or left, each once, with the answer of the first job that has one', async () => {
  await fc.assert(
    fc.asyncProperty(file, earlier, async (now, jobs) => {
      const requests = await write('x.jsonl', now.map(lineOf));
      const sources = await Promise.all(jobs.map(([then, fate], job) => sourceOf(then, fate, job)));
      const [restOut, rowsOut] = [place('rest.jsonl'), place('rows.jsonl')];
      const report = await reuse({ requests, sources, restOut, rowsOut });
      if (report.kind !== 'reused') throw new Error(report.message);
      const expected = now.map((one) => {
        const job = jobs.findIndex(([then, fate]) =>
          then.some(
            (other, index) => other.id === one.id && other.content === one.content && fate[index] === 'ok',
          ),
        );
        return job === -1 ? null : answerOf(one, job);
      });
      const left = now.filter((_, index) => expected[index] === null);
      assert.deepEqual([report.reused, report.rest], [now.length - left.length, left.length]);
      if (report.reused === 0) return;
      if (left.length > 0)
        assert.equal(await readFile(restOut, 'utf8'), left.map((one) => `${lineOf(one)}\n`).join(''));
      const sent = await write(
        'sent.jsonl',
        left.map((one) => okLine(`id-${one.id}`, 'new')),
      );
      const merged = await merge({
        ...{
          requests,
          out: place('x.results.jsonl'),
          surplusOut: place('x.surplus.jsonl'),
          today: '2026-11-21',
        },
        results: [
          { path: rowsOut, attempt: 0, trusted: true },
          { path: sent, attempt: 1, trusted: true },
        ],
      });
      assert.equal(merged.kind === 'merged' && merged.rows.succeeded, now.length);
      assert.equal(merged.kind === 'merged' && merged.duplicates.length + merged.surplus.length, 0);
      const rows = (await readFile(place('x.results.jsonl'), 'utf8')).trimEnd().split('\n');
      assert.deepEqual(
        rows.map((row) => JSON.parse(row).text),
        expected.map((text) => text ?? 'new'),
      );
    }),
    { numRuns: 60 },
  );
});
