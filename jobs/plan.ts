// What would be sent, and may it be? Said once for editor and terminal, before anything is paid.
import { basename } from 'node:path';
import {
  type AgreedEstimate,
  aboveProjectUsd,
  approximate,
  batchApiOf,
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
import type { PlannedParts } from '#files';
import { type Account, isAtProvider, keyLabel, providerName, simulatorProfile } from './accounts.ts';
import { type PlannedReuse, reuseLine } from './planReuse.ts';

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
  /** Where it is cut, and what may wait at the provider at once. */
  readonly cut: PlannedParts;
  /** Answers that are kept; the figures above are of the other requests alone. Left out: all are sent. */
  readonly reuse?: PlannedReuse | undefined;
  /** Errors for which the provider refuses the file, and errors that cost a row each. */
  readonly errors: Readonly<Record<Scope, number>>;
  readonly warnings: number;
}

export function planOf(
  file: string,
  account: Account,
  { provider, content, report }: CheckedFile,
  estimate: EstimateSummary,
  cut: PlannedParts = { parts: [], queueTokens: null, problem: null },
): Plan {
  return {
    file,
    provider,
    content,
    account,
    requests: report.requests,
    sizeBytes: report.sizeBytes,
    endpoint: report.endpoint,
    model: batchModelOf(provider, report, estimate),
    inputTokens: estimate.inputTokens,
    inputMethod: estimate.inputMethod,
    batchUsd: estimate.batchUsd,
    cacheWriteUsd: estimate.cacheWriteUsd.batch,
    priceNotes: foreignPriceWords(estimate.models),
    aboveProjectUsd: aboveProjectUsd(estimate.models),
    expected: estimate.expected,
    estimate: agreedTo(estimate),
    cut,
    errors: report.errorsByScope,
    warnings: report.counts.warning,
  };
}

/** Of Gemini's batches the model is part of the address, and what the lines name is ignored: it must be one. */
function batchModelOf(
  provider: Provider | null,
  report: FileReport,
  { models }: EstimateSummary,
): string | null {
  if (provider === null || dialectOf(provider).form !== 'keyed') return report.models[0] ?? null;
  return models.length === 1 ? (models[0]?.model ?? null) : null;
}

function agreedTo(estimate: EstimateSummary): AgreedEstimate {
  const { inputTokens, outputMaxTokens, expected, batchUsd, cacheWriteUsd, models } = estimate;
  const bound = boundUsd({ batchUsd, cacheWriteUsd: cacheWriteUsd.batch });
  return {
    ...{ inputTokens, outputMaxTokens, batchUsd },
    mostUsd: bound === null ? null : bound + aboveProjectUsd(models),
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
function boundUsd({ batchUsd, cacheWriteUsd }: Pick<Plan, 'batchUsd' | 'cacheWriteUsd'>): number | null {
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

/** Why its account does not take it, or null. What another server takes is not known. */
export function wrongReceiver({ provider, account }: Pick<Plan, 'provider' | 'account'>): string | null {
  if (provider === null || provider === account.provider) return null;
  const isSameForm = batchApiOf(provider)?.kind === batchApiOf(account.provider)?.kind;
  if (isSameForm && (account.provider === 'openai-compatible' || !isAtProvider(account))) return null;
  const { title } = dialectOf(provider);
  return `These are requests for ${title}, and the account is at ${providerName(account)}; choose another profile.`;
}

/** Why it cannot be sent, or null. Errors that cost a row each may be allowed. */
export function blockedBy(plan: Plan, allowRowErrors: boolean): string | null {
  const unfit = unfitToSend(plan);
  if (unfit !== null) return unfit;
  const wrong = wrongReceiver(plan);
  if (wrong !== null) return wrong;
  if (plan.errors.file > 0) {
    return `${formatNumberOf(plan.errors.file, 'error')} would make ${plan.provider === null ? 'the provider' : dialectOf(plan.provider).title} reject the whole file.`;
  }
  if (plan.errors.row > 0 && !allowRowErrors) {
    return `${formatNumberOf(plan.errors.row, 'error')} would make their requests fail; the others would run.`;
  }
  if (plan.cut.problem !== null) return plan.cut.problem;
  if (plan.model === null && plan.provider !== null && dialectOf(plan.provider).form === 'keyed') {
    return `${dialectOf(plan.provider).title} makes a batch for one model, and none is chosen; say which with --model, with "model" in .llm-batch.json, or in the settings.`;
  }
  return plan.endpoint === null ? 'No request names an endpoint.' : null;
}

/** "Submit reviews.jsonl to OpenAI (key …4f2a)?" */
export function planTitle(plan: Plan): string {
  return `Submit ${basename(plan.file)} to ${providerLabel(plan.account)}?`;
}

/** The plan in short lines. */
export function planLines(plan: Plan): readonly string[] {
  const mark = approximate(plan.inputMethod);
  const lines = [
    partsLine(plan),
    `${plan.model ?? 'no model'} · ${plan.endpoint ?? 'no endpoint'} · ${mark}${formatTokens(plan.inputTokens)} tokens in`,
    [costLine(plan), ...windowWords(plan.account)].join(' · '),
  ];
  if (plan.reuse !== undefined) lines.push(reuseLine(plan.reuse));
  lines.push(...plan.priceNotes);
  if (plan.errors.row > 0)
    lines.push(`${formatCount(plan.errors.row)} of the requests will fail as they are`);
  return lines;
}

function partsLine({ requests, sizeBytes, account, cut }: Plan): string {
  const { parts, queueTokens } = cut;
  const all = formatNumberOf(requests, 'request');
  if (parts.length > 1) {
    const waves =
      queueTokens === null ? '' : `, sent as ${formatTokens(queueTokens)} tokens in the queue allow`;
    return `${all} in ${parts.length} parts, each within limits${waves}; one file of results`;
  }
  const { requests: mostRequests, bytes: mostBytes } = dialectOf(account.provider);
  const shares = [
    ...(mostRequests.max === null ? [] : [`${formatPercent(requests / mostRequests.max)} of requests`]),
    ...(mostBytes.max === null ? [] : [`${formatPercent(sizeBytes / mostBytes.max)} of bytes`]),
  ];
  return `${all} in 1 part${shares.length === 0 ? '' : ` · within limits (${shares.join(', ')})`}`;
}

/** What a server that we do not know promises is not known. */
function windowWords({ provider }: Account): readonly string[] {
  const hours = batchApiOf(provider)?.windowHours ?? null;
  if (hours !== null) return [`results within ${hours} h`];
  // A target, not a promise: jobs are not expired after it (Azure's batch article, 2026-03).
  return provider === 'azure' ? ['results mostly within 24 h'] : [];
}

function costLine(plan: Plan): string {
  const { input, outputMax } = plan.batchUsd;
  if (plan.account.profile === simulatorProfile)
    return `Costs nothing here; at ${dialectOf(plan.account.provider).title} ${lowerFirst(priceLine(plan))}`;
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
