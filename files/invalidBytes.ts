// Which bytes of a line are not UTF-8, and could they be Windows-1252?
import { isUtf8 } from 'node:buffer';

export interface InvalidBytes {
  /** Of the first such byte, from the start of the line. */
  readonly byteInLine: number;
  /** UTF-16 column of the replacement character that stands for it in the decoded line. */
  readonly column: number;
  /** Nothing in the line is UTF-8 beyond ASCII, and all else is as Western European words are in Windows-1252. */
  readonly isWindows1252: boolean;
}

/** @returns null for a line that is UTF-8, which costs next to nothing. */
export function findInvalidBytes(line: Uint8Array): InvalidBytes | null {
  if (isUtf8(line)) return null;
  let first = -1;
  let isWindows1252 = true;
  let run = 0;
  for (let at = 0; at < line.length; ) {
    const length = sequenceBytes(line, at);
    if (length === 1) {
      run = 0;
      if (isControl(line[at] ?? 0)) isWindows1252 = false;
    } else if (length > 1) {
      isWindows1252 = false;
    } else {
      if (first === -1) first = at;
      const byte = line[at] ?? 0;
      if (++run > longestWesternRun || unusedInWindows1252.has(byte) || isCut(line, at))
        isWindows1252 = false;
    }
    if (first !== -1 && !isWindows1252) break;
    at += Math.max(1, length);
  }
  const column = Buffer.from(line.buffer, line.byteOffset, first).toString('utf8').length;
  return { byteInLine: first, column, isWindows1252 };
}

/** Other single-byte alphabets and the double-byte encodings write whole words beyond ASCII. */
const longestWesternRun = 2;
const unusedInWindows1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Looks like the beginning of a UTF-8 character that was cut. */
function isCut(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte >= 0xc2 && byte <= 0xf4 && ((bytes[at + 1] ?? 0) & 0xc0) === 0x80;
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0d) || byte === 0x7f;
}

/** How many bytes the character at `at` has; 0 when none begins there (Unicode standard, table 3-7). */
function sequenceBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
