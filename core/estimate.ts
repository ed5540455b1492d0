// What a request will cost: its tokens, and their price in batch and at once. Every figure says how it was found.
import type { Configuration } from './configuration.ts';
import type { Dialect } from './dialects/dialect.ts';
import { defaultModel, partsOf } from './dialects/parts.ts';
import { findModel, tokenizerOf } from './models.ts';
import { pricesFor, usdOf } from './prices.ts';
import type { Counters, Encoding } from './tokens/counter.ts';
import { outputBound } from './tokens/outputBound.ts';
import { countRequest } from './tokens/requestTokens.ts';

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
  /** USD; null when the price, or the bound it rests on, is unknown. */
  readonly batchUsd: Cost;
  readonly syncUsd: Cost;
  /** The opening that a prompt cache could hold; null when it is too short, or not only text. Equal keys, equal openings. */
  readonly cacheablePrefix: { readonly key: string; readonly tokens: number } | null;
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
  const { dialect } = options;
  const { id, endpoint, body } = partsOf(request, dialect);
  const modelName = modelNameOf(request, options);
  const model = modelName === null ? null : findModel(modelName, dialect.provider);
  const tokenizer = tokenizerOf(modelName, dialect.provider);
  const url = endpoint?.url ?? null;
  const counted = countRequest(url, body, {
    counter: counters(tokenizer.encoding),
    tokenizer,
    modelId: model?.id ?? modelName,
  });
  const outputMaxTokens = outputBound(url, body);
  const prices = model === null ? null : pricesFor(model, options.today, counted.tokens);
  return {
    customId: id,
    model: modelName,
    modelKnown: model !== null,
    inputTokens: counted.tokens,
    inputMethod: counted.method,
    inputErrorPercent: counted.errorPercent,
    outputMaxTokens,
    batchUsd: {
      input: usdOf(counted.tokens, prices?.batch?.input),
      outputMax: usdOf(outputMaxTokens, prices?.batch?.output),
    },
    syncUsd: {
      input: usdOf(counted.tokens, prices?.standard?.input),
      outputMax: usdOf(outputMaxTokens, prices?.standard?.output),
    },
    cacheablePrefix: counted.prefix,
  };
}

/** The encoding that `estimateRequest` will ask for. */
export function encodingOf(request: unknown, options: EstimateOptions): Encoding {
  return tokenizerOf(modelNameOf(request, options), options.dialect.provider).encoding;
}

function modelNameOf(request: unknown, { dialect, config, asModel }: EstimateOptions): string | null {
  return asModel ?? partsOf(request, dialect).model ?? defaultModel(dialect, config);
}
