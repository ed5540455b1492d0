// What does one line of a Gemini responses file say? Facts: @google/genai 3.1 (2026-11) and the batch guide of 2026-09:
// a response or an error by key; tokens of thought beside those of the answer, int64 as strings; either spelling of names.
import { isObject, type JsonObject, member } from '../json/members.ts';
import { locate } from '../json/skim.ts';
import type { FinishReason, Outcome, ResultLine, RowError, RowNote, Usage, UsagePricing } from '../result.ts';
import { count, items, words } from './fields.ts';
import { type Answer, noteOf } from './note.ts';
import { rpcCodeName } from './rpcCodes.ts';
import { describeVectors } from './wordless.ts';

/** What the answer was stopped for; the words that are not here (OTHER, LANGUAGE, MALFORMED_…) are `other`. */
const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['IMAGE_RECITATION', 'content_filter'],
  ['MODEL_ARMOR', 'content_filter'],
]);

/** A member in protobuf's JSON: `camelCase`, or `snake_case` as in the definition. */
function proto(value: unknown, name: string): unknown {
  return (
    member(value, name) ??
    member(
      value,
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    )
  );
}

/** Of a GenerateContentResponse the first candidate; of an embedding how long its vector is. */
export function readContent(response: unknown): Answer {
  const vectors = describeEmbedding(response);
  if (vectors !== null) return { text: vectors, finishReason: null, note: null };
  const candidate = items(proto(response, 'candidates'))[0];
  const blocked = words(proto(proto(response, 'promptFeedback'), 'blockReason'));
  if (candidate === undefined && blocked !== null) {
    const finishReason = 'content_filter';
    const note: RowNote = {
      code: 'blocked',
      message: `The prompt was blocked (${blocked}): there is no answer.`,
    };
    return { text: null, finishReason, note };
  }
  const parts = items(proto(proto(candidate, 'content'), 'parts')).filter(
    (part) => proto(part, 'thought') !== true,
  );
  const texts = parts.map((part) => proto(part, 'text')).filter((text) => typeof text === 'string');
  const text = texts.length === 0 ? null : texts.join('');
  const calls = parts.some((part) => isObject(proto(part, 'functionCall')));
  const hasMore = parts.some(
    (part) => isObject(part) && Object.keys(part).some((name) => !silentMembers.has(name)),
  );
  const word = words(proto(candidate, 'finishReason'));
  const known = word === null ? null : (reasons.get(word) ?? 'other');
  const finishReason = calls && known === 'stop' ? 'tool_calls' : known;
  const isBroken = brokenEnds.has(word ?? '');
  return { text, finishReason, note: noteOf({ text, finishReason, hasMore, word, isBroken }) };
}

/** Ends that no whole answer has, besides its limit and the filters (@google/genai 3.1). */
const brokenEnds: ReadonlySet<string> = new Set([
  ...['OTHER', 'LANGUAGE', 'CONTINUATION', 'MALFORMED_RESPONSE', 'MALFORMED_FUNCTION_CALL'],
  ...['UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'NO_IMAGE', 'IMAGE_OTHER'],
]);

/** Of a part: words, what belongs to thought, and tools that ran at the provider; all else is an answer of another kind. */
const silentMembers: ReadonlySet<string> = new Set([
  ...['text', 'thought', 'thoughtSignature', 'thought_signature', 'partMetadata', 'part_metadata'],
  ...['executableCode', 'executable_code', 'codeExecutionResult', 'code_execution_result'],
  ...['toolCall', 'tool_call', 'toolResponse', 'tool_response'],
]);

function describeEmbedding(response: unknown): string | null {
  const one = proto(response, 'embedding');
  const all = isObject(one) ? [one] : items(proto(response, 'embeddings'));
  return describeVectors({ data: all.map((vector) => ({ embedding: proto(vector, 'values') })) });
}

/** Cached tokens are part of the prompt; those of thought are not part of the candidates, but cost as output. */
function readContentUsage(response: unknown): Usage | null {
  const usage = proto(response, 'usageMetadata');
  const of = (name: string): number | null => count(proto(usage, name));
  const prompt = of('promptTokenCount') ?? count(proto(response, 'tokenCount'));
  if (prompt === null) return null;
  const thoughts = of('thoughtsTokenCount') ?? 0;
  // Results of tools that ran at the provider go back into the model as input.
  const input = prompt + (of('toolUsePromptTokenCount') ?? 0);
  const total = of('totalTokenCount');
  // Zero is left out in protobuf's JSON.
  const candidates = of('candidatesTokenCount') ?? Math.max(0, (total ?? 0) - input - thoughts);
  return {
    input_tokens: input,
    output_tokens: candidates + thoughts,
    cached_input_tokens: of('cachedContentTokenCount') ?? 0,
    cache_write_tokens: 0,
    reasoning_tokens: thoughts,
  };
}

/** Where sound costs more than words (genai-prices, 2026-11): 0.3 and 1 for gemini-2.5-flash. No list here has its price. */
const dearSound = /gemini-(?:2\.[05]|3|3\.1)-flash|gemini-embedding-2/;

/** Ways to be served at once whose prices no list here has (`TrafficType`, @google/genai 3.1). */
const unlistedTraffic: ReadonlySet<unknown> = new Set([
  'ON_DEMAND_FLEX',
  'ON_DEMAND_PRIORITY',
  'ON_DEMAND_OFFPEAK',
]);

/** What the usage does not say of its price. */
export function readContentPricing(response: unknown): UsagePricing | null {
  const usage = proto(response, 'usageMetadata');
  const model = words(proto(response, 'modelVersion'));
  const hasDearSound =
    hasModality(proto(usage, 'promptTokensDetails'), ['AUDIO']) && (model === null || dearSound.test(model));
  // The list has prices of words alone for what comes out.
  const isUnlisted =
    hasDearSound || hasModality(proto(usage, 'candidatesTokensDetails'), ['AUDIO', 'IMAGE', 'VIDEO']);
  const tier = unlistedTraffic.has(proto(usage, 'trafficType')) ? 'fast' : 'standard';
  if (isUnlisted) return { hourCacheWriteTokens: 0, multiple: null, tier };
  return tier === 'standard' ? null : { hourCacheWriteTokens: 0, multiple: 1, tier };
}

function hasModality(details: unknown, modalities: readonly string[]): boolean {
  return items(details).some(
    (one) =>
      modalities.includes(words(proto(one, 'modality')) ?? '') && (count(proto(one, 'tokenCount')) ?? 0) > 0,
  );
}

/** The key of a result line, which inline responses have in their metadata. */
export function keyOf(line: unknown): string | null {
  const key = member(line, 'key') ?? member(member(line, 'metadata'), 'key');
  return typeof key === 'string' ? key : null;
}

/** @param line has a `response` or an `error`. */
export function readGeminiResult(line: JsonObject, text: string): ResultLine {
  const response = member(line, 'response') ?? null;
  const error = member(line, 'error') ?? null;
  const verdict = verdictOf(response, error);
  const without = { text: null, finishReason: null, note: null };
  return {
    kind: 'outcome',
    customId: keyOf(line),
    ...verdict,
    ...(verdict.status === 'succeeded' ? readContent(response) : without),
    usage: readContentUsage(response),
    pricing: readContentPricing(response),
    model: words(proto(response, 'modelVersion')),
    responseAt: response === null ? null : (locate(text, ['response'])?.value ?? null),
    attempt: null,
    costUsd: null,
  };
}

function verdictOf(response: unknown, error: unknown): Pick<Outcome, 'status' | 'error'> {
  if (error !== null && !(isObject(response) && isNoError(error))) {
    const said = readContentError(error);
    return { status: said.code === 'CANCELLED' ? 'cancelled' : 'failed', error: said };
  }
  if (isObject(response)) return { status: 'succeeded', error: null };
  const message = 'The provider returned neither a response nor an error.';
  return { status: 'failed', error: { code: 'no_response', message } };
}

/** google.rpc.Status as it is when nothing went wrong: all of its members are left out, or 0 and empty. */
function isNoError(error: unknown): boolean {
  const code = member(error, 'code');
  const isOk = code === undefined || code === null || Number(code) === 0;
  const says = (name: string): boolean => words(member(error, name)) !== null;
  return isObject(error) && isOk && !says('status') && !says('message');
}

/** The name of the status goes before its number: 400 alone is `http_400`, 13 is INTERNAL. */
function readContentError(error: unknown): RowError {
  const status = words(member(error, 'status'));
  const code = member(error, 'code');
  const number = count(code);
  const named = number === null ? words(code) : (rpcCodeName(number) ?? `http_${number}`);
  return {
    code: status ?? named ?? 'unknown_error',
    message: words(member(error, 'message')) ?? words(error) ?? 'The provider gave no reason.',
  };
}
