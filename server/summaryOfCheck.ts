// The totals of a file that was checked from disk, as those of an open document are told.
import { dialectOf, type EstimateSummary, foreignPriceOrigin, isSendable, type Provider } from '#core';
import type { FileCheck } from '#files';
import type { FileSummary, SummaryEstimate } from './protocol.ts';

/** @param estimate null while there is none. */
export function summaryOfCheck(
  uri: string,
  { provider, report }: Pick<FileCheck, 'report'> & { readonly provider: Provider | null },
  sizeBytes: number,
  estimate: EstimateSummary | null,
): FileSummary {
  const dialect = dialectOf(provider ?? 'openai');
  return {
    uri,
    version: null,
    provider: dialect.provider,
    sendable: isSendable(dialect),
    endpoint: report.endpoint,
    requests: report.requests,
    sizeBytes,
    counts: report.counts,
    models: report.models,
    estimate: estimate === null || estimate.requests === 0 ? null : estimateOf(estimate),
    counting: false,
    limited: null,
  };
}

function estimateOf(summary: EstimateSummary): SummaryEstimate {
  const { inputTokens, inputMethod, inputErrorPercent, outputMaxTokens, expected, models } = summary;
  return {
    ...{ inputTokens, inputMethod, inputErrorPercent, outputMaxTokens, expected },
    batchUsd: summary.batchUsd,
    syncUsd: summary.syncUsd,
    savingsUsd: summary.savingsUsd,
    pricesAsOf: summary.pricesAsOf,
    pricedBy: foreignPriceOrigin(models),
    unknownRequests: summary.unknownRequests,
  };
}
