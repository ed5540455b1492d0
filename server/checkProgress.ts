// How far is a check of a file on disk? In words, and not too often.
import { formatBytes, formatPercent } from '#core';

const progressMs = 250;

interface Clock {
  /** Milliseconds that only grow. */
  monotonicMs(): number;
}

export class CheckProgress {
  readonly #sizeBytes: number;
  readonly #clock: Clock;
  readonly #tell: (words: string) => void;
  #toldMs = Number.NEGATIVE_INFINITY;
  #readBytes = 0;

  constructor(sizeBytes: number, clock: Clock, tell: (words: string) => void) {
    this.#sizeBytes = sizeBytes;
    this.#clock = clock;
    this.#tell = tell;
  }

  get words(): string {
    const share = this.#sizeBytes === 0 ? 0 : Math.min(1, this.#readBytes / this.#sizeBytes);
    return `checking from disk, ${formatPercent(share)} of ${formatBytes(this.#sizeBytes)}`;
  }

  at(readBytes: number): void {
    this.#readBytes = readBytes;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#toldMs < progressMs) return;
    this.#toldMs = nowMs;
    this.#tell(this.words);
  }
}
