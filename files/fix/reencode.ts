// Makes UTF-8 with line feeds of a file that is something else; a byte order mark of UTF-8 stays for now.
import { findLoneCr } from '#core';
import { invalidLine, isWide } from '../encoding.ts';
import type { InputFile } from '../inputFile.ts';
import { type FileLine, readLines } from '../lines.ts';
import type { FileScan } from '../pass/check.ts';

export interface ReencodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** A person chose it: also what is likely and not certain. */
  readonly chosen: boolean;
}

export type Write = (bytes: Uint8Array) => Promise<void>;

/** How many places of a file would be mended; 0: it needs no reencoding, or none that can be done. */
export function countReencodings({ head, isBatchFile, lines }: FileScan, chosen: boolean): number {
  if (isWide(head)) return head.encoding !== 'utf-32' && (head.hasMark || chosen) ? 1 : 0;
  if (!isBatchFile) return 0;
  let count = 0;
  for (let line = 0; line < lines.lineCount; line++) {
    for (const { fixes } of lines.factsOf(line)?.findings ?? []) {
      if (fixes?.some(({ change, safe }) => change.kind === 'reencode' && (safe || chosen))) count++;
    }
  }
  return count;
}

/** @returns false for UTF-16 that is none; then what was written is of no use. */
export async function reencode(
  input: InputFile,
  { head }: FileScan,
  write: Write,
  options: ReencodeOptions,
): Promise<boolean> {
  if (head.encoding === 'utf-16le' || head.encoding === 'utf-16be') {
    return await decodeAll(input, head.encoding, write, options.signal);
  }
  for await (const lines of readLines(input, { signal: options.signal })) {
    for (const line of lines) await write(lineBytes(input, line, options.chosen));
  }
  return true;
}

const chunkBytes = 1 << 20;

async function decodeAll(
  input: InputFile,
  encoding: 'utf-16le' | 'utf-16be',
  write: Write,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, input.sizeBytes));
  try {
    for (let offset = 0; offset < input.sizeBytes; offset += bytes.length) {
      signal?.throwIfAborted();
      const chunk = bytes.subarray(0, Math.min(bytes.length, input.sizeBytes - offset));
      input.read(chunk, offset, chunk.length);
      await write(Buffer.from(decoder.decode(chunk, { stream: true })));
    }
    await write(Buffer.from(decoder.decode()));
    return true;
  } catch (error) {
    if (isDecodingError(error)) return false;
    throw error;
  }
}

/** Of a TextDecoder that is `fatal`. */
export function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

const windows1252 = new TextDecoder('windows-1252');

/** With what ends it, which stays. */
function lineBytes(input: InputFile, line: FileLine, chosen: boolean): Uint8Array {
  const { text, offset, sizeBytes } = line;
  const ended = Buffer.allocUnsafe(Math.min(sizeBytes + 2, input.sizeBytes - offset));
  input.read(ended, offset, ended.length);
  const lineFeed = ended.indexOf(0x0a, sizeBytes);
  const whole = lineFeed === -1 ? ended : ended.subarray(0, lineFeed + 1);
  const isWindows1252 = chosen && invalidLine(line)?.isWindows1252 === true;
  const decoded = isWindows1252 ? windows1252.decode(whole.subarray(0, sizeBytes)) : text;
  const mended = line.invalid === null || isWindows1252 ? withLineFeeds(decoded) : decoded;
  if (mended === text) return whole;
  return Buffer.concat([Buffer.from(mended), whole.subarray(sizeBytes)]);
}

/** Carriage returns that stand alone between values, and behind the last of them. */
function withLineFeeds(text: string): string {
  if (findLoneCr(text) === -1) return text;
  return text.replaceAll(/([}\]][ \t]*)\r[ \t\r]*(?=[{[])/g, '$1\n').replace(/([}\]][ \t]*)\r+$/, '$1');
}
