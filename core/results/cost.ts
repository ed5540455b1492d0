// What did a request cost, by what it used?
import { type Configuration, defaultConfiguration } from '../configuration.ts';
import type { Provider } from '../dialects/dialect.ts';
import { modelFor } from '../money/priceOverrides.ts';
import { addKnown, cleanUsd, pricesFor, usdOf } from '../money/prices.ts';
import { cachedPrice, writePrice } from '../money/promptCache.ts';
import type { Outcome, RowFacts, Usage, UsagePricing } from '../result.ts';

export interface UsageCost {
  /** Prices of a batch unless `standard` is said: those of requests that are answered at once. */
  readonly kind?: 'batch' | 'standard';
  readonly pricing?: UsagePricing | null;
}

/**
 * USD at the provider's prices for tokens; reasoning tokens are output and cost as such. Fees of tools that run at the
 * provider (searches) are not in it. Cached input without a published price in batch costs as input, and Gemini's what
 * it costs at once. Writing to the cache is published at standard price only: the same multiple of the batch price is taken.
 * @param today ISO date.
 * @param config a person's own prices go before those of the list, as they do in the estimate.
 * @param usage null where the response says none, as moderations do.
 * @returns null when the model, or a price that its usage needs, is not known; 0 for a free model, whatever it used.
 */
export function usageUsd(
  model: string | null,
  usage: Usage | null,
  today: string,
  provider: Provider = 'openai',
  config: Configuration = defaultConfiguration,
  { kind: asked = 'batch', pricing = null }: UsageCost = {},
): number | null {
  const known = model === null ? null : modelFor(model, provider, config);
  if (known === null) return null;
  const pair = pricesFor(known, today, usage?.input_tokens ?? null);
  const { hourCacheWriteTokens = 0, multiple = 1, tier = 'standard' } = pricing ?? {};
  // OpenAI's flex costs what a batch does (pricing page, 2026-10); Groq's has no price of its own.
  const kind = asked === 'standard' && tier === 'flex' && known.provider === 'openai' ? 'batch' : asked;
  const prices = pair[kind];
  if (prices === null) return null;
  if (usage === null) return prices.input === 0 && prices.output === 0 ? 0 : null;
  const use = { model: known, prices: pair };
  if (multiple === null || (asked === 'standard' && tier === 'fast')) return null;
  const hourWritten = Math.min(hourCacheWriteTokens, usage.cache_write_tokens);
  const fresh = Math.max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens);
  const parts = [
    usdOf(fresh, prices.input),
    usdOf(usage.cached_input_tokens, cachedPrice(use, kind) ?? prices.input),
    usdOf(usage.cache_write_tokens - hourWritten, writePrice(use, kind, '5m')),
    usdOf(hourWritten, writePrice(use, kind, '1h')),
    usdOf(usage.output_tokens, prices.output),
  ];
  const usd = parts.reduce(addKnown, 0);
  return cleanUsd(usd === null ? null : usd * multiple);
}

/** Whether the provider bills it: an answer, and whatever else says that it used tokens. */
export function isBilled({ status, usage }: Pick<RowFacts, 'status' | 'usage'>): boolean {
  return status === 'succeeded' || usage !== null;
}

export interface RowPricing {
  readonly today: string;
  readonly provider: Provider;
  readonly config: Configuration;
  /** Of requests that name none, and of all of Gemini's: the one that the batch was made for. */
  readonly batchModel: string | null;
  readonly kind?: 'batch' | 'standard';
}

/**
 * Of a row: by the model that answered, else by the one that was asked for. A name that a person priced, such as that of
 * a deployment, goes first; Gemini's versions that nobody knows cost what the model costs that the batch was made for.
 * @param asked the model that the request names.
 */
export function outcomeUsd(
  { model, usage, pricing }: Pick<Outcome, 'model' | 'usage' | 'pricing'>,
  asked: string | null,
  { today, provider, config, batchModel, kind = 'batch' }: RowPricing,
): number | null {
  const isGemini = provider === 'gemini';
  const requested = isGemini ? [batchModel, asked] : [asked, batchModel];
  const names = [model, ...requested].filter((name) => name !== null);
  const found = names.map((name) => modelFor(name, provider, config));
  const own = found.findIndex((one) => one?.pricedBy !== undefined);
  const known = isGemini ? found.findIndex((one) => one !== null) : 0;
  const name = names[own === -1 ? known : own] ?? null;
  return usageUsd(name, usage, today, provider, config, { kind, pricing });
}
