// A file on disk is estimated as its lines are, whatever its size and line ends, and can be stopped.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { estimateRequest, summarizeEstimates } from '#core';
import { countersFor, type EstimateByLine, estimateFile, WorkerPool } from '#files';
import { checking, fileChecking } from '../checking.ts';

const pool = new WorkerPool({ size: 2 });
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-estimate-'));
});

after(async () => {
  await pool.dispose();
  await rm(folder, { recursive: true });
});

async function estimated(content: string, name = 'requests.jsonl'): Promise<EstimateByLine> {
  const path = join(folder, name);
  await writeFile(path, content);
  return estimateFile(path, { pool, ...fileChecking, perLine: true });
}

function request(id: number, model = 'gpt-4o-mini'): object {
  const messages = [
    { role: 'system', content: 'Answer in one word.' },
    { role: 'user', content: `Request number ${id}: ${'lorem ipsum '.repeat(id % 40)}` },
  ];
  const url = '/v1/chat/completions';
  return { custom_id: `r-${id}`, method: 'POST', url, body: { model, messages, max_tokens: 5 + (id % 3) } };
}

test('sums are those of its lines, over many batches', async () => {
  const requests = Array.from({ length: 9000 }, (_, id) =>
    request(id, id % 10 === 0 ? 'gpt-4' : 'gpt-4o-mini'),
  );
  const counters = await countersFor(['o200k_base', 'cl100k_base']);
  const expected = requests.map((value) => estimateRequest(value, counters, checking));
  const found = await estimated(requests.map((value) => JSON.stringify(value)).join('\n'));
  assert.deepEqual(
    found.lines.map((line) => line.estimate),
    expected,
  );
  assert.deepEqual(found.lines.at(-1)?.line, 8999);
  assert.deepEqual(found.summary, summarizeEstimates(expected));
  assert.equal(found.summary.models.length, 2);
});

test('line numbers count blank and broken lines; CR LF and a byte order mark do no harm', async () => {
  const line = JSON.stringify(request(1));
  const found = await estimated(`\ufeff${line}\r\n\r\n  \r\n${line.slice(1)}\r\nnull\r\n${line}`);
  assert.deepEqual(
    found.lines.map(({ line, estimate }) => [line, estimate.customId]),
    [
      [0, 'r-1'],
      [5, 'r-1'],
    ],
  );
  assert.equal(found.unreadableLines, 2);
  assert.equal(found.summary.requests, 2);
});

test('an empty file costs nothing', async () => {
  const { summary, lines } = await estimated('');
  assert.deepEqual(
    [lines.length, summary.requests, summary.inputTokens, summary.batchUsd.input],
    [0, 0, 0, 0],
  );
});

test('progress only grows and ends with the file', async () => {
  const path = join(folder, 'progress.jsonl');
  const content = Array.from({ length: 6000 }, (_, id) => JSON.stringify(request(id))).join('\n');
  await writeFile(path, content);
  const seen: number[] = [];
  await estimateFile(path, { pool, ...fileChecking, onProgress: (countedBytes) => seen.push(countedBytes) });
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1), Buffer.byteLength(content));
});

test('stops when told to, and leaves the pool usable', async () => {
  const path = join(folder, 'stopped.jsonl');
  await writeFile(path, Array.from({ length: 20_000 }, (_, id) => JSON.stringify(request(id))).join('\n'));
  const stop = new AbortController();
  const running = estimateFile(path, {
    pool,
    ...fileChecking,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await assert.rejects(running, { name: 'AbortError' });
  assert.equal((await estimated(JSON.stringify(request(1)), 'after.jsonl')).summary.requests, 1);
});

test('a file that is not there is named in one sentence', async () => {
  await assert.rejects(
    estimateFile(join(folder, 'none.jsonl'), { pool, ...fileChecking }),
    /There is no file .*none\.jsonl; check the name\.$/,
  );
});
