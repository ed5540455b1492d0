// What a response says it used, in one form for the bodies of every endpoint; moderations do not say.
import { isObject, type JsonObject, member } from '../json/members.ts';
import type { Usage } from '../result.ts';
import { readMessageUsage } from './anthropic.ts';
import { count } from './fields.ts';

/**
 * Reads `usage` of an OpenAI body: prompt/completion tokens (chat completions, completions, embeddings) or input/output
 * tokens (responses, images). OpenAI's cached and reasoning tokens are already part of input and output.
 * @returns null when the body does not say both input and output; an absent detail means none of that kind, hence 0.
 */
export function readUsage(usage: unknown): Usage | null {
  if (!isObject(usage)) return null;
  if (isMessageUsage(usage)) return readMessageUsage(usage);
  const input = count(member(usage, 'prompt_tokens')) ?? count(member(usage, 'input_tokens'));
  const output = count(member(usage, 'completion_tokens')) ?? count(member(usage, 'output_tokens'));
  const total = count(member(usage, 'total_tokens'));
  if (input === null) return null;
  const outputTokens = output ?? (total !== null && total >= input ? total - input : null);
  if (outputTokens === null) return null;
  const reasoning = count(member(outputDetailsOf(usage), 'reasoning_tokens')) ?? 0;
  const inputDetails = member(usage, 'prompt_tokens_details') ?? member(usage, 'input_tokens_details');
  return {
    input_tokens: input,
    output_tokens: outputTokens + (isBeside(reasoning, input, outputTokens, total) ? reasoning : 0),
    cached_input_tokens: count(member(inputDetails, 'cached_tokens')) ?? 0,
    cache_write_tokens: count(member(inputDetails, 'cache_write_tokens')) ?? 0,
    reasoning_tokens: reasoning,
  };
}

function outputDetailsOf(usage: JsonObject): unknown {
  return member(usage, 'completion_tokens_details') ?? member(usage, 'output_tokens_details');
}

/**
 * xAI, and gateways to Gemini, leave reasoning out of the output and count it in the total alone (docs.x.ai, consumption and
 * rate limits: prompt 32, completion 9, reasoning 94, total 135).
 */
function isBeside(reasoning: number, input: number, output: number, total: number | null): boolean {
  return reasoning > 0 && total === input + output + reasoning;
}

/** Anthropic's, which gateways hand through: only there is the cache no part of the input. */
function isMessageUsage(usage: JsonObject): boolean {
  const has = (name: string): boolean => Object.hasOwn(usage, name);
  const isExclusive = has('cache_read_input_tokens') || has('cache_creation_input_tokens');
  return isExclusive && has('input_tokens') && !has('prompt_tokens') && !has('input_tokens_details');
}
