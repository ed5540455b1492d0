// Records on disk: whole, private, never lost because they cannot be read, and seen by every process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { JobStore, StoreError, stateHome } from '#jobs';
import { jobOf, partOf } from '../core/jobSamples.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'llm-batch-store-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('a record comes back as it was written, for its owner alone', async () => {
  const store = new JobStore(join(home, 'new'));
  const job = jobOf();
  const claimed = await store.claim(job.id);
  assert.ok(claimed);
  assert.equal(await store.claim(job.id), null);
  await store.write(job);
  await claimed.release();
  assert.deepEqual(await store.get(job.id), job);
  assert.deepEqual(await new JobStore(join(home, 'new')).list(), { jobs: [job], unreadable: [] });
  assert.deepEqual((await readdir(store.folderOf(job.id))).sort(), ['job.json', 'lock.owner']);
  if (process.platform === 'win32') return;
  const modes = [store.folderOf(job.id), join(store.folderOf(job.id), 'job.json')];
  assert.deepEqual(
    await Promise.all(modes.map(async (path) => (await stat(path)).mode & 0o777)),
    [0o700, 0o600],
  );
});

test('newest first', async () => {
  const store = new JobStore(home);
  for (const day of ['19', '21', '20']) {
    await store.write(jobOf({ id: `job-${day}`, createdAt: `2026-11-${day}T10:00:00.000Z` }));
  }
  assert.deepEqual(
    (await store.list()).jobs.map(({ id }) => id),
    ['job-21', 'job-20', 'job-19'],
  );
});

test('what cannot be read is named and left as it is', async () => {
  const store = new JobStore(home);
  const good = jobOf();
  await store.write(good);
  const { parts, ...withoutParts } = good;
  const texts: Readonly<Record<string, string>> = {
    torn: '{"version":1,"id":"to',
    newer: JSON.stringify({ ...good, version: 3, id: 'newer', shape: 'unknown' }),
    noParts: JSON.stringify({ ...withoutParts, id: 'noParts' }),
    // A part that does not say whether its create was begun must not be sent again.
    vague: JSON.stringify({ ...good, id: 'vague', parts: [{ ...parts[0], createStartedAt: undefined }] }),
    strangeState: JSON.stringify({ ...good, id: 'strangeState', state: 'flying' }),
    list: '[]',
  };
  for (const [id, text] of Object.entries(texts)) {
    await mkdir(store.folderOf(id));
    await writeFile(join(store.folderOf(id), 'job.json'), text);
  }
  await cp(store.folderOf(good.id), store.folderOf('copied'), { recursive: true });
  await mkdir(store.folderOf('empty'));
  const { jobs, unreadable } = await store.list();
  assert.deepEqual(jobs, [good]);
  assert.deepEqual(unreadable.map(({ path }) => path.split(/[\\/]/).at(-2)).sort(), [
    'copied',
    'list',
    'newer',
    'noParts',
    'strangeState',
    'torn',
    'vague',
  ]);
  assert.match(unreadable.find(({ path }) => path.includes('newer'))?.message ?? '', /newer version/);
  assert.equal(await store.get('newer'), null);
  for (const [id, text] of Object.entries(texts)) {
    assert.equal(await readFile(join(store.folderOf(id), 'job.json'), 'utf8'), text);
  }
});

test('a place that cannot be written to is one sentence', async () => {
  await writeFile(join(home, 'file'), '');
  const store = new JobStore(join(home, 'file'));
  for (const act of [
    () => store.write(jobOf()),
    () => store.claim('x'),
    () => store.lock('x'),
    () => store.lockIntents(),
  ]) {
    await assert.rejects(
      act,
      (error) => error instanceof StoreError && /could not be kept in .*: .*\.$/.test(error.message),
    );
  }
});

test('a folder of records that cannot be listed is said, and is not an empty list', async () => {
  await writeFile(join(home, 'jobs'), '');
  const { jobs, unreadable } = await new JobStore(home).list();
  assert.deepEqual(jobs, []);
  assert.match(unreadable[0]?.message ?? '', /cannot be read \(ENOTDIR\)/);
});

test('no records at all are no trouble', async () => {
  assert.deepEqual(await new JobStore(join(home, 'none')).list(), { jobs: [], unreadable: [] });
});

test('a change by another process is told, to every listener until it is disposed of', async () => {
  const one = new JobStore(home);
  const other = new JobStore(home);
  const told = [0, 0];
  const listeners = [0, 1].map((index) =>
    one.onDidChange(() => {
      told[index] = (told[index] ?? 0) + 1;
    }),
  );
  await until(async () => {
    await other.write(jobOf({ updatedAt: new Date().toISOString() }));
    return told.every((times) => times > 0);
  });
  listeners[0]?.dispose();
  const before = [...told];
  await until(async () => {
    await other.askToCancel(jobOf().id);
    return (told[1] ?? 0) > (before[1] ?? 0);
  });
  assert.equal(told[0], before[0]);
  listeners[1]?.dispose();
});

test('to cancel is asked of whoever drives the job', async () => {
  const store = new JobStore(home);
  const { id } = jobOf();
  await store.write(jobOf());
  assert.equal(await store.isAskedToCancel(id), false);
  await store.askToCancel(id);
  assert.equal(await new JobStore(home).isAskedToCancel(id), true);
  await store.forgetCancel(id);
  assert.equal(await store.isAskedToCancel(id), false);
});

test('only one process can say that a part is being created', async () => {
  const store = new JobStore(home);
  const { id } = jobOf();
  await (await store.claim(id))?.release();
  const said = await Promise.all([1, 2, 3, 4].map(() => new JobStore(home).beginCreate(id, partOf())));
  assert.equal(said.filter((first) => first).length, 1);
  assert.equal(await store.beginCreate(id, partOf({ part: 2 })), true);
  await store.forgetCreate(id, partOf());
  assert.equal(await store.beginCreate(id, partOf()), true);
  assert.equal(await store.beginCreate(id, partOf({ turnedAway: ['batch_1'] })), true, 'another call');
});

test('one process holds a lock; another takes over what is stale, and the first one knows', async () => {
  const store = new JobStore(home);
  const { id } = jobOf();
  await (await store.claim(id))?.release();
  const first = await store.lock(id);
  assert.ok(first);
  assert.equal(await new JobStore(home).lock(id), null);
  await first.assertHeld();
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(store.folderOf(id), 'lock'), longAgo, longAgo);
  const second = await new JobStore(home).lock(id);
  assert.ok(second);
  await assert.rejects(first.assertHeld(), /Another process drives this job/);
  assert.equal(first.lost.aborted, true);
  // What it no longer holds it does not give away.
  await first.release();
  await second.assertHeld();
  assert.equal(await store.lock(id), null);
  await second.release();
  const third = await store.lock(id);
  assert.ok(third);
  await third.release();
});

test('the lock of a process that was killed on this computer is free at once', async () => {
  const store = new JobStore(home);
  const { id } = jobOf();
  await (await store.claim(id))?.release();
  const ended = spawnSync(process.execPath, ['-e', '']);
  const leave = async (pid: number, host: string): Promise<void> => {
    await mkdir(join(store.folderOf(id), 'lock'), { recursive: true });
    await writeFile(join(store.folderOf(id), 'lock.owner'), JSON.stringify({ host, pid, mark: 'x' }));
  };
  await leave(ended.pid, 'another-computer');
  assert.equal(await store.lock(id), null);
  await leave(process.pid, hostname());
  assert.equal(await store.lock(id), null);
  await leave(ended.pid, hostname());
  const lock = await store.lock(id);
  assert.ok(lock);
  await lock.release();
});

test('records live where the platform keeps state', () => {
  assert.equal(stateHome({ LLM_BATCH_HOME: '/x' }, 'linux', '/home/me'), '/x');
  assert.equal(stateHome({}, 'linux', '/home/me'), join('/home/me', '.local', 'state', 'llm-batch'));
  assert.equal(stateHome({ XDG_STATE_HOME: '/s' }, 'linux', '/home/me'), join('/s', 'llm-batch'));
  assert.equal(
    stateHome({}, 'darwin', '/Users/me'),
    join('/Users/me', 'Library', 'Application Support', 'llm-batch'),
  );
  assert.equal(stateHome({ LOCALAPPDATA: 'C:\\L' }, 'win32', 'C:\\me'), join('C:\\L', 'llm-batch'));
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 120_000; !(await isSo()); ) {
    assert.ok(Date.now() < end, 'in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
