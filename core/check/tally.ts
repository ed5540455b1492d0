// How often each of a few names occurs, kept up to date as lines come and go.

export class Tally {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get distinct(): number {
    return this.#counts.size;
  }

  /** How often any of them occurs. */
  get total(): number {
    return this.#total;
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  add(name: string): void {
    this.#total++;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  remove(name: string): void {
    const count = this.#counts.get(name) ?? 0;
    if (count > 0) this.#total--;
    if (count > 1) this.#counts.set(name, count - 1);
    else this.#counts.delete(name);
  }

  /** Of equally frequent names the one that sorts first, so that the answer does not depend on the order of edits. */
  byFrequency(): readonly string[] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
  }

  mostFrequent(): string | null {
    let best: string | null = null;
    let bestCount = 0;
    for (const [name, count] of this.#counts) {
      if (count > bestCount || (count === bestCount && best !== null && name < best)) {
        best = name;
        bestCount = count;
      }
    }
    return best;
  }
}
