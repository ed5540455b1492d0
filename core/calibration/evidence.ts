// What did rows really use, against what was estimated of them? Sums by model, small enough to keep and to pool later.
import type { Tokenizer } from '../models/catalogue.ts';
import type { CountMethod } from '../money/estimate.ts';

/** Sums over the rows whose input was estimated; rows counted exactly need no correction. */
export interface InputEvidence {
  readonly rows: number;
  /** Tokens as estimated without any correction, and as the provider counted them. */
  readonly estimated: number;
  readonly actual: number;
  /** Relative standard deviation of the rows' own ratios around the common one, each row weighed by its tokens. */
  readonly spread: number;
  /** How they were estimated: what was learnt of another way of counting says nothing of this one. */
  readonly basis: string;
}

/** What answers used: tokens per request. */
export interface OutputEvidence {
  readonly rows: number;
  readonly meanTokens: number;
  /** Relative standard deviation. */
  readonly spread: number;
}

export interface ModelEvidence {
  /** The catalogue's id, or the name in the requests where it has none. */
  readonly model: string;
  readonly input: InputEvidence | null;
  readonly output: OutputEvidence | null;
}

/** One row: its request as estimated, and what the provider says it used. */
export interface UsedRow {
  readonly model: string;
  readonly basis: string;
  readonly estimatedTokens: number | null;
  readonly method: CountMethod;
  readonly inputTokens: number;
  /** Null where nothing was answered: a provider's count of a request. */
  readonly outputTokens: number | null;
}

/** To be raised when requests are walked or framed otherwise, so that earlier evidence is not taken for the new way. */
const countingVersion = 1;

export function basisOf({ encoding, ratio }: Tokenizer): string {
  return `${countingVersion}:${encoding}*${ratio}`;
}

/** A model can have that many names in one file before the rest is left out. */
const mostModels = 50;
/** Beyond it something else is measured than the same text in other tokens. */
const highestRatio = 20;

export class EvidenceTally {
  readonly #models = new Map<string, ModelSums>();

  add(row: UsedRow): void {
    let sums = this.#models.get(row.model);
    if (sums === undefined) {
      if (this.#models.size >= mostModels) return;
      sums = new ModelSums(row.basis);
      this.#models.set(row.model, sums);
    }
    sums.add(row);
  }

  /** Models of which nothing can be said are left out. */
  result(): readonly ModelEvidence[] {
    return [...this.#models]
      .map(([model, sums]) => ({ model, input: sums.input(), output: sums.output() }))
      .filter(({ input, output }) => input !== null || output !== null);
  }
}

class ModelSums {
  readonly #basis: string;
  #rows = 0;
  #estimated = 0;
  #actual = 0;
  #squares = 0;
  #answers = 0;
  #output = 0;
  #outputSquares = 0;

  constructor(basis: string) {
    this.#basis = basis;
  }

  add({ estimatedTokens, method, inputTokens, outputTokens, basis }: UsedRow): void {
    if (method === 'estimated' && estimatedTokens && inputTokens > 0 && basis === this.#basis) {
      this.#rows++;
      this.#estimated += estimatedTokens;
      this.#actual += inputTokens;
      this.#squares += inputTokens ** 2 / estimatedTokens;
    }
    if (outputTokens === null) return;
    this.#answers++;
    this.#output += outputTokens;
    this.#outputSquares += outputTokens ** 2;
  }

  input(): InputEvidence | null {
    const [rows, estimated, actual] = [this.#rows, this.#estimated, this.#actual];
    const ratio = actual / estimated;
    if (rows === 0 || ratio > highestRatio || ratio < 1 / highestRatio) return null;
    // Σ w (r/R − 1)² with w = e/Σe and r = a/e, for R = Σa/Σe.
    const spread = Math.sqrt(Math.max(0, (this.#squares * estimated) / actual ** 2 - 1));
    return { rows, estimated, actual, spread: rounded(spread), basis: this.#basis };
  }

  output(): OutputEvidence | null {
    const rows = this.#answers;
    const meanTokens = this.#output / rows;
    // Vectors and verdicts are no tokens.
    if (rows === 0 || meanTokens === 0) return null;
    const variance = Math.max(0, this.#outputSquares / rows - meanTokens ** 2);
    return { rows, meanTokens: rounded(meanTokens), spread: rounded(Math.sqrt(variance) / meanTokens) };
  }
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(6));
}
