// Why would /v1/embeddings refuse this one request? The mistakes people make most, in OpenAI's own words.
import type { Json } from '../json.ts';
import { embeddingInputs } from './embeddings.ts';
import { arrayTooLong, type ErrorBody, invalidRequest } from './errors.ts';
import { anything, type FieldRule, findFieldProblem, findUnknownArgument, text } from './fieldProblem.ts';
import { dimensionsOf, takesDimensions } from './models.ts';

/** Every parameter of the endpoint (openai SDK 7.55). */
const parameters: Readonly<Record<string, FieldRule>> = {
  input: anything,
  model: text,
  dimensions: { type: 'integer', min: 1 },
  encoding_format: { type: 'word', words: ['float', 'base64'] },
  user: text,
};

/** In one request, and over all requests of a batch (openai SDK 7.55). */
const maxInputs = 2048;
export const maxBatchInputs = 50_000;
const maxInputTokens = 8192;
const maxRequestTokens = 300_000;

export function findEmbeddingsProblem(body: Json): ErrorBody | null {
  return (
    findUnknownArgument(body, parameters) ??
    findFieldProblem(body, parameters) ??
    findInputProblem(body) ??
    findDimensionsProblem(body)
  );
}

function findInputProblem(body: Json): ErrorBody | null {
  const inputs = embeddingInputs(body);
  if (inputs.length > maxInputs) return arrayTooLong('input', inputs.length, maxInputs);
  // Only the end of this message is recorded.
  if (inputs.includes(''))
    return invalidRequest("Invalid 'input': input cannot be an empty string.", 'input', null);
  const fits =
    inputs.length > 0 && (inputs.every((one) => typeof one === 'string') || inputs.every(isTokenArray));
  if (!fits) {
    const message =
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";
    return invalidRequest(message, null, null);
  }
  const tokens = inputs.map(leastTokens);
  const longest = tokens.reduce((most, one) => Math.max(most, one), 0);
  if (longest > maxInputTokens) {
    const message = `This model's maximum context length is ${maxInputTokens} tokens, however you requested ${longest} tokens (${longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`;
    return invalidRequest(message, null, null);
  }
  const sum = tokens.reduce((all, one) => all + one, 0);
  if (sum <= maxRequestTokens) return null;
  const message = `Requested ${sum} tokens, max ${maxRequestTokens} tokens per request`;
  return { message, type: 'max_tokens_per_request', param: null, code: 'max_tokens_per_request' };
}

function isTokenArray(input: unknown): boolean {
  return Array.isArray(input) && input.length > 0 && input.every((id) => Number.isInteger(id) && id >= 0);
}

/** Texts are not counted here: language has fewer than eight bytes a token, so nothing is refused that would be taken. */
function leastTokens(input: unknown): number {
  return Array.isArray(input) ? input.length : Math.ceil(Buffer.byteLength(String(input)) / 8);
}

function findDimensionsProblem(body: Json): ErrorBody | null {
  const model = String(body.model);
  if (typeof body.dimensions !== 'number') return null;
  if (!takesDimensions(model)) {
    return invalidRequest('This model does not support specifying dimensions.', null, null);
  }
  const max = dimensionsOf(model);
  if (body.dimensions <= max) return null;
  const message = `Invalid value for 'dimensions' = ${body.dimensions}. Must be less than or equal to ${max}.`;
  return invalidRequest(message, null, null);
}
