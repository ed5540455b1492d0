// The same bytes once more: which open job do they go on with, and which batch or job is another one?
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Account, SubmitRequest } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make(4, 'gemini');
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

/** The id of the job that these bytes become, and whether it is a new one. */
async function intended(more: Partial<SubmitRequest>): Promise<readonly [string, boolean]> {
  const request = { ...(await world.submitRequest()), ...more };
  const made = await world.process(new FakeProvider()).intend(request);
  return made.kind === 'made' ? [made.job.id, made.isNew] : assert.fail(made.message);
}

test('for another model, profile or address they are another job; for the same they go on with theirs', async () => {
  const account: Account = world.account;
  const [first] = await intended({ model: 'gemini-3.8-flash' });
  const [second, isNew] = await intended({ model: 'gemini-3.8-pro' });
  assert.notEqual(second, first);
  assert.equal(isNew, true);
  // Whichever was made last.
  assert.deepEqual(await intended({ model: 'models/gemini-3.8-flash' }), [first, false]);
  assert.deepEqual(await intended({ model: 'gemini-3.8-pro' }), [second, false]);
  for (const other of [{ profile: 'work' }, { baseUrl: 'http://127.0.0.1:10/v1' }]) {
    const [id, isAnother] = await intended({ account: { ...account, ...other } });
    assert.deepEqual([isAnother, [first, second].includes(id)], [true, false]);
  }
  const { runner, sha256 } = {
    runner: world.process(new FakeProvider()),
    ...(await world.submitRequest()).checked,
  };
  assert.equal((await runner.findOpen(sha256, account, { model: 'gemini-3.8-flash' }))?.id, first);
  assert.equal(await runner.findOpen(sha256, account, { model: 'gemini-2.5-flash' }), null);
  assert.ok(await runner.findOpen(sha256, account));
});

test('a retry by a process that slept past its lock changes nothing, and says so', async () => {
  await world.remove();
  world = await World.make();
  const provider = new FakeProvider();
  provider.failing = ['id-1'];
  const { id } = await world.journey(provider);
  await world.store.askToCancel(id);
  const before = await world.store.get(id);
  const sleepy = world.process(provider, {
    // Meanwhile another process takes the lock over.
    valuesFor: async () => {
      await writeFile(join(world.store.folderOf(id), 'lock.owner'), '{"host":"x","pid":1}');
      return {};
    },
  });
  const answer = await sleepy.retryFailed(id);
  assert.match(answer.kind === 'problem' ? answer.message : '', /took this job over/);
  assert.deepEqual(await world.store.get(id), before);
  // Nor what was asked of the job.
  assert.equal(await world.store.isAskedToCancel(id), true);
});

test('a retry while an attempt is open, or already followed, is not begun beside it', async () => {
  await world.remove();
  world = await World.make();
  const provider = new FakeProvider();
  provider.failing = ['id-1'];
  const runner = world.process(provider);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  const { id } = sent.kind === 'job' ? sent.job : assert.fail(sent.message);
  assert.equal((await runner.retryFailed(id)).kind, 'problem');
  await runner.follow(id, { signal, until: 'end' });
  const answers = await Promise.all([runner.retryFailed(id), world.process(provider).retryFailed(id)]);
  assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['job', 'problem']);
  provider.failing = [];
  const { job } = await runner.follow(id, { signal, until: 'end' });
  assert.deepEqual([job.attempt, job.rows?.succeeded, provider.batches.length], [2, 4, 2]);
});

test('a retry waits for whoever has just brought the job to its end', async () => {
  await world.remove();
  world = await World.make();
  const provider = new FakeProvider();
  provider.failing = ['id-1'];
  const { id } = await world.journey(provider);
  const lock = await world.store.lock(id);
  assert.ok(lock !== null);
  const patient = world.process(provider, { sleep: () => lock.release() });
  assert.equal((await patient.retryFailed(id)).kind, 'job');
});
