// Counts the tokens of a document's lines on the slow lane, a batch at a time, each line once per text.
import type { LineEstimate } from '#core';
import type { DocumentLine, LineDocument } from './lineDocument.ts';

export interface LineTokensPorts {
  /** Aborted when the document is closed. */
  readonly signal: AbortSignal;
  estimate(
    texts: readonly string[],
    interactive: boolean,
    signal: AbortSignal,
  ): Promise<readonly (LineEstimate | null)[]>;
  /** Counts of some lines arrived. */
  counted(): void;
  failed(error: unknown): void;
}

/** Lines and characters sent to a counting worker at a time. */
const batchLines = 256;
const batchCharacters = 1 << 18;
/** So few were typed rather than opened: they are counted before whole files. */
const fewLines = 8;

export class LineTokens {
  readonly #document: LineDocument;
  readonly #ports: LineTokensPorts;
  /** Of all lines before this one somebody asked for the tokens, or they are no requests. */
  #uncountedFrom = 0;
  #counting = false;

  constructor(document: LineDocument, ports: LineTokensPorts) {
    this.#document = document;
    this.#ports = ports;
  }

  get counting(): boolean {
    return this.#counting;
  }

  /** Lines from this one on are others, or others of them were checked. */
  changed(firstLine: number): void {
    this.#uncountedFrom = Math.min(this.#uncountedFrom, firstLine);
  }

  /** Counts the lines that have no count yet. Never rejects. */
  async count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    const { signal } = this.#ports;
    let failed = false;
    for (let lines = this.#take(); lines.length > 0; lines = this.#take()) {
      const { generation } = this.#document;
      try {
        const texts = lines.map(({ text }) => (text.startsWith('\ufeff') ? text.slice(1) : text));
        const estimates = await this.#ports.estimate(texts, lines.length <= fewLines, signal);
        if (generation !== this.#document.generation) continue;
        for (const [index, line] of lines.entries())
          this.#document.estimates.set(line, estimates[index] ?? null);
      } catch (error) {
        if (signal.aborted) return;
        // One of these lines may be the cause: they are not sent again until they change.
        for (const line of lines) this.#document.estimates.fail(line);
        if (!failed) this.#ports.failed(error);
        failed = true;
      }
      this.#ports.counted();
    }
    this.#counting = false;
    this.#ports.counted();
  }

  #take(): DocumentLine[] {
    const taken: DocumentLine[] = [];
    let characters = 0;
    const { lines, file, estimates } = this.#document;
    while (taken.length < batchLines && characters < batchCharacters) {
      const index = estimates.waitingFrom(this.#uncountedFrom);
      const line = lines[index];
      if (line === undefined) {
        this.#uncountedFrom = index;
        break;
      }
      this.#uncountedFrom = index + 1;
      if (file.factsOf(index)?.kind !== 'request') continue;
      estimates.sent(line);
      taken.push(line);
      characters += line.text.length;
    }
    return taken;
  }
}
