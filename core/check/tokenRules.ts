// Does what was counted of a request fit its model? Asked wherever tokens are counted, so that it costs nothing elsewhere.

import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import { formatCount } from '../figures.ts';
import type { JsonObject } from '../json/members.ts';
import { providerFacts, type Tokenizer } from '../models/catalogue.ts';
import type { Model } from '../models/models.ts';
import type { TokenCounter } from '../tokens/counter.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';
import { embeddingsUrl } from './openai/embeddings.ts';
import { outputLimitOf } from './outputLimit.ts';

export interface TokenUse {
  readonly dialect: Dialect;
  readonly endpoint: EndpointFacts | null;
  readonly body: JsonObject | null;
  readonly modelName: string | null;
  readonly model: Model | null;
  readonly input: CountedInput;
  readonly counter: TokenCounter;
  readonly tokenizer: Tokenizer;
}

export interface CountedInput {
  /** null: not known. */
  readonly tokens: number | null;
  readonly method: 'exact' | 'calibrated' | 'estimated' | 'unknown';
  readonly errorPercent: number | null;
}

/** The use of what can be checked: a body for a model that is known. */
interface ModelUse extends TokenUse {
  readonly body: JsonObject;
  readonly model: Model;
  /** For messages. */
  readonly id: string;
}

/**
 * Paths are within the body. More tokens never pass less: with a counter that counts too many, no finding means that
 * there is none.
 */
export function checkTokens(use: TokenUse): readonly Finding[] {
  const { body, model, modelName } = use;
  if (body === null || model === null || modelName === null) return [];
  const ofModel: ModelUse = { ...use, body, model, id: clip(modelName) };
  return use.endpoint?.url === embeddingsUrl ? checkInputs(ofModel) : checkContext(ofModel);
}

function checkContext(use: ModelUse): Finding[] {
  const { body, endpoint, id, model, input } = use;
  const limit = Math.min(model.maxInputTokens ?? Infinity, model.contextTokens ?? Infinity);
  if (input.tokens === null) return [];
  if (input.tokens > limit) {
    // The provider leaves out what does not fit.
    if (endpoint?.url === '/v1/responses' && body.truncation === 'auto') return [];
    const message = `The request has ${counted(input)} of input; ${id} takes ${formatCount(limit)}. Shorten it, or take a model with a larger window.`;
    return [{ code: 'tokens.context', severity: severityOf(use), where: mainField(endpoint), message }];
  }
  return checkTogether(use, input.tokens);
}

/** Some providers refuse a sum beyond the window, others cut the answer short: a warning in any case. */
function checkTogether({ body, endpoint, id, model, input }: ModelUse, inputTokens: number): Finding[] {
  const { contextTokens, maxOutputTokens } = model;
  const asked = outputLimitOf(endpoint, body);
  if (asked === null || contextTokens === null || providerFacts[model.provider]?.contextIsInput) return [];
  // Beyond what the model writes at all it is `tokens.output` that says so.
  if (maxOutputTokens !== null && asked.tokens > maxOutputTokens) return [];
  if (inputTokens + asked.tokens <= contextTokens) return [];
  const name = asked.path.join('.');
  const room = Math.max(0, contextTokens - inputTokens);
  const message = `${counted(input)} of input leave room for ${formatCount(room)} of output in the ${formatCount(contextTokens)} that ${id} holds; ${name} asks for ${formatCount(asked.tokens)}. Lower it, or shorten the input.`;
  return [{ code: 'tokens.context', where: at(asked.path), message: capitalised(message) }];
}

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 50;

/** Texts to embed; token arrays are as long as they are, and were checked with the line. */
function checkInputs(use: ModelUse): Finding[] {
  const { input } = use.body;
  const isList = Array.isArray(input);
  const findings: Finding[] = [];
  for (const [index, text] of (isList ? input : [input]).entries()) {
    if (typeof text !== 'string' || findings.length >= mostFindings) break;
    const finding = checkInput(use, text, isList ? ['input', String(index)] : ['input']);
    if (finding !== null) findings.push(finding);
  }
  const { maxEmbeddingTokens: most } = use.dialect;
  const isText = typeof (isList ? input[0] : input) === 'string';
  const total = use.input.tokens ?? 0;
  if (isText && most !== null && total > most) {
    const message = `input has ${counted(use.input)}; one request takes ${formatCount(most)} over all its inputs. Split it.`;
    findings.push({ code: 'tokens.context', severity: severityOf(use), where: at(['input']), message });
  }
  return findings;
}

/** No token is less than a byte, and no UTF-16 unit more than three. */
const mostTokensPerUnit = 3;

function checkInput(use: ModelUse, text: string, path: readonly string[]): Finding | null {
  const { counter, tokenizer, model, id } = use;
  const limit = model.contextTokens;
  if (limit === null || text.length * mostTokensPerUnit * tokenizer.ratio <= limit) return null;
  let errorTokens = 0;
  const count = counter.count(text, (error) => {
    errorTokens += error;
  });
  const tokens = Math.round(count * tokenizer.ratio);
  if (tokens <= limit) return null;
  const errorPercent = tokenizer.errorPercent + Math.ceil((errorTokens / count) * 100);
  const input: CountedInput = { tokens, method: errorPercent === 0 ? 'exact' : 'estimated', errorPercent };
  const name = path.length === 1 ? 'input' : `input[${path[1]}]`;
  const message = `${name} has ${counted(input)}; ${id} takes ${formatCount(limit)} in one input. Split it.`;
  return { code: 'tokens.context', severity: severityOf({ ...use, input }), where: at(path), message };
}

/** An error only where both the count and the limit are certain. */
function severityOf({ input, model, dialect }: ModelUse): 'error' | 'warning' {
  return input.method === 'exact' && model.confidence === 'high' && !dialect.anyModel ? 'error' : 'warning';
}

/** "8,193 tokens", "about 8,193 tokens (estimated, ± 10 %)". */
function counted({ tokens, method, errorPercent }: CountedInput): string {
  const figure = `${formatCount(tokens ?? 0)} tokens`;
  return method === 'exact' ? figure : `about ${figure} (${method}, ± ${errorPercent ?? 100} %)`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function mainField(endpoint: EndpointFacts | null): Finding['where'] {
  const field = endpoint?.mainField ?? null;
  return field === null ? { kind: 'line' } : at([field], 'key');
}
