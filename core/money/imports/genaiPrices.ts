// Prices as pydantic's genai-prices data.json has them: a list of providers; prices by date, by length and by variant.
import { isObject, type JsonObject } from '../../json/members.ts';
import type { ModelOverride, OverridePrices } from '../modelOverride.ts';
import {
  type LeftReason,
  overrideFrom,
  PriceDraft,
  type PriceImport,
  pricesOf,
  providerOf,
  usdPerMillion,
} from './priceImport.ts';

const fields = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cachedInput',
  cache_write_mtok: 'cacheWrite',
} as const;

const ownNames = {
  input: 'input',
  output: 'output',
  cachedInput: 'cachedInput',
  cacheWrite: 'cacheWrite',
} as const;

const inBatch = {
  input: 'batchInput',
  output: 'batchOutput',
  cachedInput: 'batchCachedInput',
  cacheWrite: 'batchCacheWrite',
} as const;

export function isGenaiPrices(json: unknown): json is readonly unknown[] {
  return (
    Array.isArray(json) &&
    json.slice(0, 5).some((provider) => isObject(provider) && Array.isArray(provider.models))
  );
}

export function readGenaiPrices(json: readonly unknown[]): PriceImport {
  const draft = new PriceDraft();
  for (const provider of json.filter(isObject)) {
    const { id, models } = provider;
    if (typeof id !== 'string' || !Array.isArray(models)) continue;
    for (const model of models.filter(isObject)) {
      draft.add(
        [...namesOf(model)].map((name) => `${providerOf(id)}/${name}`),
        readModel(model),
      );
    }
  }
  return draft.result('genai-prices');
}

function readModel(model: JsonObject): ModelOverride | LeftReason {
  const dated = datedPrices(model.prices);
  if (dated === 'time of day') return 'a price by the time of day';
  const [first, ...changes] = dated.map(({ from, prices }) => ({ from, ...readPrices(prices) }));
  if (first === undefined) return 'no price per token';
  const laterTiers = changes.map(({ tiers }) => tiers);
  if (laterTiers.includes(null)) return 'a price that is not understood';
  const all = new Map([first.tiers, ...laterTiers].flatMap((tiers) => [...(tiers ?? [])]));
  const override = overrideFrom(
    first.flat === null ? null : { ...first.flat, ...batchPrices(model.price_variants) },
    first.tiers === null ? null : all,
  );
  if (typeof override === 'string' || changes.length === 0) return override;
  return { ...override, schedule: changes.map(({ from, flat }) => ({ ...flat, from: from ?? '' })) };
}

interface DatedPrices {
  /** ISO date; null: from the beginning. */
  readonly from: string | null;
  readonly prices: JsonObject;
}

/** Earliest first. */
function datedPrices(prices: unknown): readonly DatedPrices[] | 'time of day' {
  if (isObject(prices)) return [{ from: null, prices }];
  if (!Array.isArray(prices)) return [];
  const dated: DatedPrices[] = [];
  for (const one of prices.filter(isObject)) {
    const constraint = isObject(one.constraint) ? one.constraint : {};
    if (Object.hasOwn(constraint, 'start_time')) return 'time of day';
    const from = typeof constraint.start_date === 'string' ? constraint.start_date.slice(0, 10) : null;
    if (isObject(one.prices)) dated.push({ from, prices: one.prices });
  }
  return dated.sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
}

/** Members are null when a figure in them is no price. */
interface ReadPrices {
  readonly flat: OverridePrices | null;
  /** By the number of tokens above which they hold, for the whole request. */
  readonly tiers: ReadonlyMap<number, OverridePrices> | null;
}

function readPrices(prices: JsonObject): ReadPrices {
  const flat: Record<string, unknown> = {};
  const tiers = new Map<number, OverridePrices>();
  for (const [name, field] of Object.entries(fields)) {
    const price = Object.hasOwn(prices, name) ? prices[name] : undefined;
    flat[field] = isObject(price) ? price.base : price;
    for (const tier of isObject(price) && Array.isArray(price.tiers) ? price.tiers.filter(isObject) : []) {
      const usd = usdPerMillion(tier.price);
      if (typeof usd !== 'number' || !Number.isSafeInteger(tier.start)) return { flat: null, tiers: null };
      tiers.set(tier.start as number, { ...tiers.get(tier.start as number), [field]: usd });
    }
  }
  return { flat: pricesOf(flat, ownNames), tiers };
}

/** Proposed in 2026-08: `price_variants` with `when: { service_tier: "batch" }`. */
function batchPrices(variants: unknown): OverridePrices {
  const batch = (Array.isArray(variants) ? variants.filter(isObject) : []).find(
    ({ when }) => isObject(when) && when.service_tier === 'batch',
  );
  const read = isObject(batch?.prices) ? readPrices(batch.prices) : null;
  const prices: Record<string, number> = {};
  for (const [field, name] of Object.entries(inBatch)) {
    const usd = read?.flat?.[field as keyof typeof inBatch];
    if (usd !== undefined) prices[name] = usd;
  }
  return prices;
}

/** The id and whatever equals it; what only begins or contains a text may be another model. */
function namesOf(model: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: unknown): void => {
    if (typeof name === 'string' && name !== '') names.add(name);
  };
  add(model.id);
  const match = isObject(model.match) ? model.match : {};
  add(match.equals);
  for (const one of Array.isArray(match.or) ? match.or.filter(isObject) : []) add(one.equals);
  return names;
}
