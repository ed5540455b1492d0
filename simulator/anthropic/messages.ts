// What does /v1/messages answer? A Message as the API gives it (@anthropic-ai/sdk 1.12.0).
import { isObject, type Json } from '../json.ts';
import { createRandom, hash32, hexOf } from '../random.ts';
import { writeText, writeValue } from '../writeText.ts';
import { cacheableTokensOf, inputTokensOf, messagesOf, textOf, tokensOf } from './inputTokens.ts';

export interface AnswerOptions {
  /** The request's own text: equal requests get equal answers. */
  readonly seed: string;
  readonly tier: 'standard' | 'batch';
}

interface Written {
  readonly blocks: readonly Json[];
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  readonly stopReason: string;
  readonly stopSequence: string | null;
}

/** A prompt that holds it is refused, as at Anthropic itself (refusals page, 2026); what follows there does not matter. */
const refusalTrigger = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL';

/** @param params that have been found to be good. */
export function answerMessage(params: Json, { seed, tier }: AnswerOptions): Json {
  const random = createRandom(hash32(seed));
  const written = write(params, seed, random);
  return {
    id: `msg_${hexOf(seed, 24)}`,
    type: 'message',
    role: 'assistant',
    model: params.model,
    content: written.blocks,
    stop_reason: written.stopReason,
    stop_sequence: written.stopSequence,
    stop_details:
      written.stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
    container: null,
    diagnostics: null,
    usage: {
      ...inputUsage(params, random),
      output_tokens: written.outputTokens,
      output_tokens_details: { thinking_tokens: written.thinkingTokens },
      server_tool_use: null,
      service_tier: tier,
      inference_geo: 'global',
      speed: 'standard',
    },
  };
}

/** `input_tokens` are those that were neither read from the cache nor written to it. */
function inputUsage(params: Json, random: () => number): Json {
  const cacheable = cacheableTokensOf(params);
  const isRead = cacheable > 0 && random() < 0.5;
  const written = isRead ? 0 : cacheable;
  const isHour = JSON.stringify(params).includes('"ttl":"1h"');
  return {
    input_tokens: inputTokensOf(params) - cacheable,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: isRead ? cacheable : 0,
    cache_creation: {
      ephemeral_5m_input_tokens: isHour ? 0 : written,
      ephemeral_1h_input_tokens: isHour ? written : 0,
    },
  };
}

function write(params: Json, seed: string, random: () => number): Written {
  const prompt = textOf(messagesOf(params).findLast(({ role }) => role === 'user')?.content);
  if (prompt.includes(refusalTrigger)) {
    return { blocks: [], outputTokens: 1, thinkingTokens: 0, stopReason: 'refusal', stopSequence: null };
  }
  const maxTokens = Number(params.max_tokens);
  const thought = think(params, maxTokens, seed, random);
  const budget = maxTokens - thought.tokens;
  const tool = forcedTool(params);
  if (tool !== null) {
    const input = writeValue(tool.input_schema, tool.input_schema, random) ?? {};
    const tokens = tokensOf(JSON.stringify(input));
    const call = { type: 'tool_use', id: `toolu_${hexOf(seed, 24)}`, name: tool.name, input };
    return {
      blocks: [...thought.blocks, ...(tokens > budget ? [] : [call])],
      outputTokens: thought.tokens + Math.min(tokens, budget),
      thinkingTokens: thought.tokens,
      stopReason: tokens > budget ? 'max_tokens' : 'tool_use',
      stopSequence: null,
    };
  }
  const said = cut(answerText(params, prompt, random), params, budget);
  return {
    blocks:
      said.text === ''
        ? thought.blocks
        : [...thought.blocks, { type: 'text', text: said.text, citations: null }],
    outputTokens: thought.tokens + Math.min(tokensOf(said.text), Math.max(0, budget)),
    thinkingTokens: thought.tokens,
    stopReason: said.stopReason,
    stopSequence: said.stopSequence,
  };
}

function answerText(params: Json, prompt: string, random: () => number): string {
  const format = isObject(params.output_config) ? params.output_config.format : null;
  const schema = isObject(format) ? format.schema : null;
  if (isObject(schema)) return JSON.stringify(writeValue(schema, schema, random) ?? {});
  return writeText(textOf(params.system), prompt, random);
}

interface Cut extends Pick<Written, 'stopReason' | 'stopSequence'> {
  readonly text: string;
}

function cut(full: string, { stop_sequences: stops }: Json, budget: number): Cut {
  const found = (Array.isArray(stops) ? stops : [])
    .filter((stop) => typeof stop === 'string' && full.includes(stop))
    .toSorted((a, b) => full.indexOf(a) - full.indexOf(b))[0] as string | undefined;
  const text = found === undefined ? full : full.slice(0, full.indexOf(found));
  if (tokensOf(text) > budget) {
    const kept = Buffer.from(text)
      .subarray(0, Math.max(0, budget) * 3)
      .toString('utf8');
    return { text: kept.replace(/\uFFFD$/, ''), stopReason: 'max_tokens', stopSequence: null };
  }
  return found === undefined
    ? { text, stopReason: 'end_turn', stopSequence: null }
    : { text, stopReason: 'stop_sequence', stopSequence: found };
}

/** Thinking is part of the output, and of what `max_tokens` allows. */
function think(
  { thinking }: Json,
  maxTokens: number,
  seed: string,
  random: () => number,
): { readonly blocks: readonly Json[]; readonly tokens: number } {
  if (!isObject(thinking) || !['enabled', 'adaptive'].includes(String(thinking.type))) {
    return { blocks: [], tokens: 0 };
  }
  const text = thinking.display === 'omitted' ? '' : 'What is asked for is short, so a short answer will do.';
  const tokens = Math.min(maxTokens, 32 * (1 + Math.floor(random() * 4)));
  return { blocks: [{ type: 'thinking', thinking: text, signature: hexOf(`${seed}/thought`, 64) }], tokens };
}

/** The tool that has to be called, or the first one where any has to be. */
function forcedTool({ tools, tool_choice: choice }: Json): Json | null {
  const own = (Array.isArray(tools) ? tools : [])
    .filter(isObject)
    .filter((tool) => isObject(tool.input_schema));
  if (!isObject(choice)) return null;
  if (choice.type === 'any') return own[0] ?? null;
  return choice.type === 'tool' ? (own.find(({ name }) => name === choice.name) ?? null) : null;
}
