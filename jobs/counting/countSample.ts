// What does the provider say that a sample of requests counts to, beside our estimate? Few calls at a time, each once.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AnthropicVersion,
  basisOf,
  dialectOf,
  EvidenceTally,
  errorPercentOf,
  findModel,
  isLoopbackPlace,
  type LineEstimate,
  type ModelEvidence,
  type Provider,
  partsOf,
  placeOf,
  tokenizerOf,
} from '#core';
import { keepLesson } from '../store/calibrationStore.ts';
import type { Kept } from '../store/homeFile.ts';
import type { CountingAccount } from './account.ts';
import type { CountableRequest, RemoteCounter } from './port.ts';

export interface SampleToCount {
  readonly account: CountingAccount;
  /** Whose requests they are. */
  readonly provider: Provider;
  /** Lines of requests. */
  readonly texts: readonly string[];
  /** What is estimated of each without any correction; null where a line is no request. */
  readonly estimates: readonly (LineEstimate | null)[];
  readonly anthropicVersion: AnthropicVersion;
  readonly onCounted?: ((done: number) => void) | undefined;
}

export interface ModelCount {
  readonly model: string;
  readonly requests: number;
  /** Tokens of those requests that we could estimate. */
  readonly estimated: number;
  readonly actual: number;
  /** Null when nothing was estimated. */
  readonly ratio: number | null;
  /** Within which 95 of 100 such requests are expected after the correction; null of a single one. */
  readonly errorPercent: number | null;
  /** All of them are counted exactly here, so there is nothing to correct. */
  readonly exact: boolean;
}

export interface CountReport {
  readonly counted: number;
  readonly skipped: readonly { readonly reason: string; readonly requests: number }[];
  readonly refused: readonly { readonly reason: string; readonly requests: number }[];
  readonly models: readonly ModelCount[];
  /** Why it ended early, in one sentence; null when all were asked. */
  readonly stopped: string | null;
  readonly evidence: readonly ModelEvidence[];
}

/** So many calls at once, and so long between two: far below what any provider allows. */
const atOnce = 3;
const betweenMs = 40;

/** @throws the signal's reason. */
export async function countSample(sample: SampleToCount, signal: AbortSignal): Promise<CountReport> {
  const counter = await counterFor(sample.account, sample.anthropicVersion);
  const run = new SampleRun(sample);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < sample.texts.length && run.stopped === null; at = next++) {
      await run.count(counter, at, signal);
      if (next < sample.texts.length) await sleep(betweenMs, undefined, { signal });
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  signal.throwIfAborted();
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return run.report();
}

/** Each SDK is loaded here and not before. */
async function counterFor(account: CountingAccount, version: AnthropicVersion): Promise<RemoteCounter> {
  switch (account.provider) {
    case 'openai':
      return new (await import('./openai.ts')).OpenAICounter(account);
    case 'anthropic':
      return new (await import('./anthropic.ts')).AnthropicCounter(account, version);
    case 'gemini':
      return new (await import('./gemini.ts')).GeminiCounter(account);
  }
}

interface Sums {
  requests: number;
  estimated: number;
  actual: number;
  exact: number;
}

class SampleRun {
  stopped: string | null = null;
  readonly #sample: SampleToCount;
  readonly #tally = new EvidenceTally();
  readonly #models = new Map<string, Sums>();
  readonly #skipped = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  #counted = 0;
  #done = 0;

  constructor(sample: SampleToCount) {
    this.#sample = sample;
  }

  async count(counter: RemoteCounter, at: number, signal: AbortSignal): Promise<void> {
    const estimate = this.#sample.estimates[at] ?? null;
    const request = this.#requestOf(this.#sample.texts[at] ?? '', estimate);
    if (typeof request === 'string') add(this.#skipped, request);
    else {
      const answer = await counter.count(request, signal);
      if (answer.kind === 'counted') this.#take(request.model, answer.tokens, estimate);
      else if (answer.kind === 'skipped') add(this.#skipped, answer.reason);
      else if (answer.kind === 'refused') add(this.#refused, answer.reason);
      else this.stopped ??= answer.message;
    }
    this.#sample.onCounted?.(++this.#done);
  }

  report(): CountReport {
    const evidence = this.#tally.result();
    return {
      counted: this.#counted,
      skipped: [...this.#skipped].map(([reason, requests]) => ({ reason, requests })),
      refused: [...this.#refused].map(([reason, requests]) => ({ reason, requests })),
      models: [...this.#models].map(([model, sums]) => modelCount(model, sums, evidence)),
      stopped: this.stopped,
      evidence,
    };
  }

  /** @returns why not, as a clause. */
  #requestOf(text: string, estimate: LineEstimate | null): CountableRequest | string {
    const { provider } = this.#sample;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return 'lines that are no requests';
    }
    const { endpoint, body } = partsOf(parsed, dialectOf(provider));
    const model = estimate?.model ?? null;
    if (model === null) return 'requests without a model';
    if (endpoint === null || body === null) return 'lines that are no requests';
    return { url: endpoint.url, model, body };
  }

  #take(model: string, tokens: number, estimate: LineEstimate | null): void {
    const { provider } = this.#sample;
    this.#counted++;
    const id = findModel(model, provider)?.id ?? model;
    const sums = this.#models.get(id) ?? { requests: 0, estimated: 0, actual: 0, exact: 0 };
    this.#models.set(id, sums);
    sums.requests++;
    if (estimate?.inputMethod === 'exact') sums.exact++;
    if (estimate === null || estimate.inputTokens === null) return;
    sums.estimated += estimate.inputTokens;
    sums.actual += tokens;
    this.#tally.add({
      model: id,
      basis: basisOf(tokenizerOf(model, provider)),
      estimatedTokens: estimate.inputTokens,
      method: estimate.inputMethod,
      inputTokens: tokens,
      outputTokens: null,
    });
  }
}

function modelCount(model: string, sums: Sums, evidence: readonly ModelEvidence[]): ModelCount {
  const { requests, estimated, actual, exact } = sums;
  const input = evidence.find((one) => one.model === model)?.input ?? null;
  return {
    model,
    requests,
    estimated,
    actual,
    ratio: estimated === 0 ? null : Number((actual / estimated).toPrecision(5)),
    errorPercent: input === null || input.rows < 2 ? null : errorPercentOf(input.spread, input.rows),
    exact: exact === requests,
  };
}

function add(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

/** Keeps what was learnt; what the simulator made up is not. */
export async function keepCount(
  home: string,
  { account }: Pick<SampleToCount, 'account'>,
  { evidence }: CountReport,
  nowMs: number,
): Promise<Kept> {
  const at = new Date(nowMs).toISOString();
  const place = placeOf(account.baseUrl);
  if (account.simulated)
    return { kind: 'notKept', message: 'The simulator makes its counts up, so nothing is kept.' };
  if (evidence.length === 0)
    return { kind: 'notKept', message: 'There is nothing to correct, so nothing is kept.' };
  const { provider } = account;
  return keepLesson(home, { id: `count-${at}`, source: 'count', at, place, provider, models: evidence });
}

/** What is said of where a correction holds. */
export function keptWords({ baseUrl }: CountingAccount): string {
  const place = placeOf(baseUrl);
  return isLoopbackPlace(place)
    ? `kept for a day, for requests to ${place} alone`
    : 'kept for the next estimates';
}
