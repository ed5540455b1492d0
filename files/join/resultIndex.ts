// Where is each result? An index over result lines in any number of files, small enough for millions of lines.

/** A line of a results file by its place. */
export interface ResultPlace {
  /** Index of the file in the order given. */
  readonly file: number;
  /** 0-based. */
  readonly line: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

const none = -1;

/** Requests are known by their ordinal; each has a chain of places, kept in plain number arrays instead of objects. */
export class ResultIndex {
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #next: number[] = [];
  readonly #file: number[] = [];
  readonly #line: number[] = [];
  readonly #offset: number[] = [];
  readonly #sizeBytes: number[] = [];

  constructor(requests: number) {
    this.#first = new Int32Array(requests).fill(none);
    this.#last = new Int32Array(requests).fill(none);
  }

  add(request: number, place: ResultPlace): void {
    const at = this.#next.push(none) - 1;
    this.#file.push(place.file);
    this.#line.push(place.line);
    this.#offset.push(place.offset);
    this.#sizeBytes.push(place.sizeBytes);
    const last = this.#last[request] ?? none;
    if (last === none) this.#first[request] = at;
    else this.#next[last] = at;
    this.#last[request] = at;
  }

  /** In the order they were added. */
  placesOf(request: number): readonly ResultPlace[] {
    const places: ResultPlace[] = [];
    for (let at = this.#first[request] ?? none; at !== none; at = this.#next[at] ?? none) {
      places.push({
        file: this.#file[at] ?? 0,
        line: this.#line[at] ?? 0,
        offset: this.#offset[at] ?? 0,
        sizeBytes: this.#sizeBytes[at] ?? 0,
      });
    }
    return places;
  }
}
