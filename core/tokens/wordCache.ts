// Which words were counted already? Fixed memory, and no string kept: a slice would keep the whole text it came from.

/** Longer pieces are rare and seldom come twice. */
export const longestCachedWord = 48;

const entryCapacity = 1 << 18;
const slotCount = entryCapacity * 2;
const characterCapacity = entryCapacity * 10;

/** Words and their token counts, 10 MB when full; then forgets all. */
export class WordCache {
  /** Entry number + 1; 0 is free. */
  private readonly slots = new Uint32Array(slotCount);
  private readonly hashes = new Int32Array(entryCapacity);
  private readonly starts = new Uint32Array(entryCapacity + 1);
  private readonly counts = new Uint8Array(entryCapacity);
  private readonly characters = new Uint16Array(characterCapacity);
  private entries = 0;

  /** The hash of `text` from `start` to `end`, for `find` and `add`. */
  static hash(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  /** The count of that word, or 0 when it is not known. */
  find(text: string, start: number, end: number, hash: number): number {
    const length = end - start;
    for (let slot = hash & (slotCount - 1); ; slot = (slot + 1) & (slotCount - 1)) {
      const entry = this.slots[slot]! - 1;
      if (entry === -1) return 0;
      if (this.hashes[entry] !== hash) continue;
      const first = this.starts[entry]!;
      if (this.starts[entry + 1]! - first !== length) continue;
      let same = 0;
      while (same < length && this.characters[first + same] === text.charCodeAt(start + same)) same++;
      if (same === length) return this.counts[entry]!;
    }
  }

  /** Remembers a word that `find` did not know. `count` is at most 3 tokens a UTF-16 unit. */
  add(text: string, start: number, end: number, hash: number, count: number): void {
    let used = this.starts[this.entries]!;
    if (this.entries === entryCapacity || used + (end - start) > characterCapacity) {
      this.slots.fill(0);
      this.entries = 0;
      used = 0;
    }
    for (let i = start; i < end; i++) this.characters[used++] = text.charCodeAt(i);
    this.hashes[this.entries] = hash;
    this.counts[this.entries] = count;
    this.starts[++this.entries] = used;
    let slot = hash & (slotCount - 1);
    while (this.slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
    this.slots[slot] = this.entries;
  }
}
