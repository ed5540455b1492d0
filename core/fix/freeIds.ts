// Which id has no other line? `review-1-2`, `review-1-3` …: any number of equal ids costs the same.

/** The shortest length that some provider refuses to pass. */
const longestId = 64;

export class FreeIds {
  readonly #isTaken: (id: string) => boolean;
  readonly #given = new Set<string>();
  /** Of each beginning, the first number that was not found taken; ids that are cut share theirs. */
  readonly #next = new Map<string, number>();

  /** @param isTaken whether some line of the file has the id. */
  constructor(isTaken: (id: string) => boolean) {
    this.#isTaken = isTaken;
  }

  has(id: string): boolean {
    return this.#given.has(id) || this.#isTaken(id);
  }

  /** The first free id that begins like another; asking does not take it. */
  first(id: string): string {
    for (let number = 2; ; ) {
      const beginning = beginningOf(id, number);
      const known = this.#next.get(beginning) ?? 0;
      if (known > number) {
        number = known;
        continue;
      }
      const free = `${beginning}-${number}`;
      if (!this.has(free)) return free;
      this.#next.set(beginning, ++number);
    }
  }

  take(id: string): string {
    const free = this.first(id);
    this.#given.add(free);
    return free;
  }

  /** For a line without an id. @param line 0-based. */
  firstForLine(line: number): string {
    const id = `request-${line + 1}`;
    return this.has(id) ? this.first(id) : id;
  }

  takeForLine(line: number): string {
    const free = this.firstForLine(line);
    this.#given.add(free);
    return free;
  }
}

/** What stands before `-number`. An id that is not too long does not become so: its end makes room. */
function beginningOf(id: string, number: number): string {
  const room = longestId - `-${number}`.length;
  if (id.length > longestId || id.length <= room) return id;
  return id.slice(0, room).replace(/[\ud800-\udbff]$/, '');
}
