// What do the counts of an open document's lines say of it, and is that other than what was last published?
import { type CheckLineOptions, type LineFinding, TokenFindings } from '#core';
import type { LineDocument } from './lineDocument.ts';

export class TokenProblems {
  readonly #document: LineDocument;
  #published: readonly LineFinding[] = [];

  constructor(document: LineDocument) {
    this.#document = document;
  }

  /** Of the lines counted so far, in one sweep; they are taken as published. */
  publish(checking: CheckLineOptions): readonly LineFinding[] {
    this.#published = this.#find(checking);
    return this.#published;
  }

  /** Counts that came since say something else. */
  areNews(checking: CheckLineOptions): boolean {
    const found = this.#find(checking);
    const before = this.#published;
    return found.length !== before.length || found.some((one, index) => !isSame(one, before[index]!));
  }

  #find(checking: CheckLineOptions): readonly LineFinding[] {
    const { lines, file } = this.#document;
    // Of an array or pretty-printed objects only that is said.
    if (file.shape !== null) return [];
    const tokens = new TokenFindings(checking);
    for (const [line, { estimate }] of lines.entries()) if (estimate !== null) tokens.add(line, estimate);
    return tokens.findings;
  }
}

function isSame(a: LineFinding, b: LineFinding): boolean {
  return a.line === b.line && (a.finding === b.finding || a.finding.message === b.finding.message);
}
