// Where are the lines of a file? Two numbers for each, as there may be millions.

export class LinePlaces {
  #offsets = new Float64Array(1024);
  #sizes = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(offset: number, sizeBytes: number): void {
    if (this.#count === this.#offsets.length) {
      const [offsets, sizes] = [this.#offsets, this.#sizes];
      this.#offsets = new Float64Array(this.#count * 2);
      this.#offsets.set(offsets);
      this.#sizes = new Float64Array(this.#count * 2);
      this.#sizes.set(sizes);
    }
    this.#offsets[this.#count] = offset;
    this.#sizes[this.#count++] = sizeBytes;
  }

  at(line: number): { readonly offset: number; readonly sizeBytes: number } {
    return { offset: this.#offsets[line] ?? 0, sizeBytes: this.#sizes[line] ?? 0 };
  }
}
