// What one step of a job may use, and what can come of it.
import {
  briefHoldMs,
  type Job,
  type JobEvent,
  type JobPart,
  longestHoldMs,
  pollPlan,
  timeWords,
} from '#core';
import { type Account, hasOtherKey } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import type { ApiProblem, BatchMark, BatchProvider } from '../providers/port.ts';
import { briefHolds } from './isSending.ts';

/** An event to record; a wait; nothing but another turn; or the end of what can be done now. */
export type Step =
  | { readonly kind: 'again' }
  | { readonly kind: 'event'; readonly event: JobEvent }
  | { readonly kind: 'wait'; readonly message: string | null; readonly delayMs: number }
  | { readonly kind: 'stop'; readonly message: string };

export const again: Step = { kind: 'again' };

export interface Connection {
  readonly account: Account;
  readonly provider: BatchProvider;
}

/** The job that is driven, and the ways to change it. */
export interface Turn {
  readonly env: JobsEnvironment;
  readonly signal: AbortSignal;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** How many times as long as usual it is waited between looks now. */
  readonly slowness: number;
  /** As it is on disk. */
  readonly job: Job;
  /** The waits between calls that are repeated because they did not work. */
  readonly pace: Pace;
  onUpload(sentBytes: number, sizeBytes: number, part: number): void;
  /** On disk when it resolves. @throws LockLostError, StoreError. */
  record(event: JobEvent): Promise<void>;
  /** @throws LockLostError. */
  assertHeld(): Promise<void>;
  isAskedToCancel(): Promise<boolean>;
  /** Wakes early when someone asks to cancel. @throws AbortError. */
  sleep(delayMs: number): Promise<void>;
}

/** By which the batch of a part is known. */
export function markOf({ job }: Turn, { part, attempt }: JobPart): BatchMark {
  return { jobId: job.id, part, attempt };
}

const retryMinMs = 1_000;
const retryMaxMs = 60_000;

/** Doubles from a second to a minute; a Retry-After is a lower bound. */
export class Pace {
  readonly #random: () => number;
  #delayMs: number | null = null;

  constructor(random: () => number) {
    this.#random = random;
  }

  next(retryAfterMs: number | null): number {
    const facts = { lastDelayMs: this.#delayMs, changed: false, retryAfterMs, random: this.#random() };
    this.#delayMs = pollPlan({ ...facts, minMs: retryMinMs, maxMs: retryMaxMs });
    return this.#delayMs;
  }

  /** Something worked. */
  reset(): void {
    this.#delayMs = null;
  }
}

export function retryLater({ pace }: Turn, problem: ApiProblem): Step {
  return {
    kind: 'wait',
    message: `${problem.message} Trying again.`,
    delayMs: pace.next(problem.retryAfterMs),
  };
}

export interface Hold {
  /** ISO time. */
  readonly until: string;
  readonly message: string;
}

/** A provider that goes on saying that it is too much is asked ever more seldom. */
const fullMinMs = 120_000;
const fullMaxMs = 1_800_000;

/** As long as the provider asks, or a little: meanwhile the other parts go on. */
export function holdFor(
  { pace, env }: Turn,
  { kind, message, retryAfterMs }: ApiProblem,
  { holds = 0 }: JobPart,
): Hold {
  const isFull = kind === 'throttled' && holds >= briefHolds;
  const fullMs = isFull ? Math.min(fullMaxMs, fullMinMs * 2 ** (holds - briefHolds)) : 0;
  const holdMs = Math.min(longestHoldMs, Math.max(fullMs, pace.next(retryAfterMs)));
  const until = new Date(env.now() + holdMs).toISOString();
  const when = holdMs > briefHoldMs ? `Trying again at ${timeWords(until)}.` : 'Trying again.';
  return { until, message: `${message} ${when}` };
}

export function stop({ job }: Turn, { account }: Connection, { message }: ApiProblem): Step {
  return { kind: 'stop', message: hasOtherKey(job.account, account) ? `${message} ${otherKey}` : message };
}

export const otherKey = 'This job was made with another key; set that one to reach it.';
