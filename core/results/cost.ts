// What did a request cost in a batch, by what it used?
import { findModel } from '../models.ts';
import { addKnown, cleanUsd, pricesFor, usdOf } from '../prices.ts';
import type { Usage } from '../result.ts';

/**
 * USD at the provider's batch prices; reasoning tokens are output and cost as such.
 * Cached input without a published batch price costs as input. Writing to the cache is published at standard price
 * only (from GPT-5.6 on 1.25 times input, OpenAI 2026-10): the same multiple of the batch price is taken.
 * @param today ISO date.
 * @param usage null where the response says none, as moderations do.
 * @returns null when the model, or a price that its usage needs, is not known; 0 for a free model, whatever it used.
 */
export function usageUsd(
  model: string | null,
  usage: Usage | null,
  today: string,
  provider: string = 'openai',
): number | null {
  const known = model === null ? null : findModel(model, provider);
  if (known === null) return null;
  const { batch, standard } = pricesFor(known, today, usage?.input_tokens ?? null);
  if (batch === null) return null;
  if (usage === null) return batch.input === 0 && batch.output === 0 ? 0 : null;
  const writeMultiple =
    standard?.cacheWrite != null && standard.input ? standard.cacheWrite / standard.input : 1;
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
