// What does one line of Anthropic's batch results say? Facts: @anthropic-ai/sdk 1.11 (2026-11) and its docs of 2026-08:
// one of four types, the error twice nested, tokens of the cache beside those of the input.
import { type JsonObject, member } from '../json/members.ts';
import { locate } from '../json/skim.ts';
import type { FinishReason, Outcome, ResultLine, RowError, Usage, UsagePricing } from '../result.ts';
import { count, items, words } from './fields.ts';
import { type Answer, noteOf } from './note.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  // The model's window was full: cut off all the same.
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'refusal'],
]);

/** Where no higher `max_tokens` helps. */
const unfinishedWords: ReadonlyMap<string, string> = new Map([
  ['pause_turn', 'The model paused its turn and the answer is not finished; send it on in another request.'],
  [
    'model_context_window_exceeded',
    "The answer was cut off because the model's context window was full; make the request shorter.",
  ],
  ['compaction', 'The conversation was compacted instead of answered; send it on in another request.'],
]);

/** Blocks that say nothing to the reader: thought, and tools that ran at the provider. */
const silentBlock = /^(?:text|thinking|redacted_thinking|server_tool_use|.*_tool_result)$/;

/** Of a Message: its text blocks joined (citations cut one sentence into several), and why it stopped. */
export function readMessage(message: unknown): Answer {
  const blocks = items(member(message, 'content'));
  const texts = blocks.flatMap((block) => {
    const text = member(block, 'type') === 'text' ? member(block, 'text') : undefined;
    return typeof text === 'string' ? [text] : [];
  });
  const text = texts.length === 0 ? null : texts.join('');
  const word = words(member(message, 'stop_reason'));
  const finishReason = word === null ? null : (reasons.get(word) ?? 'other');
  const hasMore = blocks.some((block) => !silentBlock.test(words(member(block, 'type')) ?? 'text'));
  const unfinished = unfinishedWords.get(word ?? '');
  if (unfinished !== undefined)
    return { text, finishReason, note: { code: 'truncated', message: unfinished } };
  return { text, finishReason, note: noteOf({ text, finishReason, hasMore }) };
}

/** Input comes without what was read from a cache or written to it: here all of it counts as input. */
export function readMessageUsage(usage: unknown): Usage | null {
  const own = usageOf(usage);
  if (own === null) return null;
  return iterations(usage, 'compaction').reduce<Usage>((sum, iteration) => {
    const more = usageOf(iteration);
    return more === null ? sum : added(sum, more);
  }, own);
}

/** Of a beta: what no sum of the usage has in it, tokens of a compaction and of another model's advice (BetaUsage, 2026-11). */
function iterations(usage: unknown, type: string): readonly unknown[] {
  return items(member(usage, 'iterations')).filter((iteration) => member(iteration, 'type') === type);
}

function usageOf(usage: unknown): Usage | null {
  const fresh = count(member(usage, 'input_tokens'));
  const output = count(member(usage, 'output_tokens'));
  if (fresh === null || output === null) return null;
  const read = count(member(usage, 'cache_read_input_tokens')) ?? 0;
  const written = count(member(usage, 'cache_creation_input_tokens')) ?? writtenByLifetime(usage);
  return {
    input_tokens: fresh + read + written,
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: written,
    reasoning_tokens: count(member(member(usage, 'output_tokens_details'), 'thinking_tokens')) ?? 0,
  };
}

/** Where a gateway leaves out the sum. */
function writtenByLifetime(usage: unknown): number {
  const written = member(usage, 'cache_creation');
  const of = (lifetime: string): number => count(member(written, `ephemeral_${lifetime}_input_tokens`)) ?? 0;
  return of('5m') + of('1h');
}

function added(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cached_input_tokens: a.cached_input_tokens + b.cached_input_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
    reasoning_tokens: a.reasoning_tokens + b.reasoning_tokens,
  };
}

/** Inference in the US costs 1.1 times as much (docs of 2026-08). */
const usMultiple = 1.1;

export function readMessagePricing(usage: unknown): UsagePricing | null {
  const hourCacheWriteTokens =
    count(member(member(usage, 'cache_creation'), 'ephemeral_1h_input_tokens')) ?? 0;
  const isAdvised = iterations(usage, 'advisor_message').length > 0;
  const multiple = isAdvised ? null : member(usage, 'inference_geo') === 'us' ? usMultiple : 1;
  const isFast = member(usage, 'speed') === 'fast' || member(usage, 'service_tier') === 'priority';
  return hourCacheWriteTokens === 0 && multiple === 1 && !isFast
    ? null
    : { hourCacheWriteTokens, multiple, tier: isFast ? 'fast' : 'standard' };
}

const unrun: ReadonlyMap<unknown, Pick<Outcome, 'status' | 'error'>> = new Map([
  [
    'expired',
    {
      status: 'expired',
      error: { code: 'expired', message: 'The batch expired before this request was answered.' },
    },
  ],
  [
    'canceled',
    {
      status: 'cancelled',
      error: { code: 'canceled', message: 'The batch was cancelled before this request was answered.' },
    },
  ],
]);

/** @param line has a `result`. */
export function readAnthropicResult(line: JsonObject, text: string): ResultLine {
  const id = member(line, 'custom_id');
  const result = member(line, 'result');
  const type = member(result, 'type');
  const isAnswer = type === 'succeeded';
  const message = isAnswer ? member(result, 'message') : undefined;
  const usage = member(message, 'usage');
  const without = { text: null, finishReason: null, note: null };
  const verdict = unrun.get(type) ?? verdictOf(type, result);
  return {
    kind: 'outcome',
    customId: typeof id === 'string' ? id : null,
    ...verdict,
    ...(verdict.status === 'succeeded' ? readMessage(message) : without),
    usage: readMessageUsage(usage),
    pricing: readMessagePricing(usage),
    model: words(member(message, 'model')),
    // Nothing was answered where it was never run.
    responseAt: unrun.has(type) || result === null ? null : (locate(text, ['result'])?.value ?? null),
    attempt: null,
    costUsd: null,
  };
}

function verdictOf(type: unknown, result: unknown): Pick<Outcome, 'status' | 'error'> {
  if (type === 'succeeded') {
    if (Array.isArray(member(member(result, 'message'), 'content')))
      return { status: 'succeeded', error: null };
    const message = 'The provider says that the request succeeded, but returned no message.';
    return { status: 'failed', error: { code: 'no_message', message } };
  }
  if (type === 'errored') return { status: 'failed', error: readMessageError(member(result, 'error')) };
  const named = words(type);
  const message = `The provider gave ${named === null ? 'no kind of result' : `a result of the unknown kind "${named}"`}.`;
  return { status: 'failed', error: { code: 'unknown_result', message } };
}

/** `{type: "error", error: {type, message}}`, also where a gateway has taken the outer one off. */
function readMessageError(error: unknown): RowError {
  const inner = member(error, 'error') ?? error;
  const type = words(member(inner, 'type'));
  return {
    code: type === null || type === 'error' ? 'unknown_error' : type,
    message: words(member(inner, 'message')) ?? words(inner) ?? 'The provider gave no reason.',
  };
}
