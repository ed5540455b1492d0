// Is this text too much for JSON.parse? It takes any text, but some in gigabytes and minutes: a hundred megabytes of brackets.
import { formatCount } from '../figures.ts';
import { endOfString } from './skim.ts';

/** Far more than any endpoint takes in one request: embeddings, the largest, 300,000 tokens. */
const mostValues = 2_000_000;
/** Most parsers stop at a thousand or so. */
const mostDepth = 500_000;
/** Texts below this cannot hold so many values, and their depth does no harm. */
const harmlessCharacters = 2 * mostValues;

const comma = 0x2c;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** @returns what it has too much of, as a clause; null for a text that can be parsed in bounded time and memory. */
export function findExcess(text: string): string | null {
  if (text.length < harmlessCharacters) return null;
  let values = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === comma) values++;
    else if (code === openBracket || code === openBrace) {
      values++;
      if (++depth > mostDepth) return `it nests deeper than ${formatCount(mostDepth)} levels`;
    } else if (code === closeBracket || code === closeBrace) depth--;
    if (values > mostValues) return `it has more than ${formatCount(mostValues)} values`;
  }
  return null;
}
