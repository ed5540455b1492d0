// What do the requests of a file cost? Takes what its parts come to, in their order.
import { type Dialect, type EstimatedLine, EstimateSums, type FileKind } from '#core';
import type { FileEstimate } from './estimate.ts';
import type { PartAnswer, PartSettings } from './readPart.ts';

export class EstimateSheet {
  readonly settings: NonNullable<PartSettings['estimate']>;
  readonly #dialect: Dialect | null;
  readonly #sums = new EstimateSums();
  readonly #lines: EstimatedLine[] | null;
  #unreadableLines = 0;
  #lineCount = 0;

  /** @param kind whose file it is; requests of nobody are counted as OpenAI's. */
  constructor(kind: FileKind | null, perLine: boolean, asModel?: string) {
    this.#dialect = kind?.kind === 'requests' ? kind.dialect : null;
    this.#lines = perLine ? [] : null;
    this.settings = { provider: this.#dialect?.provider ?? 'openai', asModel };
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#lineCount;
  }

  add({ lineCount, estimates, unreadableLines }: PartAnswer): void {
    for (const [index, estimate] of estimates.entries()) {
      if (estimate === null) continue;
      this.#sums.add(estimate);
      this.#lines?.push({ line: this.#lineCount + index, estimate });
    }
    this.#lineCount += lineCount;
    this.#unreadableLines += unreadableLines;
  }

  result(): FileEstimate {
    return {
      dialect: this.#dialect,
      lines: this.#lines,
      unreadableLines: this.#unreadableLines,
      summary: this.#sums.summary(),
    };
  }
}
