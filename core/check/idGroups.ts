// Which lines share a custom_id? Kept up to date as lines come and go; line numbers are worked out when a report asks.
import { words } from '../lineColumn.ts';

/** The number of the group of lines without an id, which share nothing. */
export const noGroup = 0;

/** The lines that share an id. */
export interface IdGroup {
  readonly size: number;
  /** The first two of them, as `numberLines` found them. */
  readonly first: number;
  readonly second: number;
}

const nowhere = 0xffff_ffff;

/** Groups have numbers, so that a file's lines can keep theirs packed; the number of one that is gone is used again. */
export class IdGroups {
  readonly #numbers = new Map<string, number>();
  #sizes = words(16);
  #free: number[] = [];
  #next = noGroup + 1;
  /** Groups of two lines and more. */
  #shared = 0;
  #first = words(0);
  #second = words(0);

  /** Some lines share an id. */
  get areShared(): boolean {
    return this.#shared > 0;
  }

  /** How many lines have the id, by the number of its group. */
  get sizes(): Uint32Array {
    return this.#sizes;
  }

  has(id: string): boolean {
    return this.#numbers.has(id);
  }

  /** @returns the number of its group. */
  enter(id: string | null): number {
    if (id === null || id === '') return noGroup;
    let group = this.#numbers.get(id);
    if (group === undefined) {
      group = this.#free.pop() ?? this.#new();
      this.#numbers.set(id, group);
    }
    const size = (this.#sizes[group] ?? 0) + 1;
    this.#sizes[group] = size;
    if (size === 2) this.#shared++;
    return group;
  }

  leave(id: string | null, group: number): void {
    if (group === noGroup) return;
    const size = (this.#sizes[group] ?? 0) - 1;
    this.#sizes[group] = size;
    if (size === 1) this.#shared--;
    if (size > 0 || id === null) return;
    this.#numbers.delete(id);
    this.#free.push(group);
  }

  /** Notes the first two lines of each shared id in one pass, so that any number of equal ids costs the same. */
  numberLines(groups: Uint32Array, lineCount: number): void {
    const sizes = this.#sizes;
    if (this.#first.length < sizes.length) {
      this.#first = words(sizes.length);
      this.#second = words(sizes.length);
    }
    const first = this.#first.fill(nowhere);
    const second = this.#second;
    for (let line = 0; line < lineCount; line++) {
      const group = groups[line] as number;
      if ((sizes[group] as number) < 2) continue;
      if (first[group] === nowhere) {
        first[group] = line;
        second[group] = nowhere;
      } else if (second[group] === nowhere) second[group] = line;
    }
  }

  /** As the lines were numbered last. */
  group(number: number): IdGroup {
    return {
      size: this.#sizes[number] ?? 0,
      first: this.#first[number] ?? nowhere,
      second: this.#second[number] ?? nowhere,
    };
  }

  #new(): number {
    const group = this.#next++;
    if (group >= this.#sizes.length) {
      const sizes = words(2 * this.#sizes.length);
      sizes.set(this.#sizes);
      this.#sizes = sizes;
    }
    return group;
  }
}
