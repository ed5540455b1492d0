// Corners where something could be paid for twice, or what was answered be hidden or said to cost nothing: attempts that are
// refused, batches of others, notes that are torn, answers that the provider lost.
import assert from 'node:assert/strict';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job, RemoteBatch } from '#core';
import {
  type Answer,
  adoptBatch,
  type BatchSearch,
  type CreateRequest,
  type FoundBatch,
  pruneJobs,
  resolveJob,
  type SubmitRequest,
} from '#jobs';
import { parseJob } from '../../jobs/store/parseJob.ts';
import { jobOf, partOf, remoteOf } from '../core/jobSamples.ts';
import { FakeProvider } from './fakeProvider.ts';
import { Killed, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

/** The key is revoked once the first attempt is over. */
class RevokedProvider extends FakeProvider {
  override upload(...[request]: Parameters<FakeProvider['upload']>): ReturnType<FakeProvider['upload']> {
    if (!request.name.endsWith('-1.jsonl')) {
      const facts = { status: 401, code: null, message: 'No such key.', retryAfterMs: null } as const;
      return Promise.resolve({ kind: 'problem', problem: { kind: 'unauthorized', ...facts } });
    }
    return super.upload(request);
  }
}

for (const byItself of [false, true]) {
  const how = byItself ? 'by itself' : 'by hand';
  test(`another attempt ${how} that is refused hides nothing of the one before`, async () => {
    const provider = new RevokedProvider();
    provider.failing = ['id-1'];
    let job = await world.journey(provider, { retries: byItself ? 3 : 0 });
    if (!byItself) {
      assert.equal((await world.process(provider).retryFailed(job.id)).kind, 'job');
      // Whoever only sends it hears of it at once.
      job = (await world.process(provider).follow(job.id, { signal, until: 'submitted' })).job;
    }
    assert.deepEqual([job.state, job.attempt, job.resultsReady], ['done', 2, true]);
    assert.deepEqual([job.rows?.succeeded, job.rows?.failed], [3, 1]);
    assert.match(job.message ?? '', /^The last attempt was not taken\. No such key\./);
    const rows = await world.rows(job);
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['succeeded', 'failed', 'succeeded', 'succeeded'],
    );
  });
}

test('a job whose only attempt is refused is refused', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: false, problem: 'rejected' }]);
  const job = await world.journey(provider);
  assert.deepEqual([job.state, job.resultsReady, job.rows], ['failed', false, null]);
});

/** A batch that was made with another tool. */
async function foreignBatch(provider: FakeProvider, change: Partial<RemoteBatch>): Promise<SubmitRequest> {
  const request = await world.submitRequest();
  const bytes = { path: request.file, offset: 0, sizeBytes: request.checked.sizeBytes };
  await provider.upload({ name: 'x.jsonl', bytes });
  const mark = { jobId: 'elsewhere', part: 1, attempt: 1 };
  const create = { inputFileId: 'file-1', bytes, endpoint: '', model: null, metadata: {}, mark };
  await provider.create(create);
  const [batch] = provider.batches;
  if (batch) provider.get = () => Promise.resolve({ kind: 'ok', value: { ...batch.remote, ...change } });
  provider.calls.length = 0;
  return request;
}

const turnedAway = {
  ...{ status: 'failed', counts: { total: 0, completed: 0, failed: 0 } },
  errors: [{ code: 'token_limit_exceeded', message: 'The queue is full.', line: null }],
};

for (const [what, errors] of [
  ['was refused', [{ code: 'invalid_file', message: 'No JSON.', line: 2 }]],
  ['was turned away', turnedAway.errors],
] as const) {
  test(`a batch of somebody else that ${what} is taken over as that: no results, and nothing is sent`, async () => {
    const provider = new FakeProvider();
    const request = await foreignBatch(provider, { ...turnedAway, errors });
    const answer = await adoptBatch(world.environment(provider), 'batch-1', request);
    const job = answer.kind === 'job' ? answer.job : assert.fail(answer.message);
    assert.deepEqual([job.state, job.resultsReady], ['failed', false]);
    assert.match(job.message ?? '', new RegExp(errors[0]?.code ?? ''));
    await world.process(provider).follow(job.id, { signal, until: 'end' });
    assert.deepEqual(provider.calls, []);
  });
}

test('a batch that was taken over and is turned away later is not sent from here', async () => {
  const provider = new FakeProvider();
  const request = await foreignBatch(provider, {});
  const answer = await adoptBatch(world.environment(provider), 'batch-1', request);
  const id = answer.kind === 'job' ? answer.job.id : assert.fail(answer.message);
  provider.get = () =>
    Promise.resolve({ kind: 'ok', value: remoteOf('failed', { ...turnedAway, batchId: 'batch-1' }) });
  const { job } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.equal(job.state, 'failed');
  assert.deepEqual(provider.calls, []);
});

test('a batch that a job of ours may have made is not taken over beside it', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: true, problem: 'interrupted' }]);
  const runner = world.process(provider);
  const request = await world.submitRequest();
  const made = await runner.intend(request);
  const id = made.kind === 'made' ? made.job.id : assert.fail(made.message);
  provider.onCreated = () => {
    world.stepsLeft = 0;
  };
  await assert.rejects(runner.follow(id, { signal, until: 'end' }), Killed);
  world.stepsLeft = Number.POSITIVE_INFINITY;
  assert.equal(provider.batches.length, 1);
  const answer = await adoptBatch(world.environment(provider), 'batch-1', request);
  assert.match(answer.kind === 'problem' ? answer.message : '', new RegExp(`what job ${id} made`));
  const { job } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  assert.equal((await world.store.list()).jobs.length, 1);
});

test('what the provider lost may have been billed: its cost is not known, and it is not sent again by itself', async () => {
  const provider = new FakeProvider();
  provider.looksNeeded = Number.POSITIVE_INFINITY;
  const facts = { status: 404, code: null, message: 'No such batch.', retryAfterMs: null } as const;
  provider.get = () => Promise.resolve({ kind: 'problem', problem: { kind: 'notFound', ...facts } });
  const job = await world.journey(provider, { retries: 2 });
  assert.deepEqual([job.state, job.rows?.missing, job.costUsd], ['done', 4, null]);
  assert.deepEqual([job.attempt, provider.batches.length], [1, 1]);
  assert.match(job.message ?? '', /paid for once already/);
});

/** Where nothing is uploaded and no batch is marked. */
class UnmarkedProvider extends FakeProvider {
  readonly searches: BatchSearch[] = [];
  found: FoundBatch = { kind: 'none' };
  override create({ mark }: CreateRequest): Promise<Answer<RemoteBatch>> {
    const batchId = `batch-of-${mark.jobId}`;
    return Promise.resolve({ kind: 'ok', value: remoteOf('in_progress', { batchId }) });
  }
  override findBatch(search: BatchSearch): Promise<Answer<FoundBatch>> {
    this.searches.push(search);
    return Promise.resolve({ kind: 'ok', value: this.found });
  }
}

/** A job with a paid call that was begun, and of which nothing more is known. */
async function begunJob(random: number): Promise<Job> {
  const provider = new UnmarkedProvider();
  const runner = world.process(provider, { random: () => random });
  const made = await runner.intend({ ...(await world.submitRequest()), forceNew: true });
  const job = made.kind === 'made' ? made.job : assert.fail(made.message);
  const [part] = job.parts;
  const parts = part ? [{ ...part, createStartedAt: job.createdAt, fence: 'fence-on-record' }] : [];
  const begun = { ...job, parts };
  await world.store.write(begun);
  return begun;
}

test('a note of a paid call that is torn made no call: what the record says of the time before it holds', async () => {
  await world.remove();
  world = await World.make(4, 'anthropic');
  for (const [note, fence, random] of [
    ['', 'fence-on-record', 0.1],
    ['{"host":"x","pi', 'fence-on-record', 0.2],
    ['{"host":"x","pid":1,"fence":"fence-of-note"}', 'fence-of-note', 0.3],
    ['{"host":"x","pid":1,"fence":""}', null, 0.4],
  ] as const) {
    const job = await begunJob(random);
    await writeFile(join(world.store.folderOf(job.id), 'create-1'), note);
    const provider = new UnmarkedProvider();
    await world.process(provider).follow(job.id, { signal, until: 'submitted' });
    assert.equal(provider.searches[0]?.fence, fence, note);
  }
});

test('without marks a batch that surely is of another call is none that is looked for; one that was found may be', async () => {
  await world.remove();
  world = await World.make(4, 'anthropic');
  const provider = new UnmarkedProvider();
  const sent = await world
    .process(provider)
    .submit({ ...(await world.submitRequest()), forceNew: true }, { signal });
  const answered = sent.kind === 'job' ? sent.job : assert.fail(sent.message);
  const other = await begunJob(0.2);
  provider.found = { kind: 'found', remote: remoteOf('in_progress', { batchId: 'found' }) };
  await world.process(provider).follow(other.id, { signal, until: 'submitted' });
  const looking = await begunJob(0.3);
  await world.process(provider).follow(looking.id, { signal, until: 'submitted' });
  assert.deepEqual(
    provider.searches.map(({ besides }) => besides),
    [[`batch-of-${answered.id}`], [`batch-of-${answered.id}`]],
  );
});

test('the line that a batch named by hand was refused for is told as the line of the source', async () => {
  const [first, second] = [
    partOf({ requests: 2, inputFileId: 'file_1', createStartedAt: '2026-11-21T10:00:00.000Z', unclear: [] }),
    partOf({ part: 2, firstLine: 2, requests: 2 }),
  ];
  const job = jobOf({
    state: 'unclear',
    parts: [
      { ...first, part: 2, firstLine: 2 },
      { ...second, part: 1, firstLine: 0, refusal: 'no' },
    ],
  });
  await world.store.write({ ...job, account: { ...job.account, profile: 'openai' } });
  const provider = new FakeProvider();
  const errors = [{ code: 'invalid', message: 'Wrong.', line: 1 }];
  provider.get = () => Promise.resolve({ kind: 'ok', value: remoteOf('failed', { errors }) });
  const answer = await resolveJob(world.environment(provider), job.id, { kind: 'adopt', batchId: 'batch_1' });
  assert.equal(answer.kind, 'job');
  const kept = await world.store.get(job.id);
  assert.equal(kept?.parts[0]?.remote?.errors[0]?.line, 3);
});

test('a record of version 1 whose second attempt was refused still has the first', () => {
  const { provider: _, requests: __, sha256: ___, ...job } = jobOf({ state: 'failed', attempt: 2 });
  const parts = [
    partOf({ remote: remoteOf('completed'), downloaded: true }),
    partOf({ part: 2, attempt: 2, remote: remoteOf('failed') }),
  ].map(({ refusal: _, unclear: __, ...part }) => part);
  const record = { ...job, version: 1, parts, provider: 'openai', resultsReady: true, message: 'Refused.' };
  const read = parseJob(JSON.stringify(record), job.id);
  assert.deepEqual(read.kind === 'job' ? read.job.parts.map(({ refusal }) => refusal) : read.message, [
    null,
    'Refused.',
  ]);
});

test('a job whose merged results are not where they were keeps its downloads: they are all there is', async () => {
  const provider = new FakeProvider();
  const job = await world.journey(provider);
  world.nowMs += 86_400_000;
  const old = { olderThanMs: 1, dryRun: false };
  await rename(job.resultsPath, `${job.resultsPath}.away`);
  assert.deepEqual((await pruneJobs(world.environment(provider), old)).jobs, []);
  await rename(`${job.resultsPath}.away`, job.resultsPath);
  assert.equal((await pruneJobs(world.environment(provider), old)).jobs.length, 1);
  await rm(job.resultsPath);
});

test('a job folder that goes while others are pruned keeps none of them', async () => {
  const provider = new FakeProvider();
  const job = await world.journey(provider);
  world.nowMs += 86_400_000;
  const env = world.environment(provider);
  const list = env.store.list.bind(env.store);
  env.store.list = async () => {
    const listed = await list();
    return { ...listed, jobs: [jobOf({ id: 'gone' }), ...listed.jobs] };
  };
  const pruned = await pruneJobs(env, { olderThanMs: 1, dryRun: false });
  assert.deepEqual(
    pruned.jobs.map(({ id }) => id),
    [job.id],
  );
  assert.match(await readFile(job.resultsPath, 'utf8'), /id-3/);
});
