// Why would /v1/completions refuse this one request? The mistakes people make most, in OpenAI's own words.
import type { Json } from '../json.ts';
import { type ErrorBody, invalidRequest, invalidType } from './errors.ts';
import {
  anything,
  type FieldRule,
  findFieldProblem,
  findUnknownArgument,
  flag,
  penalty,
  text,
} from './fieldProblem.ts';

/** Every parameter of the endpoint (openai SDK 7.55). */
const parameters: Readonly<Record<string, FieldRule>> = {
  model: text,
  prompt: anything,
  best_of: { type: 'integer', min: 0, max: 20 },
  echo: flag,
  frequency_penalty: penalty,
  logit_bias: { type: 'object' },
  logprobs: { type: 'integer', min: 0, max: 5 },
  max_tokens: { type: 'integer', min: 0 },
  n: { type: 'integer', min: 1, max: 128 },
  presence_penalty: penalty,
  seed: { type: 'integer', min: Number.MIN_SAFE_INTEGER },
  stop: anything,
  stream: flag,
  stream_options: { type: 'object' },
  suffix: text,
  temperature: { type: 'decimal', min: 0, max: 2 },
  top_p: { type: 'decimal', min: 0, max: 1 },
  user: text,
};

export function findCompletionsProblem(body: Json): ErrorBody | null {
  return (
    findUnknownArgument(body, parameters) ??
    findFieldProblem(body, parameters) ??
    findPromptProblem(body) ??
    findBestOfProblem(body)
  );
}

function findPromptProblem(body: Json): ErrorBody | null {
  const { prompt } = body as { prompt?: unknown };
  if (prompt === null || prompt === undefined || typeof prompt === 'string') return null;
  const kinds = new Set(Array.isArray(prompt) ? prompt.map(kindOf) : ['other']);
  if (kinds.size <= 1 && !kinds.has('other')) return null;
  return invalidType(
    'prompt',
    'one of a string, array of strings, array of integers, or array of integer arrays',
    prompt,
  );
}

function kindOf(item: unknown): 'text' | 'id' | 'ids' | 'other' {
  if (typeof item === 'string') return 'text';
  if (Number.isInteger(item)) return 'id';
  return Array.isArray(item) && item.every(Number.isInteger) ? 'ids' : 'other';
}

function findBestOfProblem({ n, best_of: bestOf }: Json): ErrorBody | null {
  if (typeof n !== 'number' || typeof bestOf !== 'number' || bestOf >= n) return null;
  const message = `You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently ${n}) to be at most 'best_of' (currently ${bestOf}), or omit either parameter if you don't specifically want to use them.)`;
  return invalidRequest(message, null, null);
}
