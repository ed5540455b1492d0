// Choices from a chance that can be had again.

export interface Chance {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** An integer from `from` to `to`, both included. */
  readonly integer: (from: number, to: number) => number;
  readonly isLucky: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
}

export function chanceOf(next: () => number): Chance {
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    integer,
    isLucky: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[integer(0, list.length - 1)] as T;
    },
  };
}
