// What will these requests cost together? Sums per model and in all; one unknown part makes a total unknown, never less.

import { pricesAsOf } from '../models/catalogue.ts';
import { CacheSum, type CacheTotals } from './cacheSum.ts';
import type { Cost, CountMethod, LineEstimate } from './estimate.ts';
import type { PriceOrigin } from './modelOverride.ts';
import { addKnown, cleanUsd, KnownSum } from './prices.ts';
import type { UsdPair } from './promptCache.ts';

/** What the requests will probably use, beside the bound of what they may use. */
export interface Expectation {
  readonly outputTokens: number;
  /** How many earlier answers it rests on; null where a person said it. */
  readonly rows: number | null;
  /** USD, input and expected output together; null when a price is not known. */
  readonly batchUsd: number | null;
  readonly syncUsd: number | null;
}

/** The figures of some requests together. */
export interface EstimateTotals {
  readonly requests: number;
  readonly inputTokens: number | null;
  readonly inputMethod: CountMethod;
  readonly inputErrorPercent: number | null;
  readonly outputMaxTokens: number | null;
  /** By what earlier answers used; null where nothing is known of a request's model. */
  readonly expected: Expectation | null;
  /** Input tokens that repeat the opening of an earlier request and that the provider may take from its cache. */
  readonly cacheableInputTokens: number;
  /** What the cache could save; never taken off the other figures. */
  readonly cacheSavesUsd: UsdPair;
  /** The most that writing to a cache can add to the input; not part of the other figures. */
  readonly cacheWriteUsd: UsdPair;
  readonly batchUsd: Cost;
  readonly syncUsd: Cost;
  /** Synchronous total minus batch total at the same bound; null when either is unknown. */
  readonly savingsUsd: number | null;
}

export interface ModelEstimate extends EstimateTotals {
  /** As the requests name it; null: they name none. */
  readonly model: string | null;
  readonly known: boolean;
  /** Who set a price of it that the list does not have so; null: nobody. */
  readonly pricedBy: PriceOrigin | null;
  /** With `pricedBy` or `calibratedByProject`: in a batch by the list that ships and our own count. */
  readonly listedBatchUsd: Cost | null;
  /** A project's `.llm-batch.json` corrects the count. */
  readonly calibratedByProject: boolean;
  /** What its requests would have to say so that their opening is kept; null: nothing. */
  readonly cacheNeeds: CacheTotals['needs'];
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
  const byModel = new Map<string | null, ModelTotals>();
  for (const line of lines) {
    all.add(line);
    let group = byModel.get(line.model);
    if (group === undefined) {
      group = new ModelTotals(line);
      byModel.set(line.model, group);
    }
    group.add(line);
  }
  const models = [...byModel.values()].map((group) => group.result());
  // Openings are kept by model: the whole is the sum of them.
  return { ...all.result(), ...cacheOfAll(models), pricesAsOf, models };
}

function cacheOfAll(models: readonly ModelEstimate[]): CacheFigures {
  const sum = (figure: (model: ModelEstimate) => UsdPair): UsdPair => ({
    batch: cleanUsd(models.map((model) => figure(model).batch).reduce(addKnown, 0)),
    sync: cleanUsd(models.map((model) => figure(model).sync).reduce(addKnown, 0)),
  });
  return {
    cacheableInputTokens: models.reduce((tokens, model) => tokens + model.cacheableInputTokens, 0),
    cacheSavesUsd: sum((model) => model.cacheSavesUsd),
    cacheWriteUsd: sum((model) => model.cacheWriteUsd),
  };
}

type CacheFigures = Pick<EstimateTotals, 'cacheableInputTokens' | 'cacheSavesUsd' | 'cacheWriteUsd'>;

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
  readonly #input = new KnownSum();
  readonly #output = new KnownSum();
  readonly #batchInput = new KnownSum();
  readonly #batchOutput = new KnownSum();
  readonly #syncInput = new KnownSum();
  readonly #syncOutput = new KnownSum();
  readonly #expected = new ExpectedSum();

  add(line: LineEstimate): void {
    this.#expected.add(line);
    this.#requests++;
    if (methodRank[line.inputMethod] > methodRank[this.#method]) this.#method = line.inputMethod;
    this.#errorTokens += ((line.inputTokens ?? 0) * (line.inputErrorPercent ?? 0)) / 100;
    this.#input.add(line.inputTokens);
    this.#output.add(line.outputMaxTokens);
    this.#batchInput.add(line.batchUsd.input);
    this.#batchOutput.add(line.batchUsd.outputMax);
    this.#syncInput.add(line.syncUsd.input);
    this.#syncOutput.add(line.syncUsd.outputMax);
  }

  result(): Omit<EstimateTotals, keyof CacheFigures> {
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
      expected: this.#expected.result(batchUsd.input, syncUsd.input),
      batchUsd,
      syncUsd,
      savingsUsd: difference(totalUsd(syncUsd), totalUsd(batchUsd)),
    };
  }
}

/** Of the requests to one model. */
class ModelTotals {
  readonly #line: LineEstimate;
  readonly #totals = new Totals();
  readonly #cache = new CacheSum();
  readonly #batchWrite = new KnownSum();
  readonly #syncWrite = new KnownSum();
  readonly #listedInput = new KnownSum();
  readonly #listedOutput = new KnownSum();

  /** @param line the first of them: the model is the same for all. */
  constructor(line: LineEstimate) {
    this.#line = line;
  }

  add(line: LineEstimate): void {
    this.#totals.add(line);
    this.#cache.add(line.cacheablePrefix);
    this.#batchWrite.add(line.cacheWriteUsd.batch);
    this.#syncWrite.add(line.cacheWriteUsd.sync);
    if (line.listedBatchUsd === null) return;
    this.#listedInput.add(line.listedBatchUsd.input);
    this.#listedOutput.add(line.listedBatchUsd.outputMax);
  }

  result(): ModelEstimate {
    const { model, modelKnown: known, pricedBy, listedBatchUsd, calibratedByProject = false } = this.#line;
    const { tokens, savesUsd, needs } = this.#cache.result();
    return {
      model,
      known,
      ...this.#totals.result(),
      cacheableInputTokens: tokens,
      cacheSavesUsd: savesUsd,
      cacheWriteUsd: { batch: this.#batchWrite.total(), sync: this.#syncWrite.total() },
      pricedBy,
      listedBatchUsd:
        listedBatchUsd === null
          ? null
          : { input: this.#listedInput.total(), outputMax: this.#listedOutput.total() },
      calibratedByProject,
      cacheNeeds: needs,
    };
  }
}

/** Expected output of some requests; those that write no tokens add nothing to it. */
class ExpectedSum {
  #some = false;
  readonly #rows = new Map<string | null, number | null>();
  readonly #tokens = new KnownSum();
  readonly #batch = new KnownSum();
  readonly #sync = new KnownSum();

  add({ model, outputMaxTokens, outputExpected, expectedUsd }: LineEstimate): void {
    if (outputMaxTokens === 0) return;
    this.#some = true;
    this.#tokens.add(outputExpected?.tokens ?? null);
    this.#batch.add(expectedUsd.batch);
    this.#sync.add(expectedUsd.sync);
    if (outputExpected !== null) this.#rows.set(model, outputExpected.rows);
  }

  result(batchInput: number | null, syncInput: number | null): Expectation | null {
    const tokens = this.#some ? this.#tokens.total() : null;
    if (tokens === null) return null;
    return {
      outputTokens: Math.round(tokens),
      rows: [...this.#rows.values()].reduce(addKnown, 0),
      batchUsd: cleanUsd(addKnown(batchInput, this.#batch.total())),
      syncUsd: cleanUsd(addKnown(syncInput, this.#sync.total())),
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
