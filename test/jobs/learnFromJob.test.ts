// After a job its rows teach the next estimate, through the official SDK over real HTTP; what is simulated teaches nothing.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type Job, learnedKey, ownPlaces, placesOf } from '#core';
import { LearnedFile, learnFromRows } from '#files';
import {
  type Account,
  accountOf,
  type JobRunner,
  type JobsEnvironment,
  learnFromJob,
  providerFor,
} from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
let simulator: Simulator;
beforeEach(async () => {
  world = await World.make(40);
  simulator = await startSimulator({ latencyMs: 0, now: () => world.nowMs });
});
afterEach(async () => {
  await simulator.dispose();
  await world.remove();
});

const { signal } = new AbortController();

function account(profile = 'openai'): Account {
  const answer = accountOf({ profile, provider: 'openai', baseUrl: simulator.url, apiKey: null });
  return answer.kind === 'account' ? answer.account : assert.fail(answer.problem.message);
}

function runner(over: Partial<JobsEnvironment> = {}, profile = 'openai'): JobRunner {
  return world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account: account(profile) }),
    learn: learnFromRows,
    ...over,
  });
}

async function finish(on: JobRunner, profile = 'openai'): Promise<Job> {
  const request = { ...(await world.submitRequest()), account: account(profile) };
  const sent = await on.submit(request, { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  const { job } = await on.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'done');
  return job;
}

const file = (): string => join(world.store.home, 'calibration.json');
const key = learnedKey('openai', 'gpt-6-luna');

test('a finished job teaches ratio and output of its model, at its address', async () => {
  const job = await finish(runner());
  const learned = new LearnedFile(world.store.home);
  const here = (await learned.at(placesOf({ openai: simulator.url }), world.nowMs))[key];
  assert.deepEqual([here?.input?.rows, here?.output?.rows], [40, 40]);
  assert.equal(here?.output?.tokens, (job.usage?.output_tokens ?? 0) / 40);
  const estimated = 40 * 10;
  const ratio = (job.usage?.input_tokens ?? 0) / estimated;
  assert.ok(Math.abs((here?.input?.ratio ?? 0) - ratio) < 0.2, `${here?.input?.ratio} ${ratio}`);
  assert.deepEqual(await learned.at(ownPlaces, world.nowMs), {});
});

test('merged again, it is still one piece of evidence', async () => {
  const on = runner();
  const job = await finish(on);
  const before = await readFile(file(), 'utf8');
  const environment = { store: world.store, now: () => world.nowMs, learn: learnFromRows };
  await learnFromJob(environment as unknown as JobsEnvironment, job, signal);
  assert.equal(await readFile(file(), 'utf8'), before);
});

test('the simulator of the editor teaches nothing', async () => {
  await finish(runner({}, 'simulator'), 'simulator');
  await assert.rejects(readFile(file()), { code: 'ENOENT' });
});

test('a job is done whatever becomes of its lesson', async () => {
  const job = await finish(
    runner({
      learn: () => Promise.reject(new Error('no memory')),
    }),
  );
  assert.equal(job.rows?.succeeded, 40);
  await writeFile(file(), 'a person wrote this');
  await rm(join(world.folder, 'a.results.jsonl'));
  await finish(runner());
  assert.equal(await readFile(file(), 'utf8'), 'a person wrote this');
});
