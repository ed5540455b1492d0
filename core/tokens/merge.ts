// Into how many tokens do these bytes merge? Byte pair encoding as tiktoken does it: always the neighbours whose joined
// bytes have the lowest rank, the leftmost of equals. Short pieces are merged so; in long ones the same tokens are searched.
import { emptyHash, GOES_ON, hashStep, MAY_BE_TOKEN, type Vocabulary } from './vocabulary.ts';

/** Merging takes the square of the length, searching goes with the length; from here on searching was faster. */
const searchFromBytes = 20;
/** Pieces up to here are searched without allocating anything. */
const keptBytes = 256;
const memoBits = 16;
const none = 0x7fffffff;

/**
 * Searching rests on this: tokens that stand side by side are what merging makes of a text exactly if each two neighbours
 * are what merging makes of the two of them alone. For as long as no merge has crossed a border between tokens, what
 * happens within two neighbours happens in the same order as if they were alone, so the first merge to cross the border
 * between them would cross it there, too. Hence there is one such row of tokens, and any search that finds it is right.
 */
export class Merger {
  private readonly vocabulary: Vocabulary;
  /** Of parts of a piece: where they start, and where the token of a part and its right neighbour stands. */
  private readonly starts: Int32Array;
  private readonly joined: Int32Array;
  /** Lengths and hashes of what may be a token where the search stands. */
  private readonly lengths: Int32Array;
  private readonly hashes: Int32Array;
  /** Two tokens, and whether they stay two; new pairs take the places of older ones. */
  private readonly pairsSeen = new Int32Array(2 << memoBits);
  private readonly kept = new Trail(keptBytes);

  constructor(vocabulary: Vocabulary) {
    const { maxTokenBytes } = vocabulary;
    this.vocabulary = vocabulary;
    const mostMerged = Math.max(searchFromBytes, 2 * maxTokenBytes);
    this.starts = new Int32Array(mostMerged + 1);
    this.joined = new Int32Array(mostMerged + 1);
    this.lengths = new Int32Array(maxTokenBytes);
    this.hashes = new Int32Array(maxTokenBytes);
  }

  /** @returns the number of tokens in the bytes from `start` to `end`, which are one piece, but no token as a whole. */
  count(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const isShort = length < searchFromBytes || (length < this.starts.length && looksEven(bytes, start, end));
    return isShort ? this.merge(bytes, start, end, none) : this.search(bytes, start, end);
  }

  /** @returns how many parts remain, or 0 if a merge would cross `border`. At most two tokens long. */
  private merge(bytes: Uint8Array, start: number, end: number, border: number): number {
    const { vocabulary, starts, joined } = this;
    let parts = end - start;
    for (let i = 0; i < parts; i++) {
      starts[i] = start + i;
      joined[i] = i + 1 < parts ? vocabulary.placeOfPair(bytes[start + i]!, bytes[start + i + 1]!) : 0;
    }
    starts[parts] = end;
    for (;;) {
      let lowest = none;
      let at = -1;
      for (let i = 0; i < parts - 1; i++) {
        const place = joined[i]!;
        if (place !== 0 && place < lowest) {
          lowest = place;
          at = i;
        }
      }
      if (at === -1) return parts;
      if (starts[at + 1] === border) return 0;
      parts--;
      for (let i = at + 1; i <= parts; i++) {
        starts[i] = starts[i + 1]!;
        joined[i] = joined[i + 1]!;
      }
      joined[at] = at < parts - 1 ? vocabulary.placeOf(bytes, starts[at]!, starts[at + 2]!) : 0;
      if (at > 0) joined[at - 1] = vocabulary.placeOf(bytes, starts[at - 1]!, starts[at + 1]!);
    }
  }

  /**
   * Takes the longest token that may follow the one before it, and steps back where none does. No place is tried twice:
   * the tokens before it are what merging makes of all that comes before it, so there is one way only to get there.
   */
  private search(bytes: Uint8Array, start: number, end: number): number {
    const trail = end - start <= keptBytes ? this.kept : new Trail(end - start);
    trail.count = 0;
    let stepsBack = 0;
    for (let at = start; at < end; ) {
      const length = this.goOn(trail, bytes, start, at, end);
      at += length;
      if (length > 0) continue;
      trail.deadEnds[at - start] = 1;
      stepsBack++;
      at = trail.starts[--trail.count]!;
    }
    if (stepsBack > 0) trail.deadEnds.fill(0, 0, end - start);
    return trail.count;
  }

  /** Adds a token to the trail, which has come to `at`. @returns its length, or 0 when none leads on. */
  private goOn(trail: Trail, bytes: Uint8Array, start: number, at: number, end: number): number {
    const { deadEnds } = trail;
    const repeated = trail.repeatedLength(bytes, at, end);
    if (repeated > 0 && deadEnds[at + repeated - start] === 0) {
      const place = trail.places[trail.count - 1]!;
      if (this.mayFollow(trail, bytes, place, at, repeated)) return trail.add(place, at, repeated);
    }
    for (let candidates = this.lookAhead(bytes, at, end); candidates > 0; ) {
      const length = this.lengths[--candidates]!;
      if (deadEnds[at + length - start] === 1) continue;
      const place = this.vocabulary.find(bytes, at, at + length, this.hashes[candidates]!);
      if (place !== 0 && this.mayFollow(trail, bytes, place, at, length)) {
        return trail.add(place, at, length);
      }
    }
    return 0;
  }

  /** Notes what may be a token at `at`, the longest last. @returns how many were noted. */
  private lookAhead(bytes: Uint8Array, at: number, end: number): number {
    const { vocabulary, lengths, hashes } = this;
    const most = Math.min(vocabulary.maxTokenBytes, end - at);
    let candidates = 0;
    let hash = emptyHash;
    for (let length = 1; length <= most; length++) {
      hash = hashStep(hash, bytes[at + length - 1]!);
      const seen = vocabulary.look(hash);
      if ((seen & MAY_BE_TOKEN) !== 0) {
        lengths[candidates] = length;
        hashes[candidates++] = hash;
      }
      if ((seen & GOES_ON) === 0) break;
    }
    return candidates;
  }

  /** Does merging make these two of their bytes: the last token of the trail, if there is one, and that at `middle`? */
  private mayFollow(
    trail: Trail,
    bytes: Uint8Array,
    second: number,
    middle: number,
    length: number,
  ): boolean {
    const { pairsSeen } = this;
    const last = trail.count - 1;
    const first = last < 0 ? 0 : trail.places[last]!;
    const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    const slot = (Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f) >>> (32 - memoBits)) << 1;
    const known = pairsSeen[slot + 1]!;
    if (pairsSeen[slot] === first && known >> 1 === second) return (known & 1) === 1;
    // A second place, so that two pairs that are asked for in turns do not drive each other out.
    const other = slot ^ 2;
    const knownThere = pairsSeen[other + 1]!;
    if (pairsSeen[other] === first && knownThere >> 1 === second) return (knownThere & 1) === 1;
    const end = middle + length;
    const may =
      last < 0
        ? this.merge(bytes, middle, end, none) === 1
        : this.merge(bytes, trail.starts[last]!, end, middle) === 2;
    pairsSeen[other] = pairsSeen[slot]!;
    pairsSeen[other + 1] = known;
    pairsSeen[slot] = first;
    pairsSeen[slot + 1] = (second << 1) | (may ? 1 : 0);
    return may;
  }
}

/** A run of one character, perhaps: of those any number of them makes a token or two, and a search looks at them all. */
function looksEven(bytes: Uint8Array, start: number, end: number): boolean {
  const byte = bytes[start]!;
  return bytes[start + 1] === byte && bytes[end - 1] === byte && bytes[end - 2] === byte;
}

/** The tokens found so far, and from where on there is no way to the end. */
class Trail {
  readonly places: Int32Array;
  readonly starts: Int32Array;
  readonly deadEnds: Uint8Array;
  count = 0;

  constructor(bytes: number) {
    this.places = new Int32Array(bytes);
    this.starts = new Int32Array(bytes);
    this.deadEnds = new Uint8Array(bytes + 1);
  }

  add(place: number, start: number, length: number): number {
    this.places[this.count] = place;
    this.starts[this.count++] = start;
    return length;
  }

  /** The length of the last token if its bytes come once more at `at`, or 0: in a long run the same one mostly follows. */
  repeatedLength(bytes: Uint8Array, at: number, end: number): number {
    if (this.count === 0) return 0;
    const start = this.starts[this.count - 1]!;
    const length = at - start;
    if (at + length > end) return 0;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== bytes[at + i]) return 0;
    return length;
  }
}
