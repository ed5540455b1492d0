// Which id has no other line? `review-1-2`, `review-1-3` …: any number of equal ids costs the same.
import { openaiLimits } from '../limits.ts';

export class FreeIds {
  readonly #isTaken: (id: string) => boolean;
  readonly #given = new Set<string>();
  /** Of each id, the first ending that was not found taken. */
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
    let number = this.#next.get(id) ?? 2;
    while (this.has(withEnding(id, number))) number++;
    this.#next.set(id, number);
    return withEnding(id, number);
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

/** An id that is not too long does not become so: its end makes room. */
function withEnding(id: string, number: number): string {
  const ending = `-${number}`;
  const longest = openaiLimits.warnCustomIdLength;
  if (id.length > longest || id.length + ending.length <= longest) return id + ending;
  return id.slice(0, longest - ending.length).replace(/[\ud800-\udbff]$/, '') + ending;
}
