// What mends a line whose custom_id others have too? The first keeps it, an exact copy goes, the rest get an ending.
import { clip } from '../check/clip.ts';
import type { Fix } from './fix.ts';
import { FreeIds } from './freeIds.ts';
import { RepeatedLines } from './repeatedLines.ts';

/** For counting: the problem of each of the lines goes away when the later ones are mended. */
export const mendsDuplicates: readonly Fix[] = [
  { title: 'Make this id unique', change: { kind: 'uniqueId' }, safe: true },
];

/** Asked for lines of a file in their order, for as many as are listed. */
export class DuplicateFixes {
  readonly #free: FreeIds;
  readonly #repeated: RepeatedLines;
  readonly #textOf: (line: number) => string;

  constructor(isTaken: (id: string) => boolean, textOf: (line: number) => string) {
    this.#free = new FreeIds(isTaken);
    this.#repeated = new RepeatedLines(textOf);
    this.#textOf = textOf;
  }

  of(line: number, id: string, isFirst: boolean): readonly Fix[] {
    const repeats = this.#repeated.find(id, line, this.#textOf(line));
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
