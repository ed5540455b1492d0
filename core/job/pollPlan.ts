// When to ask the provider again: soon while things happen, seldom while they do not, never before it allows.

export interface PollFacts {
  /** The wait before the last look, null before the first. */
  readonly lastDelayMs: number | null;
  /** The last look showed another state; rows that move on are no reason to hurry. */
  readonly changed: boolean;
  /** The provider's Retry-After, in ms. */
  readonly retryAfterMs: number | null;
  readonly minMs: number;
  readonly maxMs: number;
  /** 0 ≤ random < 1, so that many clients do not ask in step. */
  readonly random: number;
}

export const defaultPollMinMs = 10_000;
export const defaultPollMaxMs = 120_000;

/** The wait before the next look: doubles from `minMs` to `maxMs`, ± 10 %; a Retry-After is a lower bound. */
export function pollPlan(facts: PollFacts): number {
  const { lastDelayMs, changed, minMs, maxMs } = facts;
  const base = lastDelayMs === null || changed ? minMs : Math.min(maxMs, Math.max(minMs, lastDelayMs * 2));
  const jittered = base * (0.9 + 0.2 * facts.random);
  return Math.round(Math.max(jittered, facts.retryAfterMs ?? 0));
}
