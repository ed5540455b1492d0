// How many tokens is a request at Anthropic? Near enough for a pretended bill: the same in the count and in the answer.
import { isObject, type Json } from '../json.ts';
import { jsonBytes } from '../jsonBytes.ts';

const bytesPerToken = 3;

export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** All text of a content value: a string, or the text of its blocks. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block) => (isObject(block) && typeof block.text === 'string' ? block.text : ''))
    .join('');
}

/** Three bytes a token, four tokens around each message, the JSON of tools as it is and 300 tokens to explain them. */
export function inputTokensOf(body: Json): number {
  return 3 + toolTokens(body) + systemTokens(body) + sum(messagesOf(body).map(messageTokens));
}

export function messagesOf({ messages }: Json): readonly Json[] {
  return Array.isArray(messages) ? messages.filter(isObject) : [];
}

/**
 * Input up to the last block that is to be cached (`cache_control`), in the order tools, system, messages; 0 where there
 * is none, or where it is too short: 1,024 tokens are the least for most models (prompt caching page, 2026-08).
 */
export function cacheableTokensOf(body: Json): number {
  const tokens = markedTokens(body);
  return tokens < 1024 ? 0 : tokens;
}

function markedTokens(body: Json): number {
  if (isObject(body.cache_control)) return inputTokensOf(body);
  const messages = messagesOf(body);
  const last = messages.findLastIndex(({ content }) => isMarked(content));
  const before = 3 + toolTokens(body) + systemTokens(body);
  if (last !== -1) return before + sum(messages.slice(0, last + 1).map(messageTokens));
  if (isMarked(body.system)) return before;
  return isMarked(body.tools) ? 3 + toolTokens(body) : 0;
}

function isMarked(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.some((block) => isObject(block) && isObject(block.cache_control));
}

function messageTokens({ content }: Json): number {
  return 4 + tokensOf(textOf(content));
}

function systemTokens({ system }: Json): number {
  return system === undefined ? 0 : tokensOf(textOf(system));
}

function toolTokens({ tools }: Json): number {
  return Array.isArray(tools) && tools.length > 0 ? 300 + Math.ceil(jsonBytes(tools) / bytesPerToken) : 0;
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
