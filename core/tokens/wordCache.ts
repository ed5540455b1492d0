// Which words were counted already? Fixed memory, and no string kept: whole words lie in the table, side by side with
// their counts, so that a look-up reads one line of the processor's cache. A new word takes the place of an older one.

/** In bytes. Longer pieces are rare and seldom come twice. */
export const longestCachedWord = 60;

/** 65,536 words in slots of 64 bytes: length and count, then the word in numbers of four bytes, the first and the last of them first. */
const slotBits = 16;
const slotSize = 16;

export class WordCache {
  private readonly words = new Int32Array(slotSize << slotBits);
  /** Where the word of the last `find` belongs. */
  private slot = 0;

  /** The count of the word from `start` to `end`, or 0 when it is not known. Two bytes at least, and four to read. */
  find(text: DataView, start: number, end: number): number {
    const { words } = this;
    const length = end - start;
    const first = firstOf(text, start, length);
    const last = lastOf(text, end, length);
    let hash = Math.imul(first ^ length, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b);
    for (let at = start + 4; at < end - 4; at += 4) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ text.getInt32(at, true), 0xc2b2ae35);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
    const slot = (hash >>> (32 - slotBits)) * slotSize;
    this.slot = slot;
    const known = words[slot]!;
    if (known >>> 16 !== length || words[slot + 1] !== first || words[slot + 2] !== last) return 0;
    for (let at = start + 4, i = slot + 3; at < end - 4; at += 4, i++) {
      if (words[i] !== text.getInt32(at, true)) return 0;
    }
    return known & 0xffff;
  }

  /** Remembers the word that the last `find` did not know. */
  add(text: DataView, start: number, end: number, count: number): void {
    const { words, slot } = this;
    const length = end - start;
    words[slot] = (length << 16) | count;
    words[slot + 1] = firstOf(text, start, length);
    words[slot + 2] = lastOf(text, end, length);
    for (let at = start + 4, i = slot + 3; at < end - 4; at += 4, i++) words[i] = text.getInt32(at, true);
  }
}

/** The first four bytes, or all of a shorter word. */
function firstOf(text: DataView, start: number, length: number): number {
  const bytes = text.getInt32(start, true);
  return length < 4 ? bytes & ((1 << (length * 8)) - 1) : bytes;
}

/** The last four bytes, some of which may be among the first. */
function lastOf(text: DataView, end: number, length: number): number {
  return length < 4 ? 0 : text.getInt32(end - 4, true);
}
