// A provider withholds what it has: files that appear late or never, batches that turn up after all, listings that it does not
// give. Nothing is paid for twice by that, nothing is said to be free, and nobody waits without a word.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job, RemoteBatch } from '#core';
import { type Answer, type ApiProblem, adoptBatch, askOf, type FoundBatch, resolveJob } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

/** Says that a batch is over some looks before it names its files. */
class LateProvider extends FakeProvider {
  /** How often its files are left out. */
  late = 3;
  counts: RemoteBatch['counts'] | undefined = undefined;
  override async get(batchId: string): Promise<Answer<RemoteBatch>> {
    const got = await super.get(batchId);
    if (got.kind !== 'ok' || got.value.status !== 'completed' || this.late-- <= 0) return got;
    const counts = this.counts === undefined ? got.value.counts : this.counts;
    return { kind: 'ok', value: { ...got.value, outputFileId: null, errorFileId: null, counts } };
  }
}

for (const counts of [undefined, null]) {
  const what = counts === null ? 'says nothing of its answers' : 'counts its answers';
  test(`a batch that is over, ${what}, and names no files yet is looked at again: nothing is sent anew`, async () => {
    const provider = new LateProvider();
    provider.counts = counts;
    const job = await world.journey(provider, { retries: 2 });
    assert.deepEqual([job.state, job.rows?.succeeded, job.attempt], ['done', 4, 1]);
    assert.equal(provider.batches.length, 1);
  });
}

test('answers that are counted and never given may have been billed: they are not free, and not sent again by themselves', async () => {
  const provider = new LateProvider();
  provider.late = Number.POSITIVE_INFINITY;
  const job = await world.journey(provider, { retries: 2 });
  assert.deepEqual([job.state, job.rows?.missing, job.costUsd, job.attempt], ['done', 4, null, 1]);
  assert.equal(provider.batches.length, 1);
  assert.match(job.message ?? '', /has 4 answers by the provider's count, but it names no file of them/);
  assert.match(job.message ?? '', /paid for once already/);
  // They came after all.
  provider.late = 0;
  await askOf(world.environment(provider), job.id, 'fetchAgain');
  const again = await world.process(provider).follow(job.id, { signal, until: 'end' });
  assert.deepEqual([again.job.state, again.job.rows?.succeeded], ['done', 4]);
  assert.ok((again.job.costUsd ?? 0) > 0);
  assert.equal(provider.batches.length, 1);
});

test('a batch whose requests all failed, without any file, is over: what it counts is nothing', async () => {
  const provider = new LateProvider();
  provider.late = Number.POSITIVE_INFINITY;
  provider.counts = { total: 4, completed: 0, failed: 4 };
  const job = await world.journey(provider);
  assert.deepEqual([job.state, job.rows?.missing, job.costUsd], ['done', 4, 0]);
});

const strange: ApiProblem['kind'] = 'interrupted';

/** A job whose create was answered by nothing, and whose batch no listing shows yet. */
async function unclear(provider: FakeProvider): Promise<Job> {
  provider.listingDelayMs = Number.POSITIVE_INFINITY;
  const runner = world.process(provider, { settleMs: Number.POSITIVE_INFINITY });
  const made = await runner.intend(await world.submitRequest());
  const id = made.kind === 'made' ? made.job.id : assert.fail(made.message);
  const stop = new AbortController();
  const onChange = (job: Job): void => {
    if (job.state === 'unclear') stop.abort();
  };
  await assert.rejects(runner.follow(id, { signal: stop.signal, until: 'end', onChange }));
  return (await world.store.get(id)) ?? assert.fail('no job');
}

test('a batch that turns up after somebody said that there is none is taken, not paid for again', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: true, problem: strange }]);
  const { id } = await unclear(provider);
  const said = await resolveJob(world.environment(provider), id, { kind: 'notSent' });
  assert.equal(said.kind === 'job' ? said.job.state : said.message, 'uploading');
  const [late] = provider.batches;
  if (late) Object.assign(late, { listedAtMs: 0 });
  const { job } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.deepEqual([job.state, job.rows?.succeeded, provider.batches.length], ['done', 4, 1]);
});

for (const [what, answer] of [
  ['shows none', { kind: 'ok', value: { kind: 'none' } }],
  ['is not given', { kind: 'problem', problem: problemOf('notFound') }],
] as const) {
  test(`where somebody said that there is none and the listing ${what}, it is sent once more`, async () => {
    const provider = new FakeProvider([{ call: 'create', acted: false, problem: strange }]);
    const { id } = await unclear(provider);
    await resolveJob(world.environment(provider), id, { kind: 'notSent' });
    provider.findBatch = (): Promise<Answer<FoundBatch>> => Promise.resolve(answer);
    const { job } = await world.process(provider).follow(id, { signal, until: 'end' });
    assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  });
}

function problemOf(kind: ApiProblem['kind']): ApiProblem {
  return { kind, status: 404, code: null, message: 'The server has no such page.', retryAfterMs: null };
}

test('where a provider gives no listing, an unclear job says who can settle it', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: false, problem: strange }]);
  provider.findBatch = () => Promise.resolve({ kind: 'problem', problem: problemOf('notFound') });
  const sent = await world.process(provider).submit(await world.submitRequest(), { signal });
  const { job, stopped } = sent.kind === 'job' ? sent : assert.fail(sent.message);
  assert.equal(job.state, 'unclear');
  assert.match(stopped ?? '', /no such page.* "resolve"/);
  assert.equal(job.message, stopped);
});

test('a batch is known under each of its names: it is taken over once', async () => {
  const provider = new FakeProvider();
  const got = provider.get.bind(provider);
  provider.get = async (batchId) => got(batchId === '1' ? 'batch-1' : batchId);
  const first = await world.journey(provider);
  assert.equal(first.parts[0]?.remote?.batchId, 'batch-1');
  const again = await adoptBatch(world.environment(provider), '1', await world.submitRequest());
  assert.match(again.kind === 'problem' ? again.message : '', new RegExp(`batch of job ${first.id} already`));
  assert.equal((await world.store.list()).jobs.length, 1);
});

test('a file that the provider refuses to give is not asked for without end', async () => {
  const provider = new FakeProvider();
  provider.download = () => {
    provider.calls.push('download');
    return Promise.resolve({ kind: 'problem', problem: { ...problemOf('rejected'), status: 400 } });
  };
  const sent = await world.process(provider).submit(await world.submitRequest(), { signal });
  const { id } = sent.kind === 'job' ? sent.job : assert.fail(sent.message);
  const { job, stopped } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.deepEqual([job.state, stopped], ['finishing', 'The server has no such page.']);
  assert.equal(provider.calls.filter((call) => call === 'download').length, 5);
});
