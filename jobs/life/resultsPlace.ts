// Where do a job's merged results go, and are they there still? A newer job of the same file takes the place of an older one,
// people change merged files or take them away; what the provider gave stays with the record all the while.
import { access, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Job } from '#core';
import { resultsStem } from '#files';
import type { JobStore } from '../store/store.ts';
import { hashOf } from './snapshot.ts';

/** `replaced`: a newer job wrote its own there. `changed`: somebody else did, or it is not known what this job wrote. */
export type MergedFile = 'own' | 'missing' | 'replaced' | 'changed';

/** @param jobs all that are known. */
export async function mergedFileOf(job: Job, jobs: readonly Job[]): Promise<MergedFile> {
  const { resultsPath, resultsSha256 } = job;
  const now = await hashAt(resultsPath);
  if (now === null) return 'missing';
  if (now === resultsSha256) return 'own';
  return newerAt(resultsPath, job, jobs) === null ? 'changed' : 'replaced';
}

/** Null where there is no file. */
async function hashAt(path: string): Promise<string | null> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return null;
  // A folder, or what may not be read, is nothing of ours.
  const hash = await hashOf({ path, offset: 0, sizeBytes: facts.size }).catch(() => null);
  return hash?.sha256 ?? '';
}

export interface ResultsPlaces {
  /** The first that can be written to is taken. */
  readonly paths: readonly string[];
  /** Why the place that was agreed is none of them, in one sentence. */
  readonly why: string | null;
}

/**
 * The place that was agreed; beside it when a file of the user's is there, or the results of a newer job; the job's own
 * folder when both cannot be.
 */
export async function resultsPlaces(store: JobStore, job: Job): Promise<ResultsPlaces> {
  const { id, resultsPath } = job;
  const own = join(store.folderOf(id), 'results.jsonl');
  const folder = dirname(resultsPath);
  const folderIsThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (!folderIsThere) return { paths: [own], why: `${folder} is gone.` };
  const beside = `${resultsStem(resultsPath)}.${id}.results.jsonl`;
  if (resolve(resultsPath) === resolve(own)) return { paths: [own], why: null };
  const why = await whyTaken(job, (await store.list()).jobs);
  // Of an earlier attempt of this job: the place it has already.
  const others = resultsPath.includes(id) ? [own] : [beside, own];
  return { paths: why === null ? [resultsPath, ...others] : others, why };
}

/** Why what stands at a job's place must stay, in one sentence; null where it may go. */
async function whyTaken(job: Job, jobs: readonly Job[]): Promise<string | null> {
  const { resultsPath } = job;
  const newer = newerAt(resultsPath, job, jobs);
  if (newer !== null) return `${resultsPath} is the place of the newer job ${newer.id}.`;
  const written = jobs.filter((one) => one.resultsReady && isSamePath(one.resultsPath, resultsPath));
  // One that does not say what it wrote may have written just this; but not when it is this very job, which asks.
  const isUnknown = written.some((one) => one.resultsSha256 === undefined && one.id !== job.id);
  if (written.length === 0 || isUnknown) return null;
  const now = await hashAt(resultsPath);
  if (now === null || written.some(({ resultsSha256 }) => resultsSha256 === now)) return null;
  return `${basename(resultsPath)} was changed since the results were written there, so it stays as it is.`;
}

/** Whether a newer job's results are where those of this one were. @param jobs all that are known. */
export async function isReplaced(job: Job, jobs: readonly Job[]): Promise<boolean> {
  const isLikely = newerAt(job.resultsPath, job, jobs) !== null;
  return isLikely && (await mergedFileOf(job, jobs)) === 'replaced';
}

/** A job made later whose results are, or were, at this path. */
function newerAt(path: string, job: Job, jobs: readonly Job[]): Job | null {
  const isNewer = (one: Job): boolean =>
    one.createdAt === job.createdAt ? one.id > job.id : one.createdAt > job.createdAt;
  return jobs.find((one) => one.resultsReady && isSamePath(one.resultsPath, path) && isNewer(one)) ?? null;
}

function isSamePath(path: string, other: string): boolean {
  return resolve(path) === resolve(other);
}
