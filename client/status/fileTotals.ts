// The totals of a batch file in short words, for the places in the window that say them.
import { approximate, formatGrounds, formatNumberOf, formatTokens, formatUsd } from '#core';
import type { FileSummary, SummaryEstimate } from '#server/protocol';
import type { L10n } from '../l10n.ts';

/** "4,812 requests · 2 errors" */
export function countWords({ requests, counts }: FileSummary): string {
  const parts = [formatNumberOf(requests, 'request')];
  if (counts.error > 0) parts.push(formatNumberOf(counts.error, 'error'));
  if (counts.warning > 0) parts.push(formatNumberOf(counts.warning, 'warning'));
  return parts.join(' · ');
}

/** "~1.21 M tokens in" */
export function tokenWords({ inputTokens, inputMethod }: SummaryEstimate, l10n: L10n): string {
  if (inputTokens === null) return l10n.t('tokens unknown');
  const figure = `${approximate(inputMethod)}${formatTokens(inputTokens)}`;
  return inputMethod === 'calibrated'
    ? l10n.t('{0} tokens in (calibrated)', figure)
    : l10n.t('{0} tokens in', figure);
}

/** "batch at most about $0.66"; null where nothing is known to be priced. */
export function priceWords(
  { inputTokens, inputMethod, batchUsd }: SummaryEstimate,
  l10n: L10n,
): string | null {
  if (inputTokens === null) return null;
  const { input, outputMax } = batchUsd;
  if (input === null) return l10n.t('price unknown');
  return outputMax === null
    ? l10n.t('batch {0} in + output without a limit', `${approximate(inputMethod)}${formatUsd(input)}`)
    : l10n.t('batch at most about {0}', formatUsd(input + outputMax));
}

/** "about $0.21 by 40 earlier answers"; null where there were none. */
export function expectedWords({ batchUsd, expected }: SummaryEstimate, l10n: L10n): string | null {
  if (expected === null || expected.batchUsd === null || batchUsd.input === null) return null;
  return l10n.t('about {0} {1}', formatUsd(expected.batchUsd), formatGrounds(expected.rows));
}

/** All that is known of tokens and price, in order. */
export function estimateWords(estimate: SummaryEstimate | null, l10n: L10n): readonly string[] {
  if (estimate === null) return [];
  const words = [tokenWords(estimate, l10n), priceWords(estimate, l10n), expectedWords(estimate, l10n)];
  return words.filter((word) => word !== null);
}
