// The JSON of `estimate`, as the public contract fixes it: USD, 1-based lines, null for what is not known.
import type { Cost, CountMethod, LineEstimate } from './estimate.ts';
import type { EstimateSummary, EstimateTotals, ModelEstimate } from './estimateSummary.ts';
import type { PriceOrigin } from './modelOverride.ts';
import { cleanUsd, totalUsd } from './prices.ts';
import type { CacheMark, UsdPair } from './promptCache.ts';

interface EstimateJsonTokens {
  readonly input: number | null;
  readonly inputMethod: CountMethod;
  readonly inputErrorPercent: number | null;
  readonly outputMax: number | null;
  readonly cacheableInput: number;
}

/** What earlier answers suggest; never part of the figures beside it. */
interface EstimateJsonExpected {
  readonly outputTokens: number;
  readonly rows: number | null;
  readonly batchUsd: number | null;
  readonly syncUsd: number | null;
}

interface EstimateJsonCost {
  readonly currency: 'USD';
  readonly pricesAsOf: string;
  readonly batch: Cost;
  readonly sync: Cost;
  readonly savings: number | null;
}

interface EstimateJsonLine {
  readonly line: number;
  readonly custom_id: string | null;
  readonly input: number | null;
  readonly outputMax: number | null;
  readonly batchUsd: number | null;
}

/** Possible, never part of `cost`. */
interface EstimateJsonCaching {
  readonly savings: UsdPair;
  readonly writes: UsdPair;
}

interface EstimateJsonModel {
  readonly model: string | null;
  readonly requests: number;
  readonly known: boolean;
  readonly tokens: EstimateJsonTokens;
  readonly cost: EstimateJsonCost;
  readonly expected: EstimateJsonExpected | null;
  readonly caching?: EstimateJsonCaching & { readonly needs: CacheMark | null };
  /** Only where someone set a price that the list does not have so. */
  readonly prices?: { readonly by: PriceOrigin; readonly listed: Cost };
}

export interface EstimateJsonFile {
  readonly path: string;
  readonly provider: string | null;
  readonly requests: number;
  readonly tokens: EstimateJsonTokens;
  readonly cost: EstimateJsonCost;
  readonly expected: EstimateJsonExpected | null;
  /** Only where a cache could save something, or writing to it could cost more. */
  readonly caching?: EstimateJsonCaching;
  readonly models: readonly EstimateJsonModel[];
  /** With `--per-line`. */
  readonly lines?: readonly EstimateJsonLine[];
  /** With `--compare`: the same requests as if to each of these models. */
  readonly comparison?: readonly EstimateJsonModel[];
}

/** An estimate and where its request stands; 0-based. */
export interface EstimatedLine {
  readonly line: number;
  readonly estimate: LineEstimate;
}

/**
 * One element of `files`.
 * @param perLine the estimates of every request, to list them.
 * @param compared the same requests as if to other models.
 */
export function toEstimateJson(
  path: string,
  provider: string | null,
  summary: EstimateSummary,
  perLine?: Iterable<EstimatedLine>,
  compared: readonly { readonly model: string; readonly summary: EstimateSummary }[] = [],
): EstimateJsonFile {
  const { pricesAsOf } = summary;
  const caching = cachingOf(summary);
  return {
    path,
    provider,
    requests: summary.requests,
    tokens: tokensOf(summary),
    cost: costOf(summary, pricesAsOf),
    expected: summary.expected,
    ...(caching === null ? {} : { caching }),
    models: summary.models.map((model) => modelOf(model, pricesAsOf)),
    ...(perLine === undefined ? {} : { lines: Array.from(perLine, lineOf) }),
    ...(compared.length === 0
      ? {}
      : {
          comparison: compared.flatMap(({ summary: { models } }) =>
            models.map((model) => modelOf(model, pricesAsOf)),
          ),
        }),
  };
}

function costOf(totals: EstimateTotals, pricesAsOf: string): EstimateJsonCost {
  return {
    currency: 'USD',
    pricesAsOf,
    batch: totals.batchUsd,
    sync: totals.syncUsd,
    savings: totals.savingsUsd,
  };
}

function modelOf(model: ModelEstimate, pricesAsOf: string): EstimateJsonModel {
  const caching = cachingOf(model);
  const { pricedBy, listedBatchUsd: listed } = model;
  return {
    model: model.model,
    requests: model.requests,
    known: model.known,
    tokens: tokensOf(model),
    cost: costOf(model, pricesAsOf),
    expected: model.expected,
    ...(caching === null ? {} : { caching: { ...caching, needs: model.cacheNeeds } }),
    ...(pricedBy === null || listed === null ? {} : { prices: { by: pricedBy, listed } }),
  };
}

function cachingOf({
  cacheableInputTokens,
  cacheSavesUsd: savings,
  cacheWriteUsd: writes,
}: EstimateTotals): EstimateJsonCaching | null {
  const isFree = writes.batch === 0 && writes.sync === 0;
  return cacheableInputTokens === 0 && isFree ? null : { savings, writes };
}

function tokensOf(totals: EstimateTotals): EstimateJsonTokens {
  return {
    input: totals.inputTokens,
    inputMethod: totals.inputMethod,
    inputErrorPercent: totals.inputErrorPercent,
    outputMax: totals.outputMaxTokens,
    cacheableInput: totals.cacheableInputTokens,
  };
}

function lineOf({ line, estimate }: EstimatedLine): EstimateJsonLine {
  return {
    line: line + 1,
    custom_id: estimate.customId,
    input: estimate.inputTokens,
    outputMax: estimate.outputMaxTokens,
    batchUsd: cleanUsd(totalUsd(estimate.batchUsd)),
  };
}
