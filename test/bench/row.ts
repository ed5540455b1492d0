// One figure of a run: what was measured, against what, and what it should be.

/** Against another figure of the same run: times drift from machine to machine, ratios hardly. */
export interface Comparison {
  /** The name of the other one, as the table shows it: `floor`. */
  readonly what: string;
  readonly ratio: number;
  /** The target, where there is one. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

interface Described {
  /** The same in each run, sizes of the files included: the last table is compared by it. */
  readonly what: string;
  readonly against: readonly Comparison[];
  readonly note: string;
  /** The target for the figure itself, in its own unit. */
  readonly atMost?: number;
  /** How far the ratio goes up and down by itself, as a share of it; `usualNoise` where nothing is said. */
  readonly noise?: number;
}

export type Row = Described &
  ({ readonly ms: number } | { readonly megabytes: number } | { readonly kilobytes: number });

/** On a machine that does other things too. */
export const usualNoise = 0.15;

export type Verdict = 'met' | 'not met' | 'no target';

/** Whether every target of a row is reached. */
export function verdictOf(row: Row): Verdict {
  const limits = [
    ...(row.atMost === undefined ? [] : [figureOf(row).value <= row.atMost]),
    ...row.against.flatMap(({ ratio, atMost, atLeast }) => [
      ...(atMost === undefined ? [] : [ratio <= atMost]),
      ...(atLeast === undefined ? [] : [ratio >= atLeast]),
    ]),
  ];
  if (limits.length === 0) return 'no target';
  return limits.every(Boolean) ? 'met' : 'not met';
}

export interface Figure {
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'kB';
}

export function figureOf(row: Row): Figure {
  if ('ms' in row) return { value: row.ms, unit: 'ms' };
  if ('megabytes' in row) return { value: row.megabytes, unit: 'MB' };
  return { value: row.kilobytes, unit: 'kB' };
}
