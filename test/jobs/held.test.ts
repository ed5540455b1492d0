// What the provider cannot take now: it is held as long as the provider asks, nobody hangs on it, and it is paid for once.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { currentParts, type Job } from '#core';
import { FakeProvider, type Script } from './fakeProvider.ts';
import { World } from './world.ts';

const signal = new AbortController().signal;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let world: World;
beforeEach(async () => {
  world = await World.make(4);
});
afterEach(() => world.remove());

function sleptMs(): number {
  return world.slept.reduce((sum, one) => sum + one, 0);
}

function heldForMs(job: Job): number {
  return Date.parse(job.parts[0]?.heldUntil ?? '') - world.nowMs;
}

async function submitted(provider: FakeProvider): Promise<Job> {
  const sent = await world.process(provider).submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.stopped, null);
  return sent.job;
}

async function toTheEnd(provider: FakeProvider, { id }: Job): Promise<Job> {
  return (await world.process(provider).follow(id, { signal, until: 'end' })).job;
}

for (const call of ['upload', 'create'] as const) {
  test(`a Retry-After of hours at ${call} is obeyed, said, and not waited for by submit`, async () => {
    const script = { call, acted: false, problem: 'throttled', retryAfterMs: 2 * hourMs } as const;
    const provider = new FakeProvider([script]);
    const job = await submitted(provider);
    assert.deepEqual([sleptMs(), heldForMs(job)], [0, 2 * hourMs]);
    assert.equal(job.message, 'scripted: throttled Trying again at 2026-11-21 12:00 UTC.');
    const again = await submitted(provider);
    assert.deepEqual([again.id, sleptMs()], [job.id, 0]);
    const done = await toTheEnd(provider, job);
    assert.deepEqual([done.state, done.rows?.succeeded, provider.batches.length], ['done', 4, 1]);
    assert.ok(sleptMs() >= 2 * hourMs);
  });
}

test('nothing is held for longer than a day', async () => {
  const script = { call: 'create', acted: false, problem: 'throttled', retryAfterMs: 100 * hourMs } as const;
  assert.equal(heldForMs(await submitted(new FakeProvider([script]))), 24 * hourMs);
});

test('a provider that goes on saying no is left alone by submit after some tries, and asked ever more seldom', async () => {
  const script: Script = { call: 'create', acted: false, problem: 'throttled' };
  const provider = new FakeProvider(Array.from({ length: 12 }, () => script));
  const job = await submitted(provider);
  assert.ok(sleptMs() < 5 * minuteMs, `${sleptMs()} ms`);
  assert.deepEqual([currentParts(job)[0]?.remote, job.state], [null, 'uploading']);
  const tries = provider.calls.filter((call) => call === 'create').length;
  const done = await toTheEnd(provider, job);
  assert.deepEqual([done.state, provider.batches.length, provider.uploads.length], ['done', 1, 1]);
  const waits = world.slept.slice(tries - 1).filter((one) => one >= minuteMs);
  assert.equal(Math.max(...waits), 30 * minuteMs);
});

test('a link that is down is tried for a minute by submit, and soon again by who waits', async () => {
  const script: Script = { call: 'upload', acted: false, problem: 'unreachable' };
  const provider = new FakeProvider(Array.from({ length: 20 }, () => script));
  const job = await submitted(provider);
  assert.ok(sleptMs() > minuteMs / 2 && sleptMs() < 3 * minuteMs, `${sleptMs()} ms`);
  const done = await toTheEnd(provider, job);
  assert.deepEqual([done.state, Math.max(...world.slept) <= 2 * minuteMs], ['done', true]);
});

test('an upload that is gone when a batch is made of it is uploaded again, and one batch is made', async () => {
  const full: Script = { call: 'create', acted: false, problem: 'throttled', retryAfterMs: 3 * hourMs };
  const provider = new FakeProvider([full, { call: 'create', acted: false, problem: 'notFound' }]);
  const job = await submitted(provider);
  provider.uploads.length = 0;
  const messages: (string | null)[] = [];
  const onChange = ({ message }: Job): void => void messages.push(message);
  const { job: done } = await world.process(provider).follow(job.id, { signal, until: 'end', onChange });
  assert.deepEqual([done.state, done.rows?.succeeded, provider.batches.length], ['done', 4, 1]);
  assert.equal(provider.uploads.length, 1);
  assert.ok(
    messages.includes('The upload is not at the provider any more; uploading the file again.'),
    messages.join('\n'),
  );
});

test('an upload that is there, or goes away again and again, is not uploaded for ever', async () => {
  const notFound: Script = { call: 'create', acted: false, problem: 'notFound' };
  const there = await submitted(new FakeProvider([notFound]));
  assert.deepEqual([there.state, there.parts[0]?.inputFileId], ['failed', 'file-1']);
  const provider = new FakeProvider(Array.from({ length: 9 }, () => notFound));
  provider.findUploads = () => Promise.resolve({ kind: 'ok', value: [] });
  const job = await submitted(provider);
  assert.deepEqual([job.state, provider.uploads.length, provider.batches.length], ['failed', 4, 0]);
});
