// What does a line of a results file say, whoever wrote it: the provider, or an earlier merge of ours?
import { isObject, type JsonObject, member } from '../json/members.ts';
import { keyEquals, locate, membersAt, type Span } from '../json/skim.ts';
import type { ResultLine, UnreadableResult, UsagePricing } from '../result.ts';
import { readAnthropicResult, readMessagePricing } from './anthropic.ts';
import { words } from './fields.ts';
import { keyOf, readContentPricing, readGeminiResult } from './gemini.ts';
import { readBodyPricing, readOpenaiResult } from './openai.ts';
import { isRow, rowFactsFrom } from './row.ts';

function unreadable(reason: UnreadableResult['reason'], message: string): UnreadableResult {
  return { kind: 'unreadable', reason, message };
}

const notJson = unreadable('notJson', 'It is not JSON; it may have been cut off.');
const notAnObject = unreadable('noResult', 'It is no result: it is JSON, but no object.');
const brokenRow = unreadable('noResult', 'It is a merged row whose line, status or attempt no merge writes.');

/**
 * Reads one line of a provider's results: an output or error file of OpenAI's form, Anthropic's results, Gemini's
 * responses; or of a merged file, whose rows count as results of their attempt. By its own shape, whoever is asked.
 * @param text one line, without terminator and byte order mark. Never throws, whatever it holds.
 */
export function readOutcome(text: string): ResultLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return notJson;
  }
  if (!isObject(line)) return notAnObject;
  if (isRow(line)) return readMerged(line, text);
  const has = (name: string): boolean => Object.hasOwn(line, name);
  if (has('result') && !has('response')) return readAnthropicResult(line, text);
  const isKeyed = !has('custom_id') && keyOf(line) !== null;
  return isKeyed && (has('response') || has('error'))
    ? readGeminiResult(line, text)
    : readOpenaiResult(line, text);
}

function readMerged(line: JsonObject, text: string): ResultLine {
  const row = rowFactsFrom(line);
  if (row === null) return brokenRow;
  if (row.status === 'missing') return { kind: 'noResult', customId: row.customId };
  const { line: _, status, ...facts } = row;
  const response = member(line, 'response') ?? null;
  const responseAt = response === null ? null : (locate(text, ['response'])?.value ?? null);
  return {
    kind: 'outcome',
    ...facts,
    status,
    model: modelOf(response),
    responseAt,
    pricing: pricingOf(response),
  };
}

/** What the usage in the response of a row does not say of its price. */
export function pricingOf(response: unknown): UsagePricing | null {
  return (
    readMessagePricing(member(member(response, 'message'), 'usage')) ??
    readBodyPricing(member(response, 'body')) ??
    readContentPricing(response)
  );
}

/** The model that answered. The response of a row is what its provider gave: with a body, a message, or as it is. */
export function modelOf(response: unknown): string | null {
  return (
    words(member(member(response, 'body'), 'model')) ??
    words(member(member(response, 'message'), 'model')) ??
    words(member(response, 'modelVersion'))
  );
}

/**
 * The id of a result line (custom_id, or Gemini's key) without parsing all of it, for an index over many lines.
 * @returns undefined when there is none or it is no string. Of a line that is not JSON the answer means nothing.
 */
export function skimCustomId(text: string): string | undefined {
  try {
    const start = text.search(/\S/);
    if (text[start] !== '{') return undefined;
    let customId: Span | null = null;
    let key: Span | null = null;
    let metadata: Span | null = null;
    for (const { key: name, value } of membersAt(text, start)) {
      if (keyEquals(text, name, 'custom_id')) customId = value;
      else if (keyEquals(text, name, 'key')) key = value;
      else if (keyEquals(text, name, 'metadata')) metadata = value;
    }
    if (customId !== null) return stringAt(text, customId);
    if (key !== null) return stringAt(text, key);
    return metadata === null
      ? undefined
      : (keyOf({ metadata: JSON.parse(text.slice(metadata.start, metadata.end)) }) ?? undefined);
  } catch {
    return undefined;
  }
}

function stringAt(text: string, { start, end }: Span): string | undefined {
  const id: unknown = text[start] === '"' ? JSON.parse(text.slice(start, end)) : undefined;
  return typeof id === 'string' ? id : undefined;
}
