// How many input tokens can a request have at most? By its bytes, for no token is less than one; without rank data.

import type { TokenCounter } from './counter.ts';
import { type CountOptions, countInput } from './countInput.ts';

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

/**
 * @param line as it stands in the file.
 * @param sizeBytes of it.
 * @param request what it says.
 */
export function boundTokens(
  line: string,
  sizeBytes: number,
  request: unknown,
  options: CountOptions,
): TokenBound {
  // A byte that is no UTF-8 reads as U+FFFD, one unit as well.
  const isAscii = line.length === sizeBytes && !line.includes('\\u') && !line.includes('\ufffd');
  const counter = isAscii ? asciiCounter : byteCounter;
  const { input, findings } = countInput(request, () => counter, options);
  return { tokens: input.tokens, mayExceed: findings.length > 0 };
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
