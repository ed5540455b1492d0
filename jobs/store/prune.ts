// Which records are old enough to go? Only of jobs that are over, with nothing to fetch, and never results of theirs.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Job, nextAction } from '#core';
import type { JobsEnvironment } from '../environment.ts';
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
  /** Of their records, copies of requests and downloads. */
  readonly sizeBytes: number;
}

/** Records that cannot be read are no jobs of ours to judge: they stay. */
export async function pruneJobs(
  env: JobsEnvironment,
  { olderThanMs, dryRun }: PruneOptions,
): Promise<Pruned> {
  const { store } = env;
  const pruned: Job[] = [];
  let sizeBytes = 0;
  if (!dryRun) await removeOutgoing(store.home);
  for (const { id } of (await store.list()).jobs) {
    // Gone meanwhile, or not ours to change: the others are looked at all the same.
    const lock = await store.lock(id).catch(() => null);
    if (lock === null) continue;
    try {
      // Read again: whoever held it may have begun another attempt.
      const job = await store.get(id);
      if (job === null || !isPrunable(job, store.folderOf(id), env.now(), olderThanMs)) continue;
      // Of merged results that are not where they were the downloads are all there is; "download" merges them again.
      if (job.resultsReady && (await stat(job.resultsPath).catch(() => null)) === null) continue;
      const folderBytes = await sizeOf(store.folderOf(id));
      if (!dryRun) {
        // What it cost is known afterwards, too; where that cannot be kept its record stays.
        if ((await keepSpend(store.home, job, Date.parse(job.updatedAt))).kind === 'notKept') continue;
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
  return { jobs: pruned, sizeBytes };
}

function isPrunable(job: Job, folder: string, nowMs: number, olderThanMs: number): boolean {
  const keepsResults = job.resultsReady && `${dirname(job.resultsPath)}${sep}`.startsWith(`${folder}${sep}`);
  const ageMs = nowMs - Date.parse(job.updatedAt);
  return nextAction(job, nowMs).kind === 'none' && !keepsResults && ageMs >= olderThanMs;
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) {
    const facts = await stat(join(folder, name)).catch(() => null);
    sum += facts?.isFile() ? facts.size : 0;
  }
  return sum;
}
