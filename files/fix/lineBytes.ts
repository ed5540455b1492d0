// The lines of a file as bytes, with what ends them, and what they become by edits of their text.
import type { LineEdit, LineFix } from '#core';
import type { ScannedFile } from './rewriting.ts';

const markBytes = 3;

export class LineBytes {
  readonly #file: ScannedFile;

  constructor(file: ScannedFile) {
    this.#file = file;
  }

  get count(): number {
    return this.#file.scan.lineCount;
  }

  of(line: number): Buffer {
    const { scan } = this.#file;
    return this.range(scan.offsetOf(line), scan.offsetOf(line + 1));
  }

  /** @param end exclusive, as `start` in bytes from the start of the file. */
  range(start: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafe(end - start);
    this.#file.input.read(bytes, start, bytes.length);
    return bytes;
  }

  after({ line, edits, codes }: LineFix): Uint8Array {
    const { head, textOf } = this.#file.scan;
    const whole = this.of(line);
    const mark = line === 0 && head.encoding === 'utf-8-bom' ? markBytes : 0;
    const kept = whole.subarray(0, codes.includes('file.bom') ? 0 : mark);
    return Buffer.concat([kept, ...edited(whole.subarray(mark), textOf(line), edits)]);
  }
}

/** The line's text is what its bytes say, so columns lead to bytes. */
function edited(bytes: Buffer, text: string, edits: readonly LineEdit[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let [column, offset] = [0, 0];
  for (const { start, end, text: added } of edits) {
    const from = offset + Buffer.byteLength(text.slice(column, start));
    parts.push(bytes.subarray(offset, from), Buffer.from(added));
    [column, offset] = [end, from + Buffer.byteLength(text.slice(start, end))];
  }
  parts.push(bytes.subarray(offset));
  return parts;
}
