// What killed processes leave in the folders of jobs, and how it goes away. What is not surely such a thing stays.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abandonedMark, lockFolder } from './jobLock.ts';

/** Removes a job's folder when its process was killed before it wrote a record down: nothing was sent for it. */
export async function removeUnborn(folder: string): Promise<void> {
  try {
    if (!(await isUnborn(folder))) return;
    const lock = await lockFolder(folder);
    if (lock === null) return;
    try {
      // Read again: whoever held it may have written its record meanwhile.
      if (await isUnborn(folder)) await rm(folder, { recursive: true, force: true });
    } finally {
      await lock.release();
    }
  } catch {
    // The next one tries again.
  }
}

/** Whoever begins a job holds its lock, and leaves its mark, before anything else; without a mark there is nothing yet. */
async function isUnborn(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  const isMarked = names.includes('lock.owner');
  return names.every((name) => (isMarked ? isUnbornName(name) : isOfLock(name)));
}

/** Removes what was being written to a folder. Only for the holder of its lock: nobody else writes there. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!isHalfWritten(name) && !isOutlived(name, names)) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What was kept of a download to go on with, of a file that is here in whole. */
function isOutlived(name: string, names: readonly string[]): boolean {
  const [, whole] = /^(.+)\.part(?:\.json)?$/.exec(name) ?? [];
  return whole !== undefined && names.includes(whole);
}

/** A record on its way to its place, and a lock that was being taken over. */
function isHalfWritten(name: string): boolean {
  return /^job\.json\.\d+$/.test(name) || name.includes(abandonedMark);
}

/** What there can be before the first record. */
function isUnbornName(name: string): boolean {
  return (
    /^(?:requests(?:-\d+)?|reused)\.jsonl$/.test(name) ||
    name === 'lock.owner' ||
    isOfLock(name) ||
    isHalfWritten(name)
  );
}

function isOfLock(name: string): boolean {
  return name === 'lock' || name.includes(abandonedMark);
}
