// What a request will cost: its tokens, and their price in batch and at once. Every figure says how it was found.
import { findModel, tokenizerOf } from './models.ts';
import { pricesFor, usdOf } from './prices.ts';
import type { Counters, Encoding } from './tokens/counter.ts';
import { countMember, isObject, type JsonObject, member, textMember } from './tokens/fields.ts';
import { countPrompts } from './tokens/plainInput.ts';
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
  /** One of the contract's providers; without it a model of any provider is found. */
  readonly provider?: string;
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
  const body = member(request, 'body');
  const modelName = textMember(body, 'model');
  const model = modelName === null ? null : findModel(modelName, options.provider);
  const tokenizer = tokenizerOf(modelName, options.provider);
  const url = textMember(request, 'url');
  const counted = countRequest(url, body, {
    counter: counters(tokenizer.encoding),
    tokenizer,
    modelId: model?.id ?? modelName,
  });
  const outputMaxTokens = outputBound(url, body);
  const prices = model === null ? null : pricesFor(model, options.today, counted.tokens);
  return {
    customId: textMember(request, 'custom_id'),
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
export function encodingOf(request: unknown, provider?: string): Encoding {
  return tokenizerOf(textMember(member(request, 'body'), 'model'), provider).encoding;
}

/** Reasoning tokens are within the bound. */
function outputBound(url: string | null, body: unknown): number | null {
  if (!isObject(body)) return null;
  switch (url) {
    case '/v1/responses':
      return countMember(body, 'max_output_tokens');
    case '/v1/completions':
      return completionBound(body);
    // Vectors and verdicts are no tokens.
    case '/v1/embeddings':
    case '/v1/moderations':
      return 0;
    default:
      return chatBound(body);
  }
}

/** A request for `n` answers can use the bound `n` times. */
function chatBound(body: JsonObject): number | null {
  const bound = countMember(body, 'max_completion_tokens') ?? countMember(body, 'max_tokens');
  const answers = answersOf(body, 'n');
  return bound === null || answers === null ? null : bound * answers;
}

/** OpenAI's API reference; no other endpoint has a default. */
const defaultMaxTokens = 16;

/** Each prompt is continued `n` times, or `best_of` times to choose from; all of it is billed. */
function completionBound(body: JsonObject): number | null {
  const max = member(body, 'max_tokens') ?? defaultMaxTokens;
  const answers = answersOf(body, 'n');
  const candidates = answersOf(body, 'best_of');
  if (typeof max !== 'number' || !Number.isSafeInteger(max) || max < 0) return null;
  if (answers === null || candidates === null) return null;
  return max * Math.max(answers, candidates) * countPrompts(body);
}

/** How many answers a field asks for: one where it is left out. */
function answersOf(body: JsonObject, field: 'n' | 'best_of'): number | null {
  return (member(body, field) ?? null) === null ? 1 : countMember(body, field);
}
