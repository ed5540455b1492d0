// What is remembered of a batch, and how does the API show it: as a long-running operation?
import { type Faults, rowsOf } from '../faults.ts';
import type { Json } from '../json.ts';
import { type BatchStatus, type Progress, progressOf } from '../progress.ts';
import type { StoredRecord } from '../records.ts';
import { timeOf } from './context.ts';
import { type RowError, rowError } from './errors.ts';

export interface BatchRecord extends StoredRecord {
  readonly model: string;
  readonly method: 'generateContent' | 'embedContent';
  readonly displayName: string;
  readonly inputFileId: string;
  readonly createdAtMs: number;
  readonly durationMs: number;
  /** Those of the simulator at creation: a restart with others changes nothing for this batch. */
  readonly faults: Faults;
  readonly cancelRequestedAtMs: number | null;
  /** What reading the file through has found; null until then. */
  readonly validation: { readonly totalRows: number; readonly error: RowError | null } | null;
  /** Once nothing more will be done. */
  readonly outcome: {
    readonly completed: number;
    readonly failed: number;
    readonly outputFileId: string | null;
  } | null;
}

export interface RowTally {
  readonly completed: number;
  readonly failed: number;
}

export function progressAt(record: BatchRecord, nowMs: number): Progress {
  const totalRows = record.validation?.totalRows ?? 0;
  return progressOf(
    {
      createdAtMs: record.createdAtMs,
      durationMs: record.durationMs,
      validated: record.validation !== null,
      refused: (record.validation?.error ?? null) !== null,
      totalRows,
      unfinishedRows: rowsOf(record.faults.expire, totalRows),
      cancelRequestedAtMs: record.cancelRequestedAtMs,
      written: record.outcome !== null,
    },
    nowMs,
  );
}

/** What a batch of the other API is, by the words of this one (@google/genai 3.1.0, JobState). */
const states: Readonly<Record<BatchStatus, string>> = {
  validating: 'PENDING',
  failed: 'FAILED',
  in_progress: 'RUNNING',
  finalizing: 'RUNNING',
  completed: 'SUCCEEDED',
  expired: 'EXPIRED',
  cancelling: 'CANCELLING',
  cancelled: 'CANCELLED',
};

/** An operation that is done has an error or a response, never both; one that expired has no results at all. */
export function operationOf(record: BatchRecord, progress: Progress, tally: RowTally): Json {
  const { status, times } = progress;
  const name = `batches/${record.id}`;
  const type = '@type';
  const kind = record.method === 'embedContent' ? 'EmbedContentBatch' : 'GenerateContentBatch';
  const error = errorOf(record, status);
  const output = outputOf(record, status);
  const isDone = times.endedAtMs !== null;
  return {
    name,
    metadata: {
      [type]: `type.googleapis.com/google.ai.generativelanguage.v1main.${kind}`,
      model: `models/${record.model}`,
      displayName: record.displayName,
      inputConfig: { fileName: `files/${record.inputFileId}` },
      ...(output === null ? {} : { output }),
      createTime: timeOf(record.createdAtMs),
      ...(times.endedAtMs === null ? {} : { endTime: timeOf(times.endedAtMs) }),
      updateTime: timeOf(times.endedAtMs ?? times.inProgressAtMs ?? record.createdAtMs),
      batchStats: statsOf(record, tally, isDone),
      state: `${prefixOf(record)}${states[status]}`,
      name,
    },
    ...(isDone ? { done: true } : {}),
    ...(error === null ? {} : { error }),
    ...(output === null ? {} : { response: { ...output } }),
  };
}

/** The reference says one, live operations were seen with the other; every other batch has it this way. */
function prefixOf({ sequence }: BatchRecord): string {
  return sequence % 2 === 1 ? 'BATCH_STATE_' : 'JOB_STATE_';
}

/** int64, so texts; what is 0 is left out. */
function statsOf({ validation }: BatchRecord, { completed, failed }: RowTally, isDone: boolean): Json {
  const total = validation?.totalRows ?? 0;
  const pending = isDone ? 0 : total - completed - failed;
  const counts = {
    requestCount: total,
    successfulRequestCount: completed,
    failedRequestCount: failed,
    pendingRequestCount: pending,
  };
  const given = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(given.map(([name, count]) => [name, String(count)]));
}

function errorOf({ validation }: BatchRecord, status: BatchStatus): RowError | null {
  switch (status) {
    case 'failed':
      return validation?.error ?? rowError('INTERNAL', 'Internal error encountered.');
    case 'cancelled':
      return rowError('CANCELLED', 'The operation was cancelled.');
    case 'expired':
      return rowError('DEADLINE_EXCEEDED', 'The batch did not complete within 48 hours.');
    default:
      return null;
  }
}

function outputOf({ outcome }: BatchRecord, status: BatchStatus): Json | null {
  const fileId = status === 'completed' ? (outcome?.outputFileId ?? null) : null;
  return fileId === null ? null : { responsesFile: `files/${fileId}` };
}
