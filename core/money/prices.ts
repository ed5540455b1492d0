// What do tokens cost? Unknown stays null through every step, and sums come out clean to the last shown digit.
import type { Model, PricePair } from '../models/catalogue.ts';
import type { Cost } from './estimate.ts';
import { ExactSum } from './exactSum.ts';

/**
 * The prices of one request.
 * @param today ISO date, for price changes announced ahead.
 * @param inputTokens decides on long-context prices, which hold for the whole request; null: not known, no surcharge.
 */
export function pricesFor(model: Model, today: string, inputTokens: number | null): PricePair {
  if (model.longContext && inputTokens !== null && inputTokens >= model.longContext.fromTokens) {
    return model.longContext;
  }
  let current: PricePair = model;
  for (const change of model.schedule) if (change.from <= today) current = change;
  return current;
}

/** @returns USD; null when either is unknown. No tokens cost nothing at any price, and any number nothing where it is free. */
export function usdOf(tokens: number | null, usdPerMillion: number | null | undefined): number | null {
  if (tokens === 0 || usdPerMillion === 0) return 0;
  return tokens === null || usdPerMillion === null || usdPerMillion === undefined
    ? null
    : (tokens * usdPerMillion) / 1e6;
}

/** Without the noise of binary fractions: 12 significant digits. */
export function cleanUsd(usd: number | null): number | null {
  return usd === null ? null : Number(usd.toPrecision(12));
}

/** Null when either is. */
export function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** Input and output together, at the bound. */
export function totalUsd(cost: Cost): number | null {
  return addKnown(cost.input, cost.outputMax);
}

/** A sum of amounts, null as long as one of them is unknown. */
export class KnownSum {
  readonly #sum = new ExactSum();
  #unknown = 0;

  add(amount: number | null): void {
    if (amount === null) this.#unknown++;
    else this.#sum.add(amount);
  }

  /** @param amount one that was added. */
  remove(amount: number | null): void {
    if (amount === null) this.#unknown--;
    else this.#sum.remove(amount);
  }

  total(): number | null {
    return this.#unknown > 0 ? null : Number(this.#sum.total().toPrecision(12));
  }
}
