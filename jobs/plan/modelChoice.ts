// Which models can a batch be made for, where its requests name none? With what each costs.
import {
  allModels,
  type Configuration,
  dialectOf,
  formatUsd,
  modelFor,
  type PricedModel,
  type Provider,
  pricesFor,
} from '#core';

export interface ModelChoice {
  readonly name: string;
  /** "$0.38 in, $1.88 out per 1 M tokens"; what it costs in a batch. */
  readonly price: string;
  /** What else a person should know of it, in one sentence; null: nothing. */
  readonly note: string | null;
}

/**
 * Those of the list that take batches of the endpoint; the project's and the person's own are not in it.
 * @param today ISO date, for prices and retirements.
 */
export function modelChoices(
  provider: Provider,
  endpoint: string | null,
  config: Configuration,
  today: string,
): readonly ModelChoice[] {
  const owner = dialectOf(provider).modelsOf;
  return allModels()
    .filter((model) => model.provider === owner && model.batchSupported !== false)
    .filter(({ status, shutdownDate }) => status !== 'shut-down' && !(shutdownDate && shutdownDate <= today))
    .filter(({ endpoints }) => endpoint === null || endpoints.length === 0 || endpoints.includes(endpoint))
    .map(({ id, shutdownDate, shutdownIsEarliest }) => {
      const note = shutdownDate === null || shutdownIsEarliest ? null : `It is shut down on ${shutdownDate}.`;
      return { name: id, price: priceOf(modelFor(id, provider, config), today), note };
    });
}

function priceOf(model: PricedModel | null, today: string): string {
  const batch = model === null ? null : pricesFor(model, today, null).batch;
  if (batch === null || batch.input === null) return 'price unknown';
  const output = batch.output === null ? '' : `, ${formatUsd(batch.output)} out`;
  return `${formatUsd(batch.input)} in${output} per 1 M tokens`;
}
