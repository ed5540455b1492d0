// What would be sent, and may it be? Asked once for editor and terminal, before anything is paid.
import {
  type AgreedEstimate,
  aboveProjectUsd,
  batchApiOf,
  type CountMethod,
  dialectOf,
  type EstimateSummary,
  type Expectation,
  type FileReport,
  foreignPriceWords,
  formatNumberOf,
  isSendable,
  type Provider,
  type Scope,
} from '#core';
import { inOnePart, type PlannedParts } from '#files';
import { type Account, isAtProvider, providerName } from '../accounts/accounts.ts';
import type { PlannedReuse } from './planReuse.ts';
import { boundUsd } from './priceSentence.ts';

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
  cut: PlannedParts = inOnePart,
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

/**
 * Of Gemini's batches the model is part of the address, and what the lines name is ignored: it must be one.
 * @returns null: none is chosen yet.
 */
export function batchModelOf(
  provider: Provider | null,
  report: FileReport,
  { models }: EstimateSummary,
): string | null {
  if (provider === null || dialectOf(provider).form !== 'keyed') return report.models[0] ?? null;
  return models.length === 1 ? (models[0]?.model ?? null) : null;
}

function agreedTo(estimate: EstimateSummary): AgreedEstimate {
  const { inputTokens, outputMaxTokens, expected, batchUsd, cacheWriteUsd, models } = estimate;
  const bound = boundUsd({ usd: batchUsd, cacheWriteUsd: cacheWriteUsd.batch });
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
  const most = boundUsd({ usd: plan.batchUsd, cacheWriteUsd: plan.cacheWriteUsd });
  return most === null ? null : most + plan.aboveProjectUsd;
}

/** Why a file can never be sent as it is, whatever is right or wrong in its lines; null where it can. */
export function unfitToSend({ provider, content }: Pick<CheckedFile, 'provider' | 'content'>): string | null {
  if (content === 'results') return 'These are results, not requests.';
  const dialect = provider === null ? null : dialectOf(provider);
  return dialect === null || isSendable(dialect)
    ? null
    : `These are requests for ${dialect.title}, which this version checks and prices but cannot send.`;
}

const apiWords = { openai: "OpenAI's", anthropic: "Anthropic's", gemini: "Gemini's" } as const;

/** Why its account does not take it, or null. What another server takes is not known. */
export function wrongReceiver({ provider, account }: Pick<Plan, 'provider' | 'account'>): string | null {
  if (provider === null || provider === account.provider) return null;
  const isSameForm = batchApiOf(provider)?.kind === batchApiOf(account.provider)?.kind;
  if (isSameForm && (account.provider === 'openai-compatible' || !isAtProvider(account))) return null;
  const { title } = dialectOf(provider);
  const where = isAtProvider(account)
    ? `is at ${providerName(account)}`
    : `at ${providerName(account)} speaks ${apiWords[batchApiOf(account.provider)?.kind ?? 'openai']} API`;
  return `These are requests for ${title}, and the account ${where}; choose another profile.`;
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
