// What a job leaves at the provider, and how it goes away when somebody wished that: best done, never in the way of results.
import type { JobPart } from '#core';
import type { ApiProblem } from '../providers/port.ts';
import { again, type Connection, type Step, type Turn } from './step.ts';

/** After that many failures it stays, and is named. */
const mostTries = 3;

export class Tidying {
  readonly #turn: Turn;
  readonly #tries = new Map<number, number>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  async deleteUpload({ part, inputFileId }: JobPart, { provider }: Connection): Promise<Step> {
    if (inputFileId === null) return again;
    const deleted = await provider.deleteUpload(inputFileId, this.#turn.signal);
    if (deleted.kind === 'ok') return { kind: 'event', event: { kind: 'uploadDeleted', part } };
    const { problem } = deleted;
    const tries = (this.#tries.get(part) ?? 0) + 1;
    this.#tries.set(part, tries);
    if (tries < mostTries && isPassing(problem)) {
      return { kind: 'wait', message: null, delayMs: this.#turn.pace.next(problem.retryAfterMs) };
    }
    return { kind: 'event', event: { kind: 'uploadKept', part, message: problem.message } };
  }
}

function isPassing({ kind }: ApiProblem): boolean {
  return kind === 'unreachable' || kind === 'interrupted' || kind === 'throttled' || kind === 'server';
}
