// What is remembered of a message batch, and how does the API show it?
import type { Faults } from '../faults.ts';
import { rowsOf } from '../faults.ts';
import { type Progress, progressOf } from '../progress.ts';
import type { StoredRecord } from '../records.ts';

export interface Tally {
  readonly succeeded: number;
  readonly errored: number;
  readonly canceled: number;
  readonly expired: number;
}

export interface BatchRecord extends StoredRecord {
  readonly requests: number;
  readonly createdAtMs: number;
  readonly durationMs: number;
  /** Those of the simulator at creation: a restart with others changes nothing for this batch. */
  readonly faults: Faults;
  /** Of the call that created it: what parameters are allowed depends on it. */
  readonly version: string;
  readonly hasBeta: boolean;
  readonly cancelRequestedAtMs: number | null;
  /** Once the results are written. */
  readonly outcome: (Tally & { readonly sizeBytes: number }) | null;
}

const windowMs = 24 * 3600 * 1000;
/** Results are there for 29 days after the creation (Message Batches, 2026-08-22). */
const archiveMs = 29 * windowMs;

/** The moments of a batch are those that OpenAI's has here; it is only told less about them. */
export function progressAt(record: BatchRecord, nowMs: number): Progress {
  return progressOf(
    {
      createdAtMs: record.createdAtMs,
      durationMs: record.durationMs,
      validated: true,
      refused: false,
      totalRows: record.requests,
      unfinishedRows: rowsOf(record.faults.expire, record.requests),
      cancelRequestedAtMs: record.cancelRequestedAtMs,
      written: record.outcome !== null,
    },
    nowMs,
  );
}

export function isArchived(record: BatchRecord, nowMs: number): boolean {
  return nowMs >= record.createdAtMs + archiveMs;
}

export function hasEnded(record: BatchRecord, nowMs: number): boolean {
  return progressAt(record, nowMs).times.endedAtMs !== null && record.outcome !== null;
}

/** @anthropic-ai/sdk 1.12.0, MessageBatch. @param origin such as `http://127.0.0.1:4010`. */
export function batchObject(record: BatchRecord, nowMs: number, origin: string): { readonly id: string } {
  const { endedAtMs } = progressAt(record, nowMs).times;
  const outcome = endedAtMs === null ? null : record.outcome;
  const archived = outcome !== null && isArchived(record, nowMs);
  return {
    id: record.id,
    ...{ type: 'message_batch' },
    processing_status: statusOf(record, outcome !== null),
    request_counts: {
      processing: outcome === null ? record.requests : 0,
      succeeded: outcome?.succeeded ?? 0,
      errored: outcome?.errored ?? 0,
      canceled: outcome?.canceled ?? 0,
      expired: outcome?.expired ?? 0,
    },
    ended_at: outcome === null ? null : timeOf(endedAtMs),
    created_at: timeOf(record.createdAtMs),
    expires_at: timeOf(record.createdAtMs + windowMs),
    archived_at: archived ? timeOf(record.createdAtMs + archiveMs) : null,
    cancel_initiated_at: timeOf(record.cancelRequestedAtMs),
    results_url: outcome === null || archived ? null : `${origin}/v1/messages/batches/${record.id}/results`,
  } as { readonly id: string };
}

function statusOf({ cancelRequestedAtMs }: BatchRecord, ended: boolean): string {
  if (ended) return 'ended';
  return cancelRequestedAtMs === null ? 'in_progress' : 'canceling';
}

/** RFC 3339 with microseconds and an offset, as the API writes it. */
function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('Z', '000+00:00');
}
