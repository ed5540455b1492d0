// How much of something may be used per minute? Refilled evenly, with a second's worth at most to begin with.

/** A minute's allowance handed out as it grows; what is larger than a second's worth is taken on credit. */
export class Bucket {
  readonly #perMs: number;
  readonly #most: number;
  #level: number;
  #atMs: number;

  /** @param perMinute above 0. */
  constructor(perMinute: number, nowMs: number) {
    this.#perMs = perMinute / 60_000;
    this.#most = Math.max(1, perMinute / 60);
    this.#level = this.#most;
    this.#atMs = nowMs;
  }

  /** Milliseconds until so much may be taken; 0: now. */
  waitMs(amount: number, nowMs: number): number {
    this.#refill(nowMs);
    const lacking = Math.min(amount, this.#most) - this.#level;
    // Less than a thousandth of one is the rounding of sums.
    return lacking <= 1e-3 ? 0 : Math.ceil(lacking / this.#perMs);
  }

  /** Also a negative amount: what was taken and not used. */
  take(amount: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#level = Math.min(this.#most, this.#level - amount);
  }

  #refill(nowMs: number): void {
    // A clock that went back refills nothing.
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#level = Math.min(this.#most, this.#level + elapsedMs * this.#perMs);
    this.#atMs = nowMs;
  }
}
