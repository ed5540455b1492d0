// From downloaded files to the merged results: the last step of a job. What is at the target and not ours stays.
import { access, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AbsenceFrom,
  configurationOf,
  currentParts,
  endOf,
  formatNumberOf,
  type Job,
  type JobEvent,
  type JobPart,
} from '#core';
import {
  type FileFailure,
  findProjectConfig,
  type MergeReport,
  type MergeRequest,
  type ResultsFile,
  toMergeReportJson,
} from '#files';
import type { JobsEnvironment } from './environment.ts';

export type MergedJob =
  | { readonly kind: 'event'; readonly event: Extract<JobEvent, { kind: 'merged' }> }
  /** Nothing was written; another try may do better. */
  | { readonly kind: 'failed'; readonly message: string };

/** In the job's folder: what the join found besides the rows, such as why rows failed. */
export const mergeReportName = 'merge.json';

export async function mergeJob(env: JobsEnvironment, job: Job, signal: AbortSignal): Promise<MergedJob> {
  // The project may price models that the list does not have; what people have in their editor is not known here.
  const config = configurationOf((await findProjectConfig(job.file)).values);
  let failure: FileFailure | null = null;
  for (const out of await targets(env, job)) {
    const merged = await env.merge({ ...requestOf(job, out, env.now()), config }, { signal });
    if (merged.kind === 'merged') {
      const { rows, costUsd, usage } = merged;
      await keepReport(join(env.store.folderOf(job.id), mergeReportName), merged);
      const message = messageOf(merged, job, failure);
      return { kind: 'event', event: { kind: 'merged', rows, costUsd, usage, resultsPath: out, message } };
    }
    failure = merged;
    if (merged.kind !== 'notOurs' && merged.kind !== 'notWritable') break;
  }
  return { kind: 'failed', message: failure?.message ?? 'The results could not be written.' };
}

/** The results do not depend on it. */
async function keepReport(path: string, report: MergeReport): Promise<void> {
  await writeFile(path, `${JSON.stringify(toMergeReportJson(report))}\n`, { mode: 0o600 }).catch(
    () => undefined,
  );
}

/** The place that was agreed; beside it when a file of the user's is there; the job's own folder when both cannot be. */
async function targets(env: JobsEnvironment, job: Job): Promise<readonly string[]> {
  const own = join(env.store.folderOf(job.id), 'results.jsonl');
  const folderIsThere = await access(dirname(job.resultsPath)).then(
    () => true,
    () => false,
  );
  if (!folderIsThere) return [own];
  const beside = `${stem(job.resultsPath)}.${job.id}.results.jsonl`;
  // Of an earlier attempt of this job: the place it has already.
  return job.resultsPath.includes(job.id) ? [job.resultsPath, own] : [job.resultsPath, beside, own];
}

/** What the provider gave for all attempts so far. */
export function downloadedResults(job: Job): readonly ResultsFile[] {
  return job.parts.flatMap(({ attempt, outputPath, errorPath }) =>
    [outputPath, errorPath].flatMap((path) => (path === null ? [] : [{ path, attempt, trusted: true }])),
  );
}

function requestOf(job: Job, out: string, now: number): MergeRequest {
  return {
    requests: job.requests,
    results: downloadedResults(job),
    out,
    surplusOut: `${stem(out)}.surplus.jsonl`,
    absent: absencesOf(job),
    today: new Date(now).toISOString().slice(0, 10),
  };
}

/** By part where parts are ranges of all requests; of other parts what is worst, for their lines are not those of the file. */
function absencesOf(job: Job): readonly AbsenceFrom[] {
  const parts = currentParts(job);
  const found = parts.map((part) => absenceOf(job, part));
  if (parts.every(({ snapshot }) => snapshot === job.requests)) return found;
  const worst = ['failed', 'expired', 'cancelled', 'missing'] as const;
  const [first] = found.toSorted((a, b) => worst.indexOf(a.status) - worst.indexOf(b.status));
  return first === undefined ? [] : [{ ...first, fromLine: 0 }];
}

function absenceOf({ provider }: Job, { firstLine: fromLine, remote, refusal }: JobPart): AbsenceFrom {
  if (refusal !== null) return { fromLine, status: 'failed', message: refusal };
  const end = remote === null ? 'cancelled' : endOf(provider, remote);
  return { fromLine, status: end === 'expired' || end === 'cancelled' ? end : 'missing' };
}

function messageOf(report: MergeReport, job: Job, earlier: FileFailure | null): string | null {
  const words: string[] = [];
  if (report.out !== job.resultsPath) {
    const why = earlier?.message ?? `${dirname(job.resultsPath)} is gone.`;
    words.push(`${why} The results are in ${report.out}.`);
  }
  const { missing } = report.rows;
  if (missing > 0 && countsAll(job)) {
    const of = formatNumberOf(missing, 'request');
    words.push(`The provider counts all as processed, but its files say nothing of ${of}.`);
  }
  // An answer to a second attempt beside the failure of the first is as it should be.
  const twice = report.duplicates.filter(({ chosen, others }) =>
    others.some(({ attempt }) => attempt === chosen.attempt),
  );
  if (twice.length > 0) {
    const of = formatNumberOf(twice.length, 'request');
    words.push(`There is more than one result of ${of}; one that succeeded counts, then the later one.`);
  }
  if (report.surplusOut !== null) words.push(`Results of no request are in ${report.surplusOut}.`);
  return words.length === 0 ? null : words.join(' ');
}

/** Whether the provider says that it has a result of each request of the last attempt. */
function countsAll(job: Job): boolean {
  return currentParts(job).every(
    ({ requests, remote }) => remote?.counts && remote.counts.completed + remote.counts.failed >= requests,
  );
}

/** `X` of `X.results.jsonl` or `X.jsonl`. */
function stem(path: string): string {
  return path.replace(/(?:\.results)?\.jsonl$/i, '');
}
