// The JSON of a job, as the public contract fixes it.
import { type Compared, compareJob, type Job, type JobState, type RowCounts } from '#core';

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
  }[];
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
}

interface ComparedJson {
  readonly estimate: number | null;
  readonly actual: number | null;
  readonly difference_percent: number | null;
}

export function toJobJson(job: Job): JobJson {
  return {
    id: job.id,
    name: job.name,
    file: job.file,
    provider: job.provider,
    profile: job.account.profile,
    state: job.state,
    attempt: job.attempt,
    parts: job.parts.map(({ part, remote }) => ({
      part,
      batch_id: remote?.batchId ?? null,
      remote_status: remote?.status ?? null,
      counts: remote?.counts ?? null,
    })),
    rows: job.rows,
    results: job.resultsReady ? job.resultsPath : null,
    cost_usd: job.costUsd,
    created_at: job.createdAt,
    message: job.message,
    comparison: comparisonOf(job),
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
