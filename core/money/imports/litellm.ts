// Prices as LiteLLM's model_prices_and_context_window.json has them: USD per token, a member for each kind of token.
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

/** Entries that are no models (the file's own schema, 2026-09). */
const noModels: ReadonlySet<string> = new Set(['sample_spec', 'fallback_generalizations']);
const modes: ReadonlySet<unknown> = new Set([
  ...['chat', 'completion', 'responses', 'embedding', 'moderation', undefined],
]);

const fields = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite',
  input_cost_per_token_batches: 'batchInput',
  output_cost_per_token_batches: 'batchOutput',
  cache_read_input_token_cost_batches: 'batchCachedInput',
  cache_creation_input_token_cost_batches: 'batchCacheWrite',
} as const;

export function isLitellm(json: JsonObject): boolean {
  const entries = Object.values(json).slice(0, 50).filter(isObject);
  return entries.some(
    (entry) => Object.hasOwn(entry, 'litellm_provider') || Object.hasOwn(entry, 'input_cost_per_token'),
  );
}

export function readLitellm(json: JsonObject): PriceImport {
  const draft = new PriceDraft();
  for (const [key, entry] of Object.entries(json)) {
    if (noModels.has(key) || !isObject(entry)) continue;
    draft.add([keyOf(key, entry.litellm_provider)], readEntry(entry));
  }
  return draft.result('litellm');
}

function readEntry(entry: JsonObject): ModelOverride | LeftReason {
  if (!modes.has(entry.mode)) return 'no price per token';
  // Reasoning at a price of its own: how much of the output it is, nobody knows before.
  const reasoning = entry.output_cost_per_reasoning_token ?? entry.output_cost_per_token;
  if (reasoning !== entry.output_cost_per_token) return 'a price that is not understood';
  return overrideFrom(pricesOf(entry, fields, 1e6), tiersOf(entry));
}

/** `gpt-4o`, `azure/gpt-4o`, `gemini/gemini-2.5-pro`: with the provider's prefix, once. */
function keyOf(key: string, provider: unknown): string {
  if (typeof provider !== 'string' || provider === '') return key;
  const owner = providerOf(provider);
  const name = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key;
  return name.startsWith(`${owner}/`) ? name : `${owner}/${name}`;
}

/** By the number of tokens above which they hold, for the whole request; null: one of them is no price. */
function tiersOf(entry: JsonObject): ReadonlyMap<number, OverridePrices> | null {
  const tiers = new Map<number, OverridePrices>();
  for (const [name, value] of Object.entries(entry)) {
    const [, base, thousands, batches = ''] = /^(\w+?)_above_(\d{1,5})k_tokens(_batches)?$/.exec(name) ?? [];
    const field = `${base}${batches}`;
    if (thousands === undefined || !Object.hasOwn(fields, field)) continue;
    const prices = pricesOf({ [field]: value }, fields, 1e6);
    if (prices === null) return null;
    const tokens = Number(thousands) * 1000;
    tiers.set(tokens, { ...tiers.get(tokens), ...prices });
  }
  return tiers;
}
