// What do requests cost together, while some come and others go? Equal for equal requests, in whatever order they came.
import type { Cost, CountMethod, LineEstimate } from './estimate.ts';
import type { PriceOrigin } from './modelOverride.ts';
import { addKnown, cleanUsd, KnownSum, totalUsd } from './prices.ts';
import { foreignPriceOrigin, type ModelPrices } from './priceWords.ts';

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
export interface RequestTotals {
  readonly requests: number;
  readonly inputTokens: number | null;
  /** Requests whose input is not known; they make the totals unknown. */
  readonly unknownRequests: number;
  readonly inputMethod: CountMethod;
  readonly inputErrorPercent: number | null;
  readonly outputMaxTokens: number | null;
  /** By what earlier answers used; null where nothing is known of a request's model. */
  readonly expected: Expectation | null;
  readonly batchUsd: Cost;
  readonly syncUsd: Cost;
  /** Synchronous total minus batch total at the same bound; null when either is unknown. */
  readonly savingsUsd: number | null;
}

/** From the least sure to the surest; a sum is as sure as its least sure part. */
const methods = ['unknown', 'estimated', 'calibrated', 'exact'] as const satisfies readonly CountMethod[];

export class RunningTotals {
  #requests = 0;
  readonly #methods = { unknown: 0, estimated: 0, calibrated: 0, exact: 0 };
  readonly #errorTokens = new KnownSum();
  readonly #input = new KnownSum();
  readonly #output = new KnownSum();
  readonly #batchInput = new KnownSum();
  readonly #batchOutput = new KnownSum();
  readonly #syncInput = new KnownSum();
  readonly #syncOutput = new KnownSum();
  readonly #expected = new ExpectedSum();

  get requests(): number {
    return this.#requests;
  }

  add(line: LineEstimate): void {
    this.#requests++;
    this.#methods[line.inputMethod]++;
    this.#expected.add(line);
    this.#errorTokens.add(errorTokensOf(line));
    this.#input.add(line.inputTokens);
    this.#output.add(line.outputMaxTokens);
    this.#batchInput.add(line.batchUsd.input);
    this.#batchOutput.add(line.batchUsd.outputMax);
    this.#syncInput.add(line.syncUsd.input);
    this.#syncOutput.add(line.syncUsd.outputMax);
  }

  /** @param line one that was added. */
  remove(line: LineEstimate): void {
    this.#requests--;
    this.#methods[line.inputMethod]--;
    this.#expected.remove(line);
    this.#errorTokens.remove(errorTokensOf(line));
    this.#input.remove(line.inputTokens);
    this.#output.remove(line.outputMaxTokens);
    this.#batchInput.remove(line.batchUsd.input);
    this.#batchOutput.remove(line.batchUsd.outputMax);
    this.#syncInput.remove(line.syncUsd.input);
    this.#syncOutput.remove(line.syncUsd.outputMax);
  }

  result(): RequestTotals {
    const inputTokens = this.#input.total();
    const batchUsd = { input: this.#batchInput.total(), outputMax: this.#batchOutput.total() };
    const syncUsd = { input: this.#syncInput.total(), outputMax: this.#syncOutput.total() };
    const share = inputTokens ? ((this.#errorTokens.total() ?? 0) / inputTokens) * 100 : 0;
    return {
      requests: this.#requests,
      inputTokens,
      unknownRequests: this.#methods.unknown,
      inputMethod: methods.find((method) => this.#methods[method] > 0) ?? 'exact',
      inputErrorPercent: inputTokens === null ? null : Math.ceil(Number(share.toPrecision(6))),
      outputMaxTokens: this.#output.total(),
      expected: this.#expected.result(batchUsd.input, syncUsd.input),
      batchUsd,
      syncUsd,
      savingsUsd: difference(totalUsd(syncUsd), totalUsd(batchUsd)),
    };
  }
}

/** Of the requests to one model: what is true of the model is the same for all of them. */
export class ModelRunningTotals {
  readonly totals = new RunningTotals();
  readonly #line: LineEstimate;
  readonly #listedInput = new KnownSum();
  readonly #listedOutput = new KnownSum();

  /** @param line any of them. */
  constructor(line: LineEstimate) {
    this.#line = line;
  }

  add(line: LineEstimate): void {
    this.totals.add(line);
    if (line.listedBatchUsd === null) return;
    this.#listedInput.add(line.listedBatchUsd.input);
    this.#listedOutput.add(line.listedBatchUsd.outputMax);
  }

  /** @param line one that was added. */
  remove(line: LineEstimate): void {
    this.totals.remove(line);
    if (line.listedBatchUsd === null) return;
    this.#listedInput.remove(line.listedBatchUsd.input);
    this.#listedOutput.remove(line.listedBatchUsd.outputMax);
  }

  result(): RequestTotals & ModelPrices {
    const { pricedBy, listedBatchUsd, calibratedByProject = false } = this.#line;
    return {
      ...this.totals.result(),
      pricedBy,
      listedBatchUsd:
        listedBatchUsd === null
          ? null
          : { input: this.#listedInput.total(), outputMax: this.#listedOutput.total() },
      calibratedByProject,
    };
  }
}

/** What an editor shows of all requests of a document, kept up to date request by request. */
export class RunningEstimate {
  readonly #all = new RunningTotals();
  readonly #models = new Map<string | null, ModelRunningTotals>();
  #unknown = 0;

  get requests(): number {
    return this.#all.requests;
  }

  /** Requests whose input is not known. */
  get unknownRequests(): number {
    return this.#unknown;
  }

  add(line: LineEstimate): void {
    let ofModel = this.#models.get(line.model);
    if (ofModel === undefined) {
      ofModel = new ModelRunningTotals(line);
      this.#models.set(line.model, ofModel);
    }
    ofModel.add(line);
    this.#all.add(line);
    if (line.inputTokens === null) this.#unknown++;
  }

  /** @param line one that was added. */
  remove(line: LineEstimate): void {
    const ofModel = this.#models.get(line.model);
    ofModel?.remove(line);
    if (ofModel?.totals.requests === 0) this.#models.delete(line.model);
    this.#all.remove(line);
    if (line.inputTokens === null) this.#unknown--;
  }

  totals(): RequestTotals {
    return this.#all.result();
  }

  /** Whose prices decide where the list that ships has others; null: nobody's. */
  pricedBy(): PriceOrigin | null {
    return foreignPriceOrigin([...this.#models.values()].map((model) => model.result()));
  }
}

/** Expected output of some requests; those that write no tokens add nothing to it. */
class ExpectedSum {
  #some = 0;
  /** By model, for each of which all requests have the same. */
  readonly #rows = new Map<string | null, { readonly rows: number | null; requests: number }>();
  readonly #tokens = new KnownSum();
  readonly #batch = new KnownSum();
  readonly #sync = new KnownSum();

  add({ model, outputMaxTokens, outputExpected, expectedUsd }: LineEstimate): void {
    if (outputMaxTokens === 0) return;
    this.#some++;
    this.#tokens.add(outputExpected?.tokens ?? null);
    this.#batch.add(expectedUsd.batch);
    this.#sync.add(expectedUsd.sync);
    if (outputExpected === null) return;
    const known = this.#rows.get(model);
    if (known === undefined) this.#rows.set(model, { rows: outputExpected.rows, requests: 1 });
    else known.requests++;
  }

  remove({ model, outputMaxTokens, outputExpected, expectedUsd }: LineEstimate): void {
    if (outputMaxTokens === 0) return;
    this.#some--;
    this.#tokens.remove(outputExpected?.tokens ?? null);
    this.#batch.remove(expectedUsd.batch);
    this.#sync.remove(expectedUsd.sync);
    const known = outputExpected === null ? undefined : this.#rows.get(model);
    if (known !== undefined && --known.requests === 0) this.#rows.delete(model);
  }

  result(batchInput: number | null, syncInput: number | null): Expectation | null {
    const tokens = this.#some > 0 ? this.#tokens.total() : null;
    if (tokens === null) return null;
    return {
      outputTokens: Math.round(tokens),
      rows: [...this.#rows.values()].map(({ rows }) => rows).reduce(addKnown, 0),
      batchUsd: cleanUsd(addKnown(batchInput, this.#batch.total())),
      syncUsd: cleanUsd(addKnown(syncInput, this.#sync.total())),
    };
  }
}

function errorTokensOf({ inputTokens, inputErrorPercent }: LineEstimate): number {
  return ((inputTokens ?? 0) * (inputErrorPercent ?? 0)) / 100;
}

function difference(sync: number | null, batch: number | null): number | null {
  return sync === null || batch === null ? null : Number((sync - batch).toPrecision(12));
}
