// The file of an open document as it is on disk: is the text the same, and what do its bytes say that no text shows?
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

export class SavedFile {
  readonly #document: LineDocument;
  /** To the best of our knowledge; strings are shared with the document. */
  #lines: readonly DocumentLine[];
  /** Counts up when its bytes may have changed; an answer about earlier ones comes too late. */
  #version = 0;
  #readVersion: number | null = null;
  #notes: readonly Note[] = [];

  constructor(document: LineDocument) {
    this.#document = document;
    this.#lines = [...document.lines];
  }

  /** The text is what it was when it was opened or last saved. */
  get isSame(): boolean {
    const { lines } = this.#document;
    return (
      lines.length === this.#lines.length &&
      lines.every((line, index) => line.text === this.#lines[index]?.text)
    );
  }

  /** The document was written to it. */
  saved(): void {
    this.#lines = [...this.#document.lines];
    this.changed();
  }

  /** Its bytes may be others now. */
  changed(): void {
    this.#version++;
  }

  /**
   * Reads the bytes unless they are known, and replaces what an earlier look found.
   * @param bytesOf null for a document that is no file; one that cannot be read now says nothing.
   * @returns whether there is anything to say or to take back.
   */
  async read(bytesOf: () => Promise<ByteFacts | null>): Promise<boolean> {
    const version = this.#version;
    if (this.#readVersion === version) return false;
    this.#readVersion = version;
    const facts = await bytesOf().catch(() => null);
    if (facts === null || version !== this.#version) return false;
    const before = this.#notes.length;
    this.#notes = notesOf(facts, this.#lines);
    return before + this.#notes.length > 0;
  }

  /** What still holds: lines that were edited since have no notes any more. */
  findings(): readonly LineFinding[] {
    const { lines } = this.#document;
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
