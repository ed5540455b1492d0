// The lines of a file as they were checked, and beside them in packed columns what a sweep over all of them asks.
import { bytes, LineColumn, words } from '../lineColumn.ts';
import { spliced } from '../spliced.ts';
import type { LineFacts } from './checkLine.ts';
import { type IdGroup, IdGroups } from './idGroups.ts';

/** What is to be done about a line, one bit each. */
const mark = { unchecked: 1, reported: 2 } as const;

export class LineTable {
  #facts: LineFacts[] = [];
  readonly #marks = new LineColumn(bytes);
  readonly #ids = new IdGroups();
  /** Each line's group of lines with the same id. */
  readonly #groups = new LineColumn(words);
  #unchecked = 0;

  get length(): number {
    return this.#facts.length;
  }

  get facts(): readonly LineFacts[] {
    return this.#facts;
  }

  /** Some lines share an id. */
  get sharesIds(): boolean {
    return this.#ids.areShared;
  }

  hasId(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether another line has the id of this one. */
  sharesId(line: number): boolean {
    return line < this.length && (this.#ids.sizes[this.#groups.values[line] as number] as number) > 1;
  }

  splice(start: number, deleteCount: number, lines: readonly LineFacts[]): void {
    const groups = lines.map((facts) => this.#enter(facts));
    const end = Math.min(start + deleteCount, this.length);
    for (let line = start; line < end; line++) this.#leave(line);
    this.#facts = spliced(this.#facts, start, deleteCount, lines);
    this.#marks.splice(start, end - start, lines.length);
    this.#groups.splice(start, end - start, lines.length);
    for (const [index, facts] of lines.entries()) {
      this.#marks.values[start + index] = marksOf(facts);
      this.#groups.values[start + index] = groups[index] as number;
    }
  }

  push(facts: LineFacts): void {
    this.#groups.push(this.#enter(facts));
    this.#marks.push(marksOf(facts));
    this.#facts.push(facts);
  }

  /** The first line from this one on that has not been checked; null when there is none. */
  uncheckedFrom(from: number): number | null {
    const { values, length } = this.#marks;
    if (this.#unchecked === 0) return null;
    for (let line = from; line < length; line++) {
      if (((values[line] as number) & mark.unchecked) !== 0) return line;
    }
    return null;
  }

  /** Lines that are blank, or have findings or an id that others have too. */
  reported(): readonly number[] {
    const { values: marks, length } = this.#marks;
    const { values: groups } = this.#groups;
    const { sizes, areShared } = this.#ids;
    const lines: number[] = [];
    for (let line = 0; line < length; line++) {
      const isShared = areShared && (sizes[groups[line] as number] as number) > 1;
      if (isShared || ((marks[line] as number) & mark.reported) !== 0) lines.push(line);
    }
    return lines;
  }

  /** To be called before `groupOf`, once for all lines. */
  numberIds(): void {
    this.#ids.numberLines(this.#groups.values, this.length);
  }

  /** The lines that have the id of this one. */
  groupOf(line: number): IdGroup {
    return this.#ids.group(this.#groups.values[line] as number);
  }

  #enter(facts: LineFacts): number {
    if (facts.kind === 'unchecked') this.#unchecked++;
    return this.#ids.enter(facts.id);
  }

  #leave(line: number): void {
    const { kind, id } = this.#facts[line] as LineFacts;
    if (kind === 'unchecked') this.#unchecked--;
    this.#ids.leave(id, this.#groups.values[line] as number);
  }
}

function marksOf({ kind, findings }: LineFacts): number {
  return (
    (kind === 'unchecked' ? mark.unchecked : 0) |
    (findings.length > 0 || kind === 'blank' ? mark.reported : 0)
  );
}
