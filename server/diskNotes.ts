// What the bytes of a saved file say and the text of its document no longer shows, kept at the lines it concerns.
import type { Finding } from '#core';
import { type ByteFacts, encodingFindings } from '#files';
import type { DocumentLine, LineDocument } from './lineDocument.ts';

export interface LineFinding {
  readonly line: number;
  readonly finding: Finding;
}

interface Note {
  /** Null for what concerns the whole file: it holds until the file is saved otherwise. */
  readonly line: DocumentLine | null;
  readonly finding: Finding;
}

export class DiskNotes {
  #notes: readonly Note[] = [];

  /**
   * Replaces what an earlier look at the file found.
   * @param lines of the document as it was saved.
   * @returns whether there is anything to say or to take back.
   */
  take(facts: ByteFacts, lines: readonly DocumentLine[]): boolean {
    const before = this.#notes.length;
    this.#notes = notesOf(facts, lines);
    return before + this.#notes.length > 0;
  }

  /** What still holds: lines that were edited since have no notes any more. */
  findingsIn({ lines }: LineDocument): readonly LineFinding[] {
    if (this.#notes.length === 0) return [];
    const found: LineFinding[] = [];
    const byLine = new Map<DocumentLine, Finding[]>();
    for (const { line, finding } of this.#notes) {
      const ofLine = line === null ? undefined : byLine.get(line);
      if (line === null) found.push({ line: 0, finding });
      else if (ofLine === undefined) byLine.set(line, [finding]);
      else ofLine.push(finding);
    }
    if (byLine.size === 0) return found;
    for (const [index, line] of lines.entries()) {
      for (const finding of byLine.get(line) ?? []) found.push({ line: index, finding });
    }
    return found;
  }
}

function notesOf(facts: ByteFacts, lines: readonly DocumentLine[]): readonly Note[] {
  const notes: Note[] = [];
  let saidCr = false;
  for (const { line, finding } of encodingFindings(facts)) {
    const ofFile = finding.code === 'file.bom' || !facts.encoding.startsWith('utf-8');
    const atLine = lines[line] ?? null;
    if (ofFile || finding.where.kind === 'span') {
      notes.push({ line: ofFile ? null : atLine, finding });
    } else if (!saidCr && atLine?.carriageReturns === 0) {
      // The editor shows lines where the file has carriage returns: from the second on, no line stands where the file says.
      notes.push({ line: atLine, finding });
      saidCr = true;
    }
  }
  return notes;
}
