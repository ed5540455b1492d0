// How far is a batch at a given moment? A pure function of its times, so that a restart changes nothing.

export type BatchStatus =
  | 'validating'
  | 'failed'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'expired'
  | 'cancelling'
  | 'cancelled';

export interface Schedule {
  readonly createdAtMs: number;
  /** From creation to the end when nothing goes wrong. */
  readonly durationMs: number;
  /** When the file had been read through; null while that is under way. */
  readonly validatedAtMs: number | null;
  /** The file was refused. */
  readonly refused: boolean;
  /** Rows in the file, and how many of them will never be finished because the batch expires. */
  readonly totalRows: number;
  readonly unfinishedRows: number;
  readonly cancelRequestedAtMs: number | null;
  /** When the result files were there; null until then. */
  readonly writtenAtMs: number | null;
}

export interface Progress {
  readonly status: BatchStatus;
  /** Rows with a result by now. */
  readonly finishedRows: number;
  /** Nothing further will be processed: the result files can be written. */
  readonly processed: boolean;
  /** When each state began; null for those not reached. */
  readonly times: {
    readonly inProgressAtMs: number | null;
    readonly finalizingAtMs: number | null;
    readonly endedAtMs: number | null;
  };
}

/** Share of the duration at which processing starts and ends, and how long a cancel takes. */
const startShare = 0.12;
const finalizeShare = 0.9;
const cancelShare = 0.15;

const notBegun = { inProgressAtMs: null, finalizingAtMs: null, endedAtMs: null };

export function progressOf(schedule: Schedule, nowMs: number): Progress {
  const { createdAtMs, durationMs, validatedAtMs, cancelRequestedAtMs } = schedule;
  const startMs = Math.max(createdAtMs + startShare * durationMs, validatedAtMs ?? Number.POSITIVE_INFINITY);
  if (cancelRequestedAtMs !== null) return cancelProgress(schedule, startMs, cancelRequestedAtMs, nowMs);
  if (nowMs < startMs) {
    return { status: 'validating', finishedRows: 0, processed: false, times: notBegun };
  }
  if (schedule.refused) {
    return {
      status: 'failed',
      finishedRows: 0,
      processed: false,
      times: { ...notBegun, endedAtMs: startMs },
    };
  }
  const finalizingAtMs = Math.max(createdAtMs + finalizeShare * durationMs, startMs);
  const finishedRows = rowsAt(schedule, startMs, nowMs);
  const begun = { ...notBegun, inProgressAtMs: startMs };
  if (nowMs < finalizingAtMs) {
    return { status: 'in_progress', finishedRows, processed: false, times: begun };
  }
  const endMs = Math.max(
    createdAtMs + durationMs,
    finalizingAtMs,
    schedule.writtenAtMs ?? Number.POSITIVE_INFINITY,
  );
  const finalizing = { ...begun, finalizingAtMs };
  if (nowMs < endMs) return { status: 'finalizing', finishedRows, processed: true, times: finalizing };
  const status = schedule.unfinishedRows > 0 ? 'expired' : 'completed';
  return { status, finishedRows, processed: true, times: { ...finalizing, endedAtMs: endMs } };
}

/** What was finished when the cancel came stays; nothing is added. */
function cancelProgress(schedule: Schedule, startMs: number, cancelMs: number, nowMs: number): Progress {
  const reached = cancelMs >= startMs;
  const finalizingAtMs = Math.max(schedule.createdAtMs + finalizeShare * schedule.durationMs, startMs);
  const times = {
    inProgressAtMs: reached ? startMs : null,
    finalizingAtMs: reached && cancelMs >= finalizingAtMs ? finalizingAtMs : null,
    endedAtMs: null,
  };
  const finishedRows = reached ? rowsAt(schedule, startMs, cancelMs) : 0;
  const writtenAtMs = schedule.writtenAtMs ?? Number.POSITIVE_INFINITY;
  const endMs = Math.max(cancelMs + cancelShare * schedule.durationMs, writtenAtMs);
  if (nowMs < endMs) return { status: 'cancelling', finishedRows, processed: true, times };
  return { status: 'cancelled', finishedRows, processed: true, times: { ...times, endedAtMs: endMs } };
}

function rowsAt(schedule: Schedule, startMs: number, nowMs: number): number {
  const most = schedule.totalRows - schedule.unfinishedRows;
  const endMs = Math.max(schedule.createdAtMs + finalizeShare * schedule.durationMs, startMs);
  if (nowMs >= endMs) return most;
  return Math.min(most, Math.max(0, Math.floor((most * (nowMs - startMs)) / (endMs - startMs))));
}
