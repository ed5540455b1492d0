// Sent again: by itself where it can help, never where it cannot; and what was answered before is not paid for twice.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import { reuse } from '#files';
import { type Answer, findAnswers, type JobRunner, type SubmitRequest } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { Killed, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

/** Whose failed rows are no bad luck: HTTP 400. */
class StrictProvider extends FakeProvider {
  override async download(fileId: string, path: string): Promise<Answer<void>> {
    const got = await super.download(fileId, path);
    const text = (await readFile(path, 'utf8')).replaceAll('"status_code":500', '"status_code":400');
    await writeFile(path, text.replaceAll('server_error', 'invalid_value'));
    return got;
  }
}

async function journey(
  runner: JobRunner,
  more: Partial<SubmitRequest>,
  onChange: (job: Job) => unknown = () => undefined,
): Promise<Job> {
  const submitted = await runner.submit({ ...(await world.submitRequest()), ...more }, { signal });
  if (submitted.kind !== 'job') throw new Error(submitted.message);
  const { job, stopped } = await runner.follow(submitted.job.id, { signal, until: 'end', onChange });
  assert.equal(stopped, null);
  return job;
}

async function rowsOf(job: Job): Promise<readonly (readonly [string, string, number])[]> {
  return (await world.rows(job)).map((row) => [row.custom_id, row.status, row.attempt] as const);
}

test('what failed is sent again by itself, as the next attempt, up to as often as agreed', async () => {
  const provider = new FakeProvider();
  provider.failing = ['id-1', 'id-2'];
  const job = await journey(world.process(provider), { retries: 2 }, ({ attempt }) => {
    if (attempt === 2) provider.failing = ['id-2'];
    if (attempt === 3) provider.failing = [];
  });
  assert.deepEqual([job.state, job.attempt, job.retriesLeft], ['done', 3, 0]);
  assert.deepEqual(
    provider.batches.map(({ requests }) => requests.length),
    [4, 2, 1],
  );
  assert.deepEqual(await rowsOf(job), [
    ['id-0', 'succeeded', 1],
    ['id-1', 'succeeded', 2],
    ['id-2', 'succeeded', 3],
    ['id-3', 'succeeded', 1],
  ]);
});

test('no retry by itself without being told, nor more than agreed', async () => {
  for (const [retries, attempts] of [
    [0, 1],
    [1, 2],
  ]) {
    const provider = new FakeProvider();
    provider.failing = ['id-1'];
    const job = await journey(world.process(provider), { retries, forceNew: true });
    assert.equal(job.attempt, attempts);
    assert.equal(provider.batches.length, attempts);
  }
});

test('what would fail again is not sent by itself, and that is said; by hand it still is', async () => {
  const provider = new StrictProvider();
  provider.failing = ['id-1'];
  const runner = world.process(provider);
  const job = await journey(runner, { retries: 3 });
  assert.deepEqual([job.state, job.attempt, provider.batches.length], ['done', 1, 1]);
  assert.equal(job.message, '1 request would fail again as it is, so it was not sent again by itself.');
  provider.failing = [];
  const again = await runner.retryFailed(job.id);
  assert.equal(again.kind, 'job');
  const { job: done } = await runner.follow(job.id, { signal, until: 'end' });
  assert.deepEqual(done.rows?.succeeded, 4);
});

test('a retry by itself that cannot be written leaves the results as they are, and says why', async () => {
  const provider = new FakeProvider();
  provider.failing = ['id-1'];
  const runner = world.process(provider);
  // Something else is where its requests would be written.
  const job = await journey(runner, { retries: 1 }, ({ id }) =>
    mkdirSync(join(world.store.folderOf(id), 'requests-2.jsonl'), { recursive: true }),
  );
  assert.deepEqual([job.state, job.attempt, job.rows?.failed], ['done', 1, 1]);
  assert.match(job.message ?? '', /^No retry by itself: .*requests-2\.jsonl/);
});

test('a job that somebody cancels is not tried again by itself', async () => {
  const provider = new FakeProvider();
  provider.end = 'never';
  const runner = world.process(provider);
  const submitted = await runner.submit({ ...(await world.submitRequest()), retries: 3 }, { signal });
  if (submitted.kind !== 'job') throw new Error(submitted.message);
  await runner.cancel(submitted.job.id);
  const { job } = await runner.follow(submitted.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, job.attempt, provider.batches.length], ['cancelled', 1, 1]);
});

/** @returns false when it came to its end before so many steps. */
async function isKilledAfter(steps: number): Promise<boolean> {
  const place = await World.make();
  try {
    const provider = new FakeProvider();
    provider.failing = ['id-1'];
    const onChange = ({ attempt }: Job): void => {
      if (attempt > 1) provider.failing = [];
    };
    place.stepsLeft = steps;
    let wasKilled = false;
    let runner = place.process(provider);
    try {
      const made = await runner.submit({ ...(await place.submitRequest()), retries: 1 }, { signal });
      if (made.kind === 'job') await runner.follow(made.job.id, { signal, until: 'end', onChange });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      wasKilled = true;
    }
    place.stepsLeft = Number.POSITIVE_INFINITY;
    runner = place.process(provider);
    const [job] = (await place.store.list()).jobs;
    if (job === undefined) return wasKilled;
    const { job: end } = await runner.follow(job.id, { signal, until: 'end', onChange });
    assert.deepEqual([end.state, end.attempt], ['done', 2], `killed after ${steps} steps`);
    assert.deepEqual(
      provider.batches.map(({ requests }) => requests.length),
      [4, 1],
      `after ${steps}`,
    );
    assert.equal(end.rows?.succeeded, 4);
    return wasKilled;
  } finally {
    await place.remove();
  }
}

test('killed at any step of a retry by itself: one batch for each attempt, every row once', async () => {
  // Those before are the first submission, which has its own tests.
  const firstStep = 20;
  for (let steps = firstStep, goesOn = true; goesOn; steps += 8) {
    const several = Array.from({ length: 8 }, (_, index) => isKilledAfter(steps + index));
    goesOn = (await Promise.all(several)).every(Boolean);
    assert.ok(goesOn || steps > firstStep, 'a retry takes more steps');
  }
});

/** As a face does it: looked up, then agreed to. */
async function keeping(request: SubmitRequest): Promise<SubmitRequest> {
  const folder = join(world.folder, 'kept');
  await mkdir(folder, { recursive: true });
  const { file, account, endpoint, model } = request;
  const found = await findAnswers(
    { store: world.store, reuse },
    { file, account, endpoint, model, folder },
    signal,
  );
  if (found.kind !== 'found') throw new Error(found.message);
  const { restPath, rowsPath, reused: rows, rest: restRequests, jobs } = found;
  const restSha256 = createHash('sha256')
    .update(await readFile(restPath))
    .digest('hex');
  return { ...request, reuse: { restPath, restSha256, restRequests, rowsPath, rows, jobs } };
}

/** The file as it was, but for one request that is changed and one that is new. */
async function edited(): Promise<SubmitRequest> {
  const lines = world.requests.map((line, index) =>
    index === 1 ? line.replace('Question 1', 'Another') : line,
  );
  const added = (world.requests[0] ?? '').replace('id-0', 'id-new');
  await writeFile(join(world.folder, 'a.jsonl'), `${added}\n${lines.join('\n')}\n`);
  const request = await world.submitRequest();
  return { ...request, checked: { ...request.checked, requests: 5 } };
}

test('only new and changed requests are sent; the merged file has them all', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const first = await journey(runner, {});
  const job = await journey(runner, await keeping(await edited()));
  assert.deepEqual(job.reused, {
    path: join(world.store.folderOf(job.id), 'reused.jsonl'),
    rows: 3,
    jobs: [first.id],
  });
  const ids = provider.batches[1]?.requests.map(
    (text) => (JSON.parse(text) as { custom_id: string }).custom_id,
  );
  assert.deepEqual(ids, ['id-new', 'id-1']);
  assert.deepEqual(await rowsOf(job), [
    ['id-new', 'succeeded', 1],
    ['id-0', 'succeeded', 0],
    ['id-1', 'succeeded', 1],
    ['id-2', 'succeeded', 0],
    ['id-3', 'succeeded', 0],
  ]);
  assert.equal(job.rows?.succeeded, 5);
  // What was taken over is neither paid for nor used again.
  assert.ok(
    first.costUsd !== null && job.costUsd !== null && Math.abs(job.costUsd - first.costUsd / 2) < 1e-12,
  );
  assert.equal(job.usage?.input_tokens, (first.usage?.input_tokens ?? 0) / 2);
});

test('a retry of a job with kept answers sends only what failed of what was sent', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  await journey(runner, {});
  provider.failing = ['id-1'];
  const job = await journey(runner, { ...(await keeping(await edited())), retries: 1 }, ({ attempt }) => {
    if (attempt === 2) provider.failing = [];
  });
  assert.deepEqual(
    provider.batches.map(({ requests }) => requests.length),
    [4, 2, 1],
  );
  assert.deepEqual((await rowsOf(job))[2], ['id-1', 'succeeded', 2]);
  assert.equal(job.rows?.succeeded, 5);
});

test('what is left is cut into parts like any file', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  await journey(runner, {});
  const request = await keeping(await edited());
  const rest = await readFile(request.reuse?.restPath ?? '', 'utf8');
  const half = rest.indexOf('\n') + 1;
  const part = { requests: 1, tokens: 0, uncountedRequests: 1 };
  const job = await journey(runner, {
    ...request,
    parts: [
      { ...part, offset: 0, sizeBytes: half, firstLine: 0, lines: 1 },
      { ...part, offset: half, sizeBytes: rest.length - half, firstLine: 1, lines: 1 },
    ],
  });
  assert.deepEqual(
    provider.batches.map(({ requests }) => requests.length),
    [4, 1, 1],
  );
  assert.deepEqual([job.rows?.succeeded, job.rows?.missing, job.parts.length], [5, 0, 2]);
});

test('cancelled midway: kept answers stay, what was sent is cancelled', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  await journey(runner, {});
  const request = await keeping(await edited());
  provider.end = 'never';
  const submitted = await runner.submit(request, { signal });
  if (submitted.kind !== 'job') throw new Error(submitted.message);
  provider.lost = ['id-new', 'id-1'];
  await runner.cancel(submitted.job.id);
  const { job } = await runner.follow(submitted.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  assert.deepEqual(
    (await rowsOf(job)).map(([, status]) => status),
    [...['cancelled', 'succeeded', 'cancelled', 'succeeded', 'succeeded']],
  );
});

test('answers of another model, endpoint or place are not taken', async () => {
  const provider = new FakeProvider();
  const job = await journey(world.process(provider), {});
  const { file, account, endpoint, model } = await world.submitRequest();
  const question = { file, account, endpoint, model, folder: world.folder };
  const rows = async (more: object): Promise<number> => {
    const found = await findAnswers({ store: world.store, reuse }, { ...question, ...more }, signal);
    return found.kind === 'found' ? found.reused : -1;
  };
  assert.equal(await rows({}), 4);
  assert.equal(await rows({ endpoint: '/v1/responses' }), 0);
  assert.equal(await rows({ account: { ...account, baseUrl: 'https://api.openai.com/v1' } }), 0);
  assert.equal(await rows({ account: { ...account, provider: 'groq' } }), 0);
  // Lines for Gemini do not name their model.
  await world.store.write({ ...job, provider: 'gemini', model: 'models/gemini-3' });
  const gemini = { ...account, provider: 'gemini' } as const;
  assert.equal(await rows({ account: gemini, model: 'gemini-3' }), 4);
  assert.equal(await rows({ account: gemini, model: 'gemini-3-pro' }), 0);
});

test('a file that changes while somebody agrees is not sent, and nothing is left of it', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  await journey(runner, {});
  const request = await keeping(await edited());
  await writeFile(request.reuse?.restPath ?? '', '{}\n');
  assert.equal((await runner.submit(request, { signal })).kind, 'changed');
  assert.equal((await world.store.list()).jobs.length, 1);
});
