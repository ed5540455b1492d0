// What mends a line whose custom_id others have too? The first keeps it, an exact copy goes, the rest get an ending.
import { clip } from '../check/clip.ts';
import type { Fix } from './fix.ts';
import { FreeIds } from './freeIds.ts';

/** Asked for lines of a file in their order, for as many as are listed. */
export class DuplicateFixes {
  readonly #free: FreeIds;
  /** The first line with each text. Only of listed lines, so texts may be kept: the runtime hashes each of them once. */
  readonly #firstWith = new Map<string, number>();
  readonly #textOf: (line: number) => string;

  constructor(isTaken: (id: string) => boolean, textOf: (line: number) => string) {
    this.#free = new FreeIds(isTaken);
    this.#textOf = textOf;
  }

  of(line: number, id: string, isFirst: boolean): readonly Fix[] {
    const text = this.#textOf(line);
    const repeats = this.#firstWith.get(text) ?? null;
    if (repeats === null) this.#firstWith.set(text, line);
    const unique: Fix = {
      title: `Make this id unique: ${clip(this.#free.first(id))}`,
      change: { kind: 'uniqueId' },
      safe: !isFirst && repeats === null,
    };
    if (repeats === null) return [unique];
    const title = `Remove this line; it repeats line ${repeats + 1}`;
    return [{ title, change: { kind: 'removeLine' }, safe: true }, unique];
  }
}
