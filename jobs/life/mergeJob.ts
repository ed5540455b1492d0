// From downloaded files to the merged results: the last step of a job. What is at the target and not ours stays.
import { stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  configurationOf,
  currentParts,
  formatCount,
  formatNumberOf,
  isRefused,
  isWithheld,
  type Job,
  type JobEvent,
  type JobPart,
  noteSentence,
  refusalWordsOf,
  reusedAttempt,
  withheldWords,
} from '#core';
import {
  type FileFailure,
  findProjectConfig,
  type MergeReport,
  type MergeRequest,
  type ResultsFile,
  surplusPathOf,
  toMergeReportJson,
} from '#files';
import type { JobsEnvironment } from '../environment.ts';
import { resultsPlaces } from './resultsPlace.ts';
import { hashOf } from './snapshot.ts';
import { absencesOf } from './sourceLines.ts';

export type MergedJob =
  | { readonly kind: 'event'; readonly event: Extract<JobEvent, { kind: 'merged' }> }
  /** Nothing was written; another try may do better. */
  | { readonly kind: 'failed'; readonly message: string };

/** In the job's folder: what the join found besides the rows, such as why rows failed. */
export const mergeReportName = 'merge.json';

export async function mergeJob(env: JobsEnvironment, job: Job, signal: AbortSignal): Promise<MergedJob> {
  // The project may price models that the list does not have, and the profile goes before it, as in the plan.
  const ofProfile = (await env.valuesFor?.(job)) ?? {};
  const config = configurationOf((await findProjectConfig(job.file)).values, ofProfile);
  let failure: FileFailure | null = null;
  const absent = await absencesOf(job, signal).catch(() => null);
  if (absent === null) {
    signal.throwIfAborted();
    return {
      kind: 'failed',
      message: `${job.requests}, the copy of the requests, cannot be read; nothing was merged.`,
    };
  }
  const { paths, why } = await resultsPlaces(env.store, job);
  for (const out of paths) {
    const merged = await env.merge({ ...requestOf(job, out), absent, config }, { signal });
    if (merged.kind === 'merged') {
      const { rows, otherUsd, usage } = merged;
      const isKnown = merged.costUsd !== null && otherUsd !== null && !job.parts.some(isWithoutResults);
      const costUsd = isKnown ? merged.costUsd + otherUsd : null;
      await keepReport(join(env.store.folderOf(job.id), mergeReportName), merged);
      const message = await messageOf(merged, job, failure?.message ?? why);
      const file = { resultsPath: out, resultsSha256: merged.sha256 ?? undefined };
      return { kind: 'event', event: { kind: 'merged', rows, costUsd, usage, ...file, message } };
    }
    failure = merged;
    if (merged.kind !== 'notOurs' && merged.kind !== 'notWritable') break;
  }
  return { kind: 'failed', message: failure?.message ?? 'The results could not be written.' };
}

/** Of answers that nobody has any more it is not known what they cost. */
export function isWithoutResults({ lost, gone = [] }: JobPart): boolean {
  return Boolean(lost) || gone.length > 0;
}

/** The results do not depend on it. */
async function keepReport(path: string, report: MergeReport): Promise<void> {
  await writeFile(path, `${JSON.stringify(toMergeReportJson(report))}\n`, { mode: 0o600 }).catch(
    () => undefined,
  );
}

/** What the provider gave for all attempts so far, and before them what was taken over from earlier jobs. */
export function downloadedResults(job: Job): readonly ResultsFile[] {
  const given = job.parts.flatMap(({ attempt, outputPath, errorPath }) =>
    [outputPath, errorPath].flatMap((path) => (path === null ? [] : [{ path, attempt, trusted: true }])),
  );
  return job.reused === null
    ? given
    : [{ path: job.reused.path, attempt: reusedAttempt, trusted: true }, ...given];
}

function requestOf(job: Job, out: string): MergeRequest {
  return {
    requests: job.requests,
    results: downloadedResults(job),
    out,
    surplusOut: surplusPathOf(out),
    provider: job.provider,
    model: job.model,
    // As the requests were priced when they were sent, however late their answers are joined.
    today: job.createdAt.slice(0, 10),
    isHashed: true,
  };
}

/** @param elsewhere why the results are not where it was agreed. */
async function messageOf(report: MergeReport, job: Job, elsewhere: string | null): Promise<string | null> {
  const words: string[] = [];
  if (report.out !== job.resultsPath) {
    words.push(`${elsewhere === null ? '' : `${elsewhere} `}The results are in ${report.out}.`);
  }
  const refused = refusalWordsOf(job);
  if (refused !== null) {
    words.push(isRefused(job) && job.attempt > 1 ? `The last attempt was not taken. ${refused}` : refused);
  }
  const withheld = currentParts(job).flatMap(({ remote, gone = [] }) =>
    remote !== null && gone.includes(remote.batchId) && isWithheld(job.provider, remote) ? [remote] : [],
  );
  words.push(
    ...withheld.map((remote) => `${withheldWords(remote)} They are missing until they are fetched again.`),
  );
  const named = withheld.map(({ batchId }) => batchId);
  const gone = currentParts(job)
    .flatMap((part) => part.gone ?? [])
    .filter((id) => !named.includes(id));
  if (gone.length > 0) {
    words.push(`The provider no longer has ${gone.join(', ')}, so what stood there is missing.`);
  }
  const lost = currentParts(job).flatMap((part) => part.lost ?? []);
  words.push(...lost);
  const counted = lost.length > 0 ? null : countsWords(report, job);
  if (counted !== null) words.push(counted);
  // An answer to a second attempt beside the failure of the first is as it should be.
  const twice = report.duplicates.filter(({ chosen, others }) =>
    others.some(({ attempt }) => attempt === chosen.attempt),
  );
  if (twice.length > 0) {
    const of = formatNumberOf(twice.length, 'request');
    words.push(`There is more than one result of ${of}; one that succeeded counts, then the later one.`);
  }
  if (report.surplusOut !== null) words.push(`Results of no request are in ${report.surplusOut}.`);
  const odd = noteSentence(report.notes);
  if (odd !== null) words.push(odd);
  if (await hasChanged(job)) {
    words.push(
      `${basename(job.file)} changed since it was sent; the rows are of the requests as they were sent.`,
    );
  }
  return words.length === 0 ? null : words.join(' ');
}

/** The files count. That the provider counts otherwise is said, where both speak of the same requests. */
function countsWords({ rows }: MergeReport, job: Job): string | null {
  const parts = currentParts(job);
  const sum = { completed: 0, others: 0, requests: 0 };
  for (const { requests, remote } of parts) {
    if (!remote?.counts) return null;
    sum.completed += remote.counts.completed;
    const { failed, expired = 0, cancelled = 0 } = remote.counts;
    sum.others += failed + expired + cancelled;
    sum.requests += requests;
  }
  if (rows.missing > 0 && sum.completed + sum.others >= sum.requests) {
    const of = formatNumberOf(rows.missing, 'request');
    return `The provider counts all as processed, but its files say nothing of ${of}.`;
  }
  const isOfAll = job.attempt === 1 && job.reused === null;
  if (!isOfAll || sum.completed === rows.succeeded) return null;
  return `The provider counts ${formatCount(sum.completed)} as answered, its files have answers to ${formatCount(rows.succeeded)}; these count.`;
}

/** A file that is gone, or was standard input, says nothing. */
async function hasChanged({ file, sha256, requests }: Job): Promise<boolean> {
  try {
    const [now, sent] = await Promise.all([stat(file), stat(requests)]);
    if (!now.isFile()) return false;
    if (now.size !== sent.size) return true;
    return (await hashOf({ path: file, offset: 0, sizeBytes: now.size })).sha256 !== sha256;
  } catch {
    return false;
  }
}
