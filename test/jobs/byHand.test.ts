// What a person decides: which batch an unclear job is, that a foreign batch is a job, that uploads and old records go.
import assert from 'node:assert/strict';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { formatBytes, type Job } from '#core';
import { adoptBatch, askOf, type JobsEnvironment, listRemote, pruneJobs, resolveJob } from '#jobs';
import { FakeProvider, type Script } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
let provider: FakeProvider;
beforeEach(async () => {
  world = await World.make();
  provider = new FakeProvider();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

function environment(): JobsEnvironment {
  return world.environment(provider);
}

/** A job whose create was not answered, and whose listing fails. */
async function unclearJob(script: Script): Promise<Job> {
  provider = new FakeProvider([
    script,
    ...Array.from({ length: 5 }, (): Script => ({ call: 'findBatch', acted: false, problem: 'server' })),
  ]);
  const enough = new AbortController();
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  let sawUnclear = 0;
  const onChange = ({ state }: Job): void => {
    if (state === 'unclear' && ++sawUnclear > 1) enough.abort();
  };
  await assert.rejects(runner.follow(made.job.id, { signal: enough.signal, until: 'end', onChange }));
  const job = await world.store.get(made.job.id);
  assert.equal(job?.state, 'unclear');
  return job as Job;
}

async function finish(id: string): Promise<Job> {
  return (await world.process(provider).follow(id, { signal, until: 'end' })).job;
}

test('the batch that a person names is the one, and only one that it can be', async () => {
  const job = await unclearJob({ call: 'create', acted: true, problem: 'interrupted' });
  const wrong = await resolveJob(environment(), job.id, { kind: 'adopt', batchId: 'batch-1' });
  assert.equal(wrong.kind, 'job');
  assert.equal((await finish(job.id)).rows?.succeeded, 4);
  assert.equal(provider.batches.length, 1);
  const again = await resolveJob(environment(), job.id, { kind: 'notSent' });
  assert.match(again.kind === 'problem' ? again.message : '', /is not unclear/);
});

test('a batch of another size is not the one', async () => {
  const job = await unclearJob({ call: 'create', acted: true, problem: 'interrupted' });
  const get = provider.get.bind(provider);
  provider.get = async (id) => {
    const answer = await get(id);
    if (answer.kind !== 'ok') return answer;
    return { kind: 'ok', value: { ...answer.value, counts: { total: 9, completed: 0, failed: 0 } } };
  };
  const answer = await resolveJob(environment(), job.id, { kind: 'adopt', batchId: 'batch-1' });
  assert.match(
    answer.kind === 'problem' ? answer.message : '',
    /has 9 requests, and what is looked for has 4/,
  );
  assert.equal((await world.store.get(job.id))?.state, 'unclear');
});

test('what a person says was not sent is sent once the job goes on', async () => {
  const job = await unclearJob({ call: 'create', acted: false, problem: 'interrupted' });
  const answer = await resolveJob(environment(), job.id, { kind: 'notSent' });
  assert.equal(answer.kind === 'job' ? answer.job.state : answer.message, 'uploading');
  assert.equal(provider.batches.length, 0);
  assert.equal((await finish(job.id)).rows?.succeeded, 4);
  assert.equal(provider.batches.length, 1);
});

test('a process that looks for the batch right now is told, and what is said holds for that call alone', async () => {
  for (const resolution of [{ kind: 'adopt', batchId: 'batch-1' }, { kind: 'notSent' }] as const) {
    const acted = resolution.kind === 'adopt';
    provider = new FakeProvider([{ call: 'create', acted, problem: 'interrupted' }]);
    const find = provider.findBatch.bind(provider);
    let looks = 0;
    provider.findBatch = async (search) => {
      looks++;
      const facts = { status: 500, code: null, message: 'Oops.', retryAfterMs: null } as const;
      return looks < 1_000 ? { kind: 'problem', problem: { kind: 'server', ...facts } } : find(search);
    };
    const request = { ...(await world.submitRequest()), forceNew: true };
    const runner = world.process(provider, { random: () => (acted ? 0.3 : 0.4) });
    const made = await runner.intend(request);
    if (made.kind !== 'made') throw new Error(made.message);
    let answer: ReturnType<typeof resolveJob> | null = null;
    const onChange = ({ state, id }: Job): void => {
      if (state === 'unclear') answer ??= resolveJob(environment(), id, resolution);
    };
    const { job } = await runner.follow(made.job.id, { signal, until: 'end', onChange });
    assert.equal((await (answer as ReturnType<typeof resolveJob> | null))?.kind, 'job');
    assert.deepEqual([job.state, job.rows?.succeeded, provider.batches.length], ['done', 4, 1]);
    assert.ok(looks < 1_000, `${looks} looks`);
    // Said again later, of a call that is settled.
    const late = {
      part: 1,
      createStartedAt: '2026-11-21T10:00:00.000Z',
      event: { kind: 'createNotSent', part: 1 },
    };
    await world.store.leaveWord(job.id, 'settlement', JSON.stringify([late]));
    assert.equal((await world.process(provider).follow(job.id, { signal, until: 'end' })).job.state, 'done');
    assert.equal(provider.batches.length, 1);
  }
});

test('a batch of another tool becomes a job, once, and nothing is sent for it', async () => {
  provider.looksNeeded = 5;
  const request = await world.submitRequest();
  const bytes = { path: request.file, offset: 0, sizeBytes: request.checked.sizeBytes };
  await provider.upload({ name: 'x.jsonl', bytes });
  const mark = { jobId: 'elsewhere', part: 1, attempt: 1 };
  const create = { inputFileId: 'file-1', bytes, endpoint: '', model: null, metadata: {}, mark };
  await provider.create(create);
  const listed = await listRemote(environment(), world.account, 10, signal);
  assert.deepEqual(
    listed.kind === 'listed' ? listed.batches.map(({ batch, job }) => [batch.remote.batchId, job]) : listed,
    [['batch-1', null]],
  );
  const both = await Promise.all([1, 2].map(() => adoptBatch(environment(), 'batch-1', request)));
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ['job', 'problem']);
  const [job, ...others] = (await world.store.list()).jobs;
  assert.ok(job?.state === 'submitted' || job?.state === 'running', job?.state);
  assert.equal(others.length, 0);
  assert.equal((await finish(job?.id ?? '')).rows?.succeeded, 4);
  assert.equal(provider.batches.length, 1);
  assert.equal(provider.calls.filter((call) => call === 'upload' || call === 'create').length, 2);
});

test('uploads go when the results are here, at last where that fails a few times, and are named where it never works', async () => {
  const failing = (times: number): Script[] =>
    Array.from({ length: times }, () => ({ call: 'deleteUpload', acted: false, problem: 'server' }));
  for (const [times, deleted] of [
    [0, true],
    [2, true],
    [3, false],
  ] as const) {
    provider = new FakeProvider(failing(times));
    const request = { ...(await world.submitRequest()), deletesUploads: true, forceNew: true };
    const made = await world.process(provider, { random: () => times / 10 }).intend(request);
    if (made.kind !== 'made') throw new Error(made.message);
    const job = await finish(made.job.id);
    assert.deepEqual([job.state, job.parts[0]?.uploadDeleted], ['done', deleted]);
    if (deleted) continue;
    assert.match(job.parts[0]?.uploadKept ?? '', /scripted: server/);
    await askOf(environment(), job.id, 'deletionAsked');
    assert.equal((await finish(job.id)).parts[0]?.uploadDeleted, true);
  }
});

test('a refused create names its upload, unless that is deleted', async () => {
  for (const deletesUploads of [false, true]) {
    provider = new FakeProvider([{ call: 'create', acted: false, problem: 'rejected' }]);
    const request = { ...(await world.submitRequest()), deletesUploads, forceNew: true };
    const made = await world.process(provider, { random: () => Number(deletesUploads) / 2 }).intend(request);
    if (made.kind !== 'made') throw new Error(made.message);
    const job = await finish(made.job.id);
    assert.deepEqual([job.state, job.parts[0]?.uploadDeleted], ['failed', deletesUploads]);
    assert.equal(job.message?.includes('The upload file-1 is still at the provider'), !deletesUploads);
  }
});

test('results that were deleted at the provider long ago end the job; they are asked for once more on demand', async () => {
  const gone = (): Script => ({ call: 'download', acted: false, problem: 'notFound' });
  provider = new FakeProvider(Array.from({ length: 5 }, gone));
  const get = provider.get.bind(provider);
  provider.get = async (id) => {
    const answer = await get(id);
    const endedAt = new Date(world.nowMs - 2 * 3_600_000).toISOString();
    return answer.kind === 'ok' ? { kind: 'ok', value: { ...answer.value, endedAt } } : answer;
  };
  const made = await world.process(provider).intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const job = await finish(made.job.id);
  assert.deepEqual([job.state, job.rows?.missing], ['done', 4]);
  assert.match(job.message ?? '', /no longer has output:batch-1/);
  const asked = await askOf(environment(), job.id, 'fetchAgain');
  assert.equal(asked.kind === 'job' ? asked.job.state : asked.message, 'finishing');
  const later = await finish(job.id);
  assert.deepEqual([later.state, later.rows?.succeeded, later.message], ['done', 4, null]);
});

const dayMs = 86_400_000;

test('old records go with what belongs to them; open jobs, results and what cannot be read stay', async () => {
  const done = await finish((await intended()).id);
  const open = await intended();
  await mkdir(join(world.folder, 'home/jobs/broken'));
  await writeFile(join(world.folder, 'home/jobs/broken/job.json'), '{');
  const env = environment();
  const young = await pruneJobs(env, { olderThanMs: dayMs, dryRun: false });
  assert.deepEqual(young.jobs, []);
  world.nowMs += 2 * dayMs;
  const dry = await pruneJobs(env, { olderThanMs: dayMs, dryRun: true });
  assert.deepEqual(
    dry.jobs.map(({ id }) => id),
    [done.id],
  );
  assert.ok(dry.sizeBytes > 1000, formatBytes(dry.sizeBytes));
  assert.ok(await world.store.get(done.id));
  const pruned = await pruneJobs(env, { olderThanMs: dayMs, dryRun: false });
  assert.deepEqual(pruned, dry);
  assert.deepEqual(
    (await readdir(join(world.folder, 'home/jobs')))
      .filter((name) => !name.startsWith('.') && !name.startsWith('intents'))
      .sort(),
    [open.id, 'broken'].sort(),
  );
  assert.deepEqual(
    (await readdir(join(world.folder, 'home'))).filter((name) => name.startsWith('.pruned')),
    [],
  );
  await access(done.resultsPath);
});

test('results that could only be kept with the job keep its record', async () => {
  await mkdir(join(world.folder, 'gone'));
  const request = {
    ...(await world.submitRequest()),
    resultsPath: join(world.folder, 'missing/a.results.jsonl'),
  };
  const made = await world.process(provider).intend(request);
  if (made.kind !== 'made') throw new Error(made.message);
  const job = await finish(made.job.id);
  assert.ok(job.resultsPath.startsWith(world.store.folderOf(job.id)));
  world.nowMs += 2 * dayMs;
  assert.deepEqual((await pruneJobs(environment(), { olderThanMs: dayMs, dryRun: false })).jobs, []);
});

let number = 0;
async function intended(): Promise<Job> {
  const request = { ...(await world.submitRequest()), forceNew: true };
  const made = await world.process(provider, { random: () => ++number / 100 }).intend(request);
  if (made.kind !== 'made') throw new Error(made.message);
  return made.job;
}
