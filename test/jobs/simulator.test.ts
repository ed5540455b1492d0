// The whole life of a job through the official SDK over real HTTP, while the provider and the line misbehave.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import { type Account, accountOf, type JobRunner, type JobsEnvironment, providerFor } from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
let simulator: Simulator | null = null;
beforeEach(async () => {
  world = await World.make(40);
});
afterEach(async () => {
  await simulator?.dispose();
  simulator = null;
  await world.remove();
});

const signal = new AbortController().signal;

/** Time is the world's: a batch of half a minute is over in milliseconds. */
async function start(faults: string): Promise<JobRunner> {
  simulator = await startSimulator({ faults, latencyMs: 30_000, now: () => world.nowMs });
  return runner();
}

function runner(overrides: Partial<JobsEnvironment> = {}): JobRunner {
  return world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account: account() }),
    ...overrides,
  });
}

function account(): Account {
  const answer = accountOf({
    profile: 'openai',
    provider: 'openai',
    baseUrl: simulator?.url ?? '',
    apiKey: null,
  });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return answer.account;
}

async function journey(on: JobRunner): Promise<{ readonly job: Job; readonly messages: readonly string[] }> {
  const messages: string[] = [];
  const onChange = ({ message }: Job): void => void (message !== null && messages.push(message));
  const sent = await on.submit(
    { ...(await world.submitRequest()), account: account() },
    { signal, onChange },
  );
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.stopped, null);
  const { job, stopped } = await on.follow(sent.job.id, { signal, until: 'end', onChange });
  assert.equal(stopped, null);
  return { job, messages };
}

const troubles = [
  ['nothing', /^$/],
  ['shuffle,seed=5', /^$/],
  ['drop-create-answer=1', /broke.*Looking whether the batch was made/],
  ['drop-create-request=1', /broke.*Looking whether the batch was made/],
  ['upload-reset=1', /The connection to 127\.0\.0\.1:\d+ broke.*Trying again/],
  ['poll-404=3', /404.*Asking again/],
  ['500=4', /500.*again/],
  ['429=5,retry-after=7', /429 rate_limit_exceeded: Rate limit reached.*again/],
  ['download-reset=1', /broke.*Trying again/],
] as const;

for (const [faults, said] of troubles) {
  test(`one batch and every row, with faults: ${faults}`, async () => {
    const { job, messages } = await journey(await start(faults === 'nothing' ? '' : faults));
    assert.equal(job.state, 'done');
    assert.deepEqual(job.rows, {
      succeeded: 40,
      failed: 0,
      expired: 0,
      cancelled: 0,
      missing: 0,
      surplus: 0,
    });
    assert.equal(simulator?.stats().batches, 1);
    assert.deepEqual(
      (await world.rows(job)).map((row) => row.custom_id),
      world.requests.map((_, index) => `id-${index}`),
    );
    assert.match(messages.find((message) => said.test(message)) ?? '', said);
    assert.equal(job.message, null);
    assert.equal(typeof job.costUsd, 'number');
  });
}

test('failed rows alone are sent again, byte for byte, and one file holds all answers', async () => {
  const on = await start('fail=20%,seed=2');
  const { job } = await journey(on);
  const failed = (await world.rows(job)).flatMap((row, index) => (row.status === 'failed' ? [index] : []));
  assert.equal(failed.length, 8);
  const begun = await on.retryFailed(job.id);
  assert.equal(begun.kind, 'job');
  const { job: again } = await on.follow(job.id, { signal, until: 'end' });
  const sent = await readFile(again.parts[1]?.snapshot ?? '', 'utf8');
  assert.equal(sent, failed.map((index) => `${world.requests[index]}\n`).join(''));
  assert.equal(simulator?.stats().batches, 2);
  const rows = await world.rows(again);
  assert.equal(rows.length, 40);
  for (const index of failed) assert.equal(rows[index]?.attempt, 2);
});

test('what an expired batch answered is there, and the rest is expired', async () => {
  const { job } = await journey(await start('expire=25%'));
  assert.equal(job.state, 'expired');
  assert.deepEqual([job.rows?.succeeded, job.rows?.expired], [30, 10]);
});

test('a cancelled batch keeps what it answered', async () => {
  const on = await start('');
  const sent = await on.submit({ ...(await world.submitRequest()), account: account() }, { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  world.nowMs += 15_000;
  await on.cancel(sent.job.id);
  const { job } = await on.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  const { succeeded = 0, cancelled = 0 } = job.rows ?? {};
  assert.ok(succeeded > 0 && cancelled > 0, JSON.stringify(job.rows));
  assert.equal(succeeded + cancelled, 40);
});

test('missing and surplus and doubled rows are counted, and nothing is lost', async () => {
  const { job } = await journey(await start('missing=2,surplus=3,duplicate=1'));
  assert.deepEqual([job.state, job.rows?.missing, job.rows?.succeeded], ['done', 2, 38]);
  assert.ok((job.rows?.surplus ?? 0) >= 3);
  assert.match(job.message ?? '', /a\.surplus\.jsonl/);
});

test('a wrong key is said without the key', async () => {
  const on = await start('');
  const wrong = { ...account(), apiKey: 'sk-invalid-0123456789abcdef' };
  const asWrong = runner({ accountFor: () => Promise.resolve({ kind: 'account', account: wrong }) });
  const sent = await asWrong.submit({ ...(await world.submitRequest()), account: wrong }, { signal });
  assert.equal(sent.kind === 'job' && sent.job.state, 'failed');
  const message = sent.kind === 'job' ? (sent.job.message ?? '') : '';
  assert.match(message, /401 invalid_api_key: Incorrect API key provided/);
  const record = await readFile(
    join(world.store.folderOf(sent.kind === 'job' ? sent.job.id : ''), 'job.json'),
    'utf8',
  );
  assert.doesNotMatch(`${message}${record}`, /sk-inval/);
  assert.equal((await journey(on)).job.state, 'done');
});

test('a provider that is not there is waited for, and said', async () => {
  const on = await start('');
  const { url, port } = simulator as Simulator;
  await simulator?.dispose();
  const messages: string[] = [];
  const there = accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: null });
  if (there.kind === 'problem') throw new Error();
  const later = world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve(there),
    sleep: async (delayMs) => {
      world.nowMs += delayMs;
      if (simulator?.port !== port || messages.length === 1) {
        simulator = await startSimulator({ port, latencyMs: 1_000, now: () => world.nowMs });
        messages.push('started');
      }
    },
  });
  assert.ok(on);
  const sent = await later.submit(
    { ...(await world.submitRequest()), account: there.account },
    { signal, onChange: ({ message }) => void (message !== null && messages.push(message)) },
  );
  assert.match(messages[0] ?? '', /cannot be reached \(ECONNREFUSED\)/);
  assert.equal(sent.kind === 'job' && sent.job.state, 'submitted');
});
