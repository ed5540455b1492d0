// Sends the rows of a file to a synchronous endpoint, several at once: an intent on disk before each call, the answer on disk
// after it. Rows wait where the pacer says so; what fails and could succeed is sent again, a few times.
import {
  backOffMs,
  type Configuration,
  type Dialect,
  errorIn,
  type PaceLimits,
  Pacer,
  type SyncCall,
  type SyncOutcome,
  verdictOf,
} from '#core';
import type { Answer } from '../providers/port.ts';
import { brokenReport, paceReportOf, Refusals, stopWords } from './answerMeaning.ts';
import { Gate, type RunClock } from './gate.ts';
import type { SyncAnswer, SyncProvider } from './port.ts';
import { fateOf, noAnswer, noTries, type Tries } from './rowFate.ts';
import { isExpected, localMessage, RowJournal } from './rowJournal.ts';
import { type RowToSend, rowsToSend, TokenGuess } from './rowSource.ts';
import type { RowEnd } from './rowStates.ts';
import type { RunSession } from './runFolder.ts';

export interface RowRunRequest {
  readonly session: RunSession;
  readonly provider: SyncProvider;
  readonly dialect: Dialect;
  readonly config: Configuration;
  /** Of requests that name none. */
  readonly model: string | null;
  readonly limits: PaceLimits;
  /** ISO date. */
  readonly today: string;
  readonly clock: RunClock;
  readonly random: () => number;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** The provider says how long nothing more is to be sent. */
  readonly onToldToWait?: ((waitMs: number) => void) | undefined;
}

export interface RunProgress {
  /** Rows that have a result, those of earlier sessions too. */
  readonly done: number;
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
  readonly underWay: number;
}

export interface RunTally {
  /** Calls made in this session. */
  readonly calls: number;
  /** Of them: refused because there were too many. */
  readonly busy: number;
  /** Of them: without an answer, so that they may have been paid for. */
  readonly unclear: number;
}

export type RunEnd =
  | { readonly kind: 'finished' }
  /** Somebody stopped it; what was under way was waited for. */
  | { readonly kind: 'interrupted' }
  /** To go on would be of no use: one sentence and what to do. */
  | { readonly kind: 'stopped'; readonly message: string };

export class RowRun {
  readonly #request: RowRunRequest;
  readonly #pacer: Pacer;
  readonly #gate: Gate;
  readonly #journal: RowJournal;
  readonly #guess: TokenGuess | null;
  readonly #halt = new AbortController();
  #end: RunEnd = { kind: 'finished' };
  #calls = 0;
  #busy = 0;
  #unclear = 0;
  readonly #refusals = new Refusals();

  constructor(request: RowRunRequest) {
    const { limits, clock, random } = request;
    this.#request = request;
    this.#pacer = new Pacer(limits, clock.now(), random);
    this.#gate = new Gate(this.#pacer, clock);
    this.#journal = new RowJournal(request.session, request.dialect);
    this.#guess = limits.tokensPerMinute === null ? null : new TokenGuess(request);
  }

  get tally(): RunTally {
    return { calls: this.#calls, busy: this.#busy, unclear: this.#unclear };
  }

  /**
   * @param stop nothing more is sent once it is aborted; answers that are under way are waited for.
   * @param abandon these, too, are given up, though they may be paid for.
   */
  async go(stop: AbortSignal, abandon: AbortSignal): Promise<RunEnd> {
    const { session, dialect, model, limits } = this.#request;
    const interrupt = (): void => this.#stop({ kind: 'interrupted' });
    if (stop.aborted) interrupt();
    stop.addEventListener('abort', interrupt, { once: true });
    const rows = rowsToSend(session.folder.requests, session.states, { dialect, model });
    const work = async (): Promise<void> => {
      while (!this.#halt.signal.aborted) {
        const next = await rows.next();
        if (next.done) return;
        await this.#row(next.value, abandon);
      }
    };
    try {
      const workers = await Promise.allSettled(Array.from({ length: limits.concurrency }, work));
      for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
      return this.#end;
    } finally {
      stop.removeEventListener('abort', interrupt);
      await rows.return(undefined);
    }
  }

  async #row(row: RowToSend, abandon: AbortSignal): Promise<void> {
    const { read } = row;
    if (read.kind === 'unfit') {
      const problem = { code: 'not_sendable', message: read.message };
      await this.#keep(row.line, 'refused', read.id, { ...noAnswer, problem });
      return;
    }
    let tries: Tries | null = noTries;
    while (tries !== null && !this.#halt.signal.aborted) {
      const guess = await this.#guess?.of(row.text);
      const tokens = guess?.all ?? 0;
      if (!(await this.#gate.enter(tokens))) return;
      const beganAtMs = this.#request.clock.now();
      const answer = await this.#call(row.line, read.call, abandon, () =>
        this.#gate.leave(brokenReport({ beganAtMs, tokens })),
      );
      if (answer === null) return;
      const report = paceReportOf(answer, { beganAtMs, tokens });
      // Before its place is free: nobody else shall be let in.
      this.#stopWhereUseless(answer);
      if (report.end === 'busy' && report.retryAfterMs !== null)
        this.#request.onToldToWait?.(report.retryAfterMs);
      this.#gate.leave(report);
      if (guess !== undefined && report.usedTokens !== null)
        this.#guess?.learn(guess.input, report.usedTokens);
      tries = await this.#settle(row.line, read.call.id, answer, tries);
    }
  }

  /** @returns null when the call was not made, or was given up; the run has stopped then. */
  async #call(
    line: number,
    { path, model, body }: SyncCall,
    abandon: AbortSignal,
    leave: () => void,
  ): Promise<Answer<SyncAnswer> | null> {
    const { provider } = this.#request;
    try {
      await this.#journal.sent(line);
      if (this.#halt.signal.aborted) {
        // Stopped while the note was written.
        leave();
        await this.#journal.notTaken(line);
        return null;
      }
      this.#calls++;
      this.#progress();
      return await provider.send({ path, model, body }, abandon);
    } catch (error) {
      leave();
      this.#stop(
        abandon.aborted ? { kind: 'interrupted' } : { kind: 'stopped', message: localMessage(error) },
      );
      if (abandon.aborted || isExpected(error)) return null;
      throw error;
    }
  }

  /** @returns what the row has met so far; null: it is done with, for now or for good. */
  async #settle(
    line: number,
    id: string | null,
    answer: Answer<SyncAnswer>,
    tries: Tries,
  ): Promise<Tries | null> {
    const fate = fateOf(answer, tries);
    this.#busy += fate.tries.busy - tries.busy;
    this.#unclear += fate.tries.unclear - tries.unclear;
    switch (fate.kind) {
      case 'kept':
        await this.#keep(line, fate.end, id, this.#withoutKeys(fate.outcome));
        if (fate.refusal !== null) this.#countRefusal(fate.refusal.kind, fate.refusal.message);
        return null;
      case 'left':
        await this.#journal.notTaken(line);
        if (fate.stop !== null) this.#stop({ kind: 'stopped', message: fate.stop });
        return null;
      case 'again': {
        if (!fate.isUnclear) await this.#journal.notTaken(line);
        const { clock, random } = this.#request;
        if (fate.backOffTries !== null)
          await clock.sleep(backOffMs(fate.backOffTries, random), this.#halt.signal);
        return fate.tries;
      }
    }
  }

  #stopWhereUseless(answer: Answer<SyncAnswer>): void {
    if (answer.kind === 'problem') return;
    const { status, body } = answer.value;
    if (status >= 200 && status < 300) return;
    const { code, message } = errorIn(body);
    if (verdictOf(status, code) !== 'stop') return;
    this.#stop({ kind: 'stopped', message: this.#words(stopWords(status, code, message)) });
  }

  async #keep(line: number, end: RowEnd, id: string | null, outcome: SyncOutcome): Promise<void> {
    try {
      await this.#journal.keep(line, end, id, outcome);
      this.#progress();
    } catch (error) {
      this.#stop({ kind: 'stopped', message: localMessage(error) });
    }
  }

  /** @param kind of a refusal. */
  #countRefusal(kind: string, message: string | null): void {
    const isAnyAnswered = this.#request.session.states.counts.answered > 0;
    const words = isAnyAnswered ? null : this.#refusals.wordsAfter(kind, message);
    if (words !== null) this.#stop({ kind: 'stopped', message: this.#words(words) });
  }

  #withoutKeys(outcome: SyncOutcome): SyncOutcome {
    const isGood = outcome.status !== null && outcome.status < 300;
    return isGood ? outcome : { ...outcome, body: this.#words(outcome.body) };
  }

  /** Providers repeat keys that they refuse. */
  #words(message: string): string {
    return this.#request.provider.redact(message);
  }

  #stop(end: RunEnd): void {
    if (this.#end.kind === 'finished') this.#end = end;
    this.#gate.close();
    this.#halt.abort();
  }

  #progress(): void {
    const { answered, refused, failed } = this.#request.session.states.counts;
    const done = answered + refused + failed;
    this.#request.onProgress?.({ done, answered, refused, failed, underWay: this.#pacer.underWay });
  }
}
