// How many pixels wide and high is an image in a data: URL? Read from its header; the rest is never decoded.
import { base64Head } from './base64.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** All but a JPEG's size is in the first bytes; that can come after a colour profile and a preview. */
const headBytes = [64, 1 << 12, 1 << 17] as const;

const dataUrl = /^data:image\/[a-z0-9.+-]{1,40};base64,/i;

export function isImageData(text: string): boolean {
  return text.startsWith('data:') && dataUrl.test(text.slice(0, 80));
}

/** null: no data: URL of a PNG, JPEG, GIF or WebP, or a broken one. */
export function imageSizeOf(url: string): ImageSize | null {
  const prefix = dataUrl.exec(url.slice(0, 80))?.[0];
  return prefix === undefined ? null : imageSizeOfBase64(url, prefix.length);
}

/** The same for bare base64, from `start` on. */
export function imageSizeOfBase64(text: string, start: number): ImageSize | null {
  for (const most of headBytes) {
    const bytes = base64Head(text, start, most);
    const size = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
    if (size !== null) return size.width > 0 && size.height > 0 ? size : null;
    if (bytes.length < most || !isJpeg(bytes)) return null;
  }
  return null;
}

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

function pngSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 24 || !startsWith(bytes, '\x89PNG\r\n\x1a\n')) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 10 || !startsWith(bytes, 'GIF8')) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** The three forms of WebP: lossy `VP8 `, lossless `VP8L`, extended `VP8X`. */
function webpSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 30 || !startsWith(bytes, 'RIFF') || !startsWith(bytes, 'WEBPVP8', 8)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  switch (bytes[15]) {
    case 0x20:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x58: {
      const width = view.getUint16(24, true) | (bytes[26]! << 16);
      const height = view.getUint16(27, true) | (bytes[29]! << 16);
      return { width: width + 1, height: height + 1 };
    }
    default:
      return null;
  }
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/** Goes from segment to segment to the frame header (SOF0 to SOF15, without the tables DHT, JPG and DAC). */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  if (!isJpeg(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
