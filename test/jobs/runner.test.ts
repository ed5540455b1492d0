// From a submission to merged rows: what is sent, what is asked again and when, what a person is told.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import type { JobRunner } from '#jobs';
import { FakeProvider, type Script } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;

async function journey(
  provider: FakeProvider,
): Promise<Awaited<ReturnType<ReturnType<World['process']>['follow']>>> {
  const runner = world.process(provider);
  const submitted = await runner.submit(await world.submitRequest(), { signal });
  assert.equal(submitted.kind, 'job');
  if (submitted.kind !== 'job') throw new Error();
  return runner.follow(submitted.job.id, { signal, until: 'end' });
}

test('exactly the checked bytes are sent, once, and every row comes back in source order', async () => {
  const provider = new FakeProvider();
  const { job, stopped } = await journey(provider);
  assert.equal(stopped, null);
  assert.equal(job.state, 'done');
  assert.deepEqual(provider.uploads[0]?.bytes, await readFile(join(world.folder, 'a.jsonl')));
  assert.equal(provider.batches.length, 1);
  assert.deepEqual(
    (await world.rows(job)).map((row) => [row.custom_id, row.status, row.text]),
    [0, 1, 2, 3].map((index) => [`id-${index}`, 'succeeded', `answer to id-${index}`]),
  );
  assert.equal(job.resultsPath, join(world.folder, 'a.results.jsonl'));
});

test('a file that changed since its check is not sent', async () => {
  const request = await world.submitRequest();
  await writeFile(request.file, '{}\n');
  const provider = new FakeProvider();
  const submitted = await world.process(provider).submit(request, { signal });
  assert.equal(submitted.kind, 'changed');
  assert.deepEqual(provider.calls, []);
  assert.deepEqual((await world.store.list()).jobs, []);
});

const unclear: readonly (readonly [string, Script])[] = [
  ['acted and the connection broke', { call: 'create', acted: true, problem: 'interrupted' }],
  ['never arrived and the connection broke', { call: 'create', acted: false, problem: 'interrupted' }],
  ['acted and 500 was answered', { call: 'create', acted: true, problem: 'server' }],
  ['did not act and 500 was answered', { call: 'create', acted: false, problem: 'server' }],
  ['was refused for its rate', { call: 'create', acted: false, problem: 'throttled' }],
  ['had no route', { call: 'create', acted: false, problem: 'unreachable' }],
];
for (const [what, script] of unclear) {
  test(`one batch when the create ${what}`, async () => {
    const provider = new FakeProvider([script]);
    const { job } = await journey(provider);
    assert.equal(job.state, 'done');
    assert.equal(provider.batches.length, 1);
  });
}

test('an unanswered create is repeated only after the settle time and a complete listing', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: false, problem: 'interrupted' }]);
  const began = world.nowMs;
  await journey(provider);
  const again = provider.calls.lastIndexOf('create');
  assert.equal(provider.calls[again - 1], 'findBatch');
  assert.ok(world.nowMs - began >= 60_000);
});

test('a batch that is listed only after a while is found, not made again', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: true, problem: 'interrupted' }]);
  provider.listingDelayMs = 50_000;
  const { job } = await journey(provider);
  assert.equal(job.state, 'done');
  assert.equal(provider.calls.filter((call) => call === 'create').length, 1);
});

test('a create that was begun long ago is looked for anew for the whole settle time', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const parts = made.job.parts.map((part) => ({
    ...part,
    inputFileId: 'file-1',
    createStartedAt: made.job.createdAt,
  }));
  await world.store.write({ ...made.job, parts, state: 'uploading' });
  provider.uploads.push({ id: 'file-1', name: 'x', bytes: await readFile(join(world.folder, 'a.jsonl')) });
  world.nowMs += 86_400_000;
  const began = world.nowMs;
  await runner.follow(made.job.id, { signal, until: 'submitted' });
  assert.ok(world.nowMs - began >= 60_000);
  assert.ok(provider.calls.filter((call) => call === 'findBatch').length > 2);
});

test('while the listing fails the job is unclear and nothing is sent again', async () => {
  const provider = new FakeProvider([
    { call: 'create', acted: true, problem: 'interrupted' },
    ...Array.from({ length: 5 }, (): Script => ({ call: 'findBatch', acted: false, problem: 'server' })),
  ]);
  const states: string[] = [];
  const runner = world.process(provider);
  await runner.submit(await world.submitRequest(), { signal, onChange: (job) => states.push(job.state) });
  assert.ok(states.includes('unclear'));
  assert.equal(provider.calls.filter((call) => call === 'create').length, 1);
});

for (const call of ['upload', 'findUploads', 'get', 'download'] as const) {
  for (const problem of ['interrupted', 'server', 'throttled', 'unreachable'] as const) {
    test(`${call} that is ${problem} is tried again`, async () => {
      const first: Script[] =
        call === 'findUploads' ? [{ call: 'upload', acted: false, problem: 'interrupted' }] : [];
      const { job } = await journey(new FakeProvider([...first, { call, acted: false, problem }]));
      assert.equal(job.state, 'done');
    });
  }
}

test('Retry-After is obeyed, and the words of the provider are shown', async () => {
  for (const call of ['upload', 'create', 'get', 'download'] as const) {
    const here = await World.make();
    const provider = new FakeProvider([{ call, acted: false, problem: 'throttled', retryAfterMs: 90_000 }]);
    const runner = here.process(provider);
    const messages: (string | null)[] = [];
    const onChange = ({ message }: { readonly message: string | null }): void => void messages.push(message);
    const sent = await runner.submit(await here.submitRequest(), { signal, onChange });
    if (sent.kind !== 'job') throw new Error(sent.message);
    const { job } = await runner.follow(sent.job.id, { signal, until: 'end', onChange });
    assert.ok(here.slept.includes(90_000), call);
    assert.ok(
      messages.some((message) => message?.startsWith('scripted: throttled')),
      call,
    );
    assert.deepEqual([job.state, job.message], ['done', null]);
    await here.remove();
  }
});

test('a status nobody knows is shown, and the job goes on', async () => {
  const provider = new FakeProvider();
  provider.strangeStatus = 'paused';
  const runner = world.process(provider);
  const seen: string[] = [];
  const onChange = (job: Job): void => void seen.push(`${job.state} ${job.parts[0]?.remote?.status}`);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end', onChange });
  assert.ok(seen.includes('running paused'));
  assert.equal(job.state, 'done');
});

test('a result file that stays away stops the job with the reason; it goes on later', async () => {
  const away = Array.from(
    { length: 5 },
    (): Script => ({ call: 'download', acted: false, problem: 'notFound' }),
  );
  const provider = new FakeProvider(away);
  const { job, stopped } = await journey(provider);
  assert.equal(job.state, 'finishing');
  assert.match(stopped ?? '', /notFound/);
  assert.equal((await world.process(provider).follow(job.id, { signal, until: 'end' })).job.state, 'done');
});

test('rows of which the provider says nothing are missing, and are sent again on retry', async () => {
  const provider = new FakeProvider();
  provider.lost = ['id-0'];
  const { job } = await journey(provider);
  assert.deepEqual([job.state, job.rows?.missing, job.rows?.succeeded], ['done', 1, 3]);
  provider.lost = [];
  const runner = world.process(provider);
  await runner.retryFailed(job.id);
  const { job: again } = await runner.follow(job.id, { signal, until: 'end' });
  assert.deepEqual([again.rows?.missing, again.rows?.succeeded], [0, 4]);
  assert.deepEqual(provider.batches[1]?.requests, [world.requests[0]]);
});

test('a batch in which every row failed has no output file, and is done', async () => {
  const provider = new FakeProvider();
  provider.failing = ['id-0', 'id-1', 'id-2', 'id-3'];
  const { job } = await journey(provider);
  assert.deepEqual([job.state, job.rows?.failed], ['done', 4]);
  assert.equal(job.parts[0]?.outputPath, null);
});

test('404 while looking is no end', async () => {
  const missing = Array.from(
    { length: 3 },
    (): Script => ({ call: 'get', acted: false, problem: 'notFound' }),
  );
  assert.equal((await journey(new FakeProvider(missing))).job.state, 'done');
});

test('a refused key ends a job that was not sent, and only stops one that was', async () => {
  const before = await journey(new FakeProvider([{ call: 'upload', acted: false, problem: 'unauthorized' }]));
  assert.equal(before.job.state, 'failed');
  const after = await journey(new FakeProvider([{ call: 'get', acted: false, problem: 'unauthorized' }]));
  assert.equal(after.job.state, 'submitted');
  assert.match(after.stopped ?? '', /unauthorized/);
});

test('a file the provider refuses fails with its code and line', async () => {
  const provider = new FakeProvider();
  provider.end = 'failed';
  const { job } = await journey(provider);
  assert.equal(job.state, 'failed');
  assert.match(job.message ?? '', /duplicate_custom_id \(line 2\)/);
});

test('only failed rows are sent again, and one file holds all answers', async () => {
  const provider = new FakeProvider();
  provider.failing = ['id-1', 'id-3'];
  const { job } = await journey(provider);
  assert.deepEqual(job.rows, { succeeded: 2, failed: 2, expired: 0, cancelled: 0, missing: 0, surplus: 0 });
  const runner = world.process(provider);
  provider.failing = ['id-3'];
  assert.equal((await runner.retryFailed(job.id)).kind, 'job');
  const { job: again } = await runner.follow(job.id, { signal, until: 'end' });
  assert.equal(provider.uploads[1]?.bytes.toString(), `${world.requests[1]}\n${world.requests[3]}\n`);
  assert.equal(again.attempt, 2);
  assert.deepEqual(
    (await world.rows(again)).map((row) => [row.status, row.attempt]),
    [
      ['succeeded', 1],
      ['succeeded', 2],
      ['succeeded', 1],
      ['failed', 2],
    ],
  );
});

test('partial results of an expired batch are results', async () => {
  const provider = new FakeProvider();
  provider.end = 'expired';
  const { job } = await journey(provider);
  assert.equal(job.state, 'expired');
  assert.equal(job.rows?.succeeded, 4);
});

test('cancel before anything was sent sends nothing', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  await runner.cancel(made.job.id);
  assert.equal((await runner.follow(made.job.id, { signal, until: 'end' })).job.state, 'cancelled');
  assert.deepEqual(provider.calls, []);
});

test('cancel stops the batch and keeps what was answered', async () => {
  const provider = new FakeProvider();
  provider.lost = ['id-2'];
  const runner = world.process(provider);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  await runner.cancel(sent.job.id);
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  assert.equal(provider.calls.filter((call) => call === 'cancel').length, 1);
  assert.deepEqual(
    (await world.rows(job)).map((row) => row.status),
    ['succeeded', 'succeeded', 'cancelled', 'succeeded'],
  );
});

test('a cancel of a job whose create was not answered waits for certainty', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: true, problem: 'interrupted' }]);
  provider.listingDelayMs = 20_000;
  const runner = world.process(provider, {
    sleep: async (delayMs) => {
      world.nowMs += delayMs;
      const [job] = (await world.store.list()).jobs;
      if (job?.state === 'unclear') await world.store.askToCancel(job.id);
    },
  });
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  assert.deepEqual(
    provider.calls.filter((call) => call === 'create' || call === 'cancel'),
    ['create', 'cancel'],
  );
});

test('a cancel that fails is tried again after a while, not at once', async () => {
  const provider = new FakeProvider([
    { call: 'cancel', acted: false, problem: 'interrupted' },
    { call: 'cancel', acted: false, problem: 'rejected' },
    { call: 'cancel', acted: false, problem: 'rejected' },
  ]);
  provider.end = 'never';
  const runner = world.process(provider);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  await runner.cancel(sent.job.id);
  const before = world.nowMs;
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  assert.equal(provider.calls.filter((call) => call === 'cancel').length, 4);
  assert.ok(world.nowMs - before >= 1_000 + 10_000 + 10_000);
});

test('a file of the user where the results should go is left alone', async () => {
  const mine = join(world.folder, 'a.results.jsonl');
  await writeFile(mine, 'my notes\n');
  const { job } = await journey(new FakeProvider());
  assert.equal(await readFile(mine, 'utf8'), 'my notes\n');
  assert.equal(job.state, 'done');
  assert.notEqual(job.resultsPath, mine);
  assert.equal((await world.rows(job)).length, 4);
  assert.match(job.message ?? '', /results are in/);
});

test('two processes at once make one batch, and both see the end', async () => {
  const provider = new FakeProvider();
  const sleep = (delayMs: number): Promise<void> => {
    world.nowMs += delayMs;
    return new Promise((resolve) => setTimeout(resolve, 20));
  };
  const one = world.process(provider, { sleep });
  const made = await one.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error();
  const other = world.process(provider, { sleep });
  const ends = await Promise.all(
    [one, other].map((runner) => runner.follow(made.job.id, { signal, until: 'end' })),
  );
  assert.deepEqual(
    ends.map(({ job }) => job.state),
    ['done', 'done'],
  );
  assert.equal(provider.batches.length, 1);
});

test('two submissions of the same bytes at once are one job, unless a new one is asked for', async () => {
  const provider = new FakeProvider();
  const request = await world.submitRequest();
  const sleep = (delayMs: number): Promise<void> => {
    world.nowMs += delayMs;
    return new Promise((resolve) => setTimeout(resolve, 5));
  };
  const sent = await Promise.all(
    [1, 2, 3].map(() => world.process(provider, { sleep }).submit(request, { signal })),
  );
  assert.equal(provider.batches.length, 1);
  assert.equal(sent.filter((one) => one.kind === 'job' && one.isNew).length, 1);
  assert.equal((await world.store.list()).jobs.length, 1);
  const again = await world.process(provider).submit({ ...request, forceNew: true }, { signal });
  assert.equal(again.kind === 'job' && again.isNew, true);
  assert.equal(provider.batches.length, 2);
});

test('bytes that a record of a newer version speaks of are not sent again unasked', async () => {
  const provider = new FakeProvider();
  const request = await world.submitRequest();
  const made = await world.process(provider).intend(request);
  if (made.kind !== 'made') throw new Error(made.message);
  const record = join(world.store.folderOf(made.job.id), 'job.json');
  await writeFile(record, JSON.stringify({ ...made.job, version: 3 }));
  const again = await world.process(provider).submit(request, { signal });
  assert.equal(again.kind, 'problem');
  assert.match(again.kind === 'problem' ? again.message : '', /may be at the provider already/);
  assert.equal(
    (await world.process(provider).submit({ ...request, forceNew: true }, { signal })).kind,
    'job',
  );
  assert.equal(provider.batches.length, 1);
});

test('a job that is being cancelled is no job to go on with', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const request = await world.submitRequest();
  const first = await runner.submit(request, { signal });
  if (first.kind !== 'job') throw new Error(first.message);
  await runner.cancel(first.job.id);
  assert.equal(await runner.findOpen(request.checked.sha256, world.account), null);
});

test('another key is told, and never used to find out whether a batch was made', async () => {
  const provider = new FakeProvider([{ call: 'create', acted: true, problem: 'interrupted' }]);
  const asKey = (apiKey: string): JobRunner =>
    world.process(provider, {
      accountFor: () => Promise.resolve({ kind: 'account', account: { ...world.account, apiKey } }),
      sleep: () => Promise.reject(new DOMException('enough', 'AbortError')),
    });
  const request = { ...(await world.submitRequest()), account: { ...world.account, apiKey: 'first-key-1' } };
  provider.listingDelayMs = 1_000;
  await assert.rejects(asKey('first-key-1').submit(request, { signal }), { name: 'AbortError' });
  const [job] = (await world.store.list()).jobs;
  if (job === undefined) throw new Error('no job');
  assert.equal(job.state, 'unclear');
  const looks = provider.calls.length;
  const other = await asKey('other-key-2').follow(job.id, { signal, until: 'end' });
  assert.match(other.stopped ?? '', /made with another key/);
  assert.equal(provider.calls.length, looks);
  assert.equal(JSON.stringify(job).includes('first-key'), false);
  world.nowMs += 2_000;
  const right = await asKey('first-key-1').follow(job.id, { signal, until: 'submitted' });
  assert.equal(right.job.state, 'submitted');
});

test('what is here already is merged without a key', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider, { merge: () => Promise.reject(new Error('no room')) });
  await assert.rejects(
    async () => {
      const sent = await runner.submit(await world.submitRequest(), { signal });
      if (sent.kind === 'job') await runner.follow(sent.job.id, { signal, until: 'end' });
    },
    { message: 'no room' },
  );
  const [job] = (await world.store.list()).jobs;
  const noKey = world.process(provider, {
    accountFor: () => Promise.resolve({ kind: 'problem', problem: { kind: 'noKey', message: 'No key.' } }),
  });
  const { job: ended } = await noKey.follow(job?.id ?? '', { signal, until: 'end' });
  assert.equal(ended.state, 'done');
});

test('the copy of the requests is looked at again before it is sent', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  await writeFile(made.job.parts[0]?.snapshot ?? '', `${world.requests[0]}\n`);
  const { job } = await runner.follow(made.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'failed');
  assert.match(job.message ?? '', /was changed; nothing was sent/);
  assert.deepEqual(provider.calls, []);
});

test('metadata the provider would refuse is refused here', async () => {
  const runner = world.process(new FakeProvider());
  const request = await world.submitRequest();
  const many = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`k${index}`, 'v']));
  for (const metadata of [many, { llm_batch_job: 'x' }, { long: 'x'.repeat(513) }]) {
    assert.equal((await runner.intend({ ...request, metadata })).kind, 'problem');
  }
  assert.deepEqual((await world.store.list()).jobs, []);
  assert.equal((await runner.intend({ ...request, metadata: { team: 'a' } })).kind, 'made');
});

test('the same bytes at the same account are found while their job is open', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const request = await world.submitRequest();
  const submitted = await runner.submit(request, { signal });
  if (submitted.kind !== 'job') throw new Error();
  assert.equal((await runner.findOpen(request.checked.sha256, world.account))?.id, submitted.job.id);
  assert.equal(await runner.findOpen('0'.repeat(64), world.account), null);
  await runner.follow(submitted.job.id, { signal, until: 'end' });
  assert.equal(await runner.findOpen(request.checked.sha256, world.account), null);
});

test('polling waits ten seconds, doubles to two minutes, and starts again when something changed', async () => {
  const provider = new FakeProvider();
  provider.looksNeeded = 9;
  await journey(provider);
  assert.deepEqual(world.slept.slice(0, 7), [10_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
});

test('a batch that the provider does not know any more ends the job once it must be over, or nobody wants it', async () => {
  for (const isCancelled of [false, true]) {
    const provider = new FakeProvider();
    provider.looksNeeded = Number.POSITIVE_INFINITY;
    const request = { ...(await world.submitRequest()), forceNew: true };
    const runner = world.process(provider, { random: () => (isCancelled ? 0.1 : 0.2) });
    const sent = await runner.submit(request, { signal });
    if (sent.kind !== 'job') throw new Error(sent.message);
    const missing = {
      kind: 'notFound',
      status: 404,
      code: null,
      message: 'No such batch.',
      retryAfterMs: null,
    } as const;
    provider.get = () => Promise.resolve({ kind: 'problem', problem: missing });
    provider.cancel = provider.get;
    if (isCancelled) await runner.cancel(sent.job.id);
    const began = world.nowMs;
    const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
    assert.match(job.message ?? '', /does not know batch-1 any more/);
    assert.equal(job.state, isCancelled ? 'cancelled' : 'done');
    assert.equal(job.rows?.missing, 4);
    const hours = (world.nowMs - began) / 3_600_000;
    assert.ok(isCancelled ? hours < 1 : hours > 48, `${hours} h`);
  }
});

test('while nobody looks it is asked seldom, and whoever comes back does not wait for what was put off', async () => {
  const provider = new FakeProvider();
  provider.looksNeeded = 8;
  const runner = world.process(provider);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  let slowness = 5;
  const times: number[] = [];
  const get = provider.get.bind(provider);
  provider.get = async (batchId) => {
    times.push(world.nowMs);
    if (times.length === 7) slowness = 5;
    return get(batchId);
  };
  const began = world.nowMs;
  const sleep = world.slept;
  const slow = (): number => {
    // Comes back in the middle of the fifth wait.
    if (times.length === 6 && sleep.length > 0 && world.nowMs - (times.at(-1) ?? began) >= 200_000)
      slowness = 1;
    return slowness;
  };
  await runner.follow(sent.job.id, { signal, until: 'end', slowness: slow });
  const waits = times.map((time, at) => time - (times[at - 1] ?? began));
  assert.deepEqual(waits.slice(0, 6), [0, 50_000, 50_000, 100_000, 200_000, 400_000]);
  assert.equal(waits[6], 240_000);
});
