// Which process drives a job? The one that holds its lock, and knows it just before anything that may be paid for.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';

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

/**
 * Locks a folder; null while another process holds it.
 *
 * A lock by time alone can be held twice: by a process that slept past its time, or when two take over at once. So the
 * holder also leaves its mark in the folder, and whoever takes over overwrites it before reading the job. A process that
 * writes down what it is about to do, then finds its own mark, knows that its note was seen by whoever comes after.
 */
export async function lockFolder(folder: string, name = 'lock'): Promise<JobLock | null> {
  const lost = new AbortController();
  const lose = (): void => lost.abort(new LockLostError());
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(folder, {
      lockfilePath: join(folder, name),
      stale: staleMs,
      update: renewMs,
      onCompromised: lose,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return null;
    throw error;
  }
  const ownerPath = join(folder, `${name}.owner`);
  const owner = randomUUID();
  const isMine = async (): Promise<boolean> =>
    !lost.signal.aborted && (await readFile(ownerPath, 'utf8').catch(() => null)) === owner;
  try {
    await writeFile(ownerPath, owner, { mode: 0o600 });
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
  return {
    lost: lost.signal,
    async assertHeld() {
      if (!(await isMine())) lose();
      lost.signal.throwIfAborted();
    },
    async release() {
      // A lock that was taken over is not this process's to remove.
      if (await isMine()) await release().catch(() => undefined);
    },
  };
}
