// What jobs need of the world, handed in so that tests can be the world.
import type { Configuration, Job } from '#core';
import type { FileFailure, JoinOptions, MergeReport, MergeRequest } from '#files';
import type { Account, AccountAnswer } from './accounts/accounts.ts';
import type { Learn } from './life/learnFromJob.ts';
import type { BatchProvider } from './providers/port.ts';
import type { JobStore } from './store/store.ts';

export interface JobsEnvironment {
  readonly store: JobStore;
  /** Loads the provider's SDK on first use. */
  provider(account: Account): Promise<BatchProvider>;
  /** Who may ask after a job now. */
  accountFor(job: Job): Promise<AccountAnswer>;
  /** What the profile of a job says of prices: they hold for its results as they did for its plan. Left out: nothing. */
  readonly valuesFor?: (job: Job) => Promise<Partial<Configuration>>;
  /** Joins results to requests; in the editor this runs in a worker. */
  merge(request: MergeRequest, options: JoinOptions): Promise<MergeReport | FileFailure>;
  /** What the merged rows teach for later estimates; in the editor this runs in a worker. Left out: nothing is learnt. */
  readonly learn?: Learn;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment, which no change of the clock moves. Default the process's own. */
  readonly steadyMs?: () => number;
  /** @throws the signal's reason. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ random < 1. */
  random(): number;
  /**
   * How long a process looks, after a create without an answer, until a complete listing without the batch proves
   * that it was not made. Default a minute: longer than a request that is on its way lives.
   */
  readonly settleMs?: number;
}

export const defaultSettleMs = 60_000;

/** `LLM_BATCH_SETTLE_MS`, for tests that cannot wait a minute. */
export function settleMsFrom(env: Readonly<Record<string, string | undefined>>): number {
  const text = env.LLM_BATCH_SETTLE_MS ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : defaultSettleMs;
}
