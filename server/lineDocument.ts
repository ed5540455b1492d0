// An open document as an array of lines: an edit costs the lines it touches, whatever the size of the rest.

import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { BatchFile, type LineEstimate, type Place, spliced, unchecked } from '#core';
import { ClientLines } from './clientLines.ts';
import { gone, LineEstimates } from './lineEstimates.ts';
import { countCarriageReturns, type LineEnd, splitLines } from './splitLines.ts';

/** One line of an open document. Replaced, never changed, when its text changes. */
export interface DocumentLine {
  readonly text: string;
  readonly end: LineEnd;
  /** Carriage returns in the text, each of which a client takes for the end of a line. */
  readonly carriageReturns: number;
  /** Kept by `LineEstimates`, as the slot. */
  estimate: LineEstimate | null;
  slot: number;
}

/** A place in a line of ours, which ends at LF only. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

export class LineDocument {
  readonly uri: string;
  readonly file = new BatchFile();
  readonly estimates = new LineEstimates();
  version: number;
  #lines: DocumentLine[] = [];
  #generation = 0;
  #carriageReturns = 0;
  /** Line ends of two bytes. */
  #longEnds = 0;
  /** Made when a client's position is asked for in a text with lone carriage returns; null after an edit. */
  #clientLines: ClientLines | null = null;

  constructor(uri: string, version: number, text: string) {
    this.uri = uri;
    this.version = version;
    this.#replace(0, 0, text);
  }

  get lines(): readonly DocumentLine[] {
    return this.#lines;
  }

  /** Of all line ends. */
  get lineEndBytes(): number {
    return this.#lines.length - 1 + this.#longEnds;
  }

  textOf(line: number): string {
    return this.#lines[line]?.text ?? '';
  }

  /** What is to be read as JSON: a byte order mark that an editor kept in the text is a blank, so that columns stay. */
  jsonOf(line: number): string {
    const text = this.textOf(line);
    return line === 0 && text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  }

  /** Counts that were asked for in an earlier one are of no use. */
  get generation(): number {
    return this.#generation;
  }

  /** Every line is to be checked and counted again. */
  forget(): void {
    const { length } = this.#lines;
    this.#generation++;
    for (const line of this.#lines) this.estimates.reset(line);
    this.file.splice(0, length, new Array(length).fill(unchecked));
  }

  /** Applies changes in order, as LSP defines it. Positions beyond the text are taken as its nearest end. @returns the first line that changed. */
  apply(changes: readonly TextDocumentContentChangeEvent[], version: number): number {
    this.version = version;
    let first = this.#lines.length;
    for (const change of changes) {
      if (!('range' in change)) {
        this.#replace(0, this.#lines.length, change.text);
        first = 0;
        continue;
      }
      const ends = [this.fromClient(change.range.start), this.fromClient(change.range.end)] as const;
      const [start, end] = isBefore(ends[1], ends[0]) ? [ends[1], ends[0]] : ends;
      const before = this.textOf(start.line).slice(0, start.column);
      const last = this.#lines[end.line];
      // With its end: what stands before an LF decides what that end is.
      const after = last === undefined ? '' : last.text.slice(end.column) + last.end;
      this.#replace(start.line, end.line - start.line + 1, before + change.text + after);
      first = Math.min(first, start.line);
    }
    return first;
  }

  /** Where a client's position is; a position that does not exist is the nearest that does. */
  fromClient({ line, character }: Position): LinePosition {
    if (line < 0) return { line: 0, column: 0 };
    const found =
      this.#carriageReturns === 0 ? { line, start: 0, end: Infinity } : this.#mapping().lineOf(line);
    if (found.line >= this.#lines.length) return this.#end();
    const end = Math.min(found.end, this.textOf(found.line).length);
    return { line: found.line, column: Math.min(found.start + Math.max(0, character), end) };
  }

  /** As the client counts lines. The line after the last one stands for the end of the text. */
  toClient(line: number, column: number): Position {
    if (line >= this.#lines.length) {
      const end = this.#end();
      return this.toClient(end.line, end.column);
    }
    return this.#carriageReturns === 0
      ? { line, character: column }
      : this.#mapping().positionOf(line, column);
  }

  toClientRange({ line, start, endLine, end }: Place): Range {
    return { start: this.toClient(line, start), end: this.toClient(endLine, end) };
  }

  #end(): LinePosition {
    const line = this.#lines.length - 1;
    return { line, column: this.textOf(line).length };
  }

  #mapping(): ClientLines {
    this.#clientLines ??= new ClientLines(this.#lines);
    return this.#clientLines;
  }

  /** @param text with the end of the last line that it replaces. */
  #replace(start: number, deleteCount: number, text: string): void {
    const removed = this.#lines.slice(start, start + deleteCount);
    const lines = splitLines(text).map(({ text, end }): DocumentLine => {
      const carriageReturns = countCarriageReturns(text);
      return { text, end, carriageReturns, estimate: null, slot: gone };
    });
    // Only the last line of a document has no end; what stands behind one is the beginning of the next line.
    if (start + deleteCount < this.#lines.length) lines.pop();
    this.#lines = spliced(this.#lines, start, deleteCount, lines);
    this.#count(removed, -1);
    this.#count(lines, 1);
    this.#clientLines = null;
    this.estimates.splice(start, removed, lines);
    this.file.splice(start, deleteCount, new Array(lines.length).fill(unchecked));
  }

  #count(lines: readonly DocumentLine[], by: 1 | -1): void {
    for (const { end, carriageReturns } of lines) {
      if (end === '\r\n') this.#longEnds += by;
      this.#carriageReturns += by * carriageReturns;
    }
  }
}

function isBefore(a: LinePosition, b: LinePosition): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
