// How is a patch with lines of thousands of characters shown on a screen? Each line is cut to what surrounds its change.
import { StringDecoder } from 'node:string_decoder';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { shellWord } from './words.ts';

/** Characters shown before the first that differs. */
const lead = 24;

export class ScreenPatch {
  readonly #name: string;
  readonly #columns: number;
  readonly #terminal: Terminal;
  readonly #decoder = new StringDecoder('utf8');
  #rest: string[] = [];
  /** A line that went, until it is known what came for it. */
  #removed: string | null = null;
  #isShortened = false;

  constructor(name: string, columns: number, terminal: Terminal) {
    this.#name = name;
    this.#columns = Math.max(40, columns);
    this.#terminal = terminal;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const parts = this.#decoder.write(Buffer.from(bytes)).split('\n');
    for (const [index, part] of parts.entries()) {
      this.#rest.push(part);
      if (index < parts.length - 1) this.#line(this.#rest.splice(0).join(''));
    }
  }

  async end(): Promise<void> {
    this.#flush(null);
    if (!this.#isShortened) return;
    const file = this.#name === 'standard input' ? '-' : shellWord(this.#name);
    this.#terminal.note(
      `Shortened for the screen; a patch to apply: llm-batch check --fix --dry-run ${file} > fixes.patch`,
    );
  }

  #line(line: string): void {
    if (line.startsWith('-') && !line.startsWith('--- a/')) {
      this.#flush(null);
      this.#removed = line;
      return;
    }
    const isAdded = line.startsWith('+') && !line.startsWith('+++ b/');
    const from = this.#flush(isAdded ? line : null);
    if (isAdded) this.#print('green', line, from);
    else if (line.startsWith('@@')) this.#print('cyan', line, 0);
    else if (line.startsWith('+++') || line.startsWith('---')) this.#print('bold', line, 0);
    else this.#print('dim', line, 0);
  }

  /** Shows the line that went. @returns from where to show the one that came for it. */
  #flush(added: string | null): number {
    const removed = this.#removed;
    this.#removed = null;
    if (removed === null) return 0;
    let same = 1;
    while (added !== null && same < added.length && added[same] === removed[same]) same++;
    const from = added === null || same < this.#columns - lead ? 0 : same - lead;
    this.#print('red', removed, from);
    return from;
  }

  #print(colour: 'red' | 'green' | 'cyan' | 'bold' | 'dim', line: string, from: number): void {
    const whole = printable(
      from === 0
        ? line.slice(0, this.#columns * 2)
        : `${line[0]}…${line.slice(from, from + this.#columns * 2)}`,
    );
    const isCut = whole.length > this.#columns || line.length > this.#columns;
    if (isCut) this.#isShortened = true;
    const shown = whole.length > this.#columns ? `${whole.slice(0, this.#columns - 1)}…` : whole;
    this.#terminal.print(this.#terminal.paint(colour, shown));
  }
}
