// How many tokens is this text? Equal to tiktoken's `encode_ordinary(text).length` for the public encodings.
import { estimateRun, longestExactRun } from './longRun.ts';
import { countMerged } from './merge.ts';
import { cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from './split.ts';
import { createVocabulary, type TiktokenRanks, type Vocabulary } from './vocabulary.ts';
import { longestCachedWord, WordCache } from './wordCache.ts';

export type { TiktokenRanks } from './vocabulary.ts';

/** Public encodings whose ranks ship with us. gpt-oss's o200k_harmony counts text as o200k_base does. */
export type Encoding = 'o200k_base' | 'cl100k_base';

export interface TokenCounter {
  /**
   * Tokens of ordinary text: a literal `<|endoftext|>` is text; a lone surrogate counts as U+FFFD. Time grows with the
   * length of the text whatever is in it (n log n within one unbroken run).
   * @param onInexact told by how many tokens the count may be off, once for each run longer than `longestExactRun`;
   * without such a run the count is exact.
   */
  count(text: string, onInexact?: (errorTokens: number) => void): number;
  /** It bounds rather than counts, at next to no cost: nothing of what it says is worth remembering. */
  readonly isBound?: true;
}

/** Supplied from outside, so that rank data loads only where it is used. */
export type Counters = (encoding: Encoding) => TokenCounter;

/** The pattern of o200k_base is the only one that tells upper case from lower. */
const pieceEndOf = (pattern: string): PieceEnd =>
  pattern.includes('\\p{Lu}') ? o200kPieceEnd : cl100kPieceEnd;

/** Bytes of one piece, in UTF-8. Larger buffers than this are not kept. */
const keptBufferBytes = 1 << 16;

/** @param ranks js-tiktoken's `ranks/o200k_base` or `ranks/cl100k_base`. */
export function createTokenCounter(ranks: TiktokenRanks): TokenCounter {
  const vocabulary = createVocabulary(ranks.bpe_ranks);
  const pieceEnd = pieceEndOf(ranks.pat_str);
  const cache = new WordCache();
  const buffer = new Uint8Array(keptBufferBytes);
  return {
    count(text, onInexact) {
      let total = 0;
      for (let start = 0; start < text.length; ) {
        const end = pieceEnd(text, start);
        if (end - start > longestExactRun) {
          const run = estimateRun(text, start, end, (from, to) =>
            countPiece(vocabulary, text, from, to, buffer),
          );
          onInexact?.(run.errorTokens);
          total += run.tokens;
        } else if (end - start > longestCachedWord) {
          total += countPiece(vocabulary, text, start, end, buffer);
        } else {
          const hash = WordCache.hash(text, start, end);
          let count = cache.find(text, start, end, hash);
          if (count === 0) {
            count = countPiece(vocabulary, text, start, end, buffer);
            cache.add(text, start, end, hash, count);
          }
          total += count;
        }
        start = end;
      }
      return total;
    },
  };
}

function countPiece(
  vocabulary: Vocabulary,
  text: string,
  start: number,
  end: number,
  kept: Uint8Array,
): number {
  const most = (end - start) * 3;
  const buffer = most <= kept.length ? kept : new Uint8Array(most);
  const length = writeUtf8(text, start, end, buffer);
  return vocabulary.rankOf(buffer, 0, length) !== -1 ? 1 : countMerged(vocabulary, buffer, length);
}

/** @returns the number of bytes written; lone surrogates become U+FFFD, as TextEncoder has it. */
function writeUtf8(text: string, start: number, end: number, out: Uint8Array): number {
  let at = 0;
  for (let i = start; i < end; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      out[at++] = code;
      continue;
    }
    if ((code & 0xf800) === 0xd800) {
      const low = (code & 0xfc00) === 0xd800 && i + 1 < end ? text.charCodeAt(i + 1) : 0;
      if ((low & 0xfc00) === 0xdc00) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else {
        code = 0xfffd;
      }
    }
    if (code < 0x800) {
      out[at++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x10000) {
        out[at++] = 0xe0 | (code >> 12);
      } else {
        out[at++] = 0xf0 | (code >> 18);
        out[at++] = 0x80 | ((code >> 12) & 0x3f);
      }
      out[at++] = 0x80 | ((code >> 6) & 0x3f);
    }
    out[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}
