// How many tokens is this text? Equal to tiktoken's `encode_ordinary(text).length` for the public encodings.
import { estimateRun, longestExactRun } from './longRun.ts';
import { Merger } from './merge.ts';
import { type PackedRanks, packRanks, type TiktokenRanks } from './packedRanks.ts';
import { lastBorder, pieceEndOf, terminator } from './split.ts';
import { TextWindow } from './textWindow.ts';
import { Vocabulary } from './vocabulary.ts';
import { longestCachedWord, WordCache } from './wordCache.ts';

/** Public encodings whose ranks ship with us. gpt-oss's o200k_harmony counts text as o200k_base does. */
export type Encoding = 'o200k_base' | 'cl100k_base';

export interface TokenCounter {
  /**
   * Tokens of ordinary text: a literal `<|endoftext|>` is text; a lone surrogate counts as U+FFFD. Time grows with the
   * length of the text whatever is in it.
   * @param onInexact told by how many tokens the count may be off, once for each part of a run longer than
   * `longestExactRun`; without such a run the count is exact.
   */
  count(text: string, onInexact?: (errorTokens: number) => void): number;
  /** It bounds rather than counts, at next to no cost: nothing of what it says is worth remembering. */
  readonly isBound?: true;
}

/** Supplied from outside, so that rank data loads only where it is used. */
export type Counters = (encoding: Encoding) => TokenCounter;

/** Texts are seldom longer; longer ones are counted part by part. */
const windowBytes = 1 << 16;

/**
 * Something of everything. Counted first, it shows the compiler all roads through the counter: what it has not seen when it
 * compiles, it takes for impossible, and the first “é” would throw the compiled code away (80 ms on 2026-11-21).
 */
const rehearsal =
  "It's ITS don'T we'll THEY'RE 'ſ 'x I'm a1 12345 x² ½ “Ünïcode”—Straße ÀB ÉÈa e\u0301A \u0301 \u0301b 한국어 हिन्दी العربية МИР " +
  '日本語テキスト、中文没有空格的长句子 𝐀𝟏 😀👍🏽 //*{}[]();\r\n\n  \t\u00a0\u3000 \u3000\n Vanushiberka zzzzzzzzzzzzzzzzzqqqqqqqqqq ==== \0   ';

/** @param ranks js-tiktoken's `ranks/o200k_base` or `ranks/cl100k_base`, as they are or packed. */
export function createTokenCounter(ranks: TiktokenRanks | PackedRanks): TokenCounter {
  const { pat_str, tokens } = 'tokens' in ranks ? ranks : packRanks(ranks);
  const vocabulary = new Vocabulary(tokens);
  const merger = new Merger(vocabulary);
  const words = new WordCache();
  const pieceEnd = pieceEndOf(pat_str);
  const kept = new TextWindow(windowBytes);

  const countPiece = (bytes: Uint8Array, start: number, end: number): number =>
    vocabulary.placeOf(bytes, start, end) !== 0 ? 1 : merger.count(bytes, start, end);

  /** Pieces from `start` to `end`, which is where a piece ends. */
  const countPieces = ({ bytes, view }: TextWindow, start: number, end: number): number => {
    let total = 0;
    for (let at = start; at < end; ) {
      const next = pieceEnd(bytes, at);
      if (next - at === 1) total++;
      else if (next - at > longestCachedWord) total += countPiece(bytes, at, next);
      else {
        let count = words.find(view, at, next);
        if (count === 0) {
          count = countPiece(bytes, at, next);
          words.add(view, at, next, count);
        }
        total += count;
      }
      at = next;
    }
    return total;
  };

  /** A text that the kept window does not hold. */
  const countLong = (text: string, onInexact?: (errorTokens: number) => void): number => {
    let window = kept;
    let total = 0;
    for (let from = 0; ; ) {
      const rest = text.slice(from);
      const read = window.fill(rest);
      if (read === rest.length) return total + countPieces(window, 0, window.length);
      let end = lastBorder(window.bytes, window.length);
      if (end > 0) total += countPieces(window, 0, end);
      else if (window === kept) {
        window = new TextWindow(longestExactRun);
        continue;
      } else {
        end = window.length;
        const run = estimateRun(window.bytes, end, (start, stop) => countSegment(window, start, stop));
        onInexact?.(run.errorTokens);
        total += run.tokens;
      }
      from += read - window.unitsFrom(end);
    }
  };

  const countSegment = (window: TextWindow, start: number, end: number): number => {
    const byte = window.bytes[end]!;
    window.bytes[end] = terminator;
    const count = countPieces(window, start, end);
    window.bytes[end] = byte;
    return count;
  };

  const count: TokenCounter['count'] = (text, onInexact) =>
    kept.fill(text) === text.length ? countPieces(kept, 0, kept.length) : countLong(text, onInexact);
  count(rehearsal);
  return { count };
}
