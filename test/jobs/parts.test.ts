// A job in several parts: sent as the queue allows, one file of results, and every absence and error at its line of the source.
import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, test } from 'node:test';
import { currentParts, type FilePart, isPartOver, type Job } from '#core';
import type { Answer, FollowOptions, JobRunner, SubmitRequest, UploadRequest } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { Killed, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make(6);
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

/** Parts of two requests each. */
async function inParts(change: Partial<SubmitRequest> = {}): Promise<SubmitRequest> {
  const sizes = world.requests.map((text) => Buffer.byteLength(text) + 1);
  const sum = (from: number, to: number): number =>
    sizes.slice(from, to).reduce((all, size) => all + size, 0);
  const parts = [0, 2, 4].map((at): FilePart => {
    const counts = { lines: 2, requests: 2, tokens: 100, uncountedRequests: 0 };
    return { firstLine: at, offset: sum(0, at), sizeBytes: sum(at, at + 2), ...counts };
  });
  return { ...(await world.submitRequest()), parts, ...change };
}

async function through(
  runner: JobRunner,
  request: SubmitRequest,
  options: Partial<FollowOptions> = {},
): Promise<{ readonly job: Job; readonly stopped: string | null }> {
  const made = await runner.intend(request);
  if (made.kind !== 'made') throw new Error(made.message);
  return runner.follow(made.job.id, { signal, until: 'end', ...options });
}

async function statuses(job: Job): Promise<readonly string[]> {
  return (await world.rows(job)).map(({ status }) => status);
}

test('all parts are sent at once without a queue limit, and their results are one file in source order', async () => {
  const provider = new FakeProvider();
  const { job } = await through(world.process(provider), await inParts());
  assert.deepEqual(
    provider.batches.map(({ requests }) => requests),
    [world.requests.slice(0, 2), world.requests.slice(2, 4), world.requests.slice(4)],
  );
  assert.deepEqual(provider.calls.slice(0, 6), ['upload', 'create', 'upload', 'create', 'upload', 'create']);
  assert.deepEqual(
    (await world.rows(job)).map((row) => [row.custom_id, row.text]),
    world.requests.map((_, at) => [`id-${at}`, `answer to id-${at}`]),
  );
  assert.deepEqual([job.state, job.rows?.succeeded, job.message], ['done', 6, null]);
});

test('no more is at the provider than its queue takes', async () => {
  const provider = new FakeProvider();
  const most: number[] = [];
  const onChange = ({ parts }: Job): void => {
    most.push(parts.filter(({ remote }) => remote !== null && remote.status !== 'completed').length);
  };
  const { job } = await through(world.process(provider), await inParts({ queueTokens: 200 }), { onChange });
  assert.deepEqual([job.state, job.rows?.succeeded, provider.batches.length], ['done', 6, 3]);
  assert.equal(Math.max(...most), 2);
});

test('a full queue waits and is no failure: the batch that was turned away is not ours any more', async () => {
  const provider = new FakeProvider();
  const get = provider.get.bind(provider);
  let full = true;
  provider.get = async (batchId) => {
    if (batchId !== 'batch-2' || !full) return get(batchId);
    full = false;
    const [batch] = provider.batches.splice(1, 1);
    if (batch === undefined) throw new Error();
    // It is in no listing of what runs, but its id is not given again.
    provider.batches.push({ ...batch, remote: { ...batch.remote, batchId: 'batch-gone' } });
    const errors = [{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached.', line: null }];
    return { kind: 'ok', value: { ...batch.remote, batchId, status: 'failed', errors } };
  };
  const messages: (string | null)[] = [];
  const onChange = ({ message }: Job): void => void messages.push(message);
  const { job } = await through(world.process(provider), await inParts(), { onChange });
  assert.equal(job.state, 'done');
  assert.equal(job.rows?.succeeded, 6);
  assert.deepEqual(job.parts[1]?.turnedAway, ['batch-2']);
  assert.ok(
    messages.some(
      (text) => text === "Part 2 waits: the provider's queue is full. It is sent when there is room.",
    ),
  );
});

test('a part that cannot be uploaded now does not keep the others from being looked at', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const upload = provider.upload.bind(provider);
  let uploads = 0;
  provider.upload = async (request: UploadRequest): Promise<Answer<string>> => {
    if (++uploads < 2 || uploads > 12) return upload(request);
    const facts = { status: 500, code: null, message: 'Oops.', retryAfterMs: null };
    return { kind: 'problem', problem: { kind: 'server', ...facts } };
  };
  const { job } = await through(runner, await inParts());
  assert.equal(job.rows?.succeeded, 6);
  const firstGet = provider.calls.indexOf('get');
  assert.ok(firstGet > 0 && firstGet < provider.calls.lastIndexOf('create'), provider.calls.join(' '));
});

test('submit keeps trying what fails for a moment, and does not wait for a queue', async () => {
  const provider = new FakeProvider([
    { call: 'upload', acted: false, problem: 'server' },
    { call: 'create', acted: false, problem: 'throttled', retryAfterMs: 30_000 },
  ]);
  const sent = await world.process(provider).submit(await inParts(), { signal });
  assert.ok(sent.kind === 'job' && sent.job.parts.every(({ remote }) => remote !== null));
  assert.equal(
    world.slept.reduce((sum, one) => sum + one, 0),
    30_000,
  );
});

test('one part expires, one is refused: their rows say so, and the error names the line of the source', async () => {
  const provider = new FakeProvider();
  const get = provider.get.bind(provider);
  provider.get = async (batchId) => {
    const answer = await get(batchId);
    if (answer.kind !== 'ok' || answer.value.status !== 'completed') return answer;
    if (batchId === 'batch-2') {
      const errors = [{ code: 'duplicate_custom_id', message: 'The custom_id is a duplicate.', line: 1 }];
      const files = { outputFileId: null, errorFileId: null };
      return { kind: 'ok', value: { ...answer.value, ...files, status: 'failed', errors } };
    }
    return batchId === 'batch-3'
      ? { kind: 'ok', value: { ...answer.value, status: 'expired', outputFileId: null } }
      : answer;
  };
  const { job } = await through(world.process(provider), await inParts());
  assert.equal(job.state, 'expired');
  assert.deepEqual(await statuses(job), ['succeeded', 'succeeded', 'failed', 'failed', 'expired', 'expired']);
  assert.match(job.parts[1]?.refusal ?? '', /duplicate_custom_id \(line 4\)/);
});

test('after a retry of some rows, what is absent is told by the last attempt that had it', async () => {
  const provider = new FakeProvider();
  provider.lost = ['id-1', 'id-4', 'id-5'];
  const { job } = await through(world.process(provider), await inParts());
  assert.deepEqual([job.state, job.rows?.missing], ['done', 3]);
  provider.lost = ['id-1', 'id-5'];
  const get = provider.get.bind(provider);
  provider.get = async (batchId) => {
    const answer = await get(batchId);
    return answer.kind === 'ok' && batchId === 'batch-4' && answer.value.status === 'completed'
      ? { kind: 'ok', value: { ...answer.value, status: 'expired' } }
      : answer;
  };
  const runner = world.process(provider);
  const begun = await runner.retryFailed(job.id);
  assert.equal(begun.kind, 'job');
  const { job: again } = await runner.follow(job.id, { signal, until: 'end' });
  assert.deepEqual(
    provider.batches[3]?.requests,
    [1, 4, 5].map((at) => world.requests[at]),
  );
  assert.deepEqual(await statuses(again), [
    'succeeded',
    'expired',
    'succeeded',
    'succeeded',
    'succeeded',
    'expired',
  ]);
  assert.equal(again.state, 'expired');
});

test('what is sent again goes as the queue allows, too: its parts say how many tokens they have', async () => {
  const provider = new FakeProvider();
  provider.failing = world.requests.map((_, at) => `id-${at}`);
  const runner = world.process(provider);
  const { job } = await through(runner, await inParts({ queueTokens: 25 }));
  assert.deepEqual([job.state, job.rows?.failed], ['done', 6]);
  provider.failing = [];
  assert.equal((await runner.retryFailed(job.id)).kind, 'job');
  let most = 0;
  const onChange = (now: Job): void => {
    const running = currentParts(now).filter((part) => part.remote !== null && !isPartOver(now, part));
    most = Math.max(most, running.length);
  };
  const { job: again } = await runner.follow(job.id, { signal, until: 'end', onChange });
  assert.equal(again.rows?.succeeded, 6);
  const parts = currentParts(again);
  const tokens = parts.map(({ inputTokens }) => inputTokens ?? Number.NaN);
  assert.ok(parts.length > 1 && tokens.every((one) => one > 0 && one <= 25), tokens.join(' '));
  assert.ok(most >= 1 && most * Math.min(...tokens) <= 25, `${most} at once`);
  assert.equal(provider.batches.length, job.parts.length + parts.length);
});

test('the line that a provider names in a retry is told as the line of the source', async () => {
  const provider = new FakeProvider();
  provider.lost = ['id-3', 'id-5'];
  const { job } = await through(world.process(provider), await inParts());
  provider.end = 'failed';
  const runner = world.process(provider);
  await runner.retryFailed(job.id);
  const { job: again } = await runner.follow(job.id, { signal, until: 'end' });
  assert.match(again.message ?? '', /duplicate_custom_id \(line 6\)/);
  assert.equal(again.rows?.succeeded, 4);
});

test('a source that changed since it was sent is said, and the rows are those of what was sent', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const made = await runner.intend(await inParts());
  if (made.kind !== 'made') throw new Error(made.message);
  await appendFile(made.job.file, '{}\n');
  const { job } = await runner.follow(made.job.id, { signal, until: 'end' });
  assert.match(job.message ?? '', /^a\.jsonl changed since it was sent; /);
  assert.equal((await world.rows(job)).length, 6);
});

test('killed at any step, every part is paid for once and every row is there once', async () => {
  let kills = 0;
  // Every third: the parts are alike, and the histories of all steps are elsewhere.
  for (let steps = 0; ; steps += 3) {
    const place = await World.make(4);
    const provider = new FakeProvider();
    try {
      const bytes = world.requests.slice(0, 4).map((text) => Buffer.byteLength(text) + 1);
      const half = (bytes[0] ?? 0) + (bytes[1] ?? 0);
      const counts = { lines: 2, requests: 2, tokens: 100, uncountedRequests: 0 };
      const parts: readonly FilePart[] = [
        { firstLine: 0, offset: 0, sizeBytes: half, ...counts },
        { firstLine: 2, offset: half, sizeBytes: (bytes[2] ?? 0) + (bytes[3] ?? 0), ...counts },
      ];
      const request = { ...(await place.submitRequest()), parts, queueTokens: 150, deletesUploads: true };
      place.stepsLeft = steps;
      let id: string | null = null;
      let finished = false;
      for (let life = 0; life < 2 && !finished; life++) {
        try {
          const runner = place.process(provider);
          const made = await runner.intend(request);
          if (made.kind !== 'made') throw new Error(made.message);
          id = made.job.id;
          const { job } = await runner.follow(id, { signal, until: 'end' });
          finished = job.state === 'done';
          if (finished && life === 0) return assert.ok(kills > 15, `${kills} kills`);
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          kills++;
          place.stepsLeft = Number.POSITIVE_INFINITY;
          const [job] = (await place.store.list()).jobs;
          // Over when it was killed: only what is to be tidied up is left.
          if (job?.state === 'done')
            finished =
              (await place.process(provider).follow(job.id, { signal, until: 'end' })).stopped === null;
        }
      }
      assert.ok(finished, `after ${steps} steps`);
      const [job] = (await place.store.list()).jobs;
      assert.ok(job);
      assert.equal(provider.batches.length, 2, `after ${steps} steps`);
      assert.deepEqual(
        (await place.rows(job)).map(({ custom_id }) => custom_id),
        ['id-0', 'id-1', 'id-2', 'id-3'],
      );
      assert.ok(
        job.parts.every(({ uploadDeleted }) => uploadDeleted),
        `after ${steps} steps`,
      );
      assert.equal(await readFile(job.file, 'utf8'), `${place.requests.join('\n')}\n`);
    } finally {
      await place.remove();
    }
  }
});
