// Chance of a history: every decision comes from its seed, so that the same seed is the same history.
import { randomFrom } from '../../random.ts';

export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    // Seeds beside each other begin with numbers that are much alike.
    for (let warm = 0; warm < 4; warm++) this.#random();
  }

  /** 0 ≤ number < 1. */
  next(): number {
    return this.#random();
  }

  /** 0 ≤ integer < below. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  happens(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Another stream, so that what one side draws does not change what the other does. */
  fork(): Chance {
    return new Chance(Math.floor(this.#random() * 2 ** 31));
  }
}
