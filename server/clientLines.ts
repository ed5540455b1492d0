// Which of our lines does a client mean? LSP ends a line also at a lone CR, batch files only at LF.
import type { Position } from 'vscode-languageserver/node';

interface Line {
  readonly text: string;
  readonly carriageReturns: number;
}

/** A line of the client inside one of ours: columns, the end exclusive. */
export interface ClientLine {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Of one state of a document. */
export class ClientLines {
  readonly #lines: readonly Line[];
  /** The client's number of each line of ours; one more at the end. */
  readonly #first: Uint32Array;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
    this.#first = new Uint32Array(lines.length + 1);
    let next = 0;
    for (const [index, { carriageReturns }] of lines.entries()) {
      this.#first[index] = next;
      next += carriageReturns + 1;
    }
    this.#first[lines.length] = next;
  }

  /** Behind the last line: a line that there is not. */
  lineOf(clientLine: number): ClientLine {
    const line = this.#indexOf(clientLine);
    const { text, carriageReturns } = this.#lines[line] ?? { text: '', carriageReturns: 0 };
    let left = clientLine - (this.#first[line] ?? 0);
    let start = 0;
    if (carriageReturns > 0) for (; left > 0; left--) start = text.indexOf('\r', start) + 1;
    const end = carriageReturns > 0 ? text.indexOf('\r', start) : -1;
    return { line, start, end: end === -1 ? text.length : end };
  }

  positionOf(line: number, column: number): Position {
    const first = this.#first[line] ?? 0;
    const { text, carriageReturns } = this.#lines[line] ?? { text: '', carriageReturns: 0 };
    if (carriageReturns === 0) return { line: first, character: column };
    let start = 0;
    let passed = 0;
    for (let at = text.indexOf('\r'); at !== -1 && at < column; at = text.indexOf('\r', at + 1)) {
      start = at + 1;
      passed++;
    }
    return { line: first + passed, character: column - start };
  }

  /** The last line of ours that begins at or before the client's; the number of lines when that is behind the last. */
  #indexOf(clientLine: number): number {
    if (clientLine >= (this.#first[this.#lines.length] ?? 0)) return this.#lines.length;
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#first[middle] ?? 0) <= clientLine) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
