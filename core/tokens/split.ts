// Where does the next piece of a text end? The pre-tokenizer patterns of the public encodings over UTF-8, written out by
// hand: the same pieces as the regular expressions in tiktoken (a test compares), in time linear in the text.
import { characterClasses, LETTER, LOWER, NEWLINE, NUMBER, SPACE, UPPER } from './characterClasses.ts';

/**
 * @param bytes UTF-8, with `terminator` after the text.
 * @returns the end (exclusive) of the piece that starts at `start`; always after `start`.
 */
export type PieceEnd = (bytes: Uint8Array, start: number) => number;

/** A byte that is in no UTF-8, so that nothing runs on past the text. */
export const terminator = 0xff;

const apostrophe = 0x27;
const space = 0x20;
const slash = 0x2f;

/** Beside the bits of characterClasses: the text ends here. */
const END = 64;
/** Above its class stands how many bytes a character has. */
const widthShift = 8;
const oneByte = 1 << widthShift;

const wideClasses = new Uint8Array(0x110000);
/** Class and width of characters of one byte; 0 for the first byte of others. */
const byteClasses = new Uint16Array(256);
/** Of each byte: can it be in a plain word, or come right after one? 0 says neither. */
const SMALL = 1;
const AFTER = 2;
const plainBytes = new Uint8Array(256);

/** The tables are filled when something is counted, and not when the program starts: that takes some milliseconds. */
function fillTables(): void {
  wideClasses.set(characterClasses());
  for (let byte = 0; byte < 0x80; byte++) {
    byteClasses[byte] = wideClasses[byte]! | oneByte;
    const isLetter = (wideClasses[byte]! & LETTER) !== 0;
    plainBytes[byte] = byte >= 0x61 && isLetter ? SMALL : isLetter || byte === apostrophe ? 0 : AFTER;
  }
  byteClasses[terminator] = END | oneByte;
  plainBytes[terminator] = AFTER;
}

/** @param pattern of the encoding; that of o200k_base is the only one that tells upper case from lower. */
export function pieceEndOf(pattern: string): PieceEnd {
  if (byteClasses[terminator] === 0) fillTables();
  return pattern.includes('\\p{Lu}') ? o200kPieceEnd : cl100kPieceEnd;
}

/** Class and width of the character at `at`. */
function classAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const known = byteClasses[first]!;
  if (known !== 0) return known;
  const second = bytes[at + 1]! & 0x3f;
  if (first < 0xe0) return wideClasses[((first & 0x1f) << 6) | second]! | (2 << widthShift);
  const third = bytes[at + 2]! & 0x3f;
  if (first < 0xf0) return wideClasses[((first & 0x0f) << 12) | (second << 6) | third]! | (3 << widthShift);
  const code = ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
  return wideClasses[code]! | (4 << widthShift);
}

/** After the run of characters that have one of `bits`. */
function runEnd(bytes: Uint8Array, start: number, bits: number): number {
  for (let at = start; ; ) {
    const seen = classAt(bytes, at);
    if ((seen & bits) === 0) return at;
    at += seen >> widthShift;
  }
}

/** After `(?i:'s|'t|'re|'ve|'m|'ll|'d)`, or `start` when there is none. Case folding makes U+017F an s. */
function contractionEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== apostrophe) return start;
  const raw = bytes[start + 1]!;
  if (raw === 0xc5 && bytes[start + 2] === 0xbf) return start + 3;
  if (raw > 0x7a) return start;
  const first = raw | 0x20;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  const next = bytes[start + 2]!;
  if (next > 0x7a) return start;
  const second = next | 0x20;
  if ((first === 0x72 || first === 0x76) && second === 0x65) return start + 3;
  return first === 0x6c && second === 0x6c ? start + 3 : start;
}

/** `\p{N}{1,3}` */
function numberEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let digits = 0; digits < 3; digits++) {
    const seen = classAt(bytes, at);
    if ((seen & NUMBER) === 0) break;
    at += seen >> widthShift;
  }
  return at;
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n]*` (with `/` among the last in o200k), or `start`. */
function symbolsEnd(bytes: Uint8Array, start: number, slashes: boolean): number {
  let at = bytes[start] === space ? start + 1 : start;
  const first = at;
  for (;;) {
    const seen = classAt(bytes, at);
    if ((seen & (SPACE | LETTER | NUMBER | END)) !== 0) break;
    at += seen >> widthShift;
  }
  if (at === first) return start;
  for (;;) {
    const byte = bytes[at]!;
    if (byte !== 10 && byte !== 13 && !(slashes && byte === slash)) return at;
    at++;
  }
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+` */
function spacesEnd(bytes: Uint8Array, start: number): number {
  let afterNewline = start;
  let lastSpace = start;
  let at = start;
  for (;;) {
    const bits = classAt(bytes, at);
    if ((bits & SPACE) === 0) break;
    lastSpace = at;
    at += bits >> widthShift;
    if ((bits & NEWLINE) !== 0) afterNewline = at;
  }
  if (afterNewline > start) return afterNewline;
  return bytes[at] !== terminator && lastSpace > start ? lastSpace : at;
}

/** The end of a piece like ` words` or `Words`, which most are; `start` for any other. */
function plainWordEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  let byte = bytes[at]!;
  if (byte === space) byte = bytes[++at]!;
  const letters = at;
  if (byte >= 0x41 && byte <= 0x5a) byte = bytes[++at]!;
  while (plainBytes[byte] === SMALL) byte = bytes[++at]!;
  return plainBytes[byte] === AFTER && at > letters ? at : start;
}

/** cl100k_base: contractions stand alone, and letters of any case run on. */
function cl100kPieceEnd(bytes: Uint8Array, start: number): number {
  const plain = plainWordEnd(bytes, start);
  return plain > start ? plain : otherCl100kEnd(bytes, start);
}

function otherCl100kEnd(bytes: Uint8Array, start: number): number {
  const contraction = contractionEnd(bytes, start);
  if (contraction > start) return contraction;
  const bits = classAt(bytes, start);
  if ((bits & LETTER) !== 0) return runEnd(bytes, start, LETTER);
  if ((bits & NUMBER) !== 0) return numberEnd(bytes, start);
  if ((bits & NEWLINE) === 0) {
    const letters = start + (bits >> widthShift);
    const end = runEnd(bytes, letters, LETTER);
    if (end > letters) return end;
  }
  const symbols = symbolsEnd(bytes, start, false);
  return symbols > start ? symbols : spacesEnd(bytes, start);
}

/**
 * The word alternatives of o200k_base from where their letters start: `U*L+`, and after it `U+L*` if `upperAlone`.
 * Caseless letters and marks are in both classes. @returns `start` when neither matches.
 */
function o200kWordEnd(bytes: Uint8Array, start: number, upperAlone: boolean): number {
  let at = start;
  // The end of the last character of the upper run that is in the lower class too.
  let both = start;
  for (;;) {
    const bits = classAt(bytes, at);
    if ((bits & UPPER) === 0) {
      if ((bits & LOWER) === 0) break;
      return runEnd(bytes, at, LOWER);
    }
    at += bits >> widthShift;
    if ((bits & LOWER) !== 0) both = at;
  }
  // No lower-case letter follows: U*L+ gives back to `both`; without one only U+ can take the run.
  return both > start || !upperAlone ? both : at;
}

/** o200k_base: words split where case turns, and contractions belong to the word before them. */
function o200kPieceEnd(bytes: Uint8Array, start: number): number {
  const plain = plainWordEnd(bytes, start);
  return plain > start ? plain : otherO200kEnd(bytes, start);
}

function otherO200kEnd(bytes: Uint8Array, start: number): number {
  const bits = classAt(bytes, start);
  if ((bits & LETTER) !== 0) return contractionEnd(bytes, o200kWordEnd(bytes, start, true));
  if ((bits & NUMBER) !== 0) return numberEnd(bytes, start);
  if ((bits & NEWLINE) === 0) {
    const end = o200kPrefixedWordEnd(bytes, start, bits);
    if (end > start) return contractionEnd(bytes, end);
  }
  const symbols = symbolsEnd(bytes, start, true);
  return symbols > start ? symbols : spacesEnd(bytes, start);
}

/** A word after one character that is no letter, number or line end; a mark there can also begin the word itself. */
function o200kPrefixedWordEnd(bytes: Uint8Array, start: number, bits: number): number {
  const letters = start + (bits >> widthShift);
  const isMark = (bits & LOWER) !== 0;
  const end = o200kWordEnd(bytes, letters, !isMark);
  if (end > letters) return end;
  return isMark ? o200kWordEnd(bytes, start, false) : start;
}

/**
 * The last place before `end` where a piece ends, whatever comes after `end`: after a letter or number that no more of its
 * kind follow, or before a blank that follows something else. @returns 0 when there is none. Needs `pieceEndOf` first.
 */
export function lastBorder(bytes: Uint8Array, end: number): number {
  let next = characterStart(bytes, end - 1);
  for (let at = next; at > 0; next = at) {
    at = characterStart(bytes, next - 1);
    if (isBorder(classAt(bytes, at), classAt(bytes, next), bytes[next]!)) return next;
  }
  return 0;
}

function isBorder(before: number, after: number, byte: number): boolean {
  if ((before & LETTER) !== 0) return (after & (UPPER | LOWER)) === 0 && byte !== apostrophe;
  if ((before & NUMBER) !== 0) return (after & NUMBER) === 0;
  return (before & SPACE) === 0 && (after & (SPACE | NEWLINE)) === SPACE;
}

/** Where the character begins that `at` is in. */
export function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}
