// What could a provider's prompt cache save on an opening that requests share, and what may writing to it add?
// Both are possible, never certain: whether a batch finds anything in the cache is up to the provider.

import type { Provider } from '../dialects/dialect.ts';
import { geminiGeneration } from '../dialects/gemini.ts';
import { isObject, type JsonObject, member } from '../json/members.ts';
import type { Model, PricePair } from '../models/catalogue.ts';
import type { SharedPrefix } from '../tokens/sharedPrefix.ts';
import { cleanUsd, usdOf } from './prices.ts';

/** The same amount in a batch and at once, in USD; null: a price that it needs is not known. */
export interface UsdPair {
  readonly batch: number | null;
  readonly sync: number | null;
}

/** What a request would have to say so that its opening is kept. */
export type CacheMark = 'cache_control' | 'prompt_cache_breakpoint';

export interface CachedOpening {
  /** Equal keys, equal openings. */
  readonly key: string;
  readonly tokens: number;
  /** What each request saves that finds it in the cache. */
  readonly savesUsd: UsdPair;
  /** What the request pays more that puts it there. */
  readonly writeUsd: UsdPair;
  /** What is missing in the request; null: nothing. */
  readonly needs: CacheMark | null;
}

interface CacheRule {
  /** Shorter openings are not kept. */
  readonly minTokens: number;
  /** They are kept in steps of so many. */
  readonly stepTokens: number;
  readonly mark: CacheMark | null;
}

export interface CacheUse {
  readonly provider: Provider;
  readonly model: Model | null;
  readonly body: JsonObject | null;
  readonly prices: PricePair | null;
}

/** From GPT-5.6 on writing costs, and the opening must be marked to be found again (OpenAI prompt caching guide, 2026-10). */
const gptThatBillsWrites = /^gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)/;
/** Prompts from 1,024 tokens, in steps of 128 (OpenAI prompt caching guide, 2026-09). */
const openaiRule = { minTokens: 1024, stepTokens: 128 } as const;

/**
 * Anthropic publishes the shortest opening by model (prompt caching page as quoted in 2026-07: 512 for Opus 5, Fable 5 and
 * Mythos 5; 2,048 for Opus 4.7; 4,096 for Opus 4.6, 4.5 and Haiku 4.5; 1,024 for the rest). Figures of the 5.5 models were
 * not found: Haiku is taken as Haiku 4.5, so that no saving is promised that is none.
 */
const anthropicMinimums: readonly (readonly [RegExp, number])[] = [
  [/^claude-(?:opus|fable|mythos)-5$/, 512],
  [/^claude-opus-4-7/, 2048],
  [/^claude-(?:opus-4-[56]|haiku-(?:4-5|5))/, 4096],
  [/^claude-3(?:-5)?-haiku/, 2048],
];
const anthropicMinimum = 1024;

/** 2.5 from 2,048 tokens, later ones from 4,096; earlier ones keep nothing unasked (ai.google.dev caching page, 2026-10-13). */
function geminiRule(model: Model | null): CacheRule | null {
  const generation = geminiGeneration(model?.id ?? null);
  if (generation === null || generation < 2.5) return null;
  return { minTokens: generation === 2.5 ? 2048 : 4096, stepTokens: 1, mark: null };
}

function ruleOf({ provider, model }: CacheUse): CacheRule | null {
  switch (model?.provider ?? provider) {
    case 'openai':
    case 'azure':
      return { ...openaiRule, mark: billsWrites(model) ? 'prompt_cache_breakpoint' : null };
    case 'anthropic': {
      const found = anthropicMinimums.find(([ids]) => ids.test(model?.id ?? ''));
      return { minTokens: found?.[1] ?? anthropicMinimum, stepTokens: 1, mark: 'cache_control' };
    }
    case 'gemini':
      return geminiRule(model);
    default:
      return null;
  }
}

function billsWrites(model: Model | null): boolean {
  return model !== null && gptThatBillsWrites.test(model.id);
}

/** @returns null for an opening that is too short for the model's cache. */
export function cachedOpening(prefix: SharedPrefix | null, use: CacheUse): CachedOpening | null {
  const rule = ruleOf(use);
  if (prefix === null || rule === null) return null;
  const tokens = Math.floor(prefix.tokens / rule.stepTokens) * rule.stepTokens;
  if (tokens < rule.minTokens) return null;
  const mark = markOf(use.body);
  return {
    key: prefix.key,
    tokens,
    savesUsd: pairOf((kind) => less(tokens, cachedPrice(use, kind), inputPrice(use, kind))),
    // An hour, for a batch takes longer than five minutes; so does whoever marks the opening for it.
    writeUsd: pairOf((kind) => less(tokens, inputPrice(use, kind), writePrice(use, kind, mark ?? '1h'))),
    needs: rule.mark !== null && mark === null ? rule.mark : null,
  };
}

/**
 * The most that writing to the cache can add to the input: all of it is written, nothing is found there.
 * OpenAI writes without being asked, unless `prompt_cache_options.mode` is `explicit` and nothing is marked.
 */
export function mostCacheWriteUsd(inputTokens: number | null, use: CacheUse): UsdPair {
  const rule = ruleOf(use);
  if (rule === null || rule.mark === null) return nothing;
  if (inputTokens !== null && inputTokens < rule.minTokens) return nothing;
  const mark = markOf(use.body);
  const isExplicit = member(member(use.body, 'prompt_cache_options'), 'mode') === 'explicit';
  if (mark === null && (rule.mark === 'cache_control' || isExplicit)) return nothing;
  return pairOf((kind) => less(inputTokens, inputPrice(use, kind), writePrice(use, kind, mark ?? '5m')));
}

const nothing: UsdPair = { batch: 0, sync: 0 };

/** In a batch, or at once. */
export type Kind = 'batch' | 'standard';

function pairOf(usd: (kind: Kind) => number | null): UsdPair {
  return { batch: usd('batch'), sync: usd('standard') };
}

/** USD by which one price is less than the other; never below nothing. */
function less(tokens: number | null, low: number | null, high: number | null): number | null {
  return low === null || high === null ? null : cleanUsd(usdOf(tokens, Math.max(0, high - low)));
}

function inputPrice({ prices }: Pick<CacheUse, 'prices'>, kind: Kind): number | null {
  return prices?.[kind]?.input ?? null;
}

/** In a batch Gemini charges hits at the price of the cache, which is not halved (pricing page, 2026-08). */
export function cachedPrice(
  { prices, model }: Pick<CacheUse, 'prices' | 'model'>,
  kind: Kind,
): number | null {
  const published = prices?.[kind]?.cachedInput ?? null;
  return published === null && model?.provider === 'gemini'
    ? (prices?.standard?.cachedInput ?? null)
    : published;
}

/** Anthropic: five minutes cost 1.25 times input, an hour twice; in a batch half of it. OpenAI: 1.25 times where it bills writes. */
export function writePrice(
  use: Pick<CacheUse, 'prices' | 'model'>,
  kind: Kind,
  mark: '5m' | '1h',
): number | null {
  const { model, prices } = use;
  const input = inputPrice(use, kind);
  const isAnthropic = model?.provider === 'anthropic';
  if (input === null || !(isAnthropic || billsWrites(model))) return input;
  if (isAnthropic && mark === '1h') return input * 2;
  return prices?.[kind]?.cacheWrite ?? input * writeMultiple(prices);
}

/** How many times input writing costs, by the standard prices. */
function writeMultiple(prices: PricePair | null): number {
  const { input, cacheWrite } = prices?.standard ?? {};
  return input && cacheWrite != null ? cacheWrite / input : 1.25;
}

/** Deeper than any place where a mark may stand. */
const deepest = 8;

/** How long the request asks for parts of it to be kept, the longest; null: it marks nothing. */
export function markOf(body: unknown, depth = 0): '5m' | '1h' | null {
  if (depth > deepest) return null;
  let found: '5m' | '1h' | null = null;
  const members = Array.isArray(body) ? body : isObject(body) ? Object.values(body) : [];
  if (isObject(body)) {
    const control = member(body, 'cache_control') ?? member(body, 'prompt_cache_breakpoint');
    if (isObject(control)) found = control.ttl === '1h' ? '1h' : '5m';
  }
  for (const value of members) {
    if (found === '1h') break;
    if (typeof value === 'object' && value !== null) found = markOf(value, depth + 1) ?? found;
  }
  return found;
}
