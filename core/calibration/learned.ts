// What do earlier jobs and counts together say of a model, at the place where requests would be sent now?
import type { Evidence, EvidenceEntry } from './evidenceFile.ts';
import { isLoopbackPlace, ownPlaces, type Places } from './places.ts';
import type { Learned, LearnedModels } from './ratio.ts';

const dayMs = 86_400_000;
/** After so many days a piece of evidence weighs half: models behind a name change. */
const halfLifeDays = 30;
/** Fewer rows have no spread to speak of. */
const fewestRows = 3;
/** So many answers are enough to go by the latest job alone: tasks differ more than models do. */
const enoughAnswers = 30;

/**
 * What was learnt at another address does not count, but for the provider's own, which says what its models are. What was
 * learnt on this computer, where a simulator may have answered, counts there alone and for a day.
 */
export function learnedAt(entries: readonly EvidenceEntry[], places: Places, nowMs: number): LearnedModels {
  const models: Record<string, Learned> = {};
  // The provider's own first, so that what was learnt at the very place replaces it.
  const usable = entries
    .filter(({ place, provider }) => place === places[provider] || place === ownPlaces[provider])
    .sort((a, b) => Number(a.place === places[a.provider]) - Number(b.place === places[b.provider]));
  for (const { place, provider, model, evidence } of usable) {
    const current = isLoopbackPlace(place)
      ? evidence.filter(({ at }) => Math.abs(nowMs - Date.parse(at)) < dayMs)
      : evidence;
    const learned = pool(current);
    const key = `${provider}/${model}`;
    const before = models[key];
    models[key] = {
      input: learned.input ?? before?.input ?? null,
      output: learned.output ?? before?.output ?? null,
    };
  }
  return models;
}

function pool(evidence: readonly Evidence[]): Learned {
  const newestFirst = [...evidence].sort((a, b) => (a.at < b.at ? 1 : -1));
  return { input: pooledInput(newestFirst), output: chosenOutput(newestFirst) };
}

/** Rows of several jobs together, so that texts of different kinds show in the spread; later evidence weighs more. */
function pooledInput(newestFirst: readonly Evidence[]): Learned['input'] {
  const basis = newestFirst.find(({ input }) => input !== null)?.input?.basis;
  const newestMs = Date.parse(newestFirst[0]?.at ?? '');
  const sums = { rows: 0, effectiveRows: 0, estimated: 0, actual: 0, squares: 0 };
  for (const { at, input } of newestFirst) {
    if (input === null || input.basis !== basis) continue;
    const weight = 0.5 ** ((newestMs - Date.parse(at)) / dayMs / halfLifeDays);
    sums.rows += input.rows;
    sums.effectiveRows += weight * input.rows;
    sums.estimated += weight * input.estimated;
    sums.actual += weight * input.actual;
    sums.squares += weight * (input.spread ** 2 + 1) * (input.actual ** 2 / input.estimated);
  }
  if (basis === undefined || sums.rows < fewestRows) return null;
  const ratio = sums.actual / sums.estimated;
  const spread = Math.sqrt(Math.max(0, (sums.squares * sums.estimated) / sums.actual ** 2 - 1));
  return {
    ratio: Number(ratio.toPrecision(5)),
    errorPercent: errorPercentOf(spread, Math.max(2, sums.effectiveRows)),
    rows: sums.rows,
    basis,
  };
}

/** The newest that rests on enough answers; where none does, the one with the most. */
function chosenOutput(newestFirst: readonly Evidence[]): Learned['output'] {
  const found = newestFirst.flatMap(({ output }) => (output === null ? [] : [output]));
  const chosen =
    found.find(({ rows }) => rows >= enoughAnswers) ??
    found.reduce<(typeof found)[number] | null>(
      (most, one) => (most === null || one.rows > most.rows ? one : most),
      null,
    );
  return chosen === null || chosen.rows < fewestRows
    ? null
    : { tokens: chosen.meanTokens, rows: chosen.rows };
}

/** Two-sided 95 % points of Student's t by degrees of freedom from 1; beyond, 2. */
const studentT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

/** Within which 95 of 100 further rows are expected, for rows like those that were seen. @param spread of the population. */
export function errorPercentOf(spread: number, rows: number): number {
  const t = studentT[Math.round(rows) - 2] ?? 2;
  const share = t * spread * Math.sqrt(rows / (rows - 1)) * Math.sqrt(1 + 1 / rows);
  return Math.min(100, Math.max(1, Math.ceil(Number((share * 100).toPrecision(6)))));
}
