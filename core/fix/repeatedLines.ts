// Is this line, as a whole, one that was there before? Remembers a number for each line, not its text.

export class RepeatedLines {
  readonly #textOf: (line: number) => string;
  readonly #lines = new Map<string, Map<number, number[]>>();

  /** @param textOf the text of a line that was asked about before. */
  constructor(textOf: (line: number) => string) {
    this.#textOf = textOf;
  }

  /**
   * Asked in the order of the lines.
   * @param key what lines share that can be equal at all.
   * @returns the first line that is equal, or null; then the line is remembered.
   */
  find(key: string, line: number, text: string): number | null {
    let ofKey = this.#lines.get(key);
    if (ofKey === undefined) {
      ofKey = new Map();
      this.#lines.set(key, ofKey);
    }
    const hash = hashOf(text);
    const candidates = ofKey.get(hash);
    if (candidates === undefined) ofKey.set(hash, [line]);
    else {
      const equal = candidates.find((candidate) => this.#textOf(candidate) === text);
      if (equal !== undefined) return equal;
      candidates.push(line);
    }
    return null;
  }
}

/** 53 bits of two 32-bit multiplicative hashes; equal ones are compared as texts. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (low >>> 0) + (high & 0x1fffff) * 0x100000000;
}
