// How many tokens does Gemini take an image, a sound, a video or a document for? By its generation and the resolution asked for.

import { geminiGeneration } from '../dialects/gemini.ts';
import { member, textMember } from '../json/members.ts';
import { type ImageSize, imageSizeOfBase64 } from './imageSize.ts';
import { mp4Seconds, pdfPages, wavSeconds } from './mediaLength.ts';
import type { Tally } from './tally.ts';

/** Whole and in letters, such as MEDIA_RESOLUTION_LOW; null: the model's own. */
export interface MediaUse {
  readonly generation: number | null;
  /** Of the request as a whole. */
  readonly resolution: string | null;
}

export function mediaUseOf(modelId: string | null, config: unknown): MediaUse {
  return { generation: geminiGeneration(modelId), resolution: textMember(config, 'mediaResolution') };
}

/** From Gemini 3 on, by the media resolution page (ai.google.dev, 2026): each image, frame of video, page. */
const laterBudgets: Readonly<Record<string, { image: number; frame: number; page: number }>> = {
  MEDIA_RESOLUTION_LOW: { image: 280, frame: 70, page: 280 },
  MEDIA_RESOLUTION_MEDIUM: { image: 560, frame: 70, page: 560 },
  MEDIA_RESOLUTION_HIGH: { image: 1120, frame: 280, page: 1120 },
  MEDIA_RESOLUTION_ULTRA_HIGH: { image: 2240, frame: 280, page: 1120 },
};
const laterDefault = { image: 1120, frame: 70, page: 560 } as const;
/** Sound, a second, by the same page. */
const laterSoundPerSecond = 25;
/** The page calls them approximate; 1,065 to 1,101 were measured for 1,120. */
const laterErrorPercent = 10;

/** Before: a tile, a frame with its second of sound, a page, a second of sound (token page, read 2026; general knowledge). */
const tileTokens = 258;
const lowTokens = 64;
const secondOfVideo = 263;
const lowSecondOfVideo = 100;
const soundPerSecond = 32;

/** What the text of a page adds is not published, nor whether it is billed. */
const pageErrorPercent = 50;
const videoErrorPercent = 25;
/** Nothing is known of a model without a number. */
const otherModelErrorPercent = 100;

/** @param part with `inlineData`; what says nothing of its length makes the whole unknown. */
export function addInlineData(tally: Tally, part: unknown, use: MediaUse): void {
  const blob = member(part, 'inlineData');
  const data = textMember(blob, 'data') ?? '';
  const [kind = '', form = ''] = (textMember(blob, 'mimeType') ?? '').toLowerCase().split(/[/;]/, 2);
  const asked = member(part, 'mediaResolution');
  const exactly = member(asked, 'numTokens');
  if (typeof exactly === 'number' && exactly > 0) {
    tally.about(exactly, laterErrorPercent);
    return;
  }
  const own: MediaUse = { ...use, resolution: textMember(asked, 'level') ?? use.resolution };
  if (kind === 'image') addImage(tally, data, own);
  else if (kind === 'audio') addSound(tally, data, own);
  else if (kind === 'video') addVideo(tally, data, member(part, 'videoMetadata'), own);
  else if (form === 'pdf') addDocument(tally, data, own);
  else if (kind === 'text' || form === 'json' || form === 'xml') addText(tally, data);
  else tally.giveUp();
}

const isEarlier = ({ generation }: MediaUse): boolean => generation !== null && generation < 3;
const errorOf = ({ generation }: MediaUse, percent: number): number =>
  generation === null ? otherModelErrorPercent : percent;

function budgetOf({ resolution }: MediaUse) {
  return laterBudgets[resolution ?? ''] ?? laterDefault;
}

function addImage(tally: Tally, data: string, use: MediaUse): void {
  if (!isEarlier(use)) tally.about(budgetOf(use).image, errorOf(use, laterErrorPercent));
  else if (use.resolution === 'MEDIA_RESOLUTION_LOW') tally.about(lowTokens, laterErrorPercent);
  else if (use.resolution === 'MEDIA_RESOLUTION_MEDIUM') tally.about(tileTokens, laterErrorPercent);
  else {
    const { tokens, errorPercent } = tiled(imageSizeOfBase64(data, 0));
    tally.about(tokens, errorPercent);
  }
}

const smallSide = 384;
const tileSide = 768;
/** An image whose header does not say it is taken for one of this size. */
const assumedSize: ImageSize = { width: 1024, height: 1024 };

/**
 * Tiles of 768 pixels, as the token page says; the image page cuts tiles by the shorter side instead, which gives more for
 * images that are not square. The error says how far apart the two are.
 */
export function tiled(size: ImageSize | null): { readonly tokens: number; readonly errorPercent: number } {
  const { width, height } = size ?? assumedSize;
  if (width <= smallSide && height <= smallSide) {
    return { tokens: tileTokens, errorPercent: laterErrorPercent };
  }
  const tiles = (side: number): number => Math.ceil(width / side) * Math.ceil(height / side);
  const tokens = tiles(tileSide) * tileTokens;
  if (size === null) return { tokens, errorPercent: 100 };
  const cut = Math.min(tileSide, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  const apart = (Math.abs(tiles(cut) * tileTokens - tokens) / tokens) * 100;
  return { tokens, errorPercent: Math.min(100, Math.max(laterErrorPercent, Math.ceil(apart))) };
}

function addSound(tally: Tally, data: string, use: MediaUse): void {
  const seconds = wavSeconds(data);
  if (seconds === null) tally.giveUp();
  else {
    const perSecond = isEarlier(use) ? soundPerSecond : laterSoundPerSecond;
    tally.about(seconds * perSecond, errorOf(use, laterErrorPercent));
  }
}

function addVideo(tally: Tally, data: string, metadata: unknown, use: MediaUse): void {
  const seconds = secondsShown(metadata, mp4Seconds(data));
  if (seconds === null) {
    tally.giveUp();
    return;
  }
  const fps = member(metadata, 'fps');
  const frames = typeof fps === 'number' && fps > 0 ? fps : 1;
  const isLow = use.resolution === 'MEDIA_RESOLUTION_LOW';
  const earlier = (isLow ? lowSecondOfVideo : secondOfVideo) * Math.max(1, frames);
  const later = budgetOf(use).frame * frames + laterSoundPerSecond;
  tally.about(seconds * (isEarlier(use) ? earlier : later), errorOf(use, videoErrorPercent));
}

/** The stretch that is looked at: where it ends, less where it begins. */
function secondsShown(metadata: unknown, whole: number | null): number | null {
  const start = secondsOf(textMember(metadata, 'startOffset')) ?? 0;
  const end = secondsOf(textMember(metadata, 'endOffset')) ?? whole;
  if (end === null) return null;
  return Math.max(0, (whole === null ? end : Math.min(end, whole)) - start);
}

function secondsOf(offset: string | null): number | null {
  const digits = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(offset ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

function addDocument(tally: Tally, data: string, use: MediaUse): void {
  const pages = pdfPages(data);
  if (pages === null) {
    tally.giveUp();
    return;
  }
  const perPage = isEarlier(use)
    ? use.resolution === 'MEDIA_RESOLUTION_LOW'
      ? lowTokens
      : tileTokens
    : budgetOf(use).page;
  tally.about(pages * perPage, errorOf(use, pageErrorPercent));
}

/** Google's own rule of thumb for its models (token page, read 2026); the bytes of other scripts are more to a character. */
const bytesPerToken = 4;
const textErrorPercent = 40;

function addText(tally: Tally, data: string): void {
  tally.about((data.length * 3) / 4 / bytesPerToken, textErrorPercent);
}
