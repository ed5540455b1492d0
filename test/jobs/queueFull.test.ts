// A queue that is full, at every kind of API over real HTTP: the parts go in waves, each is paid for once, and the results
// are whole. And uploads that a provider deletes while their part waits.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { currentParts, type FilePart, isPartOver, type Job, type Provider } from '#core';
import { type Account, accountOf, type JobRunner, providerFor, type SubmitRequest } from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

const signal = new AbortController().signal;
const hourMs = 3_600_000;

let world: World;
let simulator: Simulator;
let account: Account;
afterEach(async () => {
  await simulator.dispose();
  await world.remove();
});

async function start(provider: Provider, path: string, faults: string): Promise<JobRunner> {
  world = await World.make(6, provider);
  simulator = await startSimulator({ faults, latencyMs: 30_000, now: () => world.nowMs });
  const baseUrl = `http://127.0.0.1:${simulator.port}${path}`;
  const answer = accountOf({ profile: provider, provider, baseUrl, apiKey: null });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  account = answer.account;
  return world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account }),
  });
}

/** Three parts of a hundred tokens each; two of them fit into the queue. */
async function inParts(): Promise<SubmitRequest> {
  let offset = 0;
  const parts = [0, 2, 4].map((firstLine): FilePart => {
    const lines = world.requests.slice(firstLine, firstLine + 2);
    const sizeBytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    offset += sizeBytes;
    const counts = { lines: 2, requests: 2, tokens: 100, uncountedRequests: 0 };
    return { firstLine, offset: offset - sizeBytes, sizeBytes, ...counts };
  });
  return { ...(await world.submitRequest()), account, parts, queueTokens: 200 };
}

async function submitted(on: JobRunner, request: SubmitRequest): Promise<Job> {
  const sent = await on.submit(request, { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.stopped, null);
  return sent.job;
}

async function assertWhole(job: Job): Promise<void> {
  assert.equal(job.state, 'done', job.message ?? '');
  assert.deepEqual(
    (await world.rows(job)).map(({ custom_id, status }) => [custom_id, status]),
    world.requests.map((_, at) => [`id-${at}`, 'succeeded']),
  );
}

const apis = [
  { provider: 'openai', path: '/v1', isSeenLater: true },
  { provider: 'azure', path: '/openai/v1', isSeenLater: true },
  { provider: 'gemini', path: '', isSeenLater: false },
  { provider: 'anthropic', path: '', isSeenLater: false },
] as const;

for (const { provider, path, isSeenLater } of apis) {
  test(`${provider}: parts that a full queue turns away go in waves, and the results are whole`, async () => {
    const on = await start(provider, path, 'queue-full=3');
    const { id } = await submitted(on, await inParts());
    let most = 0;
    const onChange = (now: Job): void => {
      const running = now.parts.filter((part) => part.remote !== null && !isPartOver(now, part));
      most = Math.max(most, running.length);
    };
    const { job, stopped } = await on.follow(id, { signal, until: 'end', onChange });
    assert.equal(stopped, null);
    await assertWhole(job);
    const turnedAway = job.parts.reduce((sum, part) => sum + part.turnedAway.length, 0);
    assert.equal(turnedAway, isSeenLater ? 3 : 0);
    assert.equal(simulator.stats().batches, 3 + turnedAway);
    assert.ok(most <= 2, `${most} at once`);
    if (job.parts[0]?.inputFileId) assert.equal(new Set(job.parts.map((part) => part.inputFileId)).size, 3);
  });
}

test('gemini: submit does not hang on a full queue; the upload is there when there is room', async () => {
  const on = await start('gemini', '', 'queue-full=9');
  const job = await submitted(on, await world.submitRequest().then((request) => ({ ...request, account })));
  assert.deepEqual([job.state, job.parts[0]?.remote, simulator.stats().batches], ['uploading', null, 0]);
  assert.match(
    job.message ?? '',
    /^127\.0\.0\.1:\d+ answered 429 RESOURCE_EXHAUSTED: .* Trying again at 2026-11-21 \d\d:\d\d UTC\.$/,
  );
  const { job: done } = await on.follow(job.id, { signal, until: 'end' });
  await assertWhole(done);
  assert.equal(done.parts[0]?.inputFileId, job.parts[0]?.inputFileId);
});

const ways = [
  ['it is about to expire', 47.5],
  ['it expired', 60],
  ['somebody deleted it', 1],
] as const;

for (const [why, hours] of ways) {
  test(`gemini: an upload is sent again when its part waited and ${why}; one batch is made`, async () => {
    const on = await start('gemini', '', 'queue-full=9');
    const request = { ...(await world.submitRequest()), account };
    const job = await submitted(on, request);
    const uploadId = currentParts(job)[0]?.inputFileId ?? '';
    if (hours === 1) await (await providerFor(account)).deleteUpload(uploadId, signal);
    world.nowMs += hours * hourMs;
    const { job: done } = await on.follow(job.id, { signal, until: 'end' });
    await assertWhole(done);
    assert.notEqual(done.parts[0]?.inputFileId, uploadId);
    assert.equal(simulator.stats().batches, 1);
  });
}
