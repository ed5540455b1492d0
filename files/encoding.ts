// How was a file saved? What its bytes say and decoded text no longer shows: encoding, invalid bytes, lone carriage returns.
import { type Finding, type Fix, findLoneCr, formatCount, loneCrFinding } from '#core';
import { type FileLine, readLines } from './lines.ts';

/** UTF-16 counts as such also without a mark; UTF-32 only with one. */
export type FileEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'utf-32';

export interface InvalidLine {
  /** 0-based. */
  readonly line: number;
  /** UTF-16 column of the replacement character of the first invalid byte, as an editor shows the line (without the mark). */
  readonly column: number;
  /** Of that byte, from the start of the file. */
  readonly offset: number;
  /** The line makes sense as Windows-1252, and nothing in it is UTF-8 beyond ASCII. */
  readonly isWindows1252: boolean;
}

export interface ByteFacts {
  readonly encoding: FileEncoding;
  /** Whether a byte order mark says so. */
  readonly hasMark: boolean;
  /** The first of them; empty where the file is not UTF-8 at all. */
  readonly invalidLines: readonly InvalidLine[];
  readonly invalidLineCount: number;
  /** Lines (which end at LF) in which carriage returns alone stand between JSON values; the first of them. */
  readonly loneCrLines: readonly number[];
  readonly loneCrLineCount: number;
}

const mostListed = 1000;

/**
 * Streams the file once.
 * @throws FileFailureError for what is no readable regular file or changes meanwhile, or AbortError.
 */
export async function readByteFacts(
  path: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ByteFacts> {
  let head: HeadEncoding | null = null;
  const invalidLines: InvalidLine[] = [];
  const loneCrLines: number[] = [];
  let invalidLineCount = 0;
  let loneCrLineCount = 0;
  const onBytes = (bytes: Uint8Array): void => {
    head ??= encodingOfHead(bytes);
  };
  for await (const lines of readLines(path, { signal: options.signal, onBytes, longLines: 'leaveOut' })) {
    if (head !== null && isWide(head)) break;
    for (const line of lines) {
      const invalid = invalidLine(line);
      if (invalid !== null && ++invalidLineCount <= mostListed) invalidLines.push(invalid);
      if (findLoneCr(line.text) !== -1 && ++loneCrLineCount <= mostListed) loneCrLines.push(line.line);
    }
  }
  return { ...(head ?? plain), invalidLines, invalidLineCount, loneCrLines, loneCrLineCount };
}

/** The problems of a file that its decoded text does not show, in the order of their lines. */
export function encodingFindings(
  facts: ByteFacts,
): readonly { readonly line: number; readonly finding: Finding }[] {
  const ofFile = headFinding(facts);
  if (isWide(facts)) return ofFile === null ? [] : [{ line: 0, finding: ofFile }];
  return [
    ...(ofFile === null ? [] : [{ line: 0, finding: ofFile }]),
    ...facts.invalidLines.map((invalid) => ({ line: invalid.line, finding: invalidFinding(invalid) })),
    ...facts.loneCrLines.map((line) => ({ line, finding: loneCrFinding(wholeLine) })),
  ].sort((a, b) => a.line - b.line);
}

export type HeadEncoding = Pick<ByteFacts, 'encoding' | 'hasMark'>;

const plain: HeadEncoding = { encoding: 'utf-8', hasMark: false };
const wholeLine = { kind: 'line' } as const;

/** @param head the first bytes of a file; four are enough. */
export function encodingOfHead(head: Uint8Array): HeadEncoding {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8-bom', hasMark: true };
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { encoding: 'utf-32', hasMark: true };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf-32', hasMark: true };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', hasMark: true };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', hasMark: true };
  // JSON begins with two ASCII characters, so their zero bytes tell (RFC 4627, section 3).
  if (a !== 0 && b === 0 && c !== undefined && c !== 0 && d === 0)
    return { encoding: 'utf-16le', hasMark: false };
  if (a === 0 && b !== undefined && b !== 0 && c === 0 && d !== undefined && d !== 0)
    return { encoding: 'utf-16be', hasMark: false };
  return plain;
}

/** Its lines are none: what looks like a line feed is half of a character. */
export function isWide({ encoding }: HeadEncoding): boolean {
  return encoding !== 'utf-8' && encoding !== 'utf-8-bom';
}

/** What the first bytes of a file say about how it was saved. */
export function headFinding({ encoding, hasMark }: HeadEncoding): Finding | null {
  if (encoding === 'utf-8') return null;
  if (encoding === 'utf-8-bom') {
    const message = 'The file begins with a byte order mark; save it as UTF-8 without one.';
    const fixes = [reencode('Save as UTF-8 without a byte order mark', true)];
    return { code: 'file.bom', where: wholeLine, message, fixes };
  }
  const name = encoding === 'utf-32' ? 'UTF-32' : 'UTF-16';
  const message = `The file is ${name}; a batch file must be UTF-8. Save it again as UTF-8.`;
  const fixes = encoding === 'utf-32' ? [] : [reencode('Save as UTF-8', hasMark)];
  return { code: 'file.encoding', where: wholeLine, message, fixes };
}

/** @returns null for a line that is UTF-8. */
export function invalidLine({ line, text, offset, invalid }: FileLine): InvalidLine | null {
  if (invalid === null) return null;
  const { byteInLine, isWindows1252 } = invalid;
  // Columns are those an editor shows, and editors hide the mark.
  const column = line === 0 && text.startsWith('\ufeff') ? Math.max(0, invalid.column - 1) : invalid.column;
  return { line, column, offset: offset + byteInLine, isWindows1252 };
}

export function invalidFinding({ column, offset, isWindows1252 }: InvalidLine): Finding {
  const where = { kind: 'span', start: column, end: column + 1 } as const;
  const place = `What stands here (byte ${formatCount(offset + 1)} of the file) is not UTF-8`;
  const message = isWindows1252
    ? `${place} but perhaps Windows-1252; save the file as UTF-8.`
    : `${place}, and what it was is lost; write it again as UTF-8.`;
  const fixes = isWindows1252 ? [reencode('Read as Windows-1252 and save as UTF-8', false)] : [];
  return { code: 'file.encoding', where, message, fixes };
}

function reencode(title: string, safe: boolean): Fix {
  return { title, change: { kind: 'reencode' }, safe };
}
