// The whole life of a job at Anthropic over real HTTP, where nothing is uploaded and no batch carries a mark: whatever is
// lost on the way, one batch is paid for, and every row is accounted for.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import { type Account, accountOf, type JobRunner, providerFor, type SubmitRequest } from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

const count = 30;
const signal = new AbortController().signal;
const lines = Array.from({ length: count }, (_, index) => {
  const messages = [{ role: 'user', content: `Question ${index}` }];
  return JSON.stringify({
    custom_id: `id-${index}`,
    params: { model: 'claude-haiku-5-5', max_tokens: 100, messages },
  });
});

let world: World;
let simulator: Simulator | null = null;
beforeEach(async () => {
  world = await World.make(count, 'anthropic');
  await writeFile(join(world.folder, 'a.jsonl'), `${lines.join('\n')}\n`);
});
afterEach(async () => {
  await simulator?.dispose();
  simulator = null;
  await world.remove();
});

/** Time is the world's: a batch of half a minute is over in milliseconds. */
async function start(faults: string): Promise<JobRunner> {
  simulator = await startSimulator({ faults, latencyMs: 30_000, now: () => world.nowMs });
  return world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account: account() }),
  });
}

function account(): Account {
  const baseUrl = `http://127.0.0.1:${simulator?.port}`;
  const answer = accountOf({ profile: 'anthropic', provider: 'anthropic', baseUrl, apiKey: null });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return answer.account;
}

async function submission(): Promise<SubmitRequest> {
  const usual = await world.submitRequest();
  return { ...usual, account: account(), endpoint: '/v1/messages', model: 'claude-haiku-5-5' };
}

async function journey(on: JobRunner): Promise<{ readonly job: Job; readonly messages: readonly string[] }> {
  const messages: string[] = [];
  const onChange = ({ message }: Job): void => void (message !== null && messages.push(message));
  const sent = await on.submit(await submission(), { signal, onChange });
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.stopped, null);
  const { job, stopped } = await on.follow(sent.job.id, { signal, until: 'end', onChange });
  assert.equal(stopped, null);
  return { job, messages };
}

const troubles = [
  ['nothing', /^$/],
  ['shuffle,seed=5', /^$/],
  ['drop-create-answer=1', /The provider may have made this batch: it would be msgbatch_/],
  ['drop-create-request=1', /broke.*Looking whether the batch was made/],
  ['upload-reset=1', /broke.*Looking whether the batch was made/],
  ['poll-404=3', /404 not_found_error.*Asking again/],
  ['500=4', /500 api_error.*again/],
  ['429=5,retry-after=7', /429 rate_limit_error.*again/],
  ['download-reset=1', /broke.*Trying again/],
] as const;

for (const [faults, said] of troubles) {
  test(`one batch and every row, with faults: ${faults}`, async () => {
    const { job, messages } = await journey(await start(faults === 'nothing' ? '' : faults));
    assert.equal(job.state, 'done');
    const none = { failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
    assert.deepEqual({ ...none, ...job.rows }, { ...none, succeeded: count });
    assert.equal(simulator?.stats().batches, 1);
    const rows = await world.rows(job);
    assert.deepEqual(
      rows.map((row) => row.custom_id),
      lines.map((_, index) => `id-${index}`),
    );
    assert.ok(rows.every(({ text }) => text !== null && text !== ''));
    assert.match(messages.find((message) => said.test(message)) ?? '', said);
  });
}

test('who only sends does not wait for a day to hear which batch it is; who watches finds out', async () => {
  const on = await start('drop-create-answer=1');
  const sent = await on.submit(await submission(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.job.state, 'unclear');
  assert.equal(sent.job.parts[0]?.unclear?.length, 1);
  assert.ok(world.nowMs < Date.parse('2026-11-21T10:00:30Z'));
  const { job } = await on.follow(sent.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, job.rows?.succeeded, simulator?.stats().batches], ['done', count, 1]);
});

test('nothing is uploaded, and the batch has the requests as they are', async () => {
  const { job } = await journey(await start(''));
  const [part] = job.parts;
  assert.deepEqual([part?.inputFileId, part?.uploadStartedAt], [null, null]);
  assert.deepEqual(part?.remote?.counts, {
    total: count,
    completed: count,
    failed: 0,
    expired: 0,
    cancelled: 0,
  });
});

test('what an expired batch answered is there, and the rest is expired', async () => {
  const { job } = await journey(await start('expire=10'));
  assert.equal(job.state, 'expired');
  assert.deepEqual([job.rows?.succeeded, job.rows?.expired], [count - 10, 10]);
});

test('a cancelled batch keeps what it answered', async () => {
  const on = await start('');
  const sent = await on.submit(await submission(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  world.nowMs += 15_000;
  await on.cancel(sent.job.id);
  const { job } = await on.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  const { succeeded = 0, cancelled = 0 } = job.rows ?? {};
  assert.ok(succeeded > 0 && cancelled > 0, JSON.stringify(job.rows));
  assert.equal(succeeded + cancelled, count);
});

test('rows that errored are failed with the words of the provider, and are sent again alone', async () => {
  const on = await start('fail=20%,seed=2');
  const { job } = await journey(on);
  assert.deepEqual([job.state, job.rows?.failed], ['done', 6]);
  assert.equal((await on.retryFailed(job.id)).kind, 'job');
  const { job: again } = await on.follow(job.id, { signal, until: 'end' });
  assert.equal(simulator?.stats().batches, 2);
  assert.equal(again.parts[1]?.remote?.counts?.total, 6);
  assert.equal((await world.rows(again)).length, count);
});

test('missing, surplus and doubled rows are counted, and nothing is lost', async () => {
  const { job } = await journey(await start('missing=2,surplus=3,duplicate=1'));
  assert.deepEqual([job.state, job.rows?.missing, job.rows?.succeeded], ['done', 2, count - 2]);
  assert.equal(job.rows?.surplus, 3);
});

test('results that nobody fetched for a month are gone, and that is said', async () => {
  const on = await start('');
  const sent = await on.submit(await submission(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  world.nowMs += 30 * 24 * 3_600_000;
  const { job } = await on.follow(sent.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, job.rows?.missing], ['done', count]);
  assert.match(job.message ?? '', new RegExp(job.parts[0]?.remote?.batchId ?? 'no batch'));
});
