// What is wrong with lines by their counted tokens? The same answer for an open document and for a file on disk.
import type { Configuration } from '../configuration.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { LineEstimate } from '../money/estimate.ts';
import type { Finding } from './finding.ts';
import { QueueSums } from './queue.ts';

/** A finding whose line is known beside the text of the line. */
export interface LineFinding {
  readonly line: number;
  readonly finding: Finding;
}

export interface TokenCheckOptions {
  readonly dialect: Dialect;
  readonly config: Configuration;
}

/** Given the lines that were counted, in their order; those left out must not be able to pass a limit. */
export class TokenFindings {
  readonly queues: QueueSums;
  readonly #findings: LineFinding[] = [];

  constructor({ dialect, config }: TokenCheckOptions) {
    this.queues = new QueueSums(dialect, config);
  }

  get findings(): readonly LineFinding[] {
    return this.#findings;
  }

  add(line: number, { findings, model, inputTokens, inputMethod }: LineEstimate): void {
    if (findings !== undefined) for (const finding of findings) this.#findings.push({ line, finding });
    if (model === null || inputTokens === null) return;
    const finding = this.queues.add(model, inputTokens, inputMethod === 'exact');
    if (finding !== null) this.#findings.push({ line, finding });
  }
}
