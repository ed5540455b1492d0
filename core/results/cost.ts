// What did a request cost in a batch, by what it used?
import { type Configuration, defaultConfiguration } from '../configuration.ts';
import type { Provider } from '../dialects/dialect.ts';
import { modelFor } from '../money/priceOverrides.ts';
import { addKnown, cleanUsd, pricesFor, usdOf } from '../money/prices.ts';
import type { Usage } from '../result.ts';

/** From GPT-5.6 on (OpenAI, 2026-10), and Anthropic's for five minutes. */
const usualWriteMultiple = 1.25;

/**
 * USD at the provider's batch prices; reasoning tokens are output and cost as such.
 * Cached input without a published batch price costs as input. Writing to the cache is published at standard price
 * only: the same multiple of the batch price is taken.
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
): number | null {
  const known = model === null ? null : modelFor(model, provider, config);
  if (known === null) return null;
  const { batch, standard } = pricesFor(known, today, usage?.input_tokens ?? null);
  if (batch === null) return null;
  if (usage === null) return batch.input === 0 && batch.output === 0 ? 0 : null;
  const writeMultiple =
    standard?.cacheWrite != null && standard.input
      ? standard.cacheWrite / standard.input
      : usualWriteMultiple;
  const written = batch.cacheWrite ?? (batch.input === null ? null : batch.input * writeMultiple);
  const fresh = Math.max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens);
  const parts = [
    usdOf(fresh, batch.input),
    usdOf(usage.cached_input_tokens, batch.cachedInput ?? batch.input),
    usdOf(usage.cache_write_tokens, written),
    usdOf(usage.output_tokens, batch.output),
  ];
  return cleanUsd(parts.reduce(addKnown, 0));
}
