// A process that slept while it wrote puts an older record over a newer one: the note of the paid call tells what was begun.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

const signal = new AbortController().signal;
let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

/** Sent, and then its record is as it was before the paid call. */
async function putBack(provider: FakeProvider): Promise<Job> {
  const runner = world.process(provider);
  let before: Job | null = null;
  const onChange = (job: Job): void => {
    if (job.parts.every(({ createStartedAt }) => createStartedAt === null)) before = job;
  };
  const sent = await runner.submit(await world.submitRequest(), { signal, onChange });
  assert.equal(sent.kind === 'job' && sent.job.parts[0]?.remote?.batchId, 'batch-1');
  if (before === null) throw new Error('It was never seen before the call.');
  await world.store.write(before);
  return before;
}

test('the batch is found again, and not made again', async () => {
  const provider = new FakeProvider();
  const { id } = await putBack(provider);
  const { job } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  assert.equal(provider.calls.filter((call) => call === 'create').length, 1);
});

test('a job that is cancelled then is cancelled at the provider, not taken for one that was never sent', async () => {
  const provider = new FakeProvider();
  provider.looksNeeded = 5;
  const { id } = await putBack(provider);
  const runner = world.process(provider);
  await runner.cancel(id);
  const { job } = await runner.follow(id, { signal, until: 'end' });
  assert.deepEqual([job.state, job.parts[0]?.remote?.batchId], ['cancelled', 'batch-1']);
  assert.ok(provider.calls.includes('cancel'));
  assert.doesNotMatch(job.message ?? '', /before a batch was made/);
});

test('where batches carry no mark, it is looked for behind the fence of the call that was made', async () => {
  const { store } = world;
  const made = await world.process(new FakeProvider()).intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const [part] = made.job.parts;
  if (part === undefined) throw new Error('There is no part.');
  assert.equal(await store.begunCreate(made.job.id, part), null);
  await store.beginCreate(made.job.id, part, 'batch-of-before');
  assert.deepEqual(await store.begunCreate(made.job.id, part), { fence: 'batch-of-before', isTorn: false });
  const provider = new FakeProvider();
  const fences: (string | null)[] = [];
  const find = provider.findBatch.bind(provider);
  provider.findBatch = (search) => {
    fences.push(search.fence);
    return find(search);
  };
  // Another process meant to make the call too, and wrote down its own, later fence.
  const late = { createStartedAt: made.job.createdAt, fence: 'batch-of-after' };
  await store.write({ ...made.job, state: 'uploading', parts: [{ ...part, ...late }] });
  await world.process(provider).follow(made.job.id, { signal, until: 'submitted' });
  assert.equal(fences[0], 'batch-of-before');
});
