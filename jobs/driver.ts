// Carries one job from where its record says it is to its end, one action at a time, each result written before the next.
import {
  advance,
  defaultPollMaxMs,
  defaultPollMinMs,
  type Job,
  type JobAction,
  type JobEvent,
  nextAction,
} from '#core';
import { checkJobAccount } from './accounts.ts';
import type { JobsEnvironment } from './environment.ts';
import { Fetching } from './fetching.ts';
import type { JobLock } from './jobLock.ts';
import { learnFromJob } from './learnFromJob.ts';
import { Sending } from './sending.ts';
import { type Connection, Pace, type Step, type Turn } from './step.ts';

export interface DriveOptions {
  readonly signal: AbortSignal;
  readonly until: 'submitted' | 'end';
  readonly pollMinMs?: number | undefined;
  readonly pollMaxMs?: number | undefined;
  readonly onChange?: ((job: Job) => void) | undefined;
  /** How far the upload of the job's file is. */
  readonly onUpload?: ((sentBytes: number, sizeBytes: number) => void) | undefined;
}

export interface Driven {
  readonly job: Job;
  /** Why it cannot go on for now, in one sentence; null when it reached what was asked. */
  readonly stopped: string | null;
}

/** Whether something is sent now, or it is found out what became of it. */
export function isSending({ kind }: JobAction): boolean {
  return kind === 'upload' || kind === 'create' || kind === 'settle';
}

export class Driver implements Turn {
  readonly env: JobsEnvironment;
  readonly signal: AbortSignal;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly pace: Pace;
  readonly #lock: JobLock;
  readonly #options: DriveOptions;
  readonly #sending: Sending;
  readonly #fetching: Fetching;
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
    this.#sending = new Sending(this);
    this.#fetching = new Fetching(this);
  }

  get job(): Job {
    return this.#job;
  }

  onUpload(sentBytes: number, sizeBytes: number): void {
    this.#options.onUpload?.(sentBytes, sizeBytes);
  }

  /** @throws AbortError, LockLostError, StoreError. */
  async run(): Promise<Driven> {
    const watch = this.env.store.onDidChange(() => void this.#wakeToCancel());
    try {
      for (;;) {
        this.signal.throwIfAborted();
        if (!this.#job.cancelRequested && (await this.isAskedToCancel())) {
          await this.record({ kind: 'cancelRequested' });
        }
        const action = nextAction(this.#job, this.env.now());
        if (action.kind === 'none' || this.#isFarEnough(action)) return { job: this.#job, stopped: null };
        const step = await this.#perform(action);
        if (step.kind === 'event') {
          await this.record(step.event);
          if (step.event.kind === 'merged') await learnFromJob(this.env, this.#job, this.signal);
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

  async record(event: JobEvent): Promise<void> {
    const next = advance(this.#job, event, new Date(this.env.now()).toISOString());
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
  }

  #isFarEnough(action: JobAction): boolean {
    return this.#options.until === 'submitted' && !isSending(action);
  }

  async #perform(action: Exclude<JobAction, { kind: 'none' }>): Promise<Step> {
    if (action.kind === 'drop') return { kind: 'event', event: { kind: 'dropped' } };
    if (action.kind === 'merge') return this.#fetching.merge();
    if (action.kind === 'wait') {
      return { kind: 'wait', message: null, delayMs: Math.max(0, action.untilMs - this.env.now()) };
    }
    const connection = await this.#connect();
    if ('message' in connection) return { kind: 'stop', message: connection.message };
    switch (action.kind) {
      case 'upload':
        return this.#sending.upload(action.part, connection);
      case 'create':
        return this.#sending.create(action.part, connection);
      case 'settle':
        return this.#sending.settle(action.part, connection);
      case 'cancel':
        return this.#fetching.cancel(action.part, connection);
      case 'poll':
        return this.#fetching.poll(action, connection);
      case 'download':
        return this.#fetching.download(action.part, connection);
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
