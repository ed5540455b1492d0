// Are these bytes in base64, and of what? Looked at where mistakes are: at both ends, and for the characters that people's tools leave.
import { base64Head } from '../../tokens/base64.ts';

const ends = 2000;
/** Line breaks and spaces, the letters of URLs, a text that was cut short, a data URL within. */
const strays = ['\n', '\r', ' ', '\t', '-', '_', '.', '…', '%', ',', ':', '"', '<', '{', '*'];

export type Base64Fault =
  | { readonly kind: 'stray'; readonly character: string }
  /** Cut off: its length is none that base64 can have. */
  | { readonly kind: 'length' }
  | { readonly kind: 'empty' };

/** @param start where the base64 begins. A whole scan would take as long as reading the line. */
export function base64Fault(text: string, start: number): Base64Fault | null {
  if (text.length <= start) return { kind: 'empty' };
  for (const character of strays) {
    if (text.indexOf(character, start) !== -1) return { kind: 'stray', character };
  }
  const other =
    /[^A-Za-z0-9+/=]/.exec(text.slice(start, start + ends)) ??
    /[^A-Za-z0-9+/=]/.exec(text.slice(Math.max(start, text.length - ends)));
  if (other !== null) return { kind: 'stray', character: other[0] };
  const equals = text.indexOf('=', start);
  if (equals !== -1 && text.length - equals > 2) return { kind: 'stray', character: '=' };
  const letters = (equals === -1 ? text.length : equals) - start;
  return letters % 4 === 1 || (equals !== -1 && (text.length - start) % 4 !== 0) ? { kind: 'length' } : null;
}

const beginnings: readonly (readonly [type: string, bytes: string, at: number])[] = [
  ['image/png', '\x89PNG', 0],
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/gif', 'GIF8', 0],
  ['image/webp', 'WEBP', 8],
  ['application/pdf', '%PDF', 0],
];

/** By its first bytes; null: none of those that providers take as images, nor a PDF. */
export function typeOfBytes(text: string, start: number): string | null {
  const head = String.fromCharCode(...base64Head(text.slice(start, start + 24), 0, 16));
  return beginnings.find(([, bytes, at]) => head.startsWith(bytes, at))?.[0] ?? null;
}
