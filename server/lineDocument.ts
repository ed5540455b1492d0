// An open document as an array of lines: an edit costs the lines it touches, whatever the size of the rest.

import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { BatchFile, type LineEstimate, unchecked } from '#core';

/** One line of an open document. Replaced, never changed, when its text changes. */
export interface DocumentLine {
  readonly text: string;
  estimate: LineEstimate | null;
  /** `sent` also once the estimate is there. */
  count: 'waiting' | 'sent' | 'failed';
}

export class LineDocument {
  readonly uri: string;
  readonly file = new BatchFile();
  version: number;
  #lines: DocumentLine[] = [];

  constructor(uri: string, version: number, text: string) {
    this.uri = uri;
    this.version = version;
    this.#replace(0, 0, text);
  }

  get lines(): readonly DocumentLine[] {
    return this.#lines;
  }

  textOf(line: number): string {
    return this.#lines[line]?.text ?? '';
  }

  /** Applies changes in order, as LSP defines it. Positions beyond the text are taken as its nearest end. */
  apply(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    this.version = version;
    for (const change of changes) {
      if (!('range' in change)) {
        this.#replace(0, this.#lines.length, change.text);
        continue;
      }
      const { start, end } = this.#clamp(change.range);
      const before = this.textOf(start.line).slice(0, start.character);
      const after = this.textOf(end.line).slice(end.character);
      this.#replace(start.line, end.line - start.line + 1, before + change.text + after);
    }
  }

  #clamp(range: Range): Range {
    const clamp = ({ line, character }: Position): Position => {
      if (line < 0) return { line: 0, character: 0 };
      if (line >= this.#lines.length) {
        const last = this.#lines.length - 1;
        return { line: last, character: this.textOf(last).length };
      }
      return { line, character: Math.max(0, Math.min(character, this.textOf(line).length)) };
    };
    return { start: clamp(range.start), end: clamp(range.end) };
  }

  #replace(start: number, deleteCount: number, text: string): void {
    const lines = splitLines(text).map(
      (line): DocumentLine => ({ text: line, estimate: null, count: 'waiting' }),
    );
    if (lines.length === deleteCount) {
      for (const [index, line] of lines.entries()) this.#lines[start + index] = line;
    } else {
      this.#lines = [...this.#lines.slice(0, start), ...lines, ...this.#lines.slice(start + deleteCount)];
    }
    this.file.splice(start, deleteCount, new Array(lines.length).fill(unchecked));
  }
}

/** As LSP and VS Code count lines, so that positions agree with the client's. */
function splitLines(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
}
