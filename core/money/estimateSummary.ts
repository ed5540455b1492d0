// What will these requests cost together? Sums per model and in all; one unknown part makes a total unknown, never less.

import { pricesAsOf } from '../models/catalogue.ts';
import { CacheSum, type CacheTotals } from './cacheSum.ts';
import type { Cost, LineEstimate } from './estimate.ts';
import type { PriceOrigin } from './modelOverride.ts';
import { addKnown, cleanUsd, KnownSum } from './prices.ts';
import type { UsdPair } from './promptCache.ts';
import { ModelRunningTotals, type RequestTotals, RunningTotals } from './runningTotals.ts';

/** The figures of some requests together. */
export interface EstimateTotals extends RequestTotals {
  /** Input tokens that repeat the opening of an earlier request and that the provider may take from its cache. */
  readonly cacheableInputTokens: number;
  /** What the cache could save; never taken off the other figures. */
  readonly cacheSavesUsd: UsdPair;
  /** The most that writing to a cache can add to the input; not part of the other figures. */
  readonly cacheWriteUsd: UsdPair;
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
  const sums = new EstimateSums();
  for (const line of lines) sums.add(line);
  return sums.summary();
}

/** For estimates that are not kept. */
export class EstimateSums {
  readonly #all = new RunningTotals();
  readonly #byModel = new Map<string | null, ModelTotals>();

  add(line: LineEstimate): void {
    this.#all.add(line);
    let group = this.#byModel.get(line.model);
    if (group === undefined) {
      group = new ModelTotals(line);
      this.#byModel.set(line.model, group);
    }
    group.add(line);
  }

  summary(): EstimateSummary {
    const models = [...this.#byModel.values()].map((group) => group.result());
    // Openings are kept by model: the whole is the sum of them.
    return { ...this.#all.result(), ...cacheOfAll(models), pricesAsOf, models };
  }
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

/** Of the requests to one model. */
class ModelTotals {
  readonly #line: LineEstimate;
  readonly #totals: ModelRunningTotals;
  readonly #cache = new CacheSum();
  readonly #batchWrite = new KnownSum();
  readonly #syncWrite = new KnownSum();

  /** @param line the first of them: the model is the same for all. */
  constructor(line: LineEstimate) {
    this.#line = line;
    this.#totals = new ModelRunningTotals(line);
  }

  add(line: LineEstimate): void {
    this.#totals.add(line);
    this.#cache.add(line.cacheablePrefix);
    this.#batchWrite.add(line.cacheWriteUsd.batch);
    this.#syncWrite.add(line.cacheWriteUsd.sync);
  }

  result(): ModelEstimate {
    const { model, modelKnown: known } = this.#line;
    const { tokens, savesUsd, needs } = this.#cache.result();
    return {
      model,
      known,
      ...this.#totals.result(),
      cacheableInputTokens: tokens,
      cacheSavesUsd: savesUsd,
      cacheWriteUsd: { batch: this.#batchWrite.total(), sync: this.#syncWrite.total() },
      cacheNeeds: needs,
    };
  }
}
