// The prices of a whole file, as they go to whoever counts: by model, in a form that costs nothing to hand on.
import type { ModelOverride, PriceOrigin } from './modelOverride.ts';

export interface PriceTable {
  /** As a person knows the file. */
  readonly path: string;
  readonly origin: PriceOrigin;
  /** ISO date that the file gives for its prices. */
  readonly asOf: string | null;
  /**
   * A record of ModelOverride by `provider/name`, as JSON: a string is copied to a worker in no time, thousands of
   * objects with each batch of lines are not.
   */
  readonly overridesJson: string;
  /** The same for keys with `*` or `?`. */
  readonly globs: Readonly<Record<string, ModelOverride>>;
}

export function priceTableOf(
  file: Pick<PriceTable, 'path' | 'origin' | 'asOf'>,
  overrides: ReadonlyMap<string, ModelOverride>,
  globs: Readonly<Record<string, ModelOverride>> = {},
): PriceTable {
  return { ...file, overridesJson: JSON.stringify([...overrides]), globs };
}

let lastJson: string | null = null;
let last: ReadonlyMap<string, ModelOverride> = new Map();

/** Parsed once for equal text: a worker gets a new copy with each batch. */
export function overridesOf({ overridesJson }: PriceTable): ReadonlyMap<string, ModelOverride> {
  if (overridesJson !== lastJson) {
    last = new Map(JSON.parse(overridesJson) as [string, ModelOverride][]);
    lastJson = overridesJson;
  }
  return last;
}
