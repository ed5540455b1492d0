// What jobs have cost by month: from their records, from spend.json once these are gone, and by their bound while it is not known.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job, MonthSpend } from '#core';
import { JobStore, keepRunSpend, keepSpend, monthSpend } from '#jobs';
import { jobOf, partOf, remoteOf } from '../core/jobSamples.ts';

const november = Date.parse('2026-11-21T10:00:00Z');
const december = Date.parse('2026-12-02T10:00:00Z');
const agreed = { inputTokens: 1, batchUsd: { input: 1, outputMax: 4 } };

let home: string;
let store: JobStore;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'llm-batch-spend-'));
  store = new JobStore(home);
});
afterEach(() => rm(home, { recursive: true, force: true }));

function doneJob(id: string, change: Partial<Job> = {}): Job {
  return jobOf({ id, state: 'done', resultsReady: true, costUsd: 2, estimate: agreed, ...change });
}

async function spendAt(ms: number): Promise<MonthSpend> {
  const answer = await monthSpend(store, ms);
  if (answer.kind !== 'spend') throw new Error(answer.message);
  return answer.spend;
}

test('a month without jobs is nothing', async () => {
  assert.deepEqual(await spendAt(november), { month: '2026-11', usd: 0, openUsd: 0, unboundedJobs: 0 });
});

test('what is over counts with its cost, what is open or not known with its bound', async () => {
  await store.write(doneJob('a'));
  await store.write(doneJob('b', { costUsd: null }));
  await store.write(
    doneJob('c', { costUsd: null, estimate: { ...agreed, batchUsd: { input: 1, outputMax: null } } }),
  );
  await store.write(jobOf({ id: 'd', state: 'running', estimate: { ...agreed, mostUsd: 7 } }));
  await store.write(jobOf({ id: 'e', state: 'cancelled', estimate: agreed }));
  await store.write(
    doneJob('f', {
      account: { profile: 'simulator', baseUrl: 'http://127.0.0.1:1/v1', keyFingerprint: null },
    }),
  );
  assert.deepEqual(await spendAt(november), { month: '2026-11', usd: 2, openUsd: 12, unboundedJobs: 1 });
});

test('a batch that was cancelled and never fetched may have cost something', async () => {
  const parts = [partOf({ remote: remoteOf('cancelled') })];
  await store.write(jobOf({ id: 'a', state: 'cancelled', parts, estimate: agreed }));
  assert.equal((await spendAt(november)).openUsd, 5);
  await store.write(
    jobOf({
      id: 'a',
      state: 'failed',
      parts: [partOf({ remote: remoteOf('failed'), refusal: 'no' })],
      estimate: agreed,
    }),
  );
  assert.equal((await spendAt(november)).openUsd, 0);
});

test('it stays known when the record is gone, and is counted once while both are there', async () => {
  const job = doneJob('a');
  await store.write(job);
  for (let times = 0; times < 2; times++)
    assert.deepEqual(await keepSpend(home, job, november), { kind: 'kept' });
  assert.equal((await spendAt(november)).usd, 2);
  await rm(store.folderOf('a'), { recursive: true });
  assert.equal((await spendAt(november)).usd, 2);
  assert.equal((await spendAt(december)).usd, 0);
});

test('what another attempt adds belongs to the month in which it came', async () => {
  await keepSpend(home, doneJob('a'), november);
  await store.write(doneJob('a', { attempt: 2, costUsd: 2.5, updatedAt: new Date(december).toISOString() }));
  assert.equal((await spendAt(november)).usd, 2);
  assert.equal((await spendAt(december)).usd, 0.5);
  await keepSpend(home, doneJob('a', { attempt: 2, costUsd: 2.5 }), december);
  assert.equal((await spendAt(november)).usd, 2);
  assert.equal((await spendAt(december)).usd, 0.5);
});

test('several at once lose nothing', async () => {
  const ids = Array.from({ length: 6 }, (_, index) => `job-${index}`);
  await Promise.all(ids.map((id) => keepSpend(home, doneJob(id), november)));
  assert.equal((await spendAt(november)).usd, 12);
});

test('a file of a newer version, or of nobody, is left as it is and said', async () => {
  for (const text of ['{"version":2,"jobs":{}}', 'nonsense', '{"version":1,"jobs":{"a":{"months":3}}}']) {
    await writeFile(join(home, 'spend.json'), text);
    const kept = await keepSpend(home, doneJob('a'), november);
    assert.equal(kept.kind, 'notKept');
    assert.equal(await readFile(join(home, 'spend.json'), 'utf8'), text);
    const answer = await monthSpend(store, november);
    assert.equal(answer.kind, 'unreadable');
    assert.match(answer.kind === 'unreadable' ? answer.message : '', /spend\.json/);
  }
});

test('what becomes unknown in a later month counts there with its bound, and as it is once it is known', async () => {
  await keepSpend(home, doneJob('a'), november);
  await keepSpend(home, doneJob('a', { costUsd: null }), december);
  assert.deepEqual([(await spendAt(november)).usd, (await spendAt(december)).openUsd], [2, 5]);
  await keepSpend(home, doneJob('a', { costUsd: 3 }), december);
  assert.deepEqual(await spendAt(december), { month: '2026-12', usd: 1, openUsd: 0, unboundedJobs: 0 });
});

test('a run that is gone on with is bounded by all of it, not by what was left', async () => {
  const run = { id: 'run', provider: 'openai', profile: 'openai', costUsd: null };
  await keepRunSpend(home, { ...run, mostUsd: 10 }, november);
  await keepRunSpend(home, { ...run, mostUsd: 1 }, november);
  assert.equal((await spendAt(november)).openUsd, 10);
  await keepRunSpend(home, { ...run, mostUsd: null }, november);
  await keepRunSpend(home, { ...run, mostUsd: 1 }, november);
  assert.deepEqual([(await spendAt(november)).openUsd, (await spendAt(november)).unboundedJobs], [0, 1]);
});
