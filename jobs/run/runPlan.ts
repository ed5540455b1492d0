// What would be run, and at what price? The plan of a run in words; at once costs about twice what a batch does.
import { basename } from 'node:path';
import {
  aboveProjectUsd,
  approximate,
  dialectOf,
  type EstimateSummary,
  foreignPriceWords,
  formatCount,
  formatNumberOf,
  formatTokens,
  formatUsd,
  type PaceLimits,
  type ProblemCode,
  type SeverityOverrides,
  totalUsd,
} from '#core';
import { type Account, providerLabel } from '../accounts/accounts.ts';
import { type CheckedFile, wrongReceiver } from '../plan/plan.ts';
import { boundUsd, priceAt, priceSentence } from '../plan/priceSentence.ts';
import type { RowStateCounts } from './rowStates.ts';

/** What is wrong in a batch only: of one request at a time nobody asks it. */
const batchOnly: readonly ProblemCode[] = [
  'file.too-many-requests',
  'file.too-large',
  'file.extension',
  'request.url-mixed',
  'model.mixed',
  'model.no-batch',
  'body.not-in-batch',
  'tokens.queue',
  'tokens.embedding-inputs',
  'line.blank',
];

export const notOfRuns: SeverityOverrides = Object.fromEntries(batchOnly.map((code) => [code, 'off']));

export interface RunPlan {
  readonly file: string;
  readonly account: Account;
  readonly checked: CheckedFile;
  /** Of the requests that would be sent. */
  readonly estimate: EstimateSummary;
  /** How many those are. */
  readonly requests: number;
  readonly earlier: RowStateCounts;
  readonly limits: PaceLimits;
}

/** Upper bound in USD of what would be sent, at the prices of requests that are answered at once; null when it has none. */
export function mostRunUsd({ estimate }: Pick<RunPlan, 'estimate'>): number | null {
  const { syncUsd, cacheWriteUsd } = estimate;
  const most = boundUsd({ usd: syncUsd, cacheWriteUsd: cacheWriteUsd.sync });
  // Known for batches only, which cost half (every provider's list, 2026-11).
  return most === null ? null : most + 2 * aboveProjectUsd(estimate.models);
}

/** Why nothing can be run, or null. Errors that cost a row each may be allowed. */
export function runBlockedBy(
  { checked, account, estimate }: Pick<RunPlan, 'checked' | 'account' | 'estimate'>,
  allowsRowErrors: boolean,
): string | null {
  const { content, provider, report } = checked;
  if (content === 'results') return 'These are results, not requests.';
  if (provider === null)
    return 'It is not known whose requests these are; where they are requests, say it with --provider.';
  const wrong = wrongReceiver({ provider, account });
  if (wrong !== null) return wrong;
  const { file, row } = report.errorsByScope;
  if (file > 0) {
    return `${formatNumberOf(file, 'error')} of the file as a whole: its lines could not be read, or their answers not be told apart.`;
  }
  if (row > 0 && !allowsRowErrors) {
    return `${formatNumberOf(row, 'error')} would make their requests fail; the others would run.`;
  }
  if (report.requests === 0) return 'There are no requests in it.';
  const { form, title } = dialectOf(provider);
  return form === 'keyed' && estimate.models.some(({ model }) => model === null)
    ? `${title} is asked for one model, and none is chosen; say which with --model, with "model" in .llm-batch.json, or in the settings.`
    : null;
}

export function runTitle({ file, account }: RunPlan): string {
  return `Run ${basename(file)} now at ${providerLabel(account)}?`;
}

export function runPlanLines(plan: RunPlan): readonly string[] {
  const { estimate, requests, earlier, checked } = plan;
  const [first, ...others] = estimate.models;
  const model =
    others.length === 0 ? (first?.model ?? 'no model') : `${formatCount(others.length + 1)} models`;
  const tokens = `${approximate(estimate.inputMethod)}${formatTokens(estimate.inputTokens)} tokens in`;
  return [
    `${formatNumberOf(requests, 'request')} · ${paceWords(plan.limits)}`,
    ...earlierLines(earlier),
    `${model} · ${checked.report.endpoint ?? 'several endpoints'} · ${tokens}`,
    runPriceOf(plan.account, estimate),
    ...foreignPriceWords(estimate.models, ' as a batch'),
  ];
}

function paceWords({ concurrency, requestsPerMinute, tokensPerMinute }: PaceLimits): string {
  const words = [`up to ${formatCount(concurrency)} at a time`];
  if (requestsPerMinute !== null) words.push(`${formatNumberOf(requestsPerMinute, 'request')} a minute`);
  if (tokensPerMinute !== null) words.push(`${formatTokens(tokensPerMinute)} tokens a minute`);
  return words.join(', ');
}

function earlierLines({ answered, refused, failed, unclear }: RowStateCounts): readonly string[] {
  const lines: string[] = [];
  const done = answered + refused;
  if (done > 0) {
    const of = refused > 0 ? `, ${formatCount(refused)} of them refused` : '';
    lines.push(`${formatNumberOf(done, 'row is', 'rows are')} done already${of}, and not sent again`);
  }
  if (failed > 0)
    lines.push(`${formatNumberOf(failed, 'row')} that failed ${failed === 1 ? 'is' : 'are'} sent again`);
  if (unclear > 0) {
    const [was, are] = unclear === 1 ? ['was', 'is'] : ['were', 'are'];
    lines.push(
      `${formatNumberOf(unclear, 'request')} ${was} cut off without an answer and may have been paid for; ${unclear === 1 ? 'it' : 'they'} ${are} sent again`,
    );
  }
  return lines;
}

type PricedRequests = Pick<EstimateSummary, 'syncUsd' | 'batchUsd' | 'cacheWriteUsd' | 'inputMethod'>;

/** "At most about $0.42 (input $0.10 + output up to $0.32); as a batch $0.21" */
export function runPriceOf(
  account: Account,
  { syncUsd: usd, batchUsd, cacheWriteUsd, inputMethod }: PricedRequests,
): string {
  const batch = totalUsd(batchUsd);
  const instead = batch === null ? '' : `; as a batch ${formatUsd(batch)}`;
  const price = { usd, cacheWriteUsd: cacheWriteUsd.sync, inputMethod };
  return priceAt(account, priceSentence(price, { instead }));
}
