// Which answers of earlier jobs can be kept, so that only new and changed requests are sent? Looked up when somebody asks for it.
import { join } from 'node:path';
import { bareModel, dialectOf, isTerminal, type Job, placeOf, reusedAttempt } from '#core';
import {
  type FileFailure,
  type JoinOptions,
  type MergeReport,
  type MergeRequest,
  type ReuseReport,
  type ReuseRequest,
  surplusPathOf,
} from '#files';
import { type Account, recordOf, simulatorProfile } from '../accounts/accounts.ts';
import { downloadedResults } from '../life/mergeJob.ts';
import type { JobStore } from '../store/store.ts';
import { mostUsd, type Plan } from './plan.ts';
import type { PlannedReuse } from './planReuse.ts';

export interface ReuseQuestion {
  /** Absolute path of the file that is about to be sent. */
  readonly file: string;
  readonly account: Account;
  readonly endpoint: string | null;
  readonly model: string | null;
  /** Where the requests that are left, and the rows of the others, are written until the job is made. */
  readonly folder: string;
}

/** What is kept instead of being sent. */
export interface FoundAnswers {
  readonly kind: 'found';
  /** Requests whose answers are kept, and that are left to be sent. */
  readonly reused: number;
  readonly rest: number;
  /** Of the jobs that paid for them, as far as it is known. */
  readonly jobs: readonly string[];
  /** Requests that are left; no such file when there are none. */
  readonly restPath: string;
  /** Rows of the others; no such file when there are none. */
  readonly rowsPath: string;
}

/** In the editor this runs in a worker. */
export type Reuse = (request: ReuseRequest, options: JoinOptions) => Promise<ReuseReport | FileFailure>;

/** @returns what was found, if only that there is nothing; or why it cannot be looked up. @throws AbortError. */
export async function findAnswers(
  { store, reuse }: { readonly store: Pick<JobStore, 'list'>; readonly reuse: Reuse },
  question: ReuseQuestion,
  signal: AbortSignal,
  onProgress?: JoinOptions['onProgress'],
): Promise<FoundAnswers | FileFailure> {
  const { jobs } = await store.list();
  const sources = jobs.filter((job) => isSource(job, question));
  const restPath = join(question.folder, 'rest.jsonl');
  const rowsPath = join(question.folder, 'rows.jsonl');
  const report = await reuse(
    {
      requests: question.file,
      sources: sources.map((job) => ({
        id: job.id,
        requests: job.requests,
        results: downloadedResults(job),
      })),
      restOut: restPath,
      rowsOut: rowsPath,
    },
    { signal, onProgress },
  );
  if (report.kind !== 'reused') return report;
  const { reused, rest } = report;
  const paidBy = report.sources.flatMap(({ id, passedOn }) => {
    const earlier = passedOn ? (jobs.find((job) => job.id === id)?.reused?.jobs ?? []) : [];
    return [id, ...earlier];
  });
  return { kind: 'found', reused, rest, jobs: [...new Set(paidBy)], restPath, rowsPath };
}

/** Whether an earlier job of the same file may have some, as its record says; only its requests tell. */
export async function mayHaveAnswers(
  store: Pick<JobStore, 'list'>,
  question: Omit<ReuseQuestion, 'folder'>,
): Promise<boolean> {
  const { jobs } = await store.list();
  return jobs.some((job) => job.file === question.file && isSource(job, question));
}

/**
 * A finished job of the same model at the same provider: any other would have answered otherwise. Most lines name their
 * model themselves, and are the same only with it.
 */
function isSource(job: Job, { account, endpoint, model }: Omit<ReuseQuestion, 'folder'>): boolean {
  const here = recordOf(account);
  const isSamePlace =
    job.account.profile === simulatorProfile || here.profile === simulatorProfile
      ? job.account.profile === here.profile
      : placeOf(job.account.baseUrl) === placeOf(here.baseUrl);
  return (
    isTerminal(job) &&
    job.resultsReady &&
    (job.rows === null || job.rows.succeeded > 0) &&
    job.provider === account.provider &&
    job.endpoint === endpoint &&
    (dialectOf(job.provider).form !== 'keyed' || bareModel(job.model ?? '') === bareModel(model ?? '')) &&
    isSamePlace
  );
}

/** Where every request has an answer already, there is no job to make: the rows are put in the order of the file. */
export async function mergeAnswers(
  { merge }: { readonly merge: Merge },
  {
    file,
    rowsPath,
    out,
    today,
  }: { readonly file: string; readonly rowsPath: string; readonly out: string; readonly today: string },
  signal: AbortSignal,
): Promise<MergeReport | FileFailure> {
  const surplusOut = surplusPathOf(out);
  const results = [{ path: rowsPath, attempt: reusedAttempt, trusted: true }];
  return merge({ requests: file, results, out, surplusOut, today }, { signal });
}

type Merge = (request: MergeRequest, options: JoinOptions) => Promise<MergeReport | FileFailure>;

/** What stays to be paid for of a plan whose other answers are kept. @param all the plan of all requests. */
export function withReuse(rest: Plan, all: Plan, kept: Pick<PlannedReuse, 'rows' | 'jobs'>): Plan {
  const [before, after] = [mostUsd(all), mostUsd(rest)];
  const savedUsd = before === null || after === null ? null : Math.max(0, before - after);
  return { ...rest, reuse: { ...kept, savedUsd } };
}
