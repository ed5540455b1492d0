// The JSON of a job, as the public contract fixes it.
import type { Job, JobState, RowCounts } from '#core';

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
  readonly created_at: string;
  readonly message: string | null;
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
  };
}
