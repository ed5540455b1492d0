// What would be sent, and may it be? Said once for editor and terminal, before anything is paid.
import { basename } from 'node:path';
import {
  type AgreedEstimate,
  aboveProjectUsd,
  approximate,
  type CountMethod,
  dialectOf,
  type EstimateSummary,
  type Expectation,
  type FileReport,
  foreignPriceWords,
  formatCount,
  formatNumberOf,
  formatPercent,
  formatTokens,
  formatUsd,
  isSendable,
  type Provider,
  type Scope,
} from '#core';
import { type Account, keyLabel, providerName, simulatorProfile } from './accounts.ts';

/** What is asked of a check. */
export interface CheckedFile {
  readonly provider: Provider | null;
  readonly content: 'requests' | 'results';
  readonly report: FileReport;
}

export interface Plan {
  readonly file: string;
  /** Whose requests they are; null: nobody's that we know. */
  readonly provider: Provider | null;
  readonly content: CheckedFile['content'];
  readonly account: Account;
  readonly requests: number;
  readonly sizeBytes: number;
  readonly endpoint: string | null;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly inputMethod: CountMethod;
  readonly batchUsd: { readonly input: number | null; readonly outputMax: number | null };
  /** The most that writing to the provider's cache can add, in USD. */
  readonly cacheWriteUsd: number | null;
  /** Whose prices these are, where they are not those of the list that ships. */
  readonly priceNotes: readonly string[];
  /** USD by which the list that ships is above what the project says. */
  readonly aboveProjectUsd: number;
  /** What earlier answers suggest, beside the bound. */
  readonly expected: Expectation | null;
  /** What somebody agrees to with it. */
  readonly estimate: AgreedEstimate;
  /** Errors for which the provider refuses the file, and errors that cost a row each. */
  readonly errors: Readonly<Record<Scope, number>>;
  readonly warnings: number;
}

export function planOf(
  file: string,
  account: Account,
  { provider, content, report }: CheckedFile,
  estimate: EstimateSummary,
): Plan {
  return {
    file,
    provider,
    content,
    account,
    requests: report.requests,
    sizeBytes: report.sizeBytes,
    endpoint: report.endpoint,
    model: report.models[0] ?? null,
    inputTokens: estimate.inputTokens,
    inputMethod: estimate.inputMethod,
    batchUsd: estimate.batchUsd,
    cacheWriteUsd: estimate.cacheWriteUsd.batch,
    priceNotes: foreignPriceWords(estimate.models),
    aboveProjectUsd: aboveProjectUsd(estimate.models),
    expected: estimate.expected,
    estimate: agreedTo(estimate),
    errors: report.errorsByScope,
    warnings: report.counts.warning,
  };
}

function agreedTo({ inputTokens, outputMaxTokens, expected, batchUsd }: EstimateSummary): AgreedEstimate {
  return {
    ...{ inputTokens, outputMaxTokens, batchUsd },
    expected: expected && { outputTokens: expected.outputTokens, batchUsd: expected.batchUsd },
  };
}

/**
 * Upper bound in USD, null when the price or a request's output is without one. Where a project's file makes a model cheaper
 * than it is in the list that ships, the list holds: who clones a project has not agreed to its prices.
 */
export function mostUsd(plan: Plan): number | null {
  const most = boundUsd(plan);
  return most === null ? null : most + plan.aboveProjectUsd;
}

/** The same by the prices that are shown. */
function boundUsd({ batchUsd, cacheWriteUsd }: Plan): number | null {
  const { input, outputMax } = batchUsd;
  return input === null || outputMax === null || cacheWriteUsd === null
    ? null
    : input + outputMax + cacheWriteUsd;
}

/** Why a file can never be sent as it is, whatever is right or wrong in its lines; null where it can. */
export function unfitToSend({ provider, content }: Pick<CheckedFile, 'provider' | 'content'>): string | null {
  if (content === 'results') return 'These are results, not requests.';
  const dialect = provider === null ? null : dialectOf(provider);
  return dialect === null || isSendable(dialect)
    ? null
    : `These are requests for ${dialect.title}, which this version checks and prices but cannot send.`;
}

/** Why it cannot be sent, or null. Errors that cost a row each may be allowed. */
export function blockedBy(plan: Plan, allowRowErrors: boolean): string | null {
  const unfit = unfitToSend(plan);
  if (unfit !== null) return unfit;
  if (plan.errors.file > 0) {
    return `${formatNumberOf(plan.errors.file, 'error')} would make ${plan.provider === null ? 'the provider' : dialectOf(plan.provider).title} reject the whole file.`;
  }
  if (plan.errors.row > 0 && !allowRowErrors) {
    return `${formatNumberOf(plan.errors.row, 'error')} would make their requests fail; the others would run.`;
  }
  return plan.endpoint === null ? 'No request names an endpoint.' : null;
}

/** "Submit reviews.jsonl to OpenAI (key …4f2a)?" */
export function planTitle(plan: Plan): string {
  return `Submit ${basename(plan.file)} to ${providerLabel(plan.account)}?`;
}

/** The plan in short lines. */
export function planLines(plan: Plan): readonly string[] {
  const openai = dialectOf('openai');
  const share = formatPercent(plan.requests / (openai.requests.max ?? plan.requests));
  const bytes = formatPercent(plan.sizeBytes / (openai.bytes.max ?? plan.sizeBytes));
  const mark = approximate(plan.inputMethod);
  const lines = [
    `${formatNumberOf(plan.requests, 'request')} in 1 part · within limits (${share} of requests, ${bytes} of bytes)`,
    `${plan.model ?? 'no model'} · ${plan.endpoint ?? 'no endpoint'} · ${mark}${formatTokens(plan.inputTokens)} tokens in`,
    `${costLine(plan)} · results within 24 h`,
  ];
  lines.push(...plan.priceNotes);
  if (plan.errors.row > 0)
    lines.push(`${formatCount(plan.errors.row)} of the requests will fail as they are`);
  return lines;
}

function costLine(plan: Plan): string {
  const { input, outputMax } = plan.batchUsd;
  if (plan.account.profile === simulatorProfile)
    return `Costs nothing here; at OpenAI ${lowerFirst(priceLine(plan))}`;
  return input === null && outputMax === null ? 'The price is unknown' : priceLine(plan);
}

function priceLine(plan: Plan): string {
  const { input, outputMax } = plan.batchUsd;
  const mark = approximate(plan.inputMethod);
  if (input === null) return 'The price is unknown';
  if (outputMax === 0) return input === 0 ? 'Free of charge' : `Costs ${mark && 'about '}${formatUsd(input)}`;
  const suggested = expectedWords(plan.expected);
  if (outputMax === null) {
    return `Input ${mark}${formatUsd(input)}; requests set no limit on output, so its cost has no bound${suggested}`;
  }
  const writes = plan.cacheWriteUsd ? ` + cache writes up to ${formatUsd(plan.cacheWriteUsd)}` : '';
  const most = boundUsd(plan) ?? input + outputMax;
  return `At most about ${formatUsd(most)} (input ${mark}${formatUsd(input)} + output up to ${formatUsd(outputMax)}${writes}${suggested})`;
}

/** "; 40 earlier answers suggest about $0.21" */
function expectedWords(expected: Expectation | null): string {
  if (expected === null || expected.batchUsd === null) return '';
  const { rows, batchUsd } = expected;
  const who = rows === null ? 'settings' : formatNumberOf(rows, 'earlier answer');
  return `; ${who} suggest about ${formatUsd(batchUsd)}`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** "OpenAI (key …4f2a)", "the simulator". */
export function providerLabel(account: Account): string {
  const name = providerName(account);
  return account.profile === simulatorProfile ? name : `${name} (${keyLabel(account.apiKey)})`;
}
