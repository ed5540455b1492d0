import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeProvider, type Script } from './fakeProvider.ts';
import { Killed, World } from './world.ts';

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

test('killed between any two steps and started again: one batch, every row', async () => {
  let steps = 0;
  for (let killedAt = 0; ; killedAt++) {
    const here = await World.make();
    const provider = new FakeProvider();
    here.stepsLeft = killedAt;
    let killed = false;
    try {
      const runner = here.process(provider);
      const submitted = await runner.submit(await here.submitRequest(), { signal });
      if (submitted.kind === 'job') await runner.follow(submitted.job.id, { signal, until: 'end' });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
    }
    here.stepsLeft = Number.POSITIVE_INFINITY;
    const [job] = (await here.store.list()).jobs;
    if (job === undefined) {
      assert.equal(provider.calls.length, 0, 'nothing is sent before the intent is on disk');
    } else {
      const { job: ended } = await here.process(provider).follow(job.id, { signal, until: 'end' });
      assert.equal(ended.state, 'done', `killed at step ${killedAt}`);
      assert.equal(provider.batches.length, 1, `killed at step ${killedAt}`);
      assert.equal(provider.uploads.length, 1, `killed at step ${killedAt}: an upload is found again`);
      assert.deepEqual(
        (await here.rows(ended)).map((row) => row.status),
        ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
      );
    }
    await here.remove();
    steps = killedAt;
    if (!killed) break;
  }
  assert.ok(steps > 20, `${steps} steps`);
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

for (const call of ['upload', 'findUpload', 'get', 'download'] as const) {
  for (const problem of ['interrupted', 'server', 'throttled', 'unreachable'] as const) {
    test(`${call} that is ${problem} is tried again`, async () => {
      const first: Script[] =
        call === 'findUpload' ? [{ call: 'upload', acted: false, problem: 'interrupted' }] : [];
      const { job } = await journey(new FakeProvider([...first, { call, acted: false, problem }]));
      assert.equal(job.state, 'done');
    });
  }
}

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

test('cancel before anything was sent sends nothing; later it cancels the batch and keeps what came', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  assert.equal(made.kind, 'made');
  if (made.kind !== 'made') return;
  await runner.cancel(made.job.id);
  assert.equal((await runner.follow(made.job.id, { signal, until: 'end' })).job.state, 'cancelled');
  assert.deepEqual(provider.calls, []);

  const second = await runner.submit(await world.submitRequest(), { signal });
  if (second.kind !== 'job') throw new Error();
  await runner.cancel(second.job.id);
  const { job } = await runner.follow(second.job.id, { signal, until: 'end' });
  assert.equal(job.state, 'cancelled');
  assert.ok(provider.calls.includes('cancel'));
  assert.equal(job.resultsReady, true);
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
