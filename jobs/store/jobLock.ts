// Which process drives a job? The one that holds its lock, and knows it just before anything that may be paid for.
import { randomUUID } from 'node:crypto';
import { readFile, rename, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { isAlive } from '#files';
import { localPid, processMark } from './processMark.ts';

/** Thrown in a process that finds that another has taken its job over, as after a long sleep of the computer. */
export class LockLostError extends Error {
  constructor() {
    super('Another process drives this job now.');
  }
}

/** Held by the one process that drives a job. */
export interface JobLock {
  /** Aborted when another process took the lock over. */
  readonly lost: AbortSignal;
  /** Looks at the disk. @throws LockLostError. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** A lock that was not renewed for this long belongs to a process that is gone. */
const staleMs = 10_000;
const renewMs = 3_000;
/** The library itself takes no lock over: it could remove one that was taken over meanwhile. */
const neverMs = 2 ** 50;

/**
 * Locks a folder; null while another process holds it.
 *
 * A lock by time alone can be held twice: by a process that slept past its time, or when two take over at once. So the
 * holder also leaves its mark in the folder, and whoever takes over overwrites it before reading the job. A process that
 * writes down what it is about to do, then finds its own mark, knows that its note was seen by whoever comes after.
 */
export async function lockFolder(folder: string, name = 'lock'): Promise<JobLock | null> {
  const paths: LockPaths = { folder, lock: join(folder, name), owner: join(folder, `${name}.owner`) };
  const lost = new AbortController();
  const lose = (): void => lost.abort(new LockLostError());
  const release = await acquire(paths, lose);
  if (release === null) return null;
  const acquired = await identityOf(paths.lock);
  const mark = processMark({ mark: randomUUID() });
  try {
    await writeFile(paths.owner, mark, { mode: 0o600 });
  } catch (error) {
    await release();
    throw error;
  }
  const isMine = async (): Promise<boolean> =>
    !lost.signal.aborted && (await readFile(paths.owner, 'utf8').catch(() => null)) === mark;
  return {
    lost: lost.signal,
    async assertHeld() {
      if (!(await isMine())) lose();
      lost.signal.throwIfAborted();
    },
    async release() {
      const present = await identityOf(paths.lock);
      // A lock that was taken over is not this process's to remove.
      if (present === null || present === acquired || (await isMine())) await release();
    },
  };
}

interface LockPaths {
  readonly folder: string;
  readonly lock: string;
  readonly owner: string;
}

/** @returns how to release it, or null while another process holds it. */
async function acquire(paths: LockPaths, onCompromised: () => void): Promise<(() => Promise<void>) | null> {
  for (const isLastTry of [false, true]) {
    try {
      const release = await lockfile.lock(paths.folder, {
        lockfilePath: paths.lock,
        stale: neverMs,
        update: renewMs,
        onCompromised,
      });
      return () => release().catch(() => undefined);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      // Another that found the lock before it abandoned had ours in hand for a moment: it is as good as held.
      if (code === 'ENOENT' && (await isThere(paths.folder))) return null;
      if (code !== 'ELOCKED') throw error;
      if (isLastTry || !(await removeAbandoned(paths))) return null;
    }
  }
  return null;
}

/** What a process that was killed while it took a lock over has left is called so, with more behind it. */
export const abandonedMark = '.abandoned-';

/** @returns whether the lock may be free now. Of several that find it abandoned only one removes it, and only that one. */
async function removeAbandoned(paths: LockPaths): Promise<boolean> {
  const judged = await renewalOf(paths.lock);
  if (judged === null) return true;
  if (!(await isStale(paths.lock)) && !(await isOwnerGone(paths))) return false;
  const aside = `${paths.lock}${abandonedMark}${randomUUID()}`;
  if ((await renewalOf(paths.lock)) !== judged) return false;
  try {
    await rename(paths.lock, aside);
  } catch {
    return false;
  }
  if ((await renewalOf(aside)) !== judged) {
    // Somebody was quicker, or its holder woke up and renewed it: given back.
    await rename(aside, paths.lock).catch(() => undefined);
    return false;
  }
  await rmdir(aside).catch(() => undefined);
  return true;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Not renewed for long; also one of the future, which nobody renews: the clock went back. */
async function isStale(lock: string): Promise<boolean> {
  const facts = await stat(lock).catch(() => null);
  return facts !== null && Math.abs(Date.now() - facts.mtimeMs) > staleMs;
}

/** A holder that was killed on this computer need not be waited for. */
async function isOwnerGone(paths: LockPaths): Promise<boolean> {
  try {
    const [lock, owner, text] = await Promise.all([
      stat(paths.lock),
      stat(paths.owner),
      readFile(paths.owner, 'utf8'),
    ]);
    // The mark of an earlier holder says nothing of one that has not left its own yet.
    if (owner.mtimeMs < lock.birthtimeMs) return false;
    const pid = localPid(text);
    return pid !== null && !isAlive(pid);
  } catch {
    return false;
  }
}

/** The same as long as it is the same folder, however often it is renewed. */
async function identityOf(path: string): Promise<string | null> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  return facts === null ? null : `${facts.dev}:${facts.ino}:${facts.birthtimeNs}`;
}

/** The same as long as nobody renews it or makes another in its place; not every system knows when a folder was made. */
async function renewalOf(lock: string): Promise<string | null> {
  const facts = await stat(lock, { bigint: true }).catch(() => null);
  return facts === null ? null : `${facts.dev}:${facts.ino}:${facts.mtimeNs}`;
}
