// One file in the home of all jobs, such as what was learnt or spent: written whole by one process at a time.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { type JobLock, lockFolder } from './jobLock.ts';
import { StoreError } from './storeError.ts';

export type Kept =
  | { readonly kind: 'kept' }
  /** One sentence; what was there is untouched. */
  | { readonly kind: 'notKept'; readonly message: string };

/** What the file becomes; null leaves it as it is; words say why it must be left. */
export type Change = { readonly text: string | null } | { readonly why: string };

/** Longer than a lock lives that a killed process left, or what was spent would not be written down. */
const tries = 300;
const betweenTriesMs = 50;

/**
 * @param lockName of the file that is held meanwhile.
 * @param change reads what is there and makes the next from it; nobody else writes meanwhile.
 */
export async function changeHomeFile(
  home: string,
  name: string,
  lockName: string,
  change: () => Promise<Change>,
): Promise<Kept> {
  const notKept = (why: string): Kept => ({ kind: 'notKept', message: `${join(home, name)} ${why}` });
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const lock = await lockHome(home, lockName);
    if (lock === null) return notKept('is being written to by another process; try again.');
    try {
      const changed = await change();
      if ('why' in changed) return notKept(changed.why);
      if (changed.text === null) return { kind: 'kept' };
      await removeHalfWritten(home, name);
      await lock.assertHeld();
      await writeFileAtomic(join(home, name), changed.text, { mode: 0o600 });
      return { kind: 'kept' };
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'notKept', message: error.message };
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return notKept(`could not be written${code}.`);
  }
}

async function lockHome(home: string, lockName: string): Promise<JobLock | null> {
  for (let left = tries; left > 0; left--) {
    const lock = await lockFolder(home, lockName);
    if (lock !== null) return lock;
    await sleep(betweenTriesMs);
  }
  return null;
}

/** Of a process that was killed while it wrote. Only for the holder of the lock. */
async function removeHalfWritten(home: string, name: string): Promise<void> {
  for (const entry of await readdir(home)) {
    const rest = entry.startsWith(`${name}.`) ? entry.slice(name.length + 1) : '';
    if (/^\d+$/.test(rest)) await rm(join(home, entry), { force: true });
  }
}
