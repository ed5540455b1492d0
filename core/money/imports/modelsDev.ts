// Prices as models.dev's api.json has them: providers with models, USD per million tokens, nothing about batches.
import { isObject, type JsonObject } from '../../json/members.ts';
import type { ModelOverride, OverridePrices } from '../modelOverride.ts';
import {
  type LeftReason,
  overrideFrom,
  PriceDraft,
  type PriceImport,
  pricesOf,
  providerOf,
} from './priceImport.ts';

const fields = {
  input: 'input',
  output: 'output',
  cache_read: 'cachedInput',
  cache_write: 'cacheWrite',
} as const;

export function isModelsDev(json: JsonObject): boolean {
  return Object.values(json)
    .slice(0, 20)
    .some((provider) => isObject(provider) && isObject(provider.models));
}

export function readModelsDev(json: JsonObject): PriceImport {
  const draft = new PriceDraft();
  for (const [provider, { models }] of Object.entries(json).filter(hasModels)) {
    for (const [name, model] of Object.entries(models)) {
      if (isObject(model)) draft.add([`${providerOf(provider)}/${name}`], readModel(model));
    }
  }
  return draft.result('models.dev');
}

function hasModels(entry: [string, unknown]): entry is [string, { readonly models: JsonObject }] {
  return isObject(entry[1]) && isObject(entry[1].models);
}

function readModel({ cost }: JsonObject): ModelOverride | LeftReason {
  if (!isObject(cost)) return 'no price per token';
  // Reasoning at a price of its own: how much of the output it is, nobody knows before.
  const isSplit = cost.reasoning !== undefined && cost.reasoning !== 0 && cost.reasoning !== cost.output;
  return isSplit ? 'a price that is not understood' : overrideFrom(pricesOf(cost, fields), tiersOf(cost));
}

/**
 * `tiers` with the size each begins above; where there are none, the older `context_over_200k`, which stays beside them
 * with a threshold that is wrong for some (gpt-5.5: 272,000).
 */
function tiersOf(cost: JsonObject): ReadonlyMap<number, OverridePrices> | null {
  const listed = Array.isArray(cost.tiers) ? cost.tiers.filter(isObject) : [];
  const over200k = isObject(cost.context_over_200k)
    ? [{ size: 200_000, prices: cost.context_over_200k }]
    : [];
  const sized = listed.length === 0 ? over200k : listed.map((prices) => ({ size: sizeOf(prices), prices }));
  const tiers = new Map<number, OverridePrices>();
  for (const { size, prices } of sized) {
    const read = pricesOf(prices, fields);
    if (read === null || size === null) return null;
    tiers.set(size, read);
  }
  return tiers;
}

/** Null for a tier of something else than length. */
function sizeOf({ tier }: JsonObject): number | null {
  if (!isObject(tier) || (tier.type !== undefined && tier.type !== 'context')) return null;
  return Number.isSafeInteger(tier.size) && (tier.size as number) > 0 ? (tier.size as number) : null;
}
