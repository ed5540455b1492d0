// What a request will cost: its tokens, and their price in batch and at once. Every figure says how it was found.
import type { ExpectedOutput } from '../calibration/ratio.ts';
import type { Finding } from '../check/finding.ts';
import type { Configuration } from '../configuration.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Counters } from '../tokens/counter.ts';
import { countInput } from '../tokens/countInput.ts';
import { outputBound } from '../tokens/outputBound.ts';
import type { PriceOrigin } from './modelOverride.ts';
import type { PricedModel } from './priceOverrides.ts';
import { pricesFor, usdOf } from './prices.ts';
import { type CachedOpening, cachedOpening, mostCacheWriteUsd, type UsdPair } from './promptCache.ts';

/** How an input count was found. `exact` only for text with a public encoding and documented framing. */
export type CountMethod = 'exact' | 'calibrated' | 'estimated' | 'unknown';

/** USD for the input, and for as many output tokens as the request allows; null: not known. */
export interface Cost {
  readonly input: number | null;
  readonly outputMax: number | null;
}

export interface LineEstimate {
  readonly customId: string | null;
  readonly model: string | null;
  /** Whether the model is in the catalogue (or priced by the user). */
  readonly modelKnown: boolean;
  readonly inputTokens: number | null;
  readonly inputMethod: CountMethod;
  /** 0 for exact, null for unknown. */
  readonly inputErrorPercent: number | null;
  /** The request's own bound on output tokens, over all its choices; null when it sets none. */
  readonly outputMaxTokens: number | null;
  /** What earlier answers of the model used on average, within the request's own bound: an expectation, no fact. */
  readonly outputExpected: ExpectedOutput | null;
  /** USD; null when the price, or the bound it rests on, is unknown. */
  readonly batchUsd: Cost;
  readonly syncUsd: Cost;
  /** USD for the expected output; null: no expectation, or no price. */
  readonly expectedUsd: UsdPair;
  /** The opening that a prompt cache could hold; null when it is too short for the model's, or not only text. */
  readonly cacheablePrefix: CachedOpening | null;
  /** The most that writing to a prompt cache can add to the input. */
  readonly cacheWriteUsd: UsdPair;
  /** Who set a price that the list does not have so; null: nobody. */
  readonly pricedBy: PriceOrigin | null;
  /** With `pricedBy` or `calibratedByProject`: in a batch by the list that ships and our own count; null elsewhere. */
  readonly listedBatchUsd: Cost | null;
  /** A project's `.llm-batch.json` corrects the count. */
  readonly calibratedByProject?: true;
  /** Limits of the model that the counts pass; left out where they pass none. */
  readonly findings?: readonly Finding[];
}

export interface EstimateOptions {
  /** ISO date the prices are looked up for. */
  readonly today: string;
  readonly dialect: Dialect;
  readonly config: Configuration;
  /** Counts and prices the request as if it named this model. */
  readonly asModel?: string | undefined;
}

/**
 * @param request a parsed line, of any shape; what is no request is unknown in every figure.
 * @param counters must have the encodings that `encodingOf` names for these requests.
 */
export function estimateRequest(
  request: unknown,
  counters: Counters,
  options: EstimateOptions,
): LineEstimate {
  const { dialect, today } = options;
  const counted = countInput(request, counters, options);
  const { model, modelName, input, withoutProject, findings } = counted;
  const { id, endpoint, body } = counted.parts;
  const outputMaxTokens = outputBound(endpoint?.url ?? null, body);
  const outputExpected = within(counted.expectedOutput, outputMaxTokens);
  const prices = model === null ? null : pricesFor(model, today, input.tokens);
  const cacheUse = { provider: dialect.provider, model, body, prices };
  return {
    customId: id,
    model: modelName,
    modelKnown: model !== null,
    inputTokens: input.tokens,
    inputMethod: input.method,
    inputErrorPercent: input.errorPercent,
    outputMaxTokens,
    outputExpected,
    batchUsd: {
      input: usdOf(input.tokens, prices?.batch?.input),
      outputMax: usdOf(outputMaxTokens, prices?.batch?.output),
    },
    syncUsd: {
      input: usdOf(input.tokens, prices?.standard?.input),
      outputMax: usdOf(outputMaxTokens, prices?.standard?.output),
    },
    expectedUsd: {
      batch: usdOf(outputExpected?.tokens ?? null, prices?.batch?.output),
      sync: usdOf(outputExpected?.tokens ?? null, prices?.standard?.output),
    },
    cacheablePrefix: cachedOpening(input.prefix, cacheUse),
    cacheWriteUsd: mostCacheWriteUsd(input.tokens, cacheUse),
    pricedBy: model?.pricedBy ?? null,
    listedBatchUsd:
      model?.pricedBy === undefined && withoutProject === null
        ? null
        : listedUsd(model, today, (withoutProject ?? input).tokens, outputMaxTokens),
    ...(withoutProject === null ? {} : { calibratedByProject: true }),
    ...(findings.length === 0 ? {} : { findings }),
  };
}

/** What writes no tokens has nothing to expect. */
function within(expected: ExpectedOutput | null, mostTokens: number | null): ExpectedOutput | null {
  if (expected === null || mostTokens === 0) return null;
  return { ...expected, tokens: Math.min(expected.tokens, mostTokens ?? expected.tokens) };
}

function listedUsd(
  model: PricedModel | null,
  today: string,
  inputTokens: number | null,
  outputMaxTokens: number | null,
): Cost {
  const listed = model?.pricedBy === undefined ? model : model.listed;
  const batch = listed ? pricesFor(listed, today, inputTokens).batch : null;
  return { input: usdOf(inputTokens, batch?.input), outputMax: usdOf(outputMaxTokens, batch?.output) };
}
