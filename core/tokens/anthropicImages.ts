// How many tokens does Claude take an image for? Patches of 28 pixels (vision page, 2026-08; `w·h/750` is of earlier ones).
import { type ImageSize, imageSizeOfBase64 } from './imageSize.ts';

const patchSide = 28;

interface ImageLimit {
  readonly mostTokens: number;
  /** Larger images are scaled down to it first. */
  readonly mostPixels: number;
}

/** Of Claude 4.7 and later. */
const large: ImageLimit = { mostTokens: 4784, mostPixels: 2576 };
const small: ImageLimit = { mostTokens: 1568, mostPixels: 1568 };

/** An image by its address or id is taken for one of this size. */
const assumedSize: ImageSize = { width: 1024, height: 1024 };

const knownErrorPercent = 5;

export interface ImageTokens {
  readonly tokens: number;
  readonly errorPercent: number;
}

/** @param data base64; null: the image is somewhere else. */
export function claudeImageTokens(data: string | null, seesLarge: boolean): ImageTokens {
  const size = data === null ? null : imageSizeOfBase64(data, 0);
  return {
    tokens: tokensOfSize(size ?? assumedSize, seesLarge),
    errorPercent: size === null ? 100 : knownErrorPercent,
  };
}

export function tokensOfSize({ width, height }: ImageSize, seesLarge: boolean): number {
  const { mostTokens, mostPixels } = seesLarge ? large : small;
  const scale = Math.min(1, mostPixels / Math.max(width, height));
  const across = Math.ceil(Math.round(width * scale) / patchSide);
  const down = Math.ceil(Math.round(height * scale) / patchSide);
  return Math.min(mostTokens, Math.max(1, across) * Math.max(1, down));
}
