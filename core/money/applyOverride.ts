// A model's prices and limits as someone knows them better: what is said counts, what is left out stays as it is.

import type { Provider } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/table.ts';
import {
  type Model,
  type PricePair,
  providerFacts,
  type Tokenizer,
  type TokenPrices,
} from '../models/catalogue.ts';
import { catalogueProvider, pricesAsOf, tokenizerOf } from '../models/models.ts';
import type { ModelOverride, OverridePrices, PriceOrigin } from './modelOverride.ts';

export interface PricedModel extends Model {
  /** Who set a price of it that the list does not have so; left out: nobody. */
  readonly pricedBy?: PriceOrigin;
  /** With `pricedBy`: as it stands in the list; null when it does not. */
  readonly listed?: Model | null;
}

interface Named {
  readonly name: string;
  readonly provider: Provider;
}

/**
 * What an override says, on top of what is known of the model; null stays null when it says nothing of this model alone.
 * @param named of a model that only the override knows.
 */
export function overridden(
  model: PricedModel | null,
  override: ModelOverride,
  origin: PriceOrigin,
  named: Named,
): PricedModel | null {
  if (model === null && !saysSomething(override)) return null;
  const base: PricedModel = model ?? blankModel(named);
  const discount = discountOf(base, override);
  const prices = {
    ...pairOf(base, override, discount),
    longContext: longContextOf(base, override, discount),
    schedule: scheduleOf(base, override, discount),
  };
  const { encoding, contextTokens = base.contextTokens, maxOutputTokens = base.maxOutputTokens } = override;
  const result: PricedModel = {
    ...base,
    ...prices,
    contextTokens,
    maxOutputTokens,
    tokenizer: encoding === undefined ? base.tokenizer : tokenizerBy(encoding, named.provider),
  };
  if (model !== null && samePrices(base, result)) return result;
  // A project's word stays visible under the person's own.
  return { ...result, pricedBy: base.pricedBy === 'project' ? 'project' : origin };
}

/** A share that all models get, or the name of a model that is not known either, does not make one known. */
function saysSomething({ batchDiscount, origin, sameAs, ...said }: ModelOverride): boolean {
  return Object.keys(said).length > 0;
}

function blankModel({ name, provider }: Named): Model {
  return {
    provider,
    id: name,
    aliases: [],
    snapshots: [],
    endpoints: dialectOf(provider).endpoints.map(({ url }) => url),
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    vector: null,
    standard: null,
    batch: null,
    batchSupported: true,
    longContext: null,
    schedule: [],
    tokenizer: tokenizerOf(name, provider),
    reasoning: false,
    efforts: null,
    defaultEffort: null,
    chatTools: null,
    batchMaxOutputTokens: null,
    lowestQueueTokens: null,
    params: null,
    status: 'active',
    shutdownDate: null,
    shutdownVerified: true,
    shutdownIsEarliest: false,
    replacement: null,
    source: 'your own prices',
    asOf: pricesAsOf,
    confidence: 'high',
    note: null,
  };
}

/** What someone says of an encoding is exact where the framing of messages is documented for it. */
function tokenizerBy(encoding: NonNullable<ModelOverride['encoding']>, provider: Provider): Tokenizer {
  const documented = dialectOf(provider).modelsOf === 'openai';
  return {
    encoding,
    ratio: 1,
    errorPercent: documented ? 0 : 10,
    source: 'your own settings',
  };
}

/** The share taken off in a batch: as it is said, as the model's own prices show, or what the provider says of all. */
function discountOf(model: Model, { batchDiscount }: ModelOverride): number | null {
  if (batchDiscount !== undefined) return batchDiscount;
  if (model.batchSupported === false) return null;
  const [standard, batch] = [model.standard?.input, model.batch?.input];
  if (standard && batch != null) return 1 - batch / standard;
  const owner = catalogueProvider(model.provider) ?? model.provider;
  return Object.hasOwn(providerFacts, owner) ? providerFacts[owner]!.batchDiscount : null;
}

const components = ['input', 'output', 'cachedInput', 'cacheWrite'] as const;
const batchFields = {
  input: 'batchInput',
  output: 'batchOutput',
  cachedInput: 'batchCachedInput',
  cacheWrite: 'batchCacheWrite',
} as const;

const nothing: TokenPrices = { input: null, output: null, cachedInput: null, cacheWrite: null };

/** A standard price that changes takes the batch price along, by the share; a batch price that is given stands. */
function pairOf(
  base: PricePair & { readonly provider?: string },
  override: OverridePrices & { readonly batchDiscount?: number },
  discount: number | null,
): PricePair {
  const standard: Draft = { ...nothing, ...base.standard };
  const batch: Draft = { ...nothing, ...base.batch };
  // Whether the cache of someone who has other prices has the list's is not known.
  const isOther = override.input !== undefined && override.input !== standard.input;
  for (const component of components) {
    const before = standard[component];
    const isOfCache = component === 'cachedInput' || component === 'cacheWrite';
    const price = override[component] ?? (isOther && isOfCache ? null : undefined);
    if (price !== undefined) standard[component] = price;
    const isNew = standard[component] !== before || override.batchDiscount !== undefined;
    const given = override[batchFields[component]];
    if (given !== undefined) batch[component] = given;
    else if (isNew && isDiscounted(component, base))
      batch[component] = reduced(standard[component], discount);
    else if (isNew) batch[component] = null;
  }
  return { standard: orNull(standard), batch: orNull(batch) };
}

type Draft = { -readonly [Component in keyof TokenPrices]: TokenPrices[Component] };

/** That cached input is cheaper in a batch too is not published of everyone, nor what writing to the cache costs there. */
function isDiscounted(
  component: (typeof components)[number],
  base: PricePair & { readonly provider?: string },
): boolean {
  if (component === 'input' || component === 'output') return true;
  if (component === 'cacheWrite') return false;
  return base.batch === null
    ? providerFacts[base.provider ?? '']?.batchCachedInput === true
    : base.batch.cachedInput !== null;
}

function reduced(usd: number | null, discount: number | null): number | null {
  return usd === null || discount === null ? null : Number((usd * (1 - discount)).toPrecision(12));
}

function orNull(prices: TokenPrices): TokenPrices | null {
  return components.every((component) => prices[component] === null) ? null : prices;
}

/** What is not said of long requests stays as it is: a new price must not make them cheaper in silence. */
function longContextOf(base: Model, override: ModelOverride, discount: number | null): Model['longContext'] {
  const { longContext, batchDiscount } = override;
  if (longContext === undefined && (base.longContext === null || batchDiscount === undefined)) {
    return base.longContext;
  }
  const before = base.longContext ?? { standard: null, batch: null, fromTokens: longContext!.fromTokens };
  const said = { ...longContext, ...(batchDiscount === undefined ? {} : { batchDiscount }) };
  const pair = pairOf({ ...before, provider: base.provider }, said, discount);
  // Lists write the threshold alike; on which side of it the request lies that meets it, ours knows.
  const from = longContext?.fromTokens ?? before.fromTokens;
  return { ...pair, fromTokens: Math.abs(from - before.fromTokens) <= 1 ? before.fromTokens : from };
}

/** Announced changes are of the list's price, and end with it. */
function scheduleOf(base: Model, override: ModelOverride, discount: number | null): Model['schedule'] {
  const { schedule, batchDiscount } = override;
  if (schedule !== undefined) {
    const start = pairOf(base, override, discount);
    return schedule.map((change) => ({
      ...pairOf({ ...start, provider: base.provider }, change, discount),
      from: change.from,
    }));
  }
  const isNew = components.some(
    (component) => override[component] !== undefined && override[component] !== base.standard?.[component],
  );
  if (isNew) return [];
  if (batchDiscount === undefined) return base.schedule;
  return base.schedule.map((change) => ({
    ...pairOf({ ...change, provider: base.provider }, { batchDiscount }, discount),
    from: change.from,
  }));
}

function samePrices(a: Model, b: Model): boolean {
  const prices = ({ standard, batch, longContext, schedule }: Model): string =>
    JSON.stringify([{ ...nothing, ...standard }, { ...nothing, ...batch }, longContext, schedule]);
  return prices(a) === prices(b);
}
