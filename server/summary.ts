// The totals of an open file: for the client's status item and for the line above the first request.
import {
  approximate,
  formatGrounds,
  formatNumberOf,
  formatPercent,
  formatTokens,
  formatUsd,
  isSendable,
  type PriceOrigin,
  pricesAsOf,
} from '#core';
import type { DocumentSession } from './documentSession.ts';
import type { FileSummary, SummaryEstimate } from './protocol.ts';

export function summaryOf(session: DocumentSession): FileSummary | null {
  const { report, document } = session;
  if (report === null || !session.isBatchFile) return null;
  return {
    uri: document.uri,
    version: document.version,
    provider: session.dialect.provider,
    sendable: isSendable(session.dialect),
    endpoint: report.endpoint,
    requests: report.requests,
    sizeBytes: report.sizeBytes,
    counts: report.counts,
    models: report.models,
    estimate: estimateOf(session),
    counting: session.counting,
    limited: limitOf(session),
  };
}

function limitOf({ uncountable }: DocumentSession): string | null {
  return uncountable === 0
    ? null
    : `tokens of ${formatNumberOf(uncountable, 'request')} could not be counted`;
}

/** Null while no line has been counted. */
function estimateOf(session: DocumentSession): SummaryEstimate | null {
  const { estimate } = session;
  if (estimate.requests === 0) return null;
  const summary = estimate.totals();
  return {
    inputTokens: summary.inputTokens,
    inputMethod: summary.inputMethod,
    inputErrorPercent: summary.inputErrorPercent,
    outputMaxTokens: summary.outputMaxTokens,
    batchUsd: summary.batchUsd,
    syncUsd: summary.syncUsd,
    savingsUsd: summary.savingsUsd,
    expected: summary.expected,
    pricesAsOf,
    pricedBy: estimate.pricedBy(),
    unknownRequests: estimate.unknownRequests,
  };
}

/** "4,812 requests · gpt-6-luna · ~1.21 M tokens in · batch ~$0.06 in + up to $0.60 out (sync $1.32, saves 50 %) · 2 errors" */
export function summaryLine(summary: FileSummary): string {
  const parts = [formatNumberOf(summary.requests, 'request')];
  const [model, ...others] = summary.models;
  if (model !== undefined)
    parts.push(others.length === 0 ? model : `${model} and ${formatNumberOf(others.length, 'other model')}`);
  if (summary.estimate !== null) parts.push(...estimateParts(summary.estimate, summary.counting));
  else if (summary.counting) parts.push('counting tokens');
  if (summary.limited !== null) parts.push(summary.limited);
  if (summary.counts.error > 0) parts.push(formatNumberOf(summary.counts.error, 'error'));
  if (summary.counts.warning > 0) parts.push(formatNumberOf(summary.counts.warning, 'warning'));
  return parts.join(' · ');
}

function estimateParts(estimate: SummaryEstimate, counting: boolean): string[] {
  if (estimate.inputTokens === null) {
    return [`tokens unknown for ${formatNumberOf(estimate.unknownRequests, 'request')}`];
  }
  const mark = approximate(estimate.inputMethod);
  const how = estimate.inputMethod === 'calibrated' ? ' (calibrated)' : '';
  const tokens = `${mark}${formatTokens(estimate.inputTokens)} tokens in${how}${counting ? ' so far' : ''}`;
  const { input, outputMax } = estimate.batchUsd;
  if (input === null) return [tokens, 'price unknown'];
  if (outputMax === 0)
    return [
      tokens,
      `batch ${input === 0 ? '' : mark}${formatUsd(input)}${comparison(estimate)}`,
      ...originParts(estimate),
    ];
  const output = outputMax === null ? ' + output without a limit' : ` + up to ${formatUsd(outputMax)} out`;
  const price = `batch ${mark}${formatUsd(input)} in${output}${comparison(estimate)}`;
  return [tokens, price, ...expectedParts(estimate), ...originParts(estimate)];
}

const origins: Readonly<Record<PriceOrigin, string>> = {
  project: "prices of the project's .llm-batch.json",
  file: 'prices of your file',
  settings: 'your own prices',
};

function originParts({ pricedBy }: SummaryEstimate): string[] {
  return pricedBy === null ? [] : [origins[pricedBy]];
}

/** "about $0.21 by 40 earlier answers" */
function expectedParts({ expected }: SummaryEstimate): string[] {
  if (expected === null || expected.batchUsd === null) return [];
  return [`about ${formatUsd(expected.batchUsd)} ${formatGrounds(expected.rows)}`];
}

function comparison({ syncUsd, savingsUsd }: SummaryEstimate): string {
  if (syncUsd.input === null || syncUsd.outputMax === null || savingsUsd === null) return '';
  const total = syncUsd.input + syncUsd.outputMax;
  return total > 0 ? ` (sync ${formatUsd(total)}, saves ${formatPercent(savingsUsd / total)})` : '';
}
