// What is remembered of a batch, and how does the API show it?
import type { Usage } from '../answerContext.ts';
import type { Faults } from '../faults.ts';
import type { Progress } from '../progress.ts';
import type { StoredRecord } from '../records.ts';
import type { BatchError } from './validateLine.ts';

export interface BatchRecord extends StoredRecord {
  readonly endpoint: string;
  readonly inputFileId: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly keepOutputSeconds: number | null;
  readonly createdAtMs: number;
  readonly durationMs: number;
  /** Those of the simulator at creation: a restart with others changes nothing for this batch. */
  readonly faults: Faults;
  /** Known from the first line at creation, else null. */
  readonly model: string | null;
  readonly cancelRequestedAtMs: number | null;
  /** What reading the file through has found; null until then. */
  readonly validation: {
    readonly totalRows: number;
    readonly errors: readonly BatchError[];
  } | null;
  /** The result files, once written. */
  readonly outcome: {
    readonly completed: number;
    readonly failed: number;
    readonly outputFileId: string | null;
    readonly errorFileId: string | null;
    readonly usage: Usage;
  } | null;
}

export interface RowTally {
  readonly completed: number;
  readonly failed: number;
}

export type BatchObject = { readonly id: string } & Readonly<Record<string, unknown>>;

/** 24 h, the only completion window there is. */
const windowMs = 24 * 3600 * 1000;

/** The Batch object of the API (openai SDK 7.55; recorded answers). Result files appear at the end only. */
export function batchObject(record: BatchRecord, progress: Progress, tally: RowTally): BatchObject {
  const { status, times } = progress;
  const ended = ['completed', 'expired', 'cancelled'].includes(status) ? record.outcome : null;
  const validated = !['validating', 'failed'].includes(status);
  const endOf = (wanted: string): number | null => (status === wanted ? seconds(times.endedAtMs) : null);
  return {
    id: record.id,
    object: 'batch',
    endpoint: record.endpoint,
    model: record.model,
    errors: status === 'failed' ? { object: 'list', data: record.validation?.errors ?? [] } : null,
    input_file_id: record.inputFileId,
    completion_window: '24h',
    status,
    output_file_id: ended?.outputFileId ?? null,
    error_file_id: ended?.errorFileId ?? null,
    created_at: seconds(record.createdAtMs),
    in_progress_at: seconds(times.inProgressAtMs),
    expires_at: endOf('expired') ?? seconds(record.createdAtMs + windowMs),
    finalizing_at: seconds(times.finalizingAtMs),
    completed_at: endOf('completed'),
    failed_at: endOf('failed'),
    expired_at: endOf('expired'),
    cancelling_at: seconds(record.cancelRequestedAtMs),
    cancelled_at: endOf('cancelled'),
    request_counts: { total: validated ? (record.validation?.totalRows ?? 0) : 0, ...tally },
    usage: usageOf(ended?.usage ?? { inputTokens: 0, outputTokens: 0, reasoningTokens: 0 }),
    metadata: record.metadata,
  };
}

function usageOf(usage: Usage): unknown {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000);
}
