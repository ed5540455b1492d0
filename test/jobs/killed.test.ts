// A process may be killed at any moment, and start again or not alone: one paid batch per attempt, every row, always.
import assert from 'node:assert/strict';
import { mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Job, JobPart } from '#core';
import { type JobRunner, StoreError } from '#jobs';
import { randomFrom } from '../random.ts';
import { FakeProvider, type Script } from './fakeProvider.ts';
import { Killed, World } from './world.ts';

const signal = new AbortController().signal;

/** Submits, or goes on with the job that is there. */
async function work(world: World, runner: JobRunner): Promise<Job> {
  const [begun] = (await world.store.list()).jobs;
  if (begun !== undefined) return (await runner.follow(begun.id, { signal, until: 'end' })).job;
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  return (await runner.follow(sent.job.id, { signal, until: 'end' })).job;
}

/** @returns whether it was killed before it was done. */
async function workUntilKilled(world: World, provider: FakeProvider, steps: number): Promise<boolean> {
  world.stepsLeft = steps;
  try {
    await work(world, world.process(provider));
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    world.stepsLeft = Number.POSITIVE_INFINITY;
  }
}

interface Scenario {
  readonly name: string;
  readonly scripts: readonly Script[];
  readonly listingDelayMs?: number;
}

const scenarios: readonly Scenario[] = [
  { name: 'nothing else goes wrong', scripts: [] },
  {
    name: 'the answer to the create is lost',
    scripts: [{ call: 'create', acted: true, problem: 'interrupted' }],
    listingDelayMs: 20_000,
  },
  {
    name: 'the create never arrives and the listing fails at first',
    scripts: [
      { call: 'create', acted: false, problem: 'server' },
      { call: 'findBatch', acted: false, problem: 'interrupted' },
    ],
  },
  {
    name: 'the answer to the upload is lost',
    scripts: [{ call: 'upload', acted: true, problem: 'interrupted' }],
  },
];

for (const { name, scripts, listingDelayMs = 0 } of scenarios) {
  test(`killed between any two steps and started again, while ${name}`, async () => {
    await atEveryStep(async (steps) => {
      const world = await World.make();
      const provider = new FakeProvider(scripts);
      provider.listingDelayMs = listingDelayMs;
      const killed = await workUntilKilled(world, provider, steps);
      const [job] = (await world.store.list()).jobs;
      if (job === undefined)
        assert.deepEqual(provider.calls, [], 'nothing is sent before the intent is on disk');
      await assertWhole(world, provider, job ?? (await work(world, world.process(provider))), steps);
      await world.remove();
      return killed;
    });
  });
}

/** Tries 0, 1, 2 … steps, some at once, until one try was not killed any more. */
async function atEveryStep(isKilledAfter: (steps: number) => Promise<boolean>): Promise<void> {
  const atOnce = 8;
  for (let first = 0, killed = true; killed; first += atOnce) {
    assert.ok(first < 100, 'it comes to an end');
    const tries = Array.from({ length: atOnce }, (_, index) => isKilledAfter(first + index));
    killed = (await Promise.all(tries)).every((one) => one);
  }
}

async function assertWhole(world: World, provider: FakeProvider, job: Job, steps: number): Promise<void> {
  const ended = await world.process(provider).follow(job.id, { signal, until: 'end' });
  assert.equal(ended.job.state, 'done', `killed at step ${steps}`);
  assert.equal(provider.batches.length, 1, `killed at step ${steps}`);
  assert.equal(provider.uploads.length, 1, `killed at step ${steps}: an upload is found again`);
  assert.deepEqual(
    (await world.rows(ended.job)).map((row) => row.status),
    ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
  );
}

test('killed at any step of a second attempt: one batch for each attempt', async () => {
  await atEveryStep(async (steps) => {
    const world = await World.make();
    const provider = new FakeProvider();
    provider.failing = ['id-1'];
    const first = await work(world, world.process(provider));
    provider.failing = [];
    world.stepsLeft = steps;
    let killed = false;
    try {
      const runner = world.process(provider);
      await runner.retryFailed(first.id);
      await runner.follow(first.id, { signal, until: 'end' });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
    }
    world.stepsLeft = Number.POSITIVE_INFINITY;
    const again = world.process(provider);
    // Killed before it was written down that there is a second attempt: a person asks again.
    if ((await world.store.get(first.id))?.attempt === 1) await again.retryFailed(first.id);
    const { job } = await again.follow(first.id, { signal, until: 'end' });
    assert.deepEqual([job.state, job.attempt, job.rows?.succeeded], ['done', 2, 4]);
    assert.equal(provider.batches.length, 2, `killed at step ${steps}`);
    await world.remove();
    return killed;
  });
});

test('random histories: killed again and again, with faults of every kind', async () => {
  const random = randomFrom(20261121);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const lifetime = (): number => Math.floor(random() * pick([4, 12, 60]));
  for (let history = 0; history < 15; history++) {
    const scripts = Array.from({ length: Math.floor(random() * 6) }, (): Script => {
      const call = pick(['upload', 'findUploads', 'create', 'findBatch', 'get', 'download'] as const);
      const problem = pick(['interrupted', 'server', 'throttled', 'unreachable'] as const);
      // Only where it is not certain can it have been done.
      const acted = (problem === 'interrupted' || problem === 'server') && random() < 0.5;
      return { call, acted, problem };
    });
    const world = await World.make();
    const provider = new FakeProvider(scripts);
    provider.listingDelayMs = Math.floor(random() * 50_000);
    provider.looksNeeded = 1 + Math.floor(random() * 3);
    provider.failing = random() < 0.5 ? ['id-2'] : [];
    for (let lives = 0; await workUntilKilled(world, provider, lifetime()); lives++) {
      assert.ok(lives < 60, `history ${history} comes to an end`);
      // As long as any request may be on its way.
      if (random() < 0.3) world.nowMs += 3_600_000;
    }
    const { jobs } = await world.store.list();
    const what = `history ${history}: ${JSON.stringify(scripts)}`;
    assert.deepEqual(
      jobs.map((job) => job.state),
      ['done'],
      what,
    );
    assert.equal(provider.batches.length, 1, what);
    assert.equal((await world.rows(jobs[0] as Job)).length, 4, what);
    await world.remove();
  }
});

test('the lock of a process that is gone is taken over once it is stale, and not before', async () => {
  const world = await World.make();
  const provider = new FakeProvider();
  const runner = world.process(provider, {
    sleep: (delayMs) => {
      world.nowMs += delayMs;
      return new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const lock = join(world.store.folderOf(made.job.id), 'lock');
  await mkdir(lock);
  const followed = runner.follow(made.job.id, { signal, until: 'end' });
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.deepEqual(provider.calls, []);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  assert.equal((await followed).job.state, 'done');
  assert.equal(provider.batches.length, 1);
  await world.remove();
});

/** A process that, around one of its writes, sleeps until its lock is old, and wakes when another has gone on. */
function overtaken(
  world: World,
  provider: FakeProvider,
  when: 'before' | 'after',
  isMoment: IsMoment,
): JobRunner {
  const store = world.store;
  const write = store.write.bind(store);
  let isOvertaken = false;
  store.write = async (job) => {
    const isNow = !isOvertaken && isMoment(job.parts[0] as JobPart);
    isOvertaken ||= isNow;
    if (isNow && when === 'before') await overtake(world, provider, job.id);
    await write(job);
    if (isNow && when === 'after') await overtake(world, provider, job.id);
  };
  return world.process(provider, { store });
}

type IsMoment = (part: JobPart) => boolean;

async function overtake(world: World, provider: FakeProvider, id: string): Promise<void> {
  await rm(join(world.store.folderOf(id), 'lock'), { recursive: true });
  await world.process(provider).follow(id, { signal, until: 'submitted' });
}

const isUploaded: IsMoment = (part) => part.inputFileId !== null;
const isCreating: IsMoment = (part) => part.createStartedAt !== null;
const moments = [
  ['before its upload is written down', 'before', isUploaded],
  ['after its upload is written down', 'after', isUploaded],
  ['before the create is written down', 'before', isCreating],
  ['after the create is written down', 'after', isCreating],
] as const;

for (const [name, when, isMoment] of moments) {
  test(`a process that is overtaken ${name} does not send again`, async () => {
    const world = await World.make();
    const provider = new FakeProvider();
    const slow = overtaken(world, provider, when, isMoment);
    const made = await slow.intend(await world.submitRequest());
    if (made.kind !== 'made') throw new Error(made.message);
    const { job } = await slow.follow(made.job.id, { signal, until: 'end' });
    assert.equal(job.state, 'done');
    assert.equal(provider.batches.length, 1);
    await world.remove();
  });
}

test('a process that is overtaken before it is written down that the create never left does not open the way to a second', async () => {
  const world = await World.make();
  const provider = new FakeProvider([{ call: 'create', acted: false, problem: 'unreachable' }]);
  let isBegun = false;
  const isTakenBack: IsMoment = (part) => {
    isBegun ||= isCreating(part);
    return isBegun && !isCreating(part);
  };
  const slow = overtaken(world, provider, 'before', isTakenBack);
  const made = await slow.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const { job } = await slow.follow(made.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  await world.remove();
});

test('a process that is overtaken with the create begun does not make the call', async () => {
  const world = await World.make();
  const provider = new FakeProvider();
  const store = world.store;
  const begin = store.beginCreate.bind(store);
  let isOvertaken = false;
  store.beginCreate = async (id, part) => {
    const isBegun = await begin(id, part);
    if (!isOvertaken) {
      isOvertaken = true;
      await overtake(world, provider, id);
    }
    return isBegun;
  };
  const slow = world.process(provider, { store });
  const made = await slow.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const { job } = await slow.follow(made.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  await world.remove();
});

test('a record that cannot be kept stops the job before anything is sent', async () => {
  const world = await World.make();
  const provider = new FakeProvider();
  const made = await world.process(provider).intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const store = world.store;
  store.write = () => Promise.reject(new StoreError('The disk is full.'));
  const runner = world.process(provider, { store });
  const { job, stopped } = await runner.follow(made.job.id, { signal, until: 'end' });
  assert.equal(stopped, 'The disk is full.');
  assert.equal(job.state, 'intended');
  assert.deepEqual(provider.calls, []);
  await world.remove();
});
