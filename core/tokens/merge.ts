// Into how many tokens do these bytes merge? Byte pair encoding as tiktoken does it: always the neighbours whose joined
// bytes have the lowest rank, the leftmost of equals; n log n for long pieces, so that no text can stall the editor.
import type { Vocabulary } from './vocabulary.ts';

/** Below this a plain scan for the minimum beats a heap. */
const heapFromBytes = 96;
const none = 0x7fffffff;

/** @param bytes one piece, from 0 to `length`; every single byte is a token of the public encodings. */
export function countMerged(vocabulary: Vocabulary, bytes: Uint8Array, length: number): number {
  if (length < 2) return length;
  return length < heapFromBytes
    ? countByScan(vocabulary, bytes, length)
    : countByHeap(vocabulary, bytes, length);
}

const scanStarts = new Int32Array(heapFromBytes + 1);
const scanRanks = new Int32Array(heapFromBytes + 1);

/** Parts in a flat array; scanRanks[i] is the rank of part i joined with part i + 1. */
function countByScan(vocabulary: Vocabulary, bytes: Uint8Array, length: number): number {
  const starts = scanStarts;
  const ranks = scanRanks;
  let parts = length;
  let lowest = none;
  let at = -1;
  for (let i = 0; i < parts - 1; i++) {
    starts[i] = i;
    const rank = vocabulary.pairRank(bytes[i]!, bytes[i + 1]!);
    ranks[i] = rank === -1 ? none : rank;
    if (ranks[i]! < lowest) {
      lowest = ranks[i]!;
      at = i;
    }
  }
  starts[parts - 1] = parts - 1;
  starts[parts] = parts;
  while (at !== -1) {
    parts--;
    for (let i = at + 1; i <= parts; i++) {
      starts[i] = starts[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    if (at < parts - 1) ranks[at] = rankOrNone(vocabulary, bytes, starts[at]!, starts[at + 2]!);
    if (at > 0) ranks[at - 1] = rankOrNone(vocabulary, bytes, starts[at - 1]!, starts[at + 1]!);
    lowest = none;
    at = -1;
    for (let i = 0; i < parts - 1; i++) {
      if (ranks[i]! < lowest) {
        lowest = ranks[i]!;
        at = i;
      }
    }
  }
  return parts;
}

function rankOrNone(vocabulary: Vocabulary, bytes: Uint8Array, start: number, end: number): number {
  const rank = vocabulary.rankOf(bytes, start, end);
  return rank === -1 ? none : rank;
}

/** Rank and place in one number that sorts as tiktoken chooses: pieces are shorter than 2^30 bytes, ranks below 2^22. */
const placeSpan = 2 ** 30;

/** Parts in a linked list over byte offsets; a heap holds every pair, stale ones are skipped when they come up. */
function countByHeap(vocabulary: Vocabulary, bytes: Uint8Array, length: number): number {
  const next = new Int32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const ranks = new Int32Array(length + 1).fill(-1);
  for (let i = 0; i <= length; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const heap = new PairHeap(length);
  const rankPair = (at: number): void => {
    const second = next[at]!;
    const rank = second >= length ? -1 : vocabulary.rankOf(bytes, at, next[second]!);
    ranks[at] = rank;
    if (rank !== -1) heap.push(rank * placeSpan + at);
  };
  for (let i = 0; i < length - 1; i++) {
    const rank = vocabulary.pairRank(bytes[i]!, bytes[i + 1]!);
    ranks[i] = rank;
    if (rank !== -1) heap.push(rank * placeSpan + i);
  }
  let parts = length;
  for (let key = heap.pop(); key !== -1; key = heap.pop()) {
    const rank = Math.floor(key / placeSpan);
    const at = key - rank * placeSpan;
    if (ranks[at] !== rank) continue;
    const second = next[at]!;
    const third = next[second]!;
    next[at] = third;
    if (third <= length) previous[third] = at;
    ranks[second] = -1;
    parts--;
    rankPair(at);
    if (previous[at]! >= 0) rankPair(previous[at]!);
  }
  return parts;
}

/** A binary min-heap of numbers. Merging pushes at most two for each it takes away. */
class PairHeap {
  private keys: Float64Array;
  private size = 0;

  constructor(capacity: number) {
    this.keys = new Float64Array(Math.max(16, capacity));
  }

  push(key: number): void {
    if (this.size === this.keys.length) {
      const larger = new Float64Array(this.size * 2);
      larger.set(this.keys);
      this.keys = larger;
    }
    const keys = this.keys;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[at] = keys[parent]!;
      at = parent;
    }
    keys[at] = key;
  }

  /** The lowest key, or -1 when there is none. */
  pop(): number {
    if (this.size === 0) return -1;
    const keys = this.keys;
    const lowest = keys[0]!;
    const key = keys[--this.size]!;
    const size = this.size;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[at] = keys[child]!;
      at = child;
    }
    keys[at] = key;
    return lowest;
  }
}
