// What is written down of each row: before its call, and when its answer is here. A row is done when its line is on the disk.
import { type Dialect, resultLineOf, type SyncOutcome } from '#core';
import { LockLostError } from '../store/jobLock.ts';
import { type RowEnd, rowMark } from './rowStates.ts';
import type { RunSession } from './runFolder.ts';

export class RowJournal {
  readonly #session: RunSession;
  readonly #dialect: Dialect;

  constructor(session: RunSession, dialect: Dialect) {
    this.#session = session;
    this.#dialect = dialect;
  }

  /** Before the call. @throws where it cannot be written, or another process has taken the run over. */
  async sent(line: number): Promise<void> {
    const { lock, sent, states } = this.#session;
    await lock.assertHeld();
    await sent.append(String(line + 1));
    states.sent(line);
  }

  /** The call was surely not taken. */
  async notTaken(line: number): Promise<void> {
    const { sent, states } = this.#session;
    states.notTaken(line);
    // Should it not come to the disk, the row counts as unclear: too careful, and nothing worse.
    await sent.append(`-${line + 1}`).catch(() => undefined);
  }

  /** @throws where it cannot be written. */
  async keep(line: number, end: RowEnd, id: string | null, outcome: SyncOutcome): Promise<void> {
    const { answers, states } = this.#session;
    await answers.append(resultLineOf(rowMark(line, end), id, outcome, this.#dialect));
    states.ended(line, end);
  }
}

/** Of the disk or the lock; anything else is a bug. */
export function isExpected(error: unknown): boolean {
  return error instanceof LockLostError || (error instanceof Error && 'syscall' in error);
}

/** Why nothing more can be written down, and so nothing sent. */
export function localMessage(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return error instanceof LockLostError
    ? 'Another process runs this file now; nothing more is sent from here.'
    : `The journal of the run could not be written${code}; free some space and run it again to go on.`;
}
