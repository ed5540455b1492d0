// Why would /v1/chat/completions refuse this one request? The mistakes people make most, in OpenAI's own words.
import { textOf } from '../answerContext.ts';
import { isObject, type Json } from '../json.ts';
import { type ErrorBody, invalidRequest, invalidType, invalidValue, missingParameter } from './errors.ts';
import {
  anything,
  type FieldRule,
  findFieldProblem,
  findMaxTokensProblem,
  findMetadataProblem,
  findSamplingProblem,
  findStrictProblem,
  findUnknownArgument,
  flag,
  penalty,
  text,
} from './fieldProblem.ts';

/** Every parameter of the endpoint (openai SDK 7.55). */
const parameters: Readonly<Record<string, FieldRule>> = {
  messages: { type: 'array' },
  model: text,
  audio: { type: 'object' },
  frequency_penalty: penalty,
  function_call: anything,
  functions: { type: 'array' },
  logit_bias: { type: 'object' },
  logprobs: flag,
  max_completion_tokens: { type: 'integer', min: 1 },
  max_tokens: { type: 'integer', min: 1 },
  metadata: { type: 'object' },
  modalities: { type: 'array' },
  moderation: { type: 'object' },
  n: { type: 'integer', min: 1, max: 128 },
  parallel_tool_calls: flag,
  prediction: { type: 'object' },
  presence_penalty: penalty,
  prompt_cache_key: text,
  prompt_cache_options: { type: 'object' },
  prompt_cache_retention: text,
  reasoning_effort: { type: 'word', words: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
  response_format: { type: 'object' },
  safety_identifier: text,
  seed: { type: 'integer', min: Number.MIN_SAFE_INTEGER },
  service_tier: text,
  stop: anything,
  store: flag,
  stream: flag,
  stream_options: { type: 'object' },
  temperature: { type: 'decimal', min: 0, max: 2 },
  tool_choice: anything,
  tools: { type: 'array' },
  top_logprobs: { type: 'integer', min: 0, max: 20 },
  top_p: { type: 'decimal', min: 0, max: 1 },
  user: text,
  verbosity: { type: 'word', words: ['low', 'medium', 'high'] },
  web_search_options: { type: 'object' },
};

export function findChatProblem(body: Json): ErrorBody | null {
  return (
    findUnknownArgument(body, parameters) ??
    findFieldProblem(body, parameters) ??
    findMetadataProblem(body.metadata) ??
    findMessagesProblem(body.messages) ??
    findMaxTokensProblem(body) ??
    findSamplingProblem(body, body.reasoning_effort) ??
    findFormatProblem(body)
  );
}

const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

function findMessagesProblem(messages: unknown): ErrorBody | null {
  if (!Array.isArray(messages)) return null;
  if (messages.length === 0) {
    const message =
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
    return invalidRequest(message, 'messages', 'empty_array');
  }
  for (const [at, message] of (messages as readonly unknown[]).entries()) {
    const param = `messages[${at}]`;
    if (!isObject(message)) return invalidType(param, 'an object', message);
    const { role, content } = message as { role?: unknown; content?: unknown };
    if (role === undefined || role === null) return missingParameter(`${param}.role`);
    if (typeof role !== 'string') return invalidType(`${param}.role`, 'a string', role);
    if (!roles.includes(role)) return invalidValue(`${param}.role`, role, roles);
    const given = content !== undefined && content !== null;
    if (given && typeof content !== 'string' && !Array.isArray(content)) {
      return invalidType(`${param}.content`, 'one of a string or array of objects', content);
    }
    if (!given && role !== 'assistant') return missingParameter(`${param}.content`);
  }
  return null;
}

function findFormatProblem(body: Json): ErrorBody | null {
  const format = isObject(body.response_format) ? body.response_format : null;
  if (format === null) return null;
  if (format.type === 'json_schema') return findStrictProblem(format.json_schema, 'response_format');
  if (format.type !== 'json_object' || !Array.isArray(body.messages)) return null;
  const messages = body.messages.filter(isObject);
  if (messages.some((message) => /json/i.test(textOf(message.content)))) return null;
  const message =
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
  return invalidRequest(message, 'messages', null);
}
