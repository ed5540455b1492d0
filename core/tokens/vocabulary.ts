// Which byte sequences are tokens, and which merges first? Two flat tables: a filter of half a megabyte answers most
// questions with no, the other says where in the packed tokens an answer can be read.

/** Multiplier and start of 32-bit FNV-1a: what is hashed byte by byte has the hashes of all its beginnings, too. */
const prime = 0x01000193;
export const emptyHash = 0x811c9dc5 | 0;
export const hashStep = (hash: number, byte: number): number => Math.imul(hash ^ byte, prime);

/** FNV mixes upwards only; what picks a slot are the lower bits. */
const mixed = (hash: number): number => hash ^ (hash >>> 15);

/** What the filter says of bytes: tokens begin with them and go on; they may be a token. Both with a few false alarms. */
export const GOES_ON = 1;
export const MAY_BE_TOKEN = 2;
const filterMask = (1 << 17) - 1;

/** Bits of a slot that say where the token stands; the others hold part of its hash. */
const placeBits = 21;
const placeMask = (1 << placeBits) - 1;

/** Ready in some 10 ms for 200,000 tokens; takes 4 MB with them. */
export class Vocabulary {
  /** Bytes of the longest token. */
  readonly maxTokenBytes: number;
  private readonly tokens: Uint8Array;
  private readonly slots: Int32Array;
  private readonly filter = new Int32Array(filterMask + 1);
  /** The places of all tokens of two bytes: most look-ups of a merge are of this kind. */
  private readonly pairs = new Int32Array(1 << 16);

  /** @param tokens packed; every single byte is among them. */
  constructor(tokens: Uint8Array) {
    if (tokens.length > placeMask) throw new Error('The vocabulary is too large for its table.');
    const { count, longest } = measure(tokens);
    this.tokens = tokens;
    this.maxTokenBytes = longest;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 1.25)));
    for (let place = 1; place < tokens.length; place += tokens[place - 1]! + 1) this.add(place);
  }

  /** Where the token of these bytes stands, or 0. Tokens that merge first stand first. */
  placeOf(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.maxTokenBytes) return 0;
    let hash = emptyHash;
    for (let at = start; at < end; at++) hash = hashStep(hash, bytes[at]!);
    return (this.look(hash) & MAY_BE_TOKEN) === 0 ? 0 : this.find(bytes, start, end, hash);
  }

  placeOfPair(first: number, second: number): number {
    return this.pairs[(first << 8) | second]!;
  }

  /** What is known of bytes of this hash: GOES_ON, MAY_BE_TOKEN, both or 0 in the lowest two bits; ignore the others. */
  look(hash: number): number {
    const mix = mixed(hash);
    return this.filter[(mix >>> 4) & filterMask]! >>> (mix << 1);
  }

  /** `placeOf` for bytes that may be a token, whose hash is known. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, tokens } = this;
    const length = end - start;
    const mix = mixed(hash);
    const last = slots.length - 1;
    for (let slot = mix & last; ; slot = (slot + 1) & last) {
      const entry = slots[slot]!;
      if (entry === 0) return 0;
      if ((entry ^ mix) >>> placeBits !== 0) continue;
      const place = entry & placeMask;
      if (tokens[place - 1] !== length) continue;
      let same = 0;
      while (same < length && tokens[place + same] === bytes[start + same]) same++;
      if (same === length) return place;
    }
  }

  private add(place: number): void {
    const { tokens, slots, filter } = this;
    const end = place + tokens[place - 1]!;
    if (end - place === 2) this.pairs[(tokens[place]! << 8) | tokens[place + 1]!] = place;
    let mix = 0;
    let hash = emptyHash;
    for (let at = place; at < end; at++) {
      if (at > place) filter[(mix >>> 4) & filterMask]! |= GOES_ON << (mix << 1);
      hash = hashStep(hash, tokens[at]!);
      mix = mixed(hash);
    }
    filter[(mix >>> 4) & filterMask]! |= MAY_BE_TOKEN << (mix << 1);
    const last = slots.length - 1;
    let slot = mix & last;
    while (slots[slot] !== 0) slot = (slot + 1) & last;
    slots[slot] = (mix & ~placeMask) | place;
  }
}

function measure(tokens: Uint8Array): { readonly count: number; readonly longest: number } {
  let count = 0;
  let longest = 0;
  let singles = 0;
  for (let at = 0; at < tokens.length; at += tokens[at]! + 1) {
    count++;
    if (tokens[at]! > longest) longest = tokens[at]!;
    if (tokens[at] === 1) singles++;
  }
  if (singles !== 256) throw new Error('Not every byte is a token.');
  return { count, longest };
}
