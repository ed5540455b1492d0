// What else happens to a computer while a batch runs: the clock is set, the disk is full, folders vanish, processes stop and
// meet. Nothing is paid twice, no row is lost, and what is left at the provider is named.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '#core';
import { JobStore, StoreError } from '#jobs';
import { prepareJob } from '../../jobs/life/makeJob.ts';
import { jobOf } from '../core/jobSamples.ts';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;
const dayMs = 86_400_000;

/** A process of this computer that does nothing until it is killed. */
async function withOther(act: (pid: number, kill: () => Promise<void>) => Promise<void>): Promise<void> {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const kill = async (): Promise<void> => {
    other.kill('SIGKILL');
    if (other.exitCode === null && other.signalCode === null) await once(other, 'exit');
  };
  try {
    await once(other, 'spawn');
    await act(other.pid ?? 0, kill);
  } finally {
    await kill();
  }
}

for (const [what, jumpMs] of [
  ['forward', dayMs],
  ['back', -dayMs],
] as const) {
  test(`the clock jumps a day ${what} while an unanswered create is looked for: one batch`, async () => {
    const provider = new FakeProvider([{ call: 'create', acted: true, problem: 'interrupted' }]);
    // It shows in listings after 50 seconds by a clock that nobody sets.
    provider.listingDelayMs = 50_000;
    let jumps = 0;
    const runner = world.process(provider, {
      now: () => world.nowMs + jumps * jumpMs,
      sleep: async (delayMs) => {
        world.nowMs += delayMs;
        jumps += 1;
      },
    });
    const sent = await runner.submit(await world.submitRequest(), { signal });
    if (sent.kind !== 'job') throw new Error(sent.message);
    const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
    assert.equal(job.state, 'done');
    assert.equal(provider.calls.filter((call) => call === 'create').length, 1);
  });
}

test('a lock whose time is in the future is of a clock that was set back: it can be taken over', async () => {
  const store = world.store;
  const { id } = jobOf();
  await (await store.claim(id))?.release();
  await mkdir(join(store.folderOf(id), 'lock'));
  assert.equal(await store.lock(id), null);
  const ahead = new Date(Date.now() + dayMs);
  await utimes(join(store.folderOf(id), 'lock'), ahead, ahead);
  const lock = await store.lock(id);
  assert.ok(lock);
  await lock.release();
});

test('where records cannot be kept nothing is sent, and that is said', async () => {
  const provider = new FakeProvider();
  // Not even root writes there: a place as read-only as any.
  const store = new JobStore('/sys/llm-batch');
  const sent = await world.process(provider, { store }).submit(await world.submitRequest(), { signal });
  assert.equal(sent.kind, 'problem');
  assert.match(sent.kind === 'problem' ? sent.message : '', /could not be kept in \/sys\/llm-batch/);
  assert.deepEqual(provider.calls, []);
});

test('of many that find an abandoned lock at once only one holds it', async () => {
  let rounds = 0;
  for (let round = 0; round < 10; round++) {
    const store = world.store;
    const id = `job-${round}`;
    await (await store.claim(id))?.release();
    await mkdir(join(store.folderOf(id), 'lock'));
    const longAgo = new Date(Date.now() - dayMs);
    await utimes(join(store.folderOf(id), 'lock'), longAgo, longAgo);
    const locks = await Promise.all(Array.from({ length: 8 }, () => new JobStore(store.home).lock(id)));
    const held = locks.filter((lock) => lock !== null);
    assert.ok(held.length <= 1);
    // Once in a while each believes that another has it, and it is free again when it was not renewed.
    if (held.length === 0) continue;
    rounds++;
    await held[0]?.assertHeld();
    await held[0]?.release();
    const names = await readdir(store.folderOf(id));
    assert.deepEqual(names, ['lock.owner']);
  }
  assert.ok(rounds >= 8, `${rounds} of 10`);
});

test('a process that began the paid call and was stopped (Ctrl-Z) may make it yet: it is not made beside it', async () => {
  await withOther(async (pid, kill) => {
    const provider = new FakeProvider();
    const began = world.nowMs;
    let killedAtMs = 0;
    const runner = world.process(provider, {
      sleep: async (delayMs) => {
        world.nowMs += delayMs;
        if (killedAtMs > 0 || world.nowMs - began < 240_000) return;
        killedAtMs = world.nowMs;
        assert.equal(provider.calls.includes('create'), false);
        await kill();
      },
    });
    const made = await runner.intend(await world.submitRequest());
    if (made.kind !== 'made') throw new Error(made.message);
    const upload = { id: 'file-1', name: 'x', bytes: await readFile(join(world.folder, 'a.jsonl')) };
    provider.uploads.push(upload);
    const begun = {
      uploadStartedAt: made.job.createdAt,
      inputFileId: 'file-1',
      createStartedAt: made.job.createdAt,
    };
    await world.store.write({
      ...made.job,
      state: 'uploading',
      parts: made.job.parts.map((part) => ({ ...part, ...begun })),
    });
    const mark = JSON.stringify({ host: hostname(), pid });
    await writeFile(join(world.store.folderOf(made.job.id), 'create-1'), mark);
    const { job } = await runner.follow(made.job.id, { signal, until: 'end' });
    assert.ok(killedAtMs > 0);
    assert.deepEqual([job.state, provider.batches.length], ['done', 1]);
  });
});

test('the folder of records is deleted while a batch runs: the batch is named', async () => {
  const provider = new FakeProvider();
  provider.end = 'never';
  const runner = world.process(provider, {
    sleep: async (delayMs) => {
      world.nowMs += delayMs;
      await rm(join(world.folder, 'home'), { recursive: true, force: true });
    },
  });
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const { stopped } = await runner.follow(made.job.id, { signal, until: 'end' });
  assert.match(
    stopped ?? '',
    /The record of this job is gone from .*, or cannot be read; at the provider it is batch-1\.$/,
  );
});

test('the folder of records is deleted before the answer to the create: what may be there is named', async () => {
  const provider = new FakeProvider();
  const create = provider.create.bind(provider);
  provider.create = async (request) => {
    const answer = await create(request);
    await rm(join(world.folder, 'home'), { recursive: true, force: true });
    return answer;
  };
  const runner = world.process(provider);
  const made = await runner.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const { stopped } = await runner.follow(made.job.id, { signal, until: 'end' });
  assert.match(stopped ?? '', /has its upload file-1, and perhaps a batch with the metadata llm_batch_job /);
  assert.match(stopped ?? '', new RegExp(made.job.id));
});

test('the disk is full when the batch that was made is written down: it is found again, not made again', async () => {
  const provider = new FakeProvider();
  const store = world.store;
  const write = store.write.bind(store);
  store.write = async (job: Job) => {
    if (job.parts[0]?.remote) throw new StoreError('The job could not be kept: the disk is full.');
    await write(job);
  };
  const full = world.process(provider, { store });
  const made = await full.intend(await world.submitRequest());
  if (made.kind !== 'made') throw new Error(made.message);
  const { job, stopped } = await full.follow(made.job.id, { signal, until: 'end' });
  assert.match(stopped ?? '', /the disk is full/);
  assert.equal(job.parts[0]?.remote, null);
  const again = await world.process(provider).follow(made.job.id, { signal, until: 'end' });
  assert.deepEqual([again.job.state, provider.batches.length], ['done', 1]);
});

test('the source is changed, then deleted with the rows it had: the results are of what was sent', async () => {
  const provider = new FakeProvider();
  const runner = world.process(provider);
  const sent = await runner.submit(await world.submitRequest(), { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  await writeFile(join(world.folder, 'a.jsonl'), 'something else\n');
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.deepEqual([job.state, (await world.rows(job)).length], ['done', 4]);
  assert.equal(await readFile(join(world.folder, 'a.jsonl'), 'utf8'), 'something else\n');
});

test('the folder of the source is gone when the results come: they are kept with the job, and it is said where', async () => {
  const provider = new FakeProvider();
  const folder = join(world.folder, 'gone');
  await mkdir(folder);
  const runner = world.process(provider);
  const request = { ...(await world.submitRequest()), resultsPath: join(folder, 'a.results.jsonl') };
  const sent = await runner.submit(request, { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  await rm(folder, { recursive: true });
  const { job } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.equal((await world.rows(job)).length, 4);
  assert.match(job.message ?? '', /gone is gone\. The results are in .*results\.jsonl/);
});

test('an upload that was cut off and arrives later is named, also when it is looked for in vain at first', async () => {
  const provider = new FakeProvider([{ call: 'upload', acted: false, problem: 'interrupted' }]);
  const find = provider.findUploads.bind(provider);
  let looks = 0;
  provider.findUploads = async (request) => {
    looks += 1;
    if (looks !== 2) return find(request);
    provider.uploads.push({ ...request, id: 'file-late', bytes: await readFile(request.bytes.path) });
    const facts = { status: 500, code: null, message: 'Oops.', retryAfterMs: null };
    return { kind: 'problem', problem: { kind: 'server', ...facts } };
  };
  const messages: (string | null)[] = [];
  const onChange = ({ message }: Job): void => void messages.push(message);
  await world.process(provider).submit(await world.submitRequest(), { signal, onChange });
  assert.equal(provider.batches.length, 1);
  assert.equal(provider.calls.filter((call) => call === 'upload').length, 2);
  assert.ok(messages.some((message) => message?.includes('file-late at the provider is not used')));
});

test('a process that slept while it wrote its intent down, and was overtaken, goes on with the other job', async () => {
  const provider = new FakeProvider();
  const request = await world.submitRequest();
  const store = world.store;
  const write = store.write.bind(store);
  const others: string[] = [];
  store.write = async (job) => {
    if (others.length === 0) {
      await rm(join(store.home, 'jobs', 'intents'), { recursive: true });
      const other = await world.process(provider, { random: () => 0.4 }).intend(request);
      if (other.kind === 'made') others.push(other.job.id);
    }
    await write(job);
  };
  const made = await world.process(provider, { store }).intend(request);
  if (made.kind !== 'made') throw new Error(made.message);
  assert.deepEqual([made.isNew, made.job.id], [false, others[0]]);
  const { jobs } = await world.store.list();
  assert.deepEqual(
    jobs.map(({ id }) => id),
    others,
  );
});

test('a job that is given up while others tidy up is gone, and nobody fails', async () => {
  const request = await world.submitRequest();
  for (let round = 0; round < 60; round++) {
    const prepared = await prepareJob(world.store, request, world.nowMs, 0.5);
    if (prepared.kind !== 'prepared') throw new Error(prepared.message);
    const tidying = [1, 2].map((late) => sleep(round % (2 + late)).then(() => world.store.removeUnborn()));
    await Promise.all([prepared.discard(), ...tidying]);
  }
  assert.deepEqual(await readdir(join(world.folder, 'home', 'jobs')), []);
});

test('what was left before its record was written is removed; what may be somebody’s stays', async () => {
  await withOther(async (pid) => {
    const store = world.store;
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const leave = async (id: string, owner: number | null, more: readonly string[] = []): Promise<void> => {
      const folder = store.folderOf(id);
      await mkdir(join(folder, ...(owner === null ? [] : ['lock'])), { recursive: true });
      for (const name of ['requests.jsonl', ...more]) await writeFile(join(folder, name), 'x');
      const mark = JSON.stringify({ host: hostname(), pid: owner, mark: 'x' });
      if (owner !== null) await writeFile(join(folder, 'lock.owner'), mark);
    };
    await leave('killed', gone.pid ?? 0, ['job.json.123']);
    await leave('being-made', pid);
    await leave('with-more', gone.pid ?? 0, ['output-1.jsonl']);
    await leave('copied', null);
    // Killed before it left its mark.
    await mkdir(store.folderOf('empty'), { recursive: true });
    for (const id of ['locked', 'being-locked'])
      await mkdir(join(store.folderOf(id), 'lock'), { recursive: true });
    await utimes(join(store.folderOf('locked'), 'lock'), 1e9, 1e9);
    await store.removeUnborn();
    const left = await readdir(join(store.home, 'jobs'));
    assert.deepEqual(left.toSorted(), ['being-locked', 'being-made', 'copied', 'with-more']);
  });
});
