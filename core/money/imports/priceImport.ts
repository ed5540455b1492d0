// What was found in a file of prices, whatever its format: the models that can be priced by it, and why others cannot.
import type { JsonObject } from '../../json/members.ts';
import { highestUsd, lowestUsd, type ModelOverride, type OverridePrices } from '../modelOverride.ts';

export type PriceFormat = 'litellm' | 'models.dev' | 'genai-prices' | 'own';

export interface PriceImport {
  readonly format: PriceFormat;
  /** ISO date that the file gives for its prices. */
  readonly asOf: string | null;
  /** By `provider/name`, names as requests have them; in our own format by whatever may stand in settings. */
  readonly overrides: ReadonlyMap<string, ModelOverride>;
  /** How many entries were left out, by the reason in words. */
  readonly left: ReadonlyMap<LeftReason, number>;
  /** One sentence each for what is doubtful or malformed in what was taken. */
  readonly problems: readonly string[];
}

export type LeftReason =
  | 'no price per token'
  | 'a price of 0, which is seldom one'
  | 'a price that is not understood'
  | 'more than one long-context price'
  | 'a price by the time of day';

/** Gathers what a reader takes and leaves. */
export class PriceDraft {
  readonly #overrides = new Map<string, ModelOverride>();
  readonly #left = new Map<LeftReason, number>();
  #fullPriceBatches = 0;

  add(keys: Iterable<string>, entry: ModelOverride | LeftReason): void {
    if (typeof entry === 'string') {
      this.#left.set(entry, (this.#left.get(entry) ?? 0) + 1);
      return;
    }
    const { input, batchInput } = entry;
    if (input && batchInput !== undefined && batchInput >= input) this.#fullPriceBatches++;
    for (const key of keys) if (!this.#overrides.has(key)) this.#overrides.set(key, entry);
  }

  result(format: PriceFormat): PriceImport {
    const count = this.#fullPriceBatches;
    const doubt = `${count} of its models cost as much in a batch as at once, which no provider says; such prices have been slips before.`;
    return {
      format,
      asOf: null,
      overrides: this.#overrides,
      left: this.#left,
      problems: count === 0 ? [] : [doubt],
    };
  }
}

/**
 * What an entry says, or why it is left out.
 * @param prices null: one of them is no price.
 * @param tiers by the number of tokens above which they hold, for the whole request.
 */
export function overrideFrom(
  prices: OverridePrices | null,
  tiers: ReadonlyMap<number, OverridePrices> | null,
): ModelOverride | LeftReason {
  if (prices === null || tiers === null) return 'a price that is not understood';
  if (prices.input === undefined) return 'no price per token';
  if (prices.input === 0 && (prices.output ?? 0) === 0) return 'a price of 0, which is seldom one';
  if (tiers.size > 1) return 'more than one long-context price';
  const [tier] = tiers;
  return tier === undefined ? prices : { ...prices, longContext: { ...tier[1], fromTokens: tier[0] + 1 } };
}

/** What price lists call a provider, by what it is called here; others keep their name. */
const providerNames: ReadonlyMap<string, string> = new Map([
  ['text-completion-openai', 'openai'],
  ['google', 'gemini'],
  ['x-ai', 'xai'],
  ['mistralai', 'mistral'],
  ['together_ai', 'together'],
  ['togetherai', 'together'],
  ['fireworks_ai', 'fireworks'],
  ['fireworks-ai', 'fireworks'],
]);

export function providerOf(name: string): string {
  return providerNames.get(name) ?? name;
}

/** Without the noise of binary fractions; undefined: not given, null: no price can be so. */
export function usdPerMillion(value: unknown, tokensPerUnit = 1): number | null | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
  const usd = Number((value * tokensPerUnit).toPrecision(12));
  // Beyond them somebody mistook the price of a token for that of a million, or the reverse.
  return usd > highestUsd || (usd > 0 && usd < lowestUsd) ? null : usd;
}

/** Members that are known, as the prices of an override; null: one of them is no price. */
export function pricesOf<Field extends string>(
  source: JsonObject,
  fields: Readonly<Record<string, Field>>,
  tokensPerUnit = 1,
): Partial<Record<Field, number>> | null {
  const prices: Partial<Record<Field, number>> = {};
  for (const [name, field] of Object.entries(fields)) {
    const usd = usdPerMillion(Object.hasOwn(source, name) ? source[name] : undefined, tokensPerUnit);
    if (usd === null) return null;
    if (usd !== undefined) prices[field] = usd;
  }
  return prices;
}
