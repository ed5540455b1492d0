// The prices of a whole file, as they go to whoever counts: by model, in a form that costs nothing to hand on.
import { isGlob } from '../globs.ts';
import type { ModelOverride, PriceOrigin } from './modelOverride.ts';

export interface PriceTable {
  /** As a person knows the file. */
  readonly path: string;
  readonly origin: PriceOrigin;
  /** ISO date that the file gives for its prices. */
  readonly asOf: string | null;
  /** Keys are as in settings: names alone, too, and globs. Elsewhere each is `provider/name`. */
  readonly keyedFreely: boolean;
  /**
   * Pairs of key and ModelOverride, as JSON: a string is copied to a worker in no time, thousands of objects with each
   * batch of lines are not.
   */
  readonly overridesJson: string;
}

export interface TableOverrides {
  readonly exact: ReadonlyMap<string, ModelOverride>;
  readonly globs: Readonly<Record<string, ModelOverride>>;
}

export function priceTableOf(
  file: Omit<PriceTable, 'overridesJson'>,
  overrides: ReadonlyMap<string, ModelOverride>,
): PriceTable {
  return { ...file, overridesJson: JSON.stringify([...overrides]) };
}

let lastTable: Pick<PriceTable, 'overridesJson' | 'keyedFreely'> | null = null;
let last: TableOverrides = { exact: new Map(), globs: {} };

/** Parsed once for equal text: a worker gets a new copy with each batch. */
export function overridesOf({ overridesJson, keyedFreely }: PriceTable): TableOverrides {
  if (overridesJson !== lastTable?.overridesJson || keyedFreely !== lastTable.keyedFreely) {
    const entries = JSON.parse(overridesJson) as [string, ModelOverride][];
    const globs = keyedFreely ? entries.filter(([key]) => isGlob(key)) : [];
    last = { exact: new Map(entries), globs: Object.fromEntries(globs) };
    lastTable = { overridesJson, keyedFreely };
  }
  return last;
}
