// What does a person know better of a model: prices, encoding, limits? Read from settings, `.llm-batch.json` and price files.

import { isObject } from '../json/members.ts';

/** USD per 1,000,000 tokens; what is left out stays as it is, but for the prices of a cache where input has another price. */
export interface OverridePrices {
  readonly input?: number;
  readonly output?: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly batchInput?: number;
  readonly batchOutput?: number;
  readonly batchCachedInput?: number;
  readonly batchCacheWrite?: number;
}

/** Who said so. A file is one that a person chose; that of a project counts as the project. */
export type PriceOrigin = 'settings' | 'project' | 'file';

export interface ModelOverride extends OverridePrices {
  /** A model of the list that this is: its tokenizer, rules, limits and prices hold, as for a deployment of it. */
  readonly sameAs?: string;
  /** Share taken off the standard price in a batch, for what has no batch price of its own: 0.5 is half. */
  readonly batchDiscount?: number;
  /** Prices of a whole request with this many input tokens or more. */
  readonly longContext?: OverridePrices & { readonly fromTokens: number };
  /** Price changes, earliest first; `from` is an ISO date. */
  readonly schedule?: readonly (OverridePrices & { readonly from: string })[];
  readonly encoding?: 'o200k_base' | 'cl100k_base';
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Left out: the person's own settings. */
  readonly origin?: PriceOrigin;
}

const priceFields = [
  'input',
  'output',
  'cachedInput',
  'cacheWrite',
  'batchInput',
  'batchOutput',
  'batchCachedInput',
  'batchCacheWrite',
] as const satisfies readonly (keyof OverridePrices)[];

/** Ten times the dearest model; beyond it a price of a million tokens was taken for that of one (0.01 × 1,000,000). */
export const highestUsd = 5000;
/** A hundredth of the cheapest; below it the price of one token was taken for that of a million. */
export const lowestUsd = 0.0001;
const encodings = ['o200k_base', 'cl100k_base'] as const;
const isoDate = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** What is malformed is left out and named in a clause each: `"input" must be …`. */
export function readModelOverride(value: unknown): {
  readonly override: ModelOverride;
  readonly problems: readonly string[];
} {
  if (!isObject(value)) return { override: {}, problems: ['it must be an object'] };
  const problems: string[] = [];
  const draft: Draft = { ...readPrices(value, '', problems) };
  for (const [field, member] of Object.entries(value)) {
    if (isPriceField(field)) continue;
    const wrong = readMember(draft, field, member, problems);
    if (wrong !== null) problems.push(`"${field.slice(0, 40)}" ${wrong}`);
  }
  return { override: draft, problems };
}

type Draft = { -readonly [Field in keyof ModelOverride]: ModelOverride[Field] };

/** @returns what is wrong, as the end of a clause. */
function readMember(draft: Draft, field: string, value: unknown, problems: string[]): string | null {
  switch (field) {
    case 'sameAs':
      if (typeof value !== 'string' || value === '') return 'must be the name of a model';
      draft.sameAs = value;
      return null;
    case 'batchDiscount':
      if (!isNumber(value) || value > 1) return 'must be a number from 0 to 1, 0.5 for half';
      draft.batchDiscount = value;
      return null;
    case 'encoding': {
      const encoding = encodings.find((name) => name === value);
      if (encoding === undefined) return `must be ${encodings.join(' or ')}`;
      draft.encoding = encoding;
      return null;
    }
    case 'contextTokens':
    case 'maxOutputTokens':
      if (!isCount(value)) return 'must be a whole number of tokens';
      draft[field] = value;
      return null;
    case 'longContext':
      if (!isObject(value) || !isCount(value.fromTokens)) return 'must be an object with "fromTokens"';
      draft.longContext = {
        ...readPrices(value, 'longContext.', problems),
        fromTokens: value.fromTokens,
      };
      return null;
    case 'schedule':
      return readSchedule(draft, value, problems);
    default:
      return `is none of the fields: ${[...priceFields, 'longContext', 'schedule', 'batchDiscount', 'sameAs', 'encoding', 'contextTokens', 'maxOutputTokens'].join(', ')}`;
  }
}

function readSchedule(draft: Draft, value: unknown, problems: string[]): string | null {
  const wrong = 'must be a list of objects with "from": "YYYY-MM-DD"';
  if (!Array.isArray(value)) return wrong;
  const changes = value.filter(
    (change): change is Readonly<Record<string, unknown>> & { readonly from: string } =>
      isObject(change) && typeof change.from === 'string' && isoDate.test(change.from),
  );
  if (changes.length < value.length) return wrong;
  draft.schedule = changes
    .map((change) => ({ ...readPrices(change, 'schedule.', problems), from: change.from }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  return null;
}

function readPrices(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  problems: string[],
): OverridePrices {
  const prices: { -readonly [Field in keyof OverridePrices]: OverridePrices[Field] } = {};
  for (const field of priceFields) {
    const price = Object.hasOwn(value, field) ? value[field] : undefined;
    if (price === undefined) continue;
    if (isNumber(price) && price <= highestUsd && (price === 0 || price >= lowestUsd)) prices[field] = price;
    else if (isNumber(price) && price < lowestUsd)
      problems.push(
        `"${prefix}${field}" is far below any price; write US dollars per million tokens, not per token`,
      );
    else problems.push(`"${prefix}${field}" must be a number of US dollars per million tokens`);
  }
  return prices;
}

function isPriceField(field: string): boolean {
  return (priceFields as readonly string[]).includes(field);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value > 0;
}
