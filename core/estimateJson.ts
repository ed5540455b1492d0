// The JSON of `estimate`, as the public contract fixes it: USD, 1-based lines, null for what is not known.
import type { Cost, CountMethod, LineEstimate } from './estimate.ts';
import { type EstimateSummary, type EstimateTotals, totalUsd } from './estimateSummary.ts';
import { cleanUsd } from './prices.ts';

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

export interface EstimateJsonFile {
  readonly path: string;
  readonly provider: string | null;
  readonly requests: number;
  readonly tokens: EstimateJsonTokens;
  readonly cost: EstimateJsonCost;
  readonly expected: EstimateJsonExpected | null;
  readonly models: readonly {
    readonly model: string | null;
    readonly requests: number;
    readonly known: boolean;
    readonly tokens: EstimateJsonTokens;
    readonly cost: EstimateJsonCost;
    readonly expected: EstimateJsonExpected | null;
  }[];
  /** With `--per-line`. */
  readonly lines?: readonly EstimateJsonLine[];
}

/** An estimate and where its request stands; 0-based. */
export interface EstimatedLine {
  readonly line: number;
  readonly estimate: LineEstimate;
}

/** One element of `files`. @param perLine the estimates of every request, to list them. */
export function toEstimateJson(
  path: string,
  provider: string | null,
  summary: EstimateSummary,
  perLine?: Iterable<EstimatedLine>,
): EstimateJsonFile {
  const cost = (totals: EstimateTotals): EstimateJsonCost => ({
    currency: 'USD',
    pricesAsOf: summary.pricesAsOf,
    batch: totals.batchUsd,
    sync: totals.syncUsd,
    savings: totals.savingsUsd,
  });
  return {
    path,
    provider,
    requests: summary.requests,
    tokens: tokensOf(summary),
    cost: cost(summary),
    expected: summary.expected,
    models: summary.models.map((model) => ({
      model: model.model,
      requests: model.requests,
      known: model.known,
      tokens: tokensOf(model),
      cost: cost(model),
      expected: model.expected,
    })),
    ...(perLine === undefined ? {} : { lines: Array.from(perLine, lineOf) }),
  };
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
