// How far is a job, by its provider's counts? Asked once for editor and terminal.
import { batchApiOf } from './batchApi.ts';
import { currentParts, type Job, type JobPart } from './job.ts';
import { isRemoteOver } from './remoteStatus.ts';

export interface JobProgress {
  readonly total: number;
  readonly completed: number;
  /** Over without an answer: failed, expired or cancelled. */
  readonly failed: number;
}

/** Over the parts of this attempt; null until the provider gives counts that mean something. */
export function progressOf(job: Job): JobProgress | null {
  const counted = currentParts(job).map((part) => ({ part, progress: partProgressOf(job, part) }));
  if (counted.every(({ progress }) => progress === null)) return null;
  return counted.reduce<JobProgress>(
    (sum, { part, progress }) => ({
      total: sum.total + (progress?.total ?? part.requests),
      completed: sum.completed + (progress?.completed ?? 0),
      failed: sum.failed + (progress?.failed ?? 0),
    }),
    { total: 0, completed: 0, failed: 0 },
  );
}

/** Some providers say 0 until the end: that is no progress. */
export function partProgressOf({ provider }: Job, { remote }: JobPart): JobProgress | null {
  if (remote === null || remote.counts === null || remote.counts.total === 0) return null;
  if (batchApiOf(provider)?.countsAtEnd && !isRemoteOver(provider, remote)) return null;
  const { total, completed, failed, expired = 0, cancelled = 0 } = remote.counts;
  return { total, completed, failed: failed + expired + cancelled };
}

/** 0 to 1, of the requests that are over. */
export function shareOf({ total, completed, failed }: JobProgress): number {
  return total === 0 ? 0 : Math.min(1, (completed + failed) / total);
}

/** Requests of this attempt. */
export function requestsOf(job: Job): number {
  return currentParts(job).reduce((sum, part) => sum + part.requests, 0);
}
