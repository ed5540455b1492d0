// How many tokens go into a request for images, and how many at most come out of it?
import { countMember, type JsonObject, listMember, member, textMember } from '../json/members.ts';
import { imageSizeOf } from './imageSize.ts';
import { addImage } from './images.ts';
import type { Tally } from './tally.ts';

/** How a prompt is framed, and with what it is read, is not published for any of these models. */
const promptErrorPercent = 10;

/** The prompt, and the images to edit; such requests have no opening that a cache could hold. */
export function walkImages(body: JsonObject, tally: Tally, modelId: string | null): null {
  tally.textAbout(textMember(body, 'prompt') ?? '', promptErrorPercent);
  const { image } = body;
  const given = [...listMember(body, 'images'), ...(Array.isArray(image) ? image : [image])];
  const isClose = member(body, 'input_fidelity') === 'high';
  for (const one of [...given, member(body, 'mask'), member(body, 'markup')]) {
    if (typeof one !== 'object' || one === null) continue;
    const url = textMember(one, 'image_url');
    addImage(tally, modelId, url, null);
    if (isClose) addFidelity(tally, url);
  }
  return null;
}

/** Added to each image whose features are kept: less to a square one (OpenAI vision guide, 2026). */
function addFidelity(tally: Tally, url: string | null): void {
  const size = url === null ? null : imageSizeOf(url);
  const isSquare = size === null || size.width === size.height;
  tally.about(isSquare ? 4160 : 6240, size === null ? 50 : 5);
}

interface OutputRule {
  /** Tokens of one image; null: not known. Left out, size and quality are as costly as they can be. */
  readonly most: (size: Area | null, quality: string) => number | null;
}

interface Area {
  readonly width: number;
  readonly height: number;
}

/** By size of square, portrait and landscape images (image generation guide, read 2026-03). */
const byQuality: Readonly<Record<string, readonly [number, number, number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};

const first: OutputRule = {
  most: (size, quality) => {
    const [square, portrait, landscape] = byQuality[quality] ?? [null, null, null];
    if (square === null) return null;
    if (size === null) return Math.max(square, portrait, landscape);
    const { width, height } = size;
    return width === height ? square : width < height ? portrait : landscape;
  },
};

/** Sides in units of the quality, times the area above an offset: so OpenAI's price calculator, as others read it (2026-05). */
const units: Readonly<Record<string, number>> = { low: 16, medium: 48, high: 96 };
const offsetPixels = 2_000_000;
const scale = 4_000_000;
/** A square one of the largest area. */
const largest: Area = { width: 2880, height: 2880 };

const second: OutputRule = {
  most: (size, quality) => {
    const unit = units[quality];
    if (unit === undefined) return null;
    const { width, height } = size ?? largest;
    const [short, long] = width < height ? [width, height] : [height, width];
    const shortUnits = Math.floor((2 * unit * short + long) / (2 * long));
    return Math.ceil((unit * shortUnits * (offsetPixels + width * height)) / scale);
  },
};

/** Of other models, and of animations and drawings, nothing is published. */
function ruleOf(body: JsonObject): OutputRule | null {
  const format = textMember(body, 'output_format');
  if (format === 'gif' || format === 'svg') return null;
  const model = textMember(body, 'model') ?? '';
  if (/^gpt-image-1(?:\.5)?(?:$|-\d{4}-)/.test(model)) return first;
  return /^gpt-image-2(?:$|-\d{4}-)/.test(model) ? second : null;
}

/** Tokens of all images that a request asks for; null: not known. */
export function imageBound(body: JsonObject): number | null {
  const images = (member(body, 'n') ?? null) === null ? 1 : countMember(body, 'n');
  const size = sizeOf(textMember(body, 'size') ?? 'auto');
  const asked = textMember(body, 'quality') ?? 'auto';
  if (images === null || size === undefined) return null;
  const each = ruleOf(body)?.most(size, asked === 'auto' ? 'high' : asked) ?? null;
  return each === null ? null : each * images;
}

/** Null: the model's to choose; undefined: none that can be understood. */
function sizeOf(text: string): Area | null | undefined {
  if (text === 'auto') return null;
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) return undefined;
  const size = { width: Number(width), height: Number(height) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}
