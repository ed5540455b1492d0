// What do the counts of an open document's lines say of it, and is that other than what was last published?
import { type CheckLineOptions, type LineFinding, QueueSums } from '#core';
import type { LineDocument } from './lineDocument.ts';

export class TokenProblems {
  readonly #document: LineDocument;
  #published: readonly LineFinding[] = [];
  /** By place in the models of the document's estimates, under the configuration that they were asked for. */
  #limits: number[] = [];
  #limitsOf: Pick<CheckLineOptions, 'dialect' | 'config'> | null = null;

  constructor(document: LineDocument) {
    this.#document = document;
  }

  /** Of the lines counted so far; they are taken as published. */
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

  /** As `TokenFindings` of core, which reads a file from its start, would find them. */
  #find(checking: CheckLineOptions): readonly LineFinding[] {
    const { lines, file, estimates } = this.#document;
    // Of an array or pretty-printed objects only that is said.
    if (file.shape !== null) return [];
    const ofLines = estimates
      .linesWithFindings()
      .flatMap((line) => (lines[line]?.estimate?.findings ?? []).map((finding) => ({ line, finding })));
    const queues = new QueueSums(checking.dialect, checking.config);
    const ofQueues = estimates.crossings(this.#limitsFor(checking, queues)).flatMap((crossing) => {
      const { line, model, before, own } = crossing;
      queues.add(model, before.tokens, before.isExact);
      const finding = queues.add(model, own.tokens, own.isExact);
      return finding === null ? [] : [{ line, finding }];
    });
    return ofQueues.length === 0 ? ofLines : [...ofLines, ...ofQueues].sort((a, b) => a.line - b.line);
  }

  #limitsFor({ dialect, config }: CheckLineOptions, queues: QueueSums): readonly number[] {
    if (this.#limitsOf?.dialect !== dialect || this.#limitsOf.config !== config) this.#limits = [];
    this.#limitsOf = { dialect, config };
    const { models } = this.#document.estimates;
    for (let at = this.#limits.length; at < models.length; at++) {
      this.#limits.push((at === 0 ? null : queues.limitOf(models[at]?.name ?? '')) ?? Infinity);
    }
    return this.#limits;
  }
}

function isSame(a: LineFinding, b: LineFinding): boolean {
  return a.line === b.line && (a.finding === b.finding || a.finding.message === b.finding.message);
}
