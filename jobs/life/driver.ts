// Carries one job from where its record says it is to its end, one action at a time, each result written before the next.
import {
  advance,
  currentParts,
  defaultPollMaxMs,
  defaultPollMinMs,
  isTerminal,
  type Job,
  type JobAction,
  type JobEvent,
  nextAction,
} from '#core';
import { checkJobAccount } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import type { JobLock } from '../store/jobLock.ts';
import { keepSpend } from '../store/spend.ts';
import { Fetching } from './fetching.ts';
import { heldUntilOf, isSending } from './isSending.ts';
import { learnFromJob } from './learnFromJob.ts';
import { retryByItself } from './retryJob.ts';
import { Sending } from './sending.ts';
import { settle, settlementsLeft } from './settlement.ts';
import { Settling } from './settling.ts';
import { atSource } from './sourceLines.ts';
import { again, type Connection, Pace, type Step, type Turn } from './step.ts';
import { Tidying } from './tidying.ts';

export interface DriveOptions {
  readonly signal: AbortSignal;
  readonly until: 'submitted' | 'end';
  readonly pollMinMs?: number | undefined;
  readonly pollMaxMs?: number | undefined;
  /** How many times as long as usual it is waited between looks now, at least 1: nobody looks at the window. */
  readonly slowness?: (() => number) | undefined;
  readonly onChange?: ((job: Job) => void) | undefined;
  /** How far the upload of a part is. */
  readonly onUpload?: ((sentBytes: number, sizeBytes: number, part: number) => void) | undefined;
}

export interface Driven {
  readonly job: Job;
  /** Why it cannot go on for now, in one sentence; null when it reached what was asked. */
  readonly stopped: string | null;
}

export class Driver implements Turn {
  readonly env: JobsEnvironment;
  readonly signal: AbortSignal;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly pace: Pace;
  readonly #lock: JobLock;
  readonly #options: DriveOptions;
  readonly #settling: Settling;
  readonly #sending: Sending;
  readonly #fetching: Fetching;
  readonly #tidying: Tidying;
  #job: Job;
  #connection: Connection | null = null;
  /** Ends the sleep that is under way. */
  #wake: AbortController | null = null;

  /** @param job as it is on disk since the lock is held. */
  constructor(env: JobsEnvironment, lock: JobLock, job: Job, options: DriveOptions) {
    this.env = env;
    this.signal = AbortSignal.any([options.signal, lock.lost]);
    this.pollMinMs = options.pollMinMs ?? defaultPollMinMs;
    this.pollMaxMs = options.pollMaxMs ?? defaultPollMaxMs;
    this.pace = new Pace(env.random);
    this.#lock = lock;
    this.#job = job;
    this.#options = options;
    this.#settling = new Settling(this);
    this.#sending = new Sending(this, this.#settling);
    this.#fetching = new Fetching(this);
    this.#tidying = new Tidying(this);
  }

  get job(): Job {
    return this.#job;
  }

  get slowness(): number {
    return Math.max(1, this.#options.slowness?.() ?? 1);
  }

  onUpload(sentBytes: number, sizeBytes: number, part: number): void {
    this.#options.onUpload?.(sentBytes, sizeBytes, part);
  }

  /** @throws AbortError, LockLostError, StoreError. */
  async run(): Promise<Driven> {
    const watch = this.env.store.onDidChange(() => void this.#wakeToCancel());
    try {
      await this.#recallCreates();
      for (;;) {
        this.signal.throwIfAborted();
        if (!this.#job.cancelRequested && (await this.isAskedToCancel())) {
          await this.record({ kind: 'cancelRequested' });
        }
        await this.#settleByHand();
        const action = nextAction(this.#job, this.env.now());
        if (action.kind === 'none' || this.#isFarEnough(action)) return { job: this.#job, stopped: null };
        const step = await this.#perform(action);
        if (step.kind === 'event') {
          if (step.event.kind === 'merged') await this.#merged(step.event);
          else await this.record(step.event);
        } else if (step.kind !== 'again') {
          if (step.message !== null) await this.record({ kind: 'noted', message: step.message });
          if (step.kind === 'stop') return { job: this.#job, stopped: step.message };
          await this.sleep(step.delayMs);
        }
      }
    } finally {
      watch.dispose();
    }
  }

  /**
   * A process that slept while it wrote may have put an older record over the one that says of a paid call that it was
   * begun. Its note is there still: the call is looked for, and neither made again nor taken for never made.
   */
  async #recallCreates(): Promise<void> {
    if (isTerminal(this.#job)) return;
    for (const part of currentParts(this.#job)) {
      if (part.remote !== null || part.refusal !== null || part.createStartedAt !== null) continue;
      const begun = await this.env.store.begunCreate(this.#job.id, part);
      if (begun !== null) await this.record({ kind: 'createStarted', part: part.part, fence: begun.fence });
    }
  }

  /** What a person said of an unclear call while this process looks for it. */
  async #settleByHand(): Promise<void> {
    if (this.#job.state !== 'unclear') return;
    const { store } = this.env;
    const said = await settlementsLeft(store, this.#job.id);
    if (said.length === 0) return;
    const settled = await settle(store, this.#job, said, (event) => this.record(event));
    for (const part of settled) this.#settling.forget(part);
  }

  async record(event: JobEvent): Promise<void> {
    await this.#write(this.#after(await atSource(this.#job, event)));
  }

  /** That a next attempt follows by itself is written down with the merge, or a crash between them would lose it. */
  async #merged(event: JobEvent): Promise<void> {
    const merged = this.#after(event);
    const at = new Date(this.env.now()).toISOString();
    const more = await retryByItself(this.env, merged, this.signal);
    await this.#write(more.reduce((job, next) => advance(job, next, at), merged));
    await keepSpend(this.env.store.home, merged, this.env.now());
    await learnFromJob(this.env, merged, this.signal);
  }

  #after(event: JobEvent): Job {
    return advance(this.#job, event, new Date(this.env.now()).toISOString());
  }

  async #write(next: Job): Promise<void> {
    if (next === this.#job) return;
    await this.assertHeld();
    await this.env.store.write(next);
    this.#job = next;
    this.#options.onChange?.(next);
  }

  assertHeld(): Promise<void> {
    return this.#lock.assertHeld();
  }

  isAskedToCancel(): Promise<boolean> {
    return this.env.store.isAskedToCancel(this.#job.id);
  }

  async sleep(delayMs: number): Promise<void> {
    const wake = new AbortController();
    this.#wake = wake;
    // Asked between the last look and now.
    void this.#wakeToCancel();
    try {
      await this.env.sleep(delayMs, AbortSignal.any([this.signal, wake.signal]));
    } catch (error) {
      this.signal.throwIfAborted();
      if (!wake.signal.aborted) throw error;
    } finally {
      this.#wake = null;
    }
  }

  async #wakeToCancel(): Promise<void> {
    if (!this.#job.cancelRequested && (await this.isAskedToCancel())) this.#wake?.abort();
    const isUnclear = this.#job.state === 'unclear';
    if (isUnclear && (await settlementsLeft(this.env.store, this.#job.id)).length > 0) this.#wake?.abort();
  }

  #isFarEnough(action: JobAction): boolean {
    const { until } = this.#options;
    if (until !== 'submitted' || action.kind === 'deleteUpload') return false;
    // Which of the batches it is may take a day to tell: whoever only sends does not wait for that.
    const mayBeThere = action.kind === 'settle' && (action.part.unclear?.length ?? 0) > 0;
    return mayBeThere || !isSending(this.#job, action, this.env.now());
  }

  async #perform(action: Exclude<JobAction, { kind: 'none' }>): Promise<Step> {
    if (action.kind === 'drop') return { kind: 'event', event: { kind: 'dropped' } };
    if (action.kind === 'merge') return this.#fetching.merge();
    const isOnlySending = this.#options.until === 'submitted';
    const heldUntilMs = isOnlySending ? heldUntilOf(this.#job, action, this.env.now()) : null;
    const untilMs = action.kind === 'wait' ? action.untilMs : heldUntilMs;
    if (untilMs !== null) {
      return { kind: 'wait', message: null, delayMs: Math.max(0, untilMs - this.env.now()) };
    }
    const connection = await this.#connect();
    if ('message' in connection) {
      const { message } = connection;
      // Results are here: what is left behind is named, and holds nothing up.
      return action.kind === 'deleteUpload'
        ? { kind: 'event', event: { kind: 'uploadKept', part: action.part.part, message } }
        : { kind: 'stop', message };
    }
    switch (action.kind) {
      case 'wait':
        return again;
      case 'upload':
        return this.#sending.upload(action.part, connection);
      case 'create':
        return this.#sending.create(action.part, connection);
      case 'settle':
        return this.#settling.settle(action.part, connection);
      case 'cancel':
        return this.#fetching.cancel(action.part, connection);
      case 'poll':
        return this.#fetching.poll(action, connection);
      case 'download':
        return this.#fetching.download(action.part, connection);
      case 'deleteUpload':
        return this.#tidying.deleteUpload(action.part, connection);
    }
  }

  /** When it is first needed: what is here already can be merged without a key. */
  async #connect(): Promise<Connection | { readonly message: string }> {
    if (this.#connection !== null) return this.#connection;
    const answer = await this.env.accountFor(this.#job);
    if (answer.kind === 'problem') return answer.problem;
    const elsewhere = checkJobAccount(this.#job.account, answer.account);
    if (elsewhere !== null) return elsewhere;
    this.#connection = { account: answer.account, provider: await this.env.provider(answer.account) };
    return this.#connection;
  }
}
