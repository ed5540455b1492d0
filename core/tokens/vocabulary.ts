// Which byte sequences are tokens, and which merges first? js-tiktoken's rank data in flat arrays: no string per token.
import { decodeBase64 } from './base64.ts';

/** The shape of js-tiktoken's rank modules: lines of `! <first rank> <base64 token> <base64 token> …`. */
export interface TiktokenRanks {
  readonly pat_str: string;
  readonly bpe_ranks: string;
  readonly special_tokens: Readonly<Record<string, number>>;
}

export interface Vocabulary {
  /** Bytes of the longest token. */
  readonly maxTokenBytes: number;
  /** The rank of the bytes from `start` to `end`, or -1 when they are no token. */
  rankOf(bytes: Uint8Array, start: number, end: number): number;
  /** The rank of two bytes, or -1; most look-ups of a merge are of this kind. */
  pairRank(first: number, second: number): number;
}

/** Multiplier and start of 32-bit FNV-1a. */
const prime = 0x01000193;
const basis = 0x811c9dc5 | 0;
/** Bits of a slot that hold part of the hash; the others hold up to 2^18 tokens. */
const hashBits = 0xfffc0000 | 0;

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = basis;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, prime);
  return hash ^ (hash >>> 15);
}

interface TokenBytes {
  readonly bytes: Uint8Array;
  /** Token i is from starts[i] to starts[i + 1]. */
  readonly starts: Uint32Array;
  readonly ranks: Int32Array;
  readonly count: number;
}

function decodeTokens(text: string): TokenBytes {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  // A token takes three characters at the least: two of base64 (padding may be left out) and a blank.
  const most = Math.ceil(text.length / 3) + 1;
  const starts = new Uint32Array(most + 1);
  const ranks = new Int32Array(most);
  let count = 0;
  let used = 0;
  for (const line of text.split('\n')) {
    const afterMark = line.indexOf(' ') + 1;
    let at = line.indexOf(' ', afterMark) + 1;
    if (afterMark === 0 || at === 0) continue;
    let rank = Number.parseInt(line.slice(afterMark, at), 10);
    while (at < line.length) {
      const blank = line.indexOf(' ', at);
      const end = blank === -1 ? line.length : blank;
      starts[count] = used;
      used = decodeBase64(line, at, end, bytes, used);
      ranks[count++] = rank++;
      at = end + 1;
    }
  }
  starts[count] = used;
  return {
    bytes: bytes.slice(0, used),
    starts: starts.slice(0, count + 1),
    ranks: ranks.slice(0, count),
    count,
  };
}

/** Takes some 20 ms for 200,000 tokens, and some 4 MB. */
export function createVocabulary(bpeRanks: string): Vocabulary {
  const { bytes: tokenBytes, starts, ranks, count } = decodeTokens(bpeRanks);
  if (count > ~hashBits - 1) throw new Error(`A vocabulary of ${count} tokens is too large for its table.`);
  const slotCount = 2 ** Math.ceil(Math.log2(Math.max(1, count) * 2));
  const mask = slotCount - 1;
  /** Token number + 1 below, the upper bits of its hash above: most look-ups end here, with no. 0 is free. */
  const slots = new Int32Array(slotCount);
  const pairs = new Int32Array(65536).fill(-1);
  let maxTokenBytes = 0;
  for (let token = 0; token < count; token++) {
    const start = starts[token]!;
    const end = starts[token + 1]!;
    if (end - start > maxTokenBytes) maxTokenBytes = end - start;
    if (end - start === 2) pairs[(tokenBytes[start]! << 8) | tokenBytes[start + 1]!] = ranks[token]!;
    const hash = hashOf(tokenBytes, start, end);
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = (hash & hashBits) | (token + 1);
  }
  const rankOf = (bytes: Uint8Array, start: number, end: number): number => {
    const length = end - start;
    if (length > maxTokenBytes) return -1;
    const hash = hashOf(bytes, start, end);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry === 0) return -1;
      if (((entry ^ hash) & hashBits) !== 0) continue;
      const token = (entry & ~hashBits) - 1;
      const tokenStart = starts[token]!;
      if (starts[token + 1]! - tokenStart !== length) continue;
      let same = 0;
      while (same < length && tokenBytes[tokenStart + same] === bytes[start + same]) same++;
      if (same === length) return ranks[token]!;
    }
  };
  const pairRank = (first: number, second: number): number => pairs[(first << 8) | second]!;
  return { maxTokenBytes, rankOf, pairRank };
}
