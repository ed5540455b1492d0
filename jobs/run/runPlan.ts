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
import { type Account, simulatorProfile } from '../accounts.ts';
import { type CheckedFile, providerLabel, wrongReceiver } from '../plan.ts';
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
  const most = boundUsd(syncUsd, cacheWriteUsd.sync);
  // Known for batches only, which cost half (every provider's list, 2026-11).
  return most === null ? null : most + 2 * aboveProjectUsd(estimate.models);
}

type Bound = EstimateSummary['syncUsd'];

export function boundUsd({ input, outputMax }: Bound, cacheWrite: number | null): number | null {
  return input === null || outputMax === null || cacheWrite === null ? null : input + outputMax + cacheWrite;
}

/** Why nothing can be run, or null. Errors that cost a row each may be allowed. */
export function runBlockedBy(
  { checked, account }: Pick<RunPlan, 'checked' | 'account'>,
  allowsRowErrors: boolean,
): string | null {
  const { content, provider, report } = checked;
  if (content === 'results') return 'These are results, not requests.';
  if (provider === null)
    return 'These are requests of no known provider; say whose they are with --provider.';
  const wrong = wrongReceiver({ provider, account });
  if (wrong !== null) return wrong;
  const { file, row } = report.errorsByScope;
  if (file > 0) {
    return `${formatNumberOf(file, 'error')} in the file as a whole, so its answers could not be told apart or it could not be read.`;
  }
  if (row > 0 && !allowsRowErrors) {
    return `${formatNumberOf(row, 'error')} would make their requests fail; the others would run.`;
  }
  return report.requests === 0 ? 'There are no requests in it.' : null;
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
    runPriceLine(plan),
    ...foreignPriceWords(estimate.models),
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

/** "At most about $0.42 (input $0.10 + output up to $0.32); as a batch $0.21" */
export function runPriceLine({ account, estimate }: Pick<RunPlan, 'account' | 'estimate'>): string {
  return runPriceOf(account, estimate);
}

/** The same of one request. */
export function runPriceOf(account: Account, estimate: PricedRequests): string {
  const words = priceWords(estimate);
  if (account.profile !== simulatorProfile) return words;
  const name = dialectOf(account.provider).title;
  return `Costs nothing here; at ${name} ${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}

type PricedRequests = Pick<EstimateSummary, 'syncUsd' | 'batchUsd' | 'cacheWriteUsd' | 'inputMethod'>;

function priceWords({ syncUsd, batchUsd, cacheWriteUsd, inputMethod }: PricedRequests): string {
  const { input, outputMax } = syncUsd;
  const mark = approximate(inputMethod);
  if (input === null) return 'The price is unknown';
  if (outputMax === null) {
    return `Input ${mark}${formatUsd(input)}; requests set no limit on output, so its cost has no bound`;
  }
  const batch = totalUsd(batchUsd);
  const instead = batch === null ? '' : `; as a batch ${formatUsd(batch)}`;
  if (outputMax === 0) return `Costs ${mark && 'about '}${formatUsd(input)}${instead}`;
  const writes = cacheWriteUsd.sync ? ` + cache writes up to ${formatUsd(cacheWriteUsd.sync)}` : '';
  const most = boundUsd(syncUsd, cacheWriteUsd.sync) ?? input + outputMax;
  const parts = `input ${mark}${formatUsd(input)} + output up to ${formatUsd(outputMax)}${writes}`;
  return `At most about ${formatUsd(most)} (${parts})${instead}`;
}
