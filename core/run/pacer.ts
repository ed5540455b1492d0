// When may the next request be sent? Pure: what a person allows, what the provider says it allows, and what its refusals show.
import { Bucket } from './bucket.ts';
import type { Room, ServerRoom } from './serverRoom.ts';

export interface PaceLimits {
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Null: as many as the provider takes. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

/** What became of a request that was sent. */
export interface PaceReport {
  readonly beganAtMs: number;
  /** Tokens that it was expected to use when it began. */
  readonly tokens: number;
  /** That it used; null where the answer does not say. */
  readonly usedTokens: number | null;
  /** `busy`: the provider takes no more for now (429, 529, 503). `broken`: anything else that is no answer. */
  readonly end: 'answered' | 'busy' | 'broken';
  readonly retryAfterMs: number | null;
  readonly room: ServerRoom | null;
}

/** Begins with few at once and doubles, as TCP does, until the provider refuses or the limit is reached. */
const firstWindow = 4;
const firstHoldMs = 1000;
const longestHoldMs = 60_000;

export class Pacer {
  readonly #limits: PaceLimits;
  readonly #random: () => number;
  readonly #requests: Bucket | null;
  readonly #tokens: Bucket | null;
  #window: number;
  #isStarting = true;
  #underWay = 0;
  #cutAtMs = Number.NEGATIVE_INFINITY;
  #holdUntilMs = Number.NEGATIVE_INFINITY;
  #refusals = 0;

  /** @param random 0 up to 1, for waits that are not all the same. */
  constructor(limits: PaceLimits, nowMs: number, random: () => number) {
    const { requestsPerMinute, tokensPerMinute } = limits;
    this.#limits = limits;
    this.#random = random;
    this.#requests = requestsPerMinute === null ? null : new Bucket(requestsPerMinute, nowMs);
    this.#tokens = tokensPerMinute === null ? null : new Bucket(tokensPerMinute, nowMs);
    this.#window = Math.min(firstWindow, limits.concurrency);
  }

  /** How many may be under way at once, as far as is known now. */
  get window(): number {
    return Math.max(1, Math.floor(this.#window));
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Milliseconds until a request of so many tokens may begin; 0: now; null: not before another has ended. */
  waitMs(tokens: number, nowMs: number): number | null {
    if (this.#underWay >= this.window) return null;
    return Math.max(
      0,
      this.#holdUntilMs - nowMs,
      this.#requests?.waitMs(1, nowMs) ?? 0,
      this.#tokens?.waitMs(tokens, nowMs) ?? 0,
    );
  }

  begin(tokens: number, nowMs: number): void {
    this.#underWay++;
    this.#requests?.take(1, nowMs);
    this.#tokens?.take(tokens, nowMs);
  }

  end(report: PaceReport, nowMs: number): void {
    this.#underWay--;
    // A refusal uses nothing; where an answer does not say what it used, it is as expected.
    const used = report.usedTokens ?? (report.end === 'answered' ? report.tokens : 0);
    this.#tokens?.take(used - report.tokens, nowMs);
    if (report.end === 'busy') this.#slowDown(report, nowMs);
    else if (report.end === 'answered') this.#speedUp();
    const { requests, tokens } = report.room ?? { requests: null, tokens: null };
    this.#hold(Math.max(roomWaitMs(requests, 1), roomWaitMs(tokens, used)), nowMs);
  }

  #speedUp(): void {
    this.#refusals = 0;
    const more = this.#isStarting ? 1 : 1 / this.#window;
    this.#window = Math.min(this.#limits.concurrency, this.#window + more);
  }

  /** Those that began before the last cut say nothing new: one burst of refusals halves once. */
  #slowDown({ beganAtMs, retryAfterMs }: PaceReport, nowMs: number): void {
    this.#isStarting = false;
    if (beganAtMs >= this.#cutAtMs) {
      this.#cutAtMs = nowMs;
      this.#window = Math.max(1, Math.min(this.#window, this.#underWay + 1) / 2);
      this.#refusals++;
    }
    this.#hold(retryAfterMs ?? backOffMs(this.#refusals, this.#random), nowMs);
  }

  #hold(waitMs: number, nowMs: number): void {
    if (waitMs > 0) this.#holdUntilMs = Math.max(this.#holdUntilMs, nowMs + waitMs);
  }
}

/** Doubles with each refusal up to a minute; between half of it and all of it, so that not all come back at once. */
export function backOffMs(refusals: number, random: () => number): number {
  const longest = Math.min(longestHoldMs, firstHoldMs * 2 ** Math.max(0, refusals - 1));
  return longest * (0.5 + random() / 2);
}

/** Room grows evenly until the reset: waited for is only what is lacking, and never longer than a minute without asking. */
function roomWaitMs(room: Room | null, needed: number): number {
  if (room === null || room.resetMs === null) return 0;
  const lacking = Math.max(1, needed) - room.remaining;
  if (lacking <= 0) return 0;
  const used = room.limit === null ? 0 : room.limit - room.remaining;
  const share = used > 0 ? Math.min(1, lacking / used) : 1;
  return Math.min(longestHoldMs, room.resetMs * share);
}
