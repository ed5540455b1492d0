// Where is a batch file cut into parts? Line after line into one part, until the next request would pass a limit of it.
import type { PartLimits } from './partLimits.ts';

/** What a line adds to its part. */
export interface LineWeight {
  /** False for a blank line. */
  readonly isRequest: boolean;
  /** With its terminator. */
  readonly sizeBytes: number;
  readonly embeddingInputs: number;
  /** Of its input; null: not known. */
  readonly tokens: number | null;
  readonly model: string | null;
}

/** Lines that follow each other. */
export interface FilePart {
  /** 0-based. */
  readonly firstLine: number;
  readonly lines: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly requests: number;
  /** Input tokens of the requests whose tokens are known. */
  readonly tokens: number;
  readonly uncountedRequests: number;
}

export type PartLimit = 'bytes' | 'tokens' | 'embeddingInputs' | 'queueTokens';

/** A part that is beyond a limit, because one request is. */
export interface PassedLimit {
  /** Index of the part. */
  readonly part: number;
  /** 0-based, of the request. */
  readonly line: number;
  readonly limit: PartLimit;
  readonly amount: number;
  readonly most: number;
}

interface Amount {
  readonly limit: PartLimit;
  readonly amount: number;
  readonly most: number | null;
}

interface OpenPart extends FilePart {
  lines: number;
  sizeBytes: number;
  requests: number;
  tokens: number;
  uncountedRequests: number;
  embeddingInputs: number;
  /** Of the first request; of the first line where there is none. */
  requestLine: number;
  /** Its first request is beyond a limit: no other joins it. */
  isBeyond: boolean;
  /** Tokens by model, of models whose queue has a limit. */
  readonly queues: Map<string, number>;
}

const emptyPart = {
  ...{ lines: 0, sizeBytes: 0, requests: 0, tokens: 0, uncountedRequests: 0, embeddingInputs: 0 },
  isBeyond: false,
};

export class PartCutter {
  readonly #limits: PartLimits;
  readonly #parts: FilePart[] = [];
  readonly #passed: PassedLimit[] = [];
  #open: OpenPart | null = null;

  constructor(limits: PartLimits) {
    this.#limits = limits;
  }

  /** Takes the next line of the file. */
  add(weight: LineWeight): void {
    let part = this.#open ?? this.#begin(0, 0);
    if (part.requests > 0 && this.#wouldPass(part, weight)) {
      this.#close(part);
      part = this.#begin(part.firstLine + part.lines, part.offset + part.sizeBytes);
    }
    if (weight.isRequest && part.requests === 0) part.requestLine = part.firstLine + part.lines;
    part.lines++;
    part.sizeBytes += weight.sizeBytes;
    if (!weight.isRequest) return;
    part.requests++;
    part.embeddingInputs += weight.embeddingInputs;
    part.tokens += weight.tokens ?? 0;
    if (weight.tokens === null) part.uncountedRequests++;
    else if (this.#queueOf(weight) !== null) {
      part.queues.set(weight.model ?? '', (part.queues.get(weight.model ?? '') ?? 0) + weight.tokens);
    }
    if (part.requests === 1) {
      part.isBeyond = this.#amounts(part).some(({ amount, most }) => isBeyond(amount, most));
    }
  }

  /** No part at all for a file without lines; every part but the only one has a request. */
  finish(): { readonly parts: readonly FilePart[]; readonly passed: readonly PassedLimit[] } {
    const last = this.#open;
    this.#open = null;
    const before = this.#parts.at(-1);
    if (last !== null && last.requests === 0 && before !== undefined) {
      // Blank lines alone are no file that a provider takes.
      const lines = before.lines + last.lines;
      const sizeBytes = before.sizeBytes + last.sizeBytes;
      this.#parts[this.#parts.length - 1] = { ...before, lines, sizeBytes };
    } else if (last !== null) this.#close(last);
    return { parts: this.#parts, passed: this.#passed };
  }

  #begin(firstLine: number, offset: number): OpenPart {
    this.#open = { ...emptyPart, firstLine, offset, requestLine: firstLine, queues: new Map() };
    return this.#open;
  }

  #close(part: OpenPart): void {
    const { firstLine, lines, offset, sizeBytes, requests, tokens, uncountedRequests } = part;
    for (const { limit, amount, most } of this.#amounts(part)) {
      if (most === null || amount <= most) continue;
      this.#passed.push({ part: this.#parts.length, line: part.requestLine, limit, amount, most });
    }
    this.#parts.push({ firstLine, lines, offset, sizeBytes, requests, tokens, uncountedRequests });
  }

  #wouldPass(part: OpenPart, weight: LineWeight): boolean {
    const { requests, bytes, tokens, embeddingInputs } = this.#limits;
    if (part.isBeyond || isBeyond(part.sizeBytes + weight.sizeBytes, bytes)) return true;
    if (!weight.isRequest) return false;
    if (isBeyond(part.requests + 1, requests)) return true;
    if (isBeyond(part.embeddingInputs + weight.embeddingInputs, embeddingInputs)) return true;
    if (weight.tokens === null) return false;
    if (isBeyond(part.tokens + weight.tokens, tokens)) return true;
    const queued = part.queues.get(weight.model ?? '') ?? 0;
    return isBeyond(queued + weight.tokens, this.#queueOf(weight));
  }

  #queueOf({ model }: LineWeight): number | null {
    return model === null ? null : this.#limits.queueTokensOf(model);
  }

  #amounts(part: OpenPart): readonly Amount[] {
    const { bytes, tokens, embeddingInputs, queueTokensOf } = this.#limits;
    const amounts: Amount[] = [
      { limit: 'bytes', amount: part.sizeBytes, most: bytes },
      { limit: 'tokens', amount: part.tokens, most: tokens },
      { limit: 'embeddingInputs', amount: part.embeddingInputs, most: embeddingInputs },
    ];
    for (const [model, amount] of part.queues) {
      amounts.push({ limit: 'queueTokens', amount, most: queueTokensOf(model) });
    }
    return amounts;
  }
}

function isBeyond(amount: number, most: number | null): boolean {
  return most !== null && amount > most;
}
