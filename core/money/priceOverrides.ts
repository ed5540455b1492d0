// Which model does a name mean, at which prices? The list that ships, a price file over it, a person's own figures over both.

import { clip } from '../check/clip.ts';
import type { Configuration } from '../configuration.ts';
import { type Provider, providers } from '../dialects/dialect.ts';
import { bestMatch } from '../globs.ts';
import { type Model, providerFacts } from '../models/catalogue.ts';
import { catalogueProvider, findModel } from '../models/models.ts';
import { overridden, type PricedModel } from './applyOverride.ts';
import type { ModelOverride } from './modelOverride.ts';
import { overridesOf, type PriceTable } from './priceTable.ts';

export type { PricedModel } from './applyOverride.ts';

/** Of so many names per configuration the answer is kept; a file may name a new one on each line. */
const mostKept = 1000;
const kept = new WeakMap<Configuration, Map<string, PricedModel | null>>();

/**
 * The one lookup of check and estimate. A model that only an override knows is known.
 * @param provider whose name it is; the same name may mean another model elsewhere.
 */
export function modelFor(name: string, provider: Provider, config: Configuration): PricedModel | null {
  if (config.priceFile === null && Object.keys(config.prices).length === 0) return findModel(name, provider);
  let known = kept.get(config);
  if (known === undefined || known.size > mostKept) {
    known = new Map();
    kept.set(config, known);
  }
  const key = `${provider}/${name}`;
  let model = known.get(key);
  if (model === undefined) {
    model = lookUp(name, provider, config);
    known.set(key, model);
  }
  return model;
}

/** A model of anybody's, for "what if these requests went there". */
export function anyModelFor(name: string, provider: Provider, config: Configuration): PricedModel | null {
  return modelFor(name, provider, config) ?? modelFor(name, 'openai-compatible', config);
}

/** A sentence for each price that is that of a model which nobody knows, and so of none. */
export function sameAsProblems(prices: Configuration['prices'] = {}): readonly string[] {
  return Object.entries(prices).flatMap(([key, { sameAs }]) =>
    sameAs === undefined || [undefined, ...providers].some((one) => findModel(sameAs, one) !== null)
      ? []
      : [`"prices" of ${JSON.stringify(clip(key))}: "sameAs" names no model of the list that ships.`],
  );
}

/** What an entry of settings may be keyed by that means this model, the most specific first. */
export function modelNames(name: string, provider: Provider): string[] {
  const model = findModel(name, provider);
  const owners: string[] = [provider];
  const served = catalogueProvider(provider);
  if (served !== undefined && served !== provider) owners.push(served);
  if (model !== null && !owners.includes(model.provider)) owners.push(model.provider);
  const names = model === null || model.id === name ? [name] : [name, model.id];
  return names.flatMap((one) => [...owners.map((owner) => `${owner}/${one}`), one]);
}

function lookUp(name: string, provider: Provider, { prices, priceFile }: Configuration): PricedModel | null {
  const names = modelNames(name, provider);
  const own = bestMatch(prices, names);
  const listed = findModel(name, provider);
  const filed = priceFile === null ? null : ofFile(priceFile, name, provider, listed);
  const same = own?.sameAs ?? filed?.sameAs;
  const start = same === undefined ? listed : (findModel(same, provider) ?? findModel(same) ?? listed);
  const to = { name, provider };
  let model: PricedModel | null = start;
  if (filed !== null && priceFile !== null) model = overridden(model, filed, priceFile.origin, to);
  if (own !== null) model = overridden(model, own, own.origin ?? 'settings', to);
  // Whoever says that a name is another model decides on its price, too.
  if (model !== null && own?.sameAs !== undefined && model.pricedBy === undefined) {
    model = { ...model, pricedBy: own.origin ?? 'settings' };
  }
  return model?.pricedBy === undefined ? model : { ...model, listed };
}

/** In lists models are keyed by their provider: another one's model of the same name is another model. */
function ofFile(
  table: PriceTable,
  name: string,
  provider: Provider,
  listed: Model | null,
): ModelOverride | null {
  // Images are billed by other tokens than the text prices of a list are for.
  if (listed?.endpoints.every((url) => url.startsWith('/v1/images/'))) return null;
  const { exact, globs } = overridesOf(table);
  const names = modelNames(name, provider);
  const keys = table.keyedFreely ? names : names.filter((key) => key !== name && key !== listed?.id);
  const isGateway = provider === 'openai-compatible' && listed === null;
  const owner = name.slice(0, Math.max(0, name.indexOf('/')));
  if (isGateway && !Object.hasOwn(providerFacts, owner)) keys.push(name);
  for (const key of keys) {
    const override = exact.get(key);
    if (override !== undefined) return override;
  }
  return bestMatch(globs, names);
}
