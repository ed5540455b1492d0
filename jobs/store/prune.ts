// Which records are old enough to go? Only of jobs that are over, with nothing to fetch, and never results of theirs.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Job, nextAction } from '#core';
import type { JobsEnvironment } from '../environment.ts';
import { type MergedFile, mergedFileOf } from '../life/resultsPlace.ts';
import { moveOut, removeOutgoing } from './outgoing.ts';
import { keepSpend } from './spend.ts';

export interface PruneOptions {
  /** Jobs that changed since stay. */
  readonly olderThanMs: number;
  /** Only says what would go. */
  readonly dryRun: boolean;
}

export interface Pruned {
  readonly jobs: readonly Job[];
  /** Old enough to go, but they hold the only copy of answers that were paid for, or what they cost cannot be kept. */
  readonly kept: readonly KeptJob[];
  /** Of their records, copies of requests and downloads. */
  readonly sizeBytes: number;
}

export interface KeptJob {
  readonly job: Job;
  /**
   * Its merged file is gone, was replaced by that of a newer job, or changed since; its merged results are in the record
   * itself; what it cost cannot be written down.
   */
  readonly why: Exclude<MergedFile, 'own'> | 'inRecord' | 'cost';
}

/** Records that cannot be read are no jobs of ours to judge: they stay. */
export async function pruneJobs(
  env: JobsEnvironment,
  { olderThanMs, dryRun }: PruneOptions,
): Promise<Pruned> {
  const { store } = env;
  const pruned: Job[] = [];
  const kept: KeptJob[] = [];
  let sizeBytes = 0;
  if (!dryRun) await removeOutgoing(store.home);
  const { jobs: all } = await store.list();
  for (const { id } of all) {
    // Gone meanwhile, or not ours to change: the others are looked at all the same.
    const lock = await store.lock(id).catch(() => null);
    if (lock === null) continue;
    try {
      // Read again: whoever held it may have begun another attempt.
      const job = await store.get(id);
      if (job === null || !isOld(job, env.now(), olderThanMs)) continue;
      const why = await whyKept(job, store.folderOf(id), all);
      if (why !== null) {
        kept.push({ job, why });
        continue;
      }
      const folderBytes = await sizeOf(store.folderOf(id));
      if (!dryRun) {
        // What it cost is known afterwards, too; where that cannot be kept its record stays.
        if ((await keepSpend(store.home, job, Date.parse(job.updatedAt))).kind === 'notKept') {
          kept.push({ job, why: 'cost' });
          continue;
        }
        await lock.assertHeld();
        await moveOut(store.home, store.folderOf(id), id);
      }
      pruned.push(job);
      sizeBytes += folderBytes;
    } finally {
      await lock.release();
    }
  }
  if (!dryRun) await removeOutgoing(store.home);
  return { jobs: pruned, kept, sizeBytes };
}

function isOld(job: Job, nowMs: number, olderThanMs: number): boolean {
  return nextAction(job, nowMs).kind === 'none' && nowMs - Date.parse(job.updatedAt) >= olderThanMs;
}

/** Of merged results that are not where they were the downloads are all there is. */
async function whyKept(job: Job, folder: string, all: readonly Job[]): Promise<KeptJob['why'] | null> {
  if (!job.resultsReady) return null;
  if (`${dirname(job.resultsPath)}${sep}`.startsWith(`${folder}${sep}`)) return 'inRecord';
  const file = await mergedFileOf(job, all);
  return file === 'own' ? null : file;
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) {
    const facts = await stat(join(folder, name)).catch(() => null);
    sum += facts?.isFile() ? facts.size : 0;
  }
  return sum;
}
