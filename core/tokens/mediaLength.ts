// How long is a sound or video, and how many pages has a document, in base64? Read from their headers; null where those do not say.
import { decodeBase64 } from './base64.ts';

/** Of a text in base64 without line ends, where three bytes are four characters. */
class Bytes {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    const filled = this.#text.endsWith('==') ? 2 : this.#text.endsWith('=') ? 1 : 0;
    return Math.floor((this.#text.length * 3) / 4) - filled;
  }

  /** As many as there are, `count` at most. */
  slice(start: number, count: number): Uint8Array {
    const lead = start % 3;
    const from = ((start - lead) / 3) * 4;
    const out = new Uint8Array(count + lead);
    const to = Math.min(this.#text.length, from + Math.ceil((count + lead + 2) / 3) * 4);
    const end = decodeBase64(this.#text, from, to, out, 0);
    return out.subarray(lead, Math.max(lead, end));
  }

  text(start: number, count: number): string {
    let text = '';
    for (const byte of this.slice(start, count)) text += String.fromCharCode(byte);
    return text;
  }

  number(start: number, size: 4 | 8, littleEndian = false): number | null {
    const bytes = this.slice(start, size);
    if (bytes.length < size) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    return size === 4 ? view.getUint32(0, littleEndian) : Number(view.getBigUint64(0));
  }
}

/** Chunks or boxes that are looked at before giving up. */
const mostSteps = 1000;

/** Of a WAV file: the bytes of its data by those of a second. */
export function wavSeconds(base64: string): number | null {
  const bytes = new Bytes(base64);
  if (bytes.text(0, 4) !== 'RIFF' || bytes.text(8, 4) !== 'WAVE') return null;
  let perSecond: number | null = null;
  let at = 12;
  for (let step = 0; step < mostSteps && at + 8 <= bytes.length; step++) {
    const name = bytes.text(at, 4);
    const size = bytes.number(at + 4, 4, true) ?? 0;
    if (name === 'fmt ') perSecond = bytes.number(at + 16, 4, true);
    if (name === 'data') {
      // Streams are written before their length is known.
      const dataBytes = Math.min(size, bytes.length - at - 8);
      return perSecond ? dataBytes / perSecond : null;
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Of an MP4 or QuickTime file: the header of its movie box, which may stand at the end. */
export function mp4Seconds(base64: string): number | null {
  const bytes = new Bytes(base64);
  const movie = findBox(bytes, 'moov', 0, bytes.length);
  const header = movie === null ? null : findBox(bytes, 'mvhd', movie.start, movie.end);
  if (header === null) return null;
  const isLong = bytes.slice(header.start, 1)[0] === 1;
  const scale = bytes.number(header.start + (isLong ? 20 : 12), 4);
  const duration = bytes.number(header.start + (isLong ? 24 : 16), isLong ? 8 : 4);
  if (!scale || duration === null || duration === 0) return null;
  return duration / scale;
}

interface Box {
  readonly start: number;
  readonly end: number;
}

function findBox(bytes: Bytes, name: string, from: number, to: number): Box | null {
  let at = from;
  for (let step = 0; step < mostSteps && at + 8 <= to; step++) {
    const short = bytes.number(at, 4) ?? 0;
    const size = short === 1 ? (bytes.number(at + 8, 8) ?? 0) : short === 0 ? to - at : short;
    const head = short === 1 ? 16 : 8;
    if (bytes.text(at + 4, 4) === name) return { start: at + head, end: Math.min(to, at + size) };
    if (size < head) return null;
    at += size;
  }
  return null;
}

/** Where a PDF keeps the list of its pages, if it is not compressed. */
const pdfWindowBytes = 1 << 19;
const aroundPages = 300;

/** Of a PDF: the largest number of pages that a list of pages names. */
export function pdfPages(base64: string): number | null {
  const bytes = new Bytes(base64);
  if (!bytes.text(0, 1024).includes('%PDF-')) return null;
  const tail = Math.max(pdfWindowBytes, bytes.length - pdfWindowBytes);
  return pagesIn(bytes.slice(0, pdfWindowBytes)) ?? pagesIn(bytes.slice(tail, pdfWindowBytes));
}

function pagesIn(bytes: Uint8Array): number | null {
  // One character for a byte, in pieces that a call can take.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  const text = pieces.join('');
  let most = 0;
  let lists = 0;
  for (
    let at = text.indexOf('/Pages');
    at !== -1 && lists++ < mostSteps;
    at = text.indexOf('/Pages', at + 6)
  ) {
    const around = text.slice(Math.max(0, at - aroundPages), at + aroundPages);
    for (const [, count] of around.matchAll(/\/Count\s{0,4}(\d{1,5})\b/g))
      most = Math.max(most, Number(count));
  }
  return most > 0 ? most : null;
}
