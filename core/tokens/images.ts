// How many tokens is an image billed at? By the tile or patch rule of its model (OpenAI vision guide, read 2026-10).
import { type ImageSize, imageSizeOf } from './imageSize.ts';
import type { Tally } from './tally.ts';

type ImageRule =
  | {
      readonly kind: 'tiles';
      readonly base: number;
      readonly tile: number;
      /** Pixels to which the short side is brought down. */
      readonly shortSide: number;
      /** Not read again where it was published. */
      readonly unverified?: true;
    }
  | {
      readonly kind: 'patches';
      readonly multiplier: number;
      readonly budget: number;
      /** Of the detail levels `auto` and `original`, where the model has more than one budget. */
      readonly autoBudget?: number;
      readonly originalBudget?: number;
      /** The multiplier comes from a measurement of others, not from the guide. */
      readonly measured?: true;
    };

const tiles = (base: number, tile: number): ImageRule => ({ kind: 'tiles', base, tile, shortSide: 768 });
/** By heart, from the vision guide of 2025. */
const ofImagesToEdit: ImageRule = { kind: 'tiles', base: 65, tile: 129, shortSide: 512, unverified: true };
const small = (multiplier: number): ImageRule => ({ kind: 'patches', multiplier, budget: 1536 });

const gpt4oTiles = tiles(85, 170);
/** GPT-5.6 and later do not shrink unless told to; 1.2 was measured on GPT-5.5 and GPT-6 (unverified). */
const unshrunk: ImageRule = {
  kind: 'patches',
  multiplier: 1.2,
  budget: 2500,
  autoBudget: Number.POSITIVE_INFINITY,
  originalBudget: Number.POSITIVE_INFINITY,
  measured: true,
};

const rules: ReadonlyMap<string, ImageRule> = new Map([
  ['gpt-5', tiles(70, 140)],
  ['gpt-5-chat-latest', tiles(70, 140)],
  ['gpt-4o', gpt4oTiles],
  ['gpt-4o-2024-05-13', gpt4oTiles],
  ['chatgpt-4o-latest', gpt4oTiles],
  ['gpt-4.1', gpt4oTiles],
  ['gpt-4.5-preview', gpt4oTiles],
  ['gpt-4o-mini', tiles(2833, 5667)],
  ['o1', tiles(75, 150)],
  ['o1-pro', tiles(75, 150)],
  ['o3', tiles(75, 150)],
  ['gpt-5-mini', small(1.62)],
  ['gpt-5.4-mini', small(1.62)],
  ['gpt-4.1-mini', small(1.62)],
  ['gpt-5-nano', small(2.46)],
  ['gpt-5.4-nano', small(2.46)],
  ['gpt-4.1-nano', small(2.46)],
  ['o4-mini', small(1.72)],
  ['gpt-image-1', ofImagesToEdit],
  ['gpt-image-1.5', ofImagesToEdit],
  ['gpt-5.2', small(1)],
  ['gpt-5.4', { kind: 'patches', multiplier: 1, budget: 2500, originalBudget: 10_000 }],
  [
    'gpt-5.5',
    {
      kind: 'patches',
      multiplier: 1.2,
      budget: 2500,
      autoBudget: 10_000,
      originalBudget: 10_000,
      measured: true,
    },
  ],
]);

/** An image by URL or id is taken for one of this size. */
const assumedSize: ImageSize = { width: 1024, height: 1024 };
const patchSide = 32;

function ruleOf(modelId: string | null): ImageRule | null {
  const base = (modelId ?? '').replace(/^ft:/, '').replace(/-20\d{2}-\d{2}-\d{2}$/, '');
  const rule = rules.get(modelId ?? '') ?? rules.get(base);
  return rule ?? (/^gpt-(?:5\.[6-9]|6)/.test(base) ? unshrunk : null);
}

/** @param url null: an image by file id. @param detail low, high, original, auto or null. */
export function addImage(
  tally: Tally,
  modelId: string | null,
  url: string | null,
  detail: string | null,
): void {
  const size = url === null ? null : imageSizeOf(url);
  const rule = ruleOf(modelId);
  const tokens = imageTokens(rule ?? gpt4oTiles, size ?? assumedSize, detail);
  tally.about(tokens, errorPercentOf(rule, size, detail));
}

function errorPercentOf(rule: ImageRule | null, size: ImageSize | null, detail: string | null): number {
  if (rule === null) return 100;
  if (rule.kind === 'tiles' && detail === 'low') return 1;
  if (size === null) return 100;
  return (rule.kind === 'patches' ? rule.measured : rule.unverified) ? 25 : 5;
}

export function imageTokens(rule: ImageRule, size: ImageSize, detail: string | null): number {
  return rule.kind === 'tiles' ? tileTokens(rule, size, detail) : patchTokens(rule, size, detail);
}

/** Fitted into 2048 by 2048, the short side brought down, then counted in tiles of 512. */
function tileTokens(
  rule: ImageRule & { readonly kind: 'tiles' },
  size: ImageSize,
  detail: string | null,
): number {
  if (detail === 'low') return rule.base;
  const fit = Math.min(1, 2048 / Math.max(size.width, size.height));
  const short = Math.min(size.width, size.height) * fit;
  const scale = fit * Math.min(1, rule.shortSide / short);
  const across = Math.ceil(Math.round(size.width * scale) / 512);
  const down = Math.ceil(Math.round(size.height * scale) / 512);
  return rule.base + rule.tile * Math.max(1, across) * Math.max(1, down);
}

/** Patches of 32 pixels; above the budget the image is shrunk until a whole number of them fits. */
function patchTokens(
  rule: ImageRule & { readonly kind: 'patches' },
  { width, height }: ImageSize,
  detail: string | null,
): number {
  const budget =
    detail === 'low'
      ? 256
      : detail === 'original'
        ? (rule.originalBudget ?? rule.budget)
        : detail === 'high'
          ? rule.budget
          : (rule.autoBudget ?? rule.budget);
  const patches = Math.ceil(width / patchSide) * Math.ceil(height / patchSide);
  if (patches <= budget) return Math.ceil(patches * rule.multiplier);
  const shrink = Math.sqrt((patchSide ** 2 * budget) / (width * height));
  const across = (width * shrink) / patchSide;
  const down = (height * shrink) / patchSide;
  const whole = shrink * Math.min(Math.floor(across) / across || 1, Math.floor(down) / down || 1);
  const fitted =
    Math.max(1, Math.floor((width * whole) / patchSide + 1e-9)) *
    Math.max(1, Math.floor((height * whole) / patchSide + 1e-9));
  return Math.ceil(Math.min(fitted, budget) * rule.multiplier);
}
