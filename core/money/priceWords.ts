// Whose price is it, where it is not that of the list that ships? Said before anything is paid: a file of a project that
// someone else wrote must not make a batch look cheap.

import { formatUsd } from '../figures.ts';
import type { ModelEstimate } from './estimateSummary.ts';
import type { PriceOrigin } from './modelOverride.ts';
import { totalUsd } from './prices.ts';

/** Whose price a model has, and what it costs without that. */
export type ModelPrices = Pick<ModelEstimate, 'pricedBy' | 'listedBatchUsd' | 'calibratedByProject'>;

const places: Readonly<Record<PriceOrigin, string>> = {
  settings: 'from your settings',
  project: "from the project's .llm-batch.json",
  file: 'from the file of prices',
};

/** The least trusted of those whose figures differ from the list's; null: none does. */
export function foreignPriceOrigin(
  models: readonly (ModelPrices & Pick<ModelEstimate, 'batchUsd'>)[],
): PriceOrigin | null {
  const origins = new Set(
    models
      .filter(isForeign)
      .map(({ pricedBy, calibratedByProject }) => (calibratedByProject ? 'project' : pricedBy)),
  );
  return (['project', 'file', 'settings'] as const).find((origin) => origins.has(origin)) ?? null;
}

function isForeign({
  listedBatchUsd: listed,
  batchUsd,
}: Pick<ModelEstimate, 'listedBatchUsd' | 'batchUsd'>): boolean {
  if (listed === null) return false;
  return batchUsd.input !== listed.input || batchUsd.outputMax !== listed.outputMax;
}

/**
 * Without the end of the sentence, one for each model whose figures differ: "gpt-6-luna has its price from …".
 * @param said after the figures of the list, which are those of a batch.
 */
export function foreignPriceWords(models: readonly ModelEstimate[], said = ''): readonly string[] {
  return models.flatMap((estimate) => {
    const { model, pricedBy, calibratedByProject, listedBatchUsd: listed } = estimate;
    if (!isForeign(estimate) || listed === null) return [];
    const name = model ?? 'A request without a model';
    const words = [
      ...(pricedBy === null ? [] : [`${name} has its price ${places[pricedBy]}`]),
      ...(calibratedByProject
        ? [`${pricedBy === null ? `${name}: ` : ''}its tokens are corrected by the project's .llm-batch.json`]
        : []),
    ].join(', and ');
    return [`${words}; ${pricedBy === null ? withoutWords(listed, said) : listedWords(listed, said)}`];
  });
}

function listedWords(listed: NonNullable<ModelEstimate['listedBatchUsd']>, said: string): string {
  const most = totalUsd(listed);
  if (most !== null) return `by the list that ships it is up to ${formatUsd(most)}${said}`;
  return listed.input === null
    ? 'the list that ships has none'
    : `by the list that ships the input is ${formatUsd(listed.input)}${said}`;
}

function withoutWords(listed: NonNullable<ModelEstimate['listedBatchUsd']>, said: string): string {
  const most = totalUsd(listed);
  if (most !== null) return `without that it is up to ${formatUsd(most)}${said}`;
  return `without that the input is ${listed.input === null ? 'of unknown price' : formatUsd(listed.input)}`;
}

/** USD by which the list is above what a project says, so that no budget is kept by a project's word alone. */
export function aboveProjectUsd(models: readonly ModelEstimate[]): number {
  return models.reduce((sum, { pricedBy, calibratedByProject, batchUsd, listedBatchUsd }) => {
    const [own, listed] = [totalUsd(batchUsd), listedBatchUsd === null ? null : totalUsd(listedBatchUsd)];
    if (pricedBy !== 'project' && !calibratedByProject) return sum;
    if (own === null || listed === null) return sum;
    return sum + Math.max(0, listed - own);
  }, 0);
}
