// One request of a file by its line, alone and to be read, without decoding the lines before it.
import { customIdOf, findExcess, indentJson, previewOfRequest, withoutByteOrderMark } from '#core';
import { FileFailureError } from '../fileFailure.ts';
import { InputFile } from '../inputFile.ts';
import { lf, longestLineBytes } from '../lines.ts';

export interface LineToRead {
  readonly path: string;
  /** 0-based. */
  readonly line: number;
  /** As the dialect calls it. */
  readonly idField: string;
}

export interface RequestAlone {
  readonly customId: string | null;
  /** Indented, every number and string as it is written; a line that is no JSON as it is. */
  readonly text: string;
  readonly isJson: boolean;
  /** The beginning of what is asked, on one line. */
  readonly preview: string;
}

export interface RequestInFile extends RequestAlone {
  /** 0-based. Editors end a line also at a lone carriage return. */
  readonly editorLine: number;
}

const cr = 0x0d;
const chunkBytes = 1 << 20;

/**
 * In whatever thread this runs. A line ends at LF, and a CR before it belongs to the end.
 * @returns null where the file has no such line.
 * @throws FileFailureError for what cannot be read or changes meanwhile, and for a line too long for memory.
 */
export function requestAt({ path, line, idField }: LineToRead): RequestInFile | null {
  const input = InputFile.open(path);
  try {
    const start = line === 0 ? 0 : placeBehind(input, 0, line);
    if (start === null || start >= input.sizeBytes) return null;
    const end = placeBehind(input, start, 1) ?? input.sizeBytes;
    if (end - start > longestLineBytes) throw tooLong(path, line);
    const bytes = Buffer.allocUnsafe(end - start);
    input.read(bytes, start, bytes.length);
    const editorLine = line + loneReturnsBefore(input, start);
    input.assertUnchanged();
    return { ...requestAlone(decodeLine(bytes, start === 0), idField), editorLine };
  } finally {
    input.dispose();
  }
}

/** @param text without terminator and byte order mark. */
export function requestAlone(text: string, idField: string): RequestAlone {
  const isJson = isParsed(text);
  return {
    customId: customIdOf(text, idField),
    text: isJson ? indentJson(text) : text,
    isJson,
    preview: previewOfRequest(text),
  };
}

/** @param bytes with what ends the line. @param isFirst of the file: editors hide a byte order mark. */
export function decodeLine(bytes: Buffer, isFirst: boolean): string {
  const { length } = bytes;
  const isEnded = bytes[length - 1] === lf;
  const endBytes = !isEnded ? 0 : bytes[length - 2] === cr ? 2 : 1;
  const text = bytes.toString('utf8', 0, length - endBytes);
  return isFirst ? withoutByteOrderMark(text) : text;
}

function isParsed(text: string): boolean {
  if (findExcess(text) !== null) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the line begins that follows the n-th line feed from a place on; null when there are fewer. */
function placeBehind(input: InputFile, from: number, lineFeeds: number): number | null {
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, input.sizeBytes - from));
  let left = lineFeeds;
  for (let offset = from; offset < input.sizeBytes; offset += chunk.length) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, input.sizeBytes - offset));
    input.read(bytes, offset, bytes.length);
    for (let at = bytes.indexOf(lf); at !== -1; at = bytes.indexOf(lf, at + 1)) {
      if (--left === 0) return offset + at + 1;
    }
  }
  return null;
}

/** Carriage returns that end no line of the file. @param end where a line begins. */
function loneReturnsBefore(input: InputFile, end: number): number {
  // With the byte behind it, which says whether the last one is alone.
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end) + 1);
  let count = 0;
  for (let offset = 0; offset < end; offset += chunkBytes) {
    const bytes = chunk.subarray(0, Math.min(chunkBytes + 1, end - offset));
    input.read(bytes, offset, bytes.length);
    for (let at = bytes.indexOf(cr); at !== -1 && at < chunkBytes; at = bytes.indexOf(cr, at + 1)) {
      if (bytes[at + 1] !== lf) count++;
    }
  }
  return count;
}

function tooLong(path: string, line: number): FileFailureError {
  const message = `Line ${line + 1} of ${path} is longer than ${Math.floor(longestLineBytes / 1e6)} MB and cannot be shown; split it.`;
  return new FileFailureError({ kind: 'notReadable', path, message });
}
