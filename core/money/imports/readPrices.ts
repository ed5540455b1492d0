// Whose price list is this, and what does it say? Told by what is in it, never by its name.
import { isObject } from '../../json/members.ts';
import { readPrices } from '../../readConfiguration.ts';
import { isGenaiPrices, readGenaiPrices } from './genaiPrices.ts';
import { isLitellm, readLitellm } from './litellm.ts';
import { isModelsDev, readModelsDev } from './modelsDev.ts';
import type { PriceFormat, PriceImport } from './priceImport.ts';

export const formatTitles: Readonly<Record<PriceFormat, string>> = {
  litellm: 'LiteLLM',
  'models.dev': 'models.dev',
  'genai-prices': 'genai-prices',
  own: 'our own',
};

/** @returns null when it is in none of the formats. */
export function readPriceList(json: unknown): PriceImport | null {
  if (isGenaiPrices(json)) return readGenaiPrices(json);
  if (!isObject(json)) return null;
  if (isObject(json.prices)) return readOwn(json.prices, json.asOf);
  if (isModelsDev(json)) return readModelsDev(json);
  return isLitellm(json) ? readLitellm(json) : null;
}

/** More than any list that a person keeps. */
const mostModels = 10_000;

/** `{ "asOf": "2026-11-21", "prices": { "openai/my-model": { "input": 3, … } } }`, as in `.llm-batch.json`. */
function readOwn(value: unknown, asOf: unknown): PriceImport {
  const problems: string[] = [];
  const prices = readPrices(value, undefined, problems, mostModels) ?? {};
  const isDate = typeof asOf === 'string' && /^\d{4}-\d\d-\d\d$/.test(asOf);
  return {
    format: 'own',
    asOf: isDate ? asOf : null,
    overrides: new Map(Object.entries(prices)),
    left: new Map(),
    problems,
  };
}
