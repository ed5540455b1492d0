// What an estimate says beside its figures: what a cache could save or cost, and whose prices these are.
import {
  type EstimateSummary,
  type EstimateTotals,
  foreignPriceWords,
  formatTokens,
  formatUsd,
  type ModelEstimate,
} from '#core';
import { printable } from './printable.ts';

/** Rows below the totals: possible, and not part of them. */
export function cacheRows({
  cacheableInputTokens,
  cacheSavesUsd,
  cacheWriteUsd,
  batchUsd,
}: EstimateTotals): string[][] {
  const rows: string[][] = [];
  const { batch: writes } = cacheWriteUsd;
  // What is added to an unknown price says nothing.
  if (writes !== 0 && (writes !== null || batchUsd.input !== null)) {
    rows.push([
      'cache writes',
      writes === null
        ? 'can cost more; how much is not known'
        : `can add up to ${formatUsd(writes)} in a batch`,
    ]);
  }
  if (cacheableInputTokens > 0) rows.push(['cache reads', savesWords(cacheSavesUsd)]);
  return rows;
}

function savesWords({ batch, sync }: EstimateTotals['cacheSavesUsd']): string {
  if (batch === null && sync === null) return 'can save something; the price of cached input is not known';
  if (batch === null) return `can save up to ~${formatUsd(sync)} sync; for a batch no price is published`;
  return batch === 0 ? 'save nothing in a batch' : `can save up to ~${formatUsd(batch)} in a batch`;
}

export function cacheSentences({ cacheableInputTokens, models }: EstimateSummary): string[] {
  const said: string[] = [];
  if (cacheableInputTokens > 0) {
    const tokens = formatTokens(cacheableInputTokens);
    said.push(
      `${tokens} input tokens repeat an earlier opening and may come cheaper from the provider's cache.`,
    );
  }
  const needs = new Set(models.map((model) => model.cacheNeeds));
  if (needs.has('cache_control')) {
    said.push('For that the opening must end with "cache_control": {"type": "ephemeral", "ttl": "1h"}.');
  }
  if (needs.has('prompt_cache_breakpoint')) {
    said.push('For that the opening must end with a "prompt_cache_breakpoint".');
  }
  const isUnasked = models.some((model) => (model.cacheWriteUsd.batch ?? 0) > 0 && writesUnasked(model));
  if (isUnasked) {
    said.push(
      '"prompt_cache_options": {"mode": "explicit"} keeps long prompts from being written to the cache.',
    );
  }
  return said;
}

/** OpenAI's models write without being asked; Anthropic's only what is marked. */
function writesUnasked({ model }: ModelEstimate): boolean {
  return model !== null && !model.includes('claude');
}

/** Whose prices these are, where they are not those of the list that ships. */
export function priceSentences({ models }: EstimateSummary): string[] {
  return foreignPriceWords(models).map((words) => `${printable(words)}.`);
}
