// What an answer is made from, beside the request: chance that repeats, and the time it is said to have been made.
import type { Json } from './json.ts';
import { jsonBytes } from './jsonBytes.ts';
import { createRandom, hash32, hexOf } from './random.ts';

export interface Answer {
  readonly body: Json;
  readonly usage: Usage;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface AnswerContext {
  /** The line's own text: equal lines get equal answers. */
  readonly seed: string;
  readonly random: () => number;
  /** Unix seconds. */
  readonly createdAt: number;
}

export function createAnswerContext(lineText: string, createdAt: number): AnswerContext {
  return { seed: lineText, random: createRandom(hash32(lineText)), createdAt };
}

/** An id such as `chatcmpl-1f…` that depends on the line alone. */
export function idOf(context: AnswerContext, prefix: string, length: number): string {
  return prefix + hexOf(prefix + context.seed, length);
}

/** Near enough for a pretended bill. */
const bytesPerToken = 4;

export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Of a value that goes before the model as its JSON. */
export function jsonTokens(value: unknown): number {
  return Math.ceil(jsonBytes(value) / bytesPerToken);
}

/** The schema of an answer is part of the bill, as in the count that is asked for beforehand. */
export function schemaTokens(format: unknown): number {
  return typeof format === 'object' && format !== null ? jsonTokens(format) : 0;
}

/** All text of a content value: a string, or the text of its parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts: string[] = [];
  for (const part of content as readonly unknown[]) {
    const text = typeof part === 'object' && part !== null ? (part as Json).text : part;
    if (typeof text === 'string') texts.push(text);
  }
  return texts.join('\n');
}

/** An image or a file counts as some tokens although it has no text. */
export function attachmentTokens(content: unknown): number {
  if (!Array.isArray(content)) return 0;
  const parts = content as readonly unknown[];
  const attached = parts.filter((part) => /image|file|audio/.test(String((part as Json | null)?.type)));
  return attached.length * 255;
}
