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
  /** The file has been read through. Where that takes longer than planned the batch waits, then catches up. */
  readonly validated: boolean;
  /** The file was refused. */
  readonly refused: boolean;
  /** Rows in the file, and how many of them will never be finished because the batch expires. */
  readonly totalRows: number;
  readonly unfinishedRows: number;
  readonly cancelRequestedAtMs: number | null;
  /** The result files are there. */
  readonly written: boolean;
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
  if (schedule.cancelRequestedAtMs !== null)
    return cancelProgress(schedule, schedule.cancelRequestedAtMs, nowMs);
  const { startMs, finalizingMs, endMs } = momentsOf(schedule);
  if (nowMs < startMs || !schedule.validated) {
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
  const finishedRows = rowsAt(schedule, nowMs);
  const begun = { ...notBegun, inProgressAtMs: startMs };
  if (nowMs < finalizingMs) {
    return { status: 'in_progress', finishedRows, processed: false, times: begun };
  }
  const finalizing = { ...begun, finalizingAtMs: finalizingMs };
  if (nowMs < endMs || !schedule.written) {
    return { status: 'finalizing', finishedRows, processed: true, times: finalizing };
  }
  const status = schedule.unfinishedRows > 0 ? 'expired' : 'completed';
  return { status, finishedRows, processed: true, times: { ...finalizing, endedAtMs: endMs } };
}

/** What was finished when the cancel came stays; nothing is added. */
function cancelProgress(schedule: Schedule, cancelMs: number, nowMs: number): Progress {
  const { startMs, finalizingMs } = momentsOf(schedule);
  const endMs = cancelMs + cancelShare * schedule.durationMs;
  const times = {
    inProgressAtMs: cancelMs >= startMs ? startMs : null,
    finalizingAtMs: cancelMs >= finalizingMs ? finalizingMs : null,
  };
  const finishedRows = rowsAt(schedule, cancelMs);
  if (nowMs < endMs || !schedule.written) {
    return { status: 'cancelling', finishedRows, processed: true, times: { ...times, endedAtMs: null } };
  }
  return { status: 'cancelled', finishedRows, processed: true, times: { ...times, endedAtMs: endMs } };
}

function momentsOf({ createdAtMs, durationMs }: Schedule): {
  readonly startMs: number;
  readonly finalizingMs: number;
  readonly endMs: number;
} {
  return {
    startMs: createdAtMs + startShare * durationMs,
    finalizingMs: createdAtMs + finalizeShare * durationMs,
    endMs: createdAtMs + durationMs,
  };
}

/** Evenly over the time of processing; none of a refused file. */
function rowsAt(schedule: Schedule, atMs: number): number {
  const { startMs, finalizingMs } = momentsOf(schedule);
  const most = schedule.refused ? 0 : schedule.totalRows - schedule.unfinishedRows;
  if (atMs >= finalizingMs) return most;
  return Math.max(0, Math.floor((most * (atMs - startMs)) / (finalizingMs - startMs)));
}
