// A little of a long text on one line, as a person reads it: escapes as what they stand for, no line breaks.
import { clip } from '../check/clip.ts';

const mostBefore = 40;
/** Of a word that is cut so much is left out rather than shown in half. */
const mostCut = 12;
const mostCharacters = 120;

/** @param text as JSON writes it. @param at where something was found in it, which is in the preview. */
export function previewAt(text: string, at: number): string {
  const start = wordFrom(text, Math.max(0, at - mostBefore), at);
  const raw = text.slice(start, at + 2 * mostCharacters);
  const shown = oneLine(raw.replace(escapes, characterOf));
  return clip(
    `${start > 0 ? '…' : ''}${shown}${start + raw.length < text.length ? '…' : ''}`,
    mostCharacters,
  );
}

/** @param text as it is meant. */
export function previewOf(text: string): string {
  return clip(oneLine(text.slice(0, 4 * mostCharacters)), mostCharacters);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

const escapes = /\\(?:u[\da-fA-F]{4}|[^u])/g;

function characterOf(written: string): string {
  const kind = written[1] ?? '';
  if (kind === 'u') return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  return 'bfnrt'.includes(kind) ? ' ' : kind;
}

/** Where the first whole word begins between two places, if any does. */
function wordFrom(text: string, from: number, to: number): number {
  if (from === 0) return 0;
  const space = text.indexOf(' ', from - 1);
  return space === -1 || space >= Math.min(to, from + mostCut) ? wholeFrom(text, from) : space + 1;
}

/** The nearest place at or behind one that is inside neither an escape nor a surrogate pair. */
function wholeFrom(text: string, at: number): number {
  for (let back = 1; back <= 5 && back <= at; back++) {
    if (text[at - back] !== '\\' || !isEscape(text, at - back)) continue;
    const end = at - back + (text[at - back + 1] === 'u' ? 6 : 2);
    if (end > at) return end;
  }
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

/** Whether a backslash begins an escape, and is not itself escaped. */
function isEscape(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 0;
}
