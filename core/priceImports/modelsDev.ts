// Prices as models.dev's api.json has them: providers with models, USD per million tokens, nothing about batches.
import type { JsonObject } from '../dialects/parts.ts';
import type { ModelOverride, OverridePrices } from '../modelOverride.ts';
import {
  isObject,
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
  return isObject(cost) ? overrideFrom(pricesOf(cost, fields), tiersOf(cost)) : 'no price per token';
}

/** `context_over_200k`, and later `tiers` with the size each begins above. */
function tiersOf(cost: JsonObject): ReadonlyMap<number, OverridePrices> | null {
  const tiers = new Map<number, OverridePrices>();
  const listed = Array.isArray(cost.tiers) ? cost.tiers.filter(isObject) : [];
  const sized = listed.map((tier) => ({ size: isObject(tier.tier) ? tier.tier.size : tier.size, tier }));
  if (isObject(cost.context_over_200k)) sized.push({ size: 200_000, tier: cost.context_over_200k });
  for (const { size, tier } of sized) {
    const prices = pricesOf(tier, fields);
    if (prices === null || typeof size !== 'number' || !Number.isSafeInteger(size) || size <= 0) return null;
    tiers.set(size, prices);
  }
  return tiers;
}
