// Where does the next piece of a text end? The pre-tokenizer patterns of the public encodings, written out by hand: the
// same pieces as the regular expressions in tiktoken (a test compares), in time linear in the text and without a stack.
import { characterClasses, LETTER, LOWER, NEWLINE, NUMBER, SPACE, UPPER } from './characterClasses.ts';

/** @returns the end (UTF-16 offset, exclusive) of the piece that starts at `start`; always after `start`. */
export type PieceEnd = (text: string, start: number) => number;

const classes = /* @__PURE__ */ characterClasses();
const apostrophe = 0x27;
const space = 0x20;
const slash = 0x2f;

/** The code point at `at`; a lone surrogate stands for itself. */
function codeAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if ((first & 0xfc00) !== 0xd800 || at + 1 >= text.length) return first;
  const second = text.charCodeAt(at + 1);
  return (second & 0xfc00) === 0xdc00 ? ((first - 0xd800) << 10) + (second - 0xdc00) + 0x10000 : first;
}

const width = (code: number): number => (code > 0xffff ? 2 : 1);

/** After the run of code points that have one of `bits`. */
function runEnd(text: string, start: number, bits: number): number {
  let at = start;
  while (at < text.length) {
    const code = codeAt(text, at);
    if ((classes[code]! & bits) === 0) break;
    at += width(code);
  }
  return at;
}

/** After `(?i:'s|'t|'re|'ve|'m|'ll|'d)`, or `start` when there is none. Case folding makes U+017F an s. */
function contractionEnd(text: string, start: number): number {
  if (start + 1 >= text.length || text.charCodeAt(start) !== apostrophe) return start;
  const raw = text.charCodeAt(start + 1);
  const first = raw | 0x20;
  if (raw === 0x17f) return start + 2;
  if (raw > 0x7a) return start;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  if (start + 2 >= text.length) return start;
  const next = text.charCodeAt(start + 2);
  if (next > 0x7a) return start;
  const second = next | 0x20;
  if ((first === 0x72 || first === 0x76) && second === 0x65) return start + 3;
  return first === 0x6c && second === 0x6c ? start + 3 : start;
}

/** `\p{N}{1,3}` */
function numberEnd(text: string, start: number): number {
  let at = start;
  for (let digits = 0; digits < 3 && at < text.length; digits++) {
    const code = codeAt(text, at);
    if ((classes[code]! & NUMBER) === 0) break;
    at += width(code);
  }
  return at;
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n]*` (with `/` among the last in o200k), or `start`. */
function symbolsEnd(text: string, start: number, slashes: boolean): number {
  let at = text.charCodeAt(start) === space ? start + 1 : start;
  const first = at;
  while (at < text.length) {
    const code = codeAt(text, at);
    if ((classes[code]! & (SPACE | LETTER | NUMBER)) !== 0) break;
    at += width(code);
  }
  if (at === first) return start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code !== 10 && code !== 13 && !(slashes && code === slash)) break;
    at++;
  }
  return at;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`: all white space is one UTF-16 unit. */
function spacesEnd(text: string, start: number): number {
  let lastNewline = -1;
  let at = start;
  while (at < text.length) {
    const bits = classes[text.charCodeAt(at)]!;
    if ((bits & SPACE) === 0) break;
    if ((bits & NEWLINE) !== 0) lastNewline = at;
    at++;
  }
  if (lastNewline !== -1) return lastNewline + 1;
  return at < text.length && at - start > 1 ? at - 1 : at;
}

/** cl100k_base: contractions stand alone, and letters of any case run on. */
export const cl100kPieceEnd: PieceEnd = (text, start) => {
  const contraction = contractionEnd(text, start);
  if (contraction > start) return contraction;
  const code = codeAt(text, start);
  const bits = classes[code]!;
  if ((bits & LETTER) !== 0) return runEnd(text, start, LETTER);
  if ((bits & NUMBER) !== 0) return numberEnd(text, start);
  if ((bits & NEWLINE) === 0) {
    const letters = start + width(code);
    const end = runEnd(text, letters, LETTER);
    if (end > letters) return end;
  }
  const symbols = symbolsEnd(text, start, false);
  return symbols > start ? symbols : spacesEnd(text, start);
};

/**
 * The word alternatives of o200k_base from where their letters start: `U*L+`, and after it `U+L*` if `upperAlone`.
 * Caseless letters and marks are in both classes. @returns `start` when neither matches.
 */
function o200kWordEnd(text: string, start: number, upperAlone: boolean): number {
  let at = start;
  // The end of the last character of the upper run that is in the lower class too.
  let both = start;
  while (at < text.length) {
    const code = codeAt(text, at);
    const bits = classes[code]!;
    if ((bits & UPPER) === 0) {
      if ((bits & LOWER) === 0) break;
      return runEnd(text, at, LOWER);
    }
    at += width(code);
    if ((bits & LOWER) !== 0) both = at;
  }
  // No lower-case letter follows: U*L+ gives back to `both`; without one only U+ can take the run.
  return both > start || !upperAlone ? both : at;
}

/** o200k_base: words split where case turns, and contractions belong to the word before them. */
export const o200kPieceEnd: PieceEnd = (text, start) => {
  const code = codeAt(text, start);
  const bits = classes[code]!;
  if ((bits & LETTER) !== 0) return contractionEnd(text, o200kWordEnd(text, start, true));
  if ((bits & NUMBER) !== 0) return numberEnd(text, start);
  if ((bits & NEWLINE) === 0) {
    const end = o200kPrefixedWordEnd(text, start, start + width(code), bits);
    if (end > start) return contractionEnd(text, end);
  }
  const symbols = symbolsEnd(text, start, true);
  return symbols > start ? symbols : spacesEnd(text, start);
};

/** A word after one character that is no letter, number or line end; a mark there can also begin the word itself. */
function o200kPrefixedWordEnd(text: string, start: number, letters: number, bits: number): number {
  const isMark = (bits & LOWER) !== 0;
  const end = o200kWordEnd(text, letters, !isMark);
  if (end > letters) return end;
  return isMark ? o200kWordEnd(text, start, false) : start;
}
