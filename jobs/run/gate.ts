// Lets requests go one after the other, each when the pacer says so: whoever came first goes first.
import type { PaceReport, Pacer } from '#core';

export interface RunClock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Resolves also when the signal is aborted. */
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** More than a timer can take is waited for in steps. */
const longestSleepMs = 3_600_000;

export class Gate {
  readonly #pacer: Pacer;
  readonly #clock: RunClock;
  #turn: Promise<unknown> = Promise.resolve();
  #pause: AbortController | null = null;
  #isClosed = false;

  constructor(pacer: Pacer, clock: RunClock) {
    this.#pacer = pacer;
    this.#clock = clock;
  }

  /** @returns whether the request may begin now; false once the gate is closed. */
  enter(tokens: number): Promise<boolean> {
    const mine = this.#turn.then(() => this.#wait(tokens));
    this.#turn = mine;
    return mine;
  }

  /** Of a request that was let in. */
  leave(report: PaceReport): void {
    this.#pacer.end(report, this.#clock.now());
    this.#pause?.abort();
  }

  /** Nothing more is let in. */
  close(): void {
    this.#isClosed = true;
    this.#pause?.abort();
  }

  async #wait(tokens: number): Promise<boolean> {
    while (!this.#isClosed) {
      const now = this.#clock.now();
      const waitMs = this.#pacer.waitMs(tokens, now);
      if (waitMs === 0) {
        this.#pacer.begin(tokens, now);
        return true;
      }
      this.#pause = new AbortController();
      await this.#clock.sleep(Math.min(waitMs ?? longestSleepMs, longestSleepMs), this.#pause.signal);
      this.#pause = null;
    }
    return false;
  }
}
