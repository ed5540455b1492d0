// What will these requests cost together? Sums per model and in all; one unknown part makes a total unknown, never less.
import { pricesAsOf } from './catalogue.ts';
import type { Cost, CountMethod, LineEstimate } from './estimate.ts';
import { addKnown, KnownSum } from './prices.ts';

/** The figures of some requests together. */
export interface EstimateTotals {
  readonly requests: number;
  readonly inputTokens: number | null;
  readonly inputMethod: CountMethod;
  readonly inputErrorPercent: number | null;
  readonly outputMaxTokens: number | null;
  /** Input tokens that repeat the opening of an earlier request and that the provider may take from its cache. */
  readonly cacheableInputTokens: number;
  readonly batchUsd: Cost;
  readonly syncUsd: Cost;
  /** Synchronous total minus batch total at the same bound; null when either is unknown. */
  readonly savingsUsd: number | null;
}

export interface ModelEstimate extends EstimateTotals {
  /** As the requests name it; null: they name none. */
  readonly model: string | null;
  readonly known: boolean;
}

export interface EstimateSummary extends EstimateTotals {
  /** ISO date. */
  readonly pricesAsOf: string;
  /** In the order of their first request. */
  readonly models: readonly ModelEstimate[];
}

/** Reads the estimates once. No requests at all cost nothing, exactly. */
export function summarizeEstimates(lines: Iterable<LineEstimate>): EstimateSummary {
  const all = new Totals();
  const byModel = new Map<string | null, { readonly totals: Totals; readonly known: boolean }>();
  for (const line of lines) {
    all.add(line);
    let group = byModel.get(line.model);
    if (group === undefined) {
      group = { totals: new Totals(), known: line.modelKnown };
      byModel.set(line.model, group);
    }
    group.totals.add(line);
  }
  const models = [...byModel].map(([model, { totals, known }]) => ({ model, known, ...totals.result() }));
  const cacheableInputTokens = models.reduce((sum, model) => sum + model.cacheableInputTokens, 0);
  return { ...all.result(), cacheableInputTokens, pricesAsOf, models };
}

/** From the surest to the least sure; a sum is as sure as its least sure part. */
const methodRank: Readonly<Record<CountMethod, number>> = {
  exact: 0,
  calibrated: 1,
  estimated: 2,
  unknown: 3,
};

class Totals {
  #requests = 0;
  #method: CountMethod = 'exact';
  #errorTokens = 0;
  #cacheable = 0;
  readonly #prefixes = new Set<string>();
  readonly #input = new KnownSum();
  readonly #output = new KnownSum();
  readonly #batchInput = new KnownSum();
  readonly #batchOutput = new KnownSum();
  readonly #syncInput = new KnownSum();
  readonly #syncOutput = new KnownSum();

  add(line: LineEstimate): void {
    this.#requests++;
    if (methodRank[line.inputMethod] > methodRank[this.#method]) this.#method = line.inputMethod;
    this.#errorTokens += ((line.inputTokens ?? 0) * (line.inputErrorPercent ?? 0)) / 100;
    this.#input.add(line.inputTokens);
    this.#output.add(line.outputMaxTokens);
    this.#batchInput.add(line.batchUsd.input);
    this.#batchOutput.add(line.batchUsd.outputMax);
    this.#syncInput.add(line.syncUsd.input);
    this.#syncOutput.add(line.syncUsd.outputMax);
    const prefix = line.cacheablePrefix;
    if (prefix === null) return;
    if (this.#prefixes.has(prefix.key)) this.#cacheable += prefix.tokens;
    else this.#prefixes.add(prefix.key);
  }

  result(): EstimateTotals {
    const inputTokens = this.#input.total();
    const batchUsd = { input: this.#batchInput.total(), outputMax: this.#batchOutput.total() };
    const syncUsd = { input: this.#syncInput.total(), outputMax: this.#syncOutput.total() };
    const share = inputTokens ? (this.#errorTokens / inputTokens) * 100 : 0;
    return {
      requests: this.#requests,
      inputTokens,
      inputMethod: this.#method,
      inputErrorPercent: inputTokens === null ? null : Math.ceil(Number(share.toPrecision(6))),
      outputMaxTokens: this.#output.total(),
      cacheableInputTokens: this.#cacheable,
      batchUsd,
      syncUsd,
      savingsUsd: difference(totalUsd(syncUsd), totalUsd(batchUsd)),
    };
  }
}

/** Input and output together, at the bound. */
export function totalUsd(cost: Cost): number | null {
  return addKnown(cost.input, cost.outputMax);
}

function difference(sync: number | null, batch: number | null): number | null {
  return sync === null || batch === null ? null : Number((sync - batch).toPrecision(12));
}
