// How far off are our estimates by experience? The correction of a model's input count, and what its answers use.
import type { CalibrationEntry, Configuration } from '../configuration.ts';
import type { Provider } from '../dialects/dialect.ts';
import { bestMatch } from '../globs.ts';
import type { CountMethod } from '../money/estimate.ts';
import type { CountedRequest } from '../tokens/requestTokens.ts';
import { familyOf } from './places.ts';

/** What earlier jobs and counts taught of a model. */
export interface Learned {
  readonly input: {
    readonly ratio: number;
    readonly errorPercent: number;
    /** How many rows it rests on. */
    readonly rows: number;
    /** Holds only for what is estimated in this way: see `basisOf`. */
    readonly basis: string;
  } | null;
  readonly output: { readonly tokens: number; readonly rows: number } | null;
}

/** By `learnedKey`. */
export type LearnedModels = Readonly<Record<string, Learned>>;

export function learnedKey(provider: Provider, model: string): string {
  return `${familyOf(provider)}/${model}`;
}

export interface Correction {
  readonly ratio: number;
  readonly errorPercent: number;
  readonly origin?: 'project';
}

/** What a request to a model is expected to answer, on average. */
export interface ExpectedOutput {
  readonly tokens: number;
  /** How many answers it is the mean of; null where a person said it. */
  readonly rows: number | null;
}

/**
 * What is said in settings or the project goes before what was learnt.
 * @param names what the model is called in the catalogue and in requests, the preferred first.
 * @param basis how it is estimated now.
 */
export function calibrationFor(
  provider: Provider,
  names: readonly string[],
  config: Pick<Configuration, 'calibration' | 'learned'>,
  basis: string,
): {
  readonly input: Correction | null;
  /** The same without what a project says. */
  readonly ownInput: Correction | null;
  readonly output: ExpectedOutput | null;
} {
  const stated = statedFor(provider, names, config);
  const learned = learnedFor(provider, names, config);
  const input = learned?.input?.basis === basis ? learned.input : null;
  return {
    input: stated ?? input,
    ownInput: stated?.origin === 'project' ? input : (stated ?? input),
    output: stated?.outputTokens ? { tokens: stated.outputTokens, rows: null } : (learned?.output ?? null),
  };
}

function learnedFor(
  provider: Provider,
  names: readonly string[],
  { learned }: Pick<Configuration, 'learned'>,
): Learned | null {
  if (isEmpty(learned)) return null;
  return names.map((name) => learned[learnedKey(provider, name)]).find(Boolean) ?? null;
}

/** As both are with most people: asked for every line. */
function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

function statedFor(
  provider: Provider,
  names: readonly string[],
  { calibration }: Pick<Configuration, 'calibration'>,
): CalibrationEntry | null {
  if (isEmpty(calibration)) return null;
  return bestMatch(calibration, [...names, ...names.map((name) => `${provider}/${name}`)]);
}

export type CorrectedRequest = Omit<CountedRequest, 'method'> & { readonly method: CountMethod };

/** An exact count stays as it is, and what is not known stays unknown. */
export function corrected(counted: CountedRequest, correction: Correction | null): CorrectedRequest {
  if (correction === null || counted.tokens === null || counted.method !== 'estimated') return counted;
  const { ratio, errorPercent } = correction;
  const prefix =
    counted.prefix === null ? null : { ...counted.prefix, tokens: Math.round(counted.prefix.tokens * ratio) };
  return {
    ...counted,
    tokens: Math.round(counted.tokens * ratio),
    method: 'calibrated',
    errorPercent,
    prefix,
  };
}
