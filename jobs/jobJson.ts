// The JSON of a job, as the public contract fixes it.
import {
  type Alert,
  type Compared,
  compareJob,
  type Job,
  type JobPart,
  type JobState,
  type RowCounts,
} from '#core';

export interface JobJson {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly provider: string;
  readonly profile: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly parts: readonly {
    readonly part: number;
    readonly batch_id: string | null;
    readonly remote_status: string | null;
    readonly counts: { readonly total: number; readonly completed: number; readonly failed: number } | null;
    readonly attempt: number;
    readonly requests: number;
    /** 1-based, of the source; null for a part of chosen requests. */
    readonly first_line: number | null;
    /** ISO time before which it is not sent. */
    readonly held_until: string | null;
    readonly refusal: string | null;
    /** Batches that it may be; null when it is not unclear. */
    readonly candidates: readonly string[] | null;
    readonly upload: { readonly id: string; readonly deleted: boolean } | null;
  }[];
  /** Answers of earlier jobs that were kept. */
  readonly reused: { readonly rows: number; readonly jobs: readonly string[] } | null;
  /** Attempts that are still made by themselves. */
  readonly retries_left: number;
  readonly rows: RowCounts | null;
  readonly results: string | null;
  readonly cost_usd: number | null;
  /** What was agreed to beside what was used; null until the results say it. */
  readonly comparison: {
    readonly complete: boolean;
    readonly input_tokens: ComparedJson;
    readonly output_tokens: ComparedJson & { readonly most: number | null };
    readonly usd: ComparedJson & { readonly most: number | null };
  } | null;
  readonly created_at: string;
  readonly message: string | null;
  /** What should be looked at before it is too late, the most pressing first. */
  readonly alerts: readonly Pick<Alert, 'kind' | 'part' | 'message'>[];
}

interface ComparedJson {
  readonly estimate: number | null;
  readonly actual: number | null;
  readonly difference_percent: number | null;
}

/** @param alerts what should be pointed out now. */
export function toJobJson(job: Job, alerts: readonly Alert[]): JobJson {
  return {
    id: job.id,
    name: job.name,
    file: job.file,
    provider: job.provider,
    profile: job.account.profile,
    state: job.state,
    attempt: job.attempt,
    parts: job.parts.map((part) => partJson(job, part)),
    reused: job.reused && { rows: job.reused.rows, jobs: job.reused.jobs },
    retries_left: job.retriesLeft,
    rows: job.rows,
    results: job.resultsReady ? job.resultsPath : null,
    cost_usd: job.costUsd,
    created_at: job.createdAt,
    message: job.message,
    comparison: comparisonOf(job),
    alerts: alerts.map(({ kind, part, message }) => ({ kind, part, message })),
  };
}

function partJson(job: Job, part: JobPart): JobJson['parts'][number] {
  const { remote, inputFileId, uploadDeleted } = part;
  const { total, completed, failed } = remote?.counts ?? {};
  const isCounted = total !== undefined && completed !== undefined && failed !== undefined;
  return {
    part: part.part,
    batch_id: remote?.batchId ?? null,
    remote_status: remote?.status ?? null,
    counts: isCounted ? { total, completed, failed } : null,
    attempt: part.attempt,
    requests: part.requests,
    first_line: part.snapshot === job.requests ? part.firstLine + 1 : null,
    held_until: remote === null ? part.heldUntil : null,
    refusal: part.refusal,
    candidates: part.unclear,
    upload: inputFileId === null ? null : { id: inputFileId, deleted: uploadDeleted },
  };
}

function comparisonOf(job: Job): JobJson['comparison'] {
  const comparison = compareJob(job);
  if (comparison === null) return null;
  const { complete, inputTokens, outputTokens, usd } = comparison;
  return {
    complete,
    input_tokens: comparedJson(inputTokens),
    output_tokens: { most: outputTokens.most, ...comparedJson(outputTokens) },
    usd: { most: usd.most, ...comparedJson(usd) },
  };
}

function comparedJson({ estimate, actual, differencePercent }: Compared): ComparedJson {
  return { estimate, actual, difference_percent: differencePercent };
}
