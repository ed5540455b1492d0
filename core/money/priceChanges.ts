// What would a file of prices change? Compared with the list that ships, as both are in force on a day.

import { configurationOf } from '../configuration.ts';
import { providers } from '../dialects/dialect.ts';
import { isGlob } from '../globs.ts';
import { allModels, type PricePair, type TokenPrices } from '../models/catalogue.ts';
import { findModel } from '../models/models.ts';
import { modelFor } from './priceOverrides.ts';
import { pricesFor } from './prices.ts';
import { overridesOf, type PriceTable } from './priceTable.ts';

export interface PriceChange {
  readonly provider: string;
  readonly model: string;
  /** By the list that ships. */
  readonly before: PricePair;
  readonly after: PricePair;
}

export interface PriceChanges {
  readonly changed: readonly PriceChange[];
  /** Models of the list for which the file says the same. */
  readonly same: number;
  /** Models that only the file prices. */
  readonly added: number;
}

/** @param today ISO date. Models that are shut down, or of providers without batches here, are left out. */
export function priceChanges(table: PriceTable, today: string): PriceChanges {
  const config = configurationOf({ priceFile: table });
  const keys = overridesOf(table).exact;
  const met = new Set<string>();
  const changed: PriceChange[] = [];
  let same = 0;
  for (const model of allModels()) {
    for (const name of [model.id, ...model.aliases, ...model.snapshots]) met.add(`${model.provider}/${name}`);
    const provider = providers.find((name) => name === model.provider);
    if (provider === undefined || (model.shutdownDate !== null && model.shutdownDate <= today)) continue;
    const found = modelFor(model.id, provider, config);
    const before = pricesFor(model, today, null);
    const after = found === null ? before : pricesFor(found, today, null);
    if (!isSame(before, after)) changed.push({ provider: model.provider, model: model.id, before, after });
    else if (keys.has(`${model.provider}/${model.id}`)) same++;
  }
  const added = [...keys.keys()].filter((key) => !met.has(key) && !findModel(key) && !isGlob(key)).length;
  return { changed, same, added };
}

function isSame(before: PricePair, after: PricePair): boolean {
  const figures = (prices: TokenPrices | null) => [
    prices?.input ?? null,
    prices?.output ?? null,
    prices?.cachedInput ?? null,
  ];
  const all = (pair: PricePair): string => JSON.stringify([figures(pair.standard), figures(pair.batch)]);
  return all(before) === all(after);
}
