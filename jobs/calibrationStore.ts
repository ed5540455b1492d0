// What jobs and counts taught, kept for the next estimate: one file, written whole by one process at a time.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { type Lesson, withLesson, writeEvidence } from '#core';
import { calibrationName, readEvidenceFile } from '#files';
import { type JobLock, lockFolder } from './jobLock.ts';
import { StoreError } from './storeError.ts';

export type Kept =
  | { readonly kind: 'kept' }
  /** One sentence; what was there is untouched. */
  | { readonly kind: 'notKept'; readonly message: string };

const tries = 60;
const betweenTriesMs = 50;

/** Adds to what is there, whoever else writes meanwhile. A file that is not understood stays as it is. */
export async function keepLesson(home: string, lesson: Lesson): Promise<Kept> {
  if (lesson.models.length === 0) return { kind: 'kept' };
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const lock = await lockHome(home);
    if (lock === null) return notKept(home, 'is being written to by another process; try again.');
    try {
      return await write(home, lesson, lock);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'notKept', message: error.message };
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return notKept(home, `could not be written${code}.`);
  }
}

async function write(home: string, lesson: Lesson, lock: JobLock): Promise<Kept> {
  const file = await readEvidenceFile(home);
  if (file.kind === 'unreadable') return notKept(home, file.message);
  await removeHalfWritten(home);
  await lock.assertHeld();
  const text = writeEvidence(withLesson(file.entries, lesson));
  await writeFileAtomic(join(home, calibrationName), text, { mode: 0o600 });
  return { kind: 'kept' };
}

async function lockHome(home: string): Promise<JobLock | null> {
  for (let left = tries; left > 0; left--) {
    const lock = await lockFolder(home, 'calibration');
    if (lock !== null) return lock;
    await sleep(betweenTriesMs);
  }
  return null;
}

/** Of a process that was killed while it wrote. Only for the holder of the lock. */
async function removeHalfWritten(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^calibration\.json\.\d+$/.test(name)) await rm(join(home, name), { force: true });
  }
}

function notKept(home: string, why: string): Kept {
  return { kind: 'notKept', message: `${join(home, calibrationName)} ${why}` };
}
