// How many input tokens can a request have at most? By its bytes, for no token is less than one; without rank data.

import type { RequestParts } from '../dialects/parts.ts';
import type { TokenCounter } from './counter.ts';
import { type CountOptions, countParts } from './countInput.ts';

export interface TokenBound {
  /** Null where no count will tell it either. */
  readonly tokens: number | null;
  /** A limit of the model may be passed; only counting can tell. */
  readonly mayExceed: boolean;
}

/** A byte a token: what walks and rules make of it is never less than what they make of a true count. */
const byteCounter: TokenCounter = { count: utf8Bytes, isBound: true };
/** The same for texts that are known to be ASCII. */
const asciiCounter: TokenCounter = { count: (text) => text.length, isBound: true };
const mostBytesPerUnit = 3;

/**
 * @param line as it stands in the file.
 * @param sizeBytes of it.
 * @param parts of the request that it is.
 */
export function boundTokens(
  line: string,
  sizeBytes: number,
  parts: RequestParts,
  options: CountOptions,
): TokenBound {
  const counter = counterOf(line, sizeBytes);
  const { input, findings } = countParts(parts, () => counter, options);
  return { tokens: input.tokens, mayExceed: findings.length > 0 };
}

/** No text of a line has more bytes beyond its units than the line itself, where the line has no escapes for characters. */
function counterOf(line: string, sizeBytes: number): TokenCounter {
  // A byte that is no UTF-8 reads as U+FFFD, one unit as well.
  if (line.includes('\\u') || line.includes('\ufffd')) return byteCounter;
  const moreBytes = sizeBytes - line.length;
  if (moreBytes === 0) return asciiCounter;
  const count = ({ length }: string): number => Math.min(length + moreBytes, length * mostBytesPerUnit);
  return { count, isBound: true };
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Each half of a pair counts two: four bytes together. Alone it stands for U+FFFD, three.
    bytes += code < 0x800 || isPaired(text, i, code) ? 1 : 2;
  }
  return bytes;
}

function isPaired(text: string, at: number, code: number): boolean {
  if ((code & 0xf800) !== 0xd800) return false;
  const other = (code & 0xfc00) === 0xd800 ? text.charCodeAt(at + 1) : text.charCodeAt(at - 1);
  return (other & 0xf800) === 0xd800;
}
