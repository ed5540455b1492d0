// Why would /v1/responses refuse this one request? The mistakes people make most, in OpenAI's own words.
import { isObject, type Json } from '../json.ts';
import { type ErrorBody, invalidRequest, invalidType } from './errors.ts';
import {
  anything,
  type FieldRule,
  findFieldProblem,
  findMetadataProblem,
  findSamplingProblem,
  findStrictProblem,
  flag,
  text,
} from './fieldProblem.ts';

/** Every parameter of the endpoint (openai SDK 7.55). */
const parameters: Readonly<Record<string, FieldRule>> = {
  access_programs: anything,
  background: flag,
  context_management: { type: 'array' },
  conversation: anything,
  image: { type: 'object' },
  include: { type: 'array' },
  input: anything,
  instructions: text,
  max_output_tokens: { type: 'integer', min: 16 },
  max_tool_calls: { type: 'integer', min: 1 },
  metadata: { type: 'object' },
  model: text,
  moderation: { type: 'object' },
  parallel_tool_calls: flag,
  previous_response_id: text,
  prompt: { type: 'object' },
  prompt_cache_key: text,
  prompt_cache_options: { type: 'object' },
  prompt_cache_retention: text,
  reasoning: { type: 'object' },
  safety_identifier: text,
  service_tier: text,
  store: flag,
  stream: flag,
  stream_options: { type: 'object' },
  temperature: { type: 'decimal', min: 0, max: 2 },
  text: { type: 'object' },
  tool_choice: anything,
  tools: { type: 'array' },
  top_logprobs: { type: 'integer', min: 0, max: 20 },
  top_p: { type: 'decimal', min: 0, max: 1 },
  truncation: { type: 'word', words: ['auto', 'disabled'] },
  user: text,
};

/** Chat parameters and where they live here. */
const moved: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
};

export function findResponsesProblem(body: Json): ErrorBody | null {
  for (const name of Object.keys(body)) {
    if (Object.hasOwn(parameters, name)) continue;
    if (!Object.hasOwn(moved, name)) {
      return invalidRequest(`Unknown parameter: '${name}'.`, name, 'unknown_parameter');
    }
    const message = `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${moved[name]}'. Try again with the new parameter.`;
    return invalidRequest(message, name, 'unsupported_parameter');
  }
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  return (
    findFieldProblem(body, parameters) ??
    findFieldProblem(reasoning, {
      effort: { type: 'word', words: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
    }) ??
    findMetadataProblem(body.metadata) ??
    findInputProblem(body) ??
    findSamplingProblem(body, reasoning.effort) ??
    findStrictProblem(isObject(body.text) ? body.text.format : null, 'text.format.schema')
  );
}

function findInputProblem(body: Json): ErrorBody | null {
  const input = body.input;
  if (isGiven(input) && typeof input !== 'string' && !Array.isArray(input)) {
    return invalidType('input', 'one of a string or array of input items', input);
  }
  for (const [at, item] of Array.isArray(input) ? (input as readonly unknown[]).entries() : []) {
    if (!isObject(item)) return invalidType(`input[${at}]`, 'an input item', item);
  }
  if (!isGiven(body.previous_response_id) || !isGiven(body.conversation)) return null;
  const message =
    "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of them.";
  return invalidRequest(message, 'previous_response_id', 'mutually_exclusive_parameters');
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
