// How much does a request ask to embed, and is it within what OpenAI embeds at once? Texts are not counted here, so of
// them only what is certain is said: no token of the models' encoding is longer than 128 bytes.
import { formatCount } from '../figures.ts';
import { openaiLimits } from '../limits.ts';
import { findModel, type Model } from '../models.ts';
import { at, type Finding } from './finding.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export const embeddingsUrl = '/v1/embeddings';

/** cl100k_base has one of 128 spaces. */
const longestTokenBytes = 128;

/** A request with more is wrong as a whole; the first ones say why. */
const maxFindings = 50;

/** Texts or token arrays in the body of an embedding request: a list of token ids is one input. */
export function countInputs({ input }: JsonObject): number {
  if (Array.isArray(input)) return typeof input[0] === 'number' ? 1 : input.length;
  return typeof input === 'string' ? 1 : 0;
}

/** Limits of the models in the catalogue; those of others are not known. */
export function checkEmbeddings(body: JsonObject): readonly Finding[] {
  const model = typeof body.model === 'string' ? findModel(body.model, 'openai') : null;
  if (model === null || !model.endpoints.includes(embeddingsUrl)) return [];
  return [...checkTokens(body, model), ...checkDimensions(body, model)];
}

interface TokenBound {
  /** As many at least. */
  readonly tokens: number;
  /** Whether it is no more either. */
  readonly exact: boolean;
}

function boundOf(input: unknown): TokenBound {
  // A UTF-16 unit is one byte of UTF-8 or more.
  if (typeof input === 'string') {
    return { tokens: Math.ceil(input.length / longestTokenBytes), exact: false };
  }
  return { tokens: Array.isArray(input) ? input.length : 0, exact: true };
}

function checkTokens({ input }: JsonObject, model: Model): Finding[] {
  const { maxTokensPerEmbeddingInput, maxTokensPerEmbeddingRequest } = openaiLimits;
  // A list of token ids is one input.
  const isList = Array.isArray(input) && typeof input[0] !== 'number';
  const inputs: readonly unknown[] = isList ? input : [input];
  const findings: Finding[] = [];
  let sum: TokenBound = { tokens: 0, exact: true };
  for (const [index, one] of inputs.entries()) {
    const bound = boundOf(one);
    sum = { tokens: sum.tokens + bound.tokens, exact: sum.exact && bound.exact };
    if (bound.tokens <= maxTokensPerEmbeddingInput || findings.length >= maxFindings) continue;
    const name = isList ? `input[${index}]` : 'input';
    const path = isList ? ['input', String(index)] : ['input'];
    findings.push(
      tooLong(name, path, bound, `${model.id} takes ${formatCount(maxTokensPerEmbeddingInput)} in one input`),
    );
  }
  if (sum.tokens > maxTokensPerEmbeddingRequest) {
    const limit = `one request takes ${formatCount(maxTokensPerEmbeddingRequest)} over all its inputs`;
    findings.push(tooLong('input', ['input'], sum, limit));
  }
  return findings;
}

function tooLong(
  name: string,
  path: readonly string[],
  { tokens, exact }: TokenBound,
  limit: string,
): Finding {
  const message = `${name} has ${exact ? '' : 'at least '}${formatCount(tokens)} tokens; ${limit}. Split it.`;
  return { code: 'tokens.context', severity: 'error', where: at(path), message };
}

function checkDimensions({ dimensions }: JsonObject, { id, vector }: Model): Finding[] {
  if (dimensions === undefined || dimensions === null || vector === null) return [];
  if (!vector.adjustable) {
    const message = `${id} refuses dimensions; only text-embedding-3 models take it.`;
    return [{ code: 'model.parameter', where: at(['dimensions'], 'key'), message }];
  }
  if (typeof dimensions !== 'number' || dimensions <= vector.dimensions) return [];
  const message = `dimensions must be at most ${formatCount(vector.dimensions)} for ${id}.`;
  return [{ code: 'body.range', where: at(['dimensions']), message }];
}
