// Which requests of a file have this id or this text? Its bytes are searched as they are, a part after the other, each by
// whichever worker is free: nothing is decoded but the lines that fit.
import { bestMatches, type MatchOptions, queryPattern, type RankedMatches, RequestMatches } from '#core';
import { type FileFailure, FileFailureError } from '../fileFailure.ts';
import { fileMark } from '../fileMark.ts';
import { InputFile } from '../inputFile.ts';
import { lf, longestLineBytes } from '../lines.ts';
import type { WorkerPool } from '../workerPool.ts';
import { decodeLine } from './requestAt.ts';

export interface FindOptions extends MatchOptions {
  readonly pool: WorkerPool;
  readonly signal?: AbortSignal | undefined;
  /** For tests. */
  readonly partBytes?: number;
}

/** Short enough that a search that is not wanted any more ends soon, and that others get their turn between two. */
const defaultPartBytes = 1 << 21;
/** Of a file that changes meanwhile. */
const attempts = 3;

export type FoundInFile = ReturnType<typeof bestMatches>;

/**
 * Ids that are equal go first, then ids that begin so, ids that contain it, and texts; within each by line.
 * @throws FileFailureError for what cannot be read or changes all the time, or AbortError.
 */
export async function findInFile(path: string, options: FindOptions): Promise<FoundInFile> {
  for (let left = attempts; left > 0; left--) {
    const mark = fileMark(path);
    const parts = await searchParts(path, sizeOf(path), options);
    if (parts !== null && fileMark(path) === mark) return bestMatches(parts, options.limit);
  }
  const message = `${path} changes while it is searched; try again when nothing writes to it.`;
  throw new FileFailureError({ kind: 'changed', path, message });
}

function sizeOf(path: string): number {
  const input = InputFile.open(path);
  input.dispose();
  return input.sizeBytes;
}

/** @returns null when the file changed meanwhile. */
async function searchParts(
  path: string,
  sizeBytes: number,
  options: FindOptions,
): Promise<readonly RankedMatches[] | null> {
  const { pool, query, idField, limit, partBytes = defaultPartBytes } = options;
  const parts: Promise<PartMatches | FileFailure>[] = [];
  // One that failed ends the others, too.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  try {
    for (let start = 0; start < sizeBytes; start += partBytes) {
      // One waits for each that is searched, so that no worker is idle.
      if (parts.length >= 2 * pool.size) await parts[parts.length - 2 * pool.size];
      const end = Math.min(sizeBytes, start + partBytes);
      const part = { path, start, end, query, idField, limit };
      const found = pool.run('find', part, { priority: 'interactive', signal });
      found.catch(() => {});
      parts.push(found);
      // To ask for nothing is to ask for the first requests.
      if (query === '' && isEnough(await found, limit)) break;
    }
    return inOrder(await Promise.all(parts));
  } catch (error) {
    stop.abort(error);
    if (error instanceof FileFailureError && error.failure.kind === 'changed') return null;
    throw error;
  }
}

function isEnough(part: PartMatches | FileFailure, limit: number): boolean {
  if ('kind' in part) return true;
  return part.count > limit && part.ranks.slice(0, -1).some((rank) => rank.length >= limit);
}

/** Numbers the lines of each part, which each began at 0. */
function inOrder(parts: readonly (PartMatches | FileFailure)[]): readonly RankedMatches[] {
  let first = 0;
  return parts.map((part) => {
    if ('kind' in part) throw new FileFailureError(part);
    const { ranks, count, lineCount } = part;
    const before = first;
    first += lineCount;
    return {
      count,
      ranks: ranks.map((rank) => rank.map((match) => ({ ...match, line: match.line + before }))),
    };
  });
}

export interface PartToSearch extends MatchOptions {
  readonly path: string;
  /** The lines that begin from here on, in bytes from the start of the file, … */
  readonly start: number;
  /** … and before this place; the last of them to its end. */
  readonly end: number;
}

/** Lines are counted from the first of the part. */
export interface PartMatches extends RankedMatches {
  readonly lineCount: number;
}

/** In whatever thread this runs. */
export function findInPart(part: PartToSearch): PartMatches {
  const input = InputFile.open(part.path);
  try {
    const bytes = bytesOf(input, part);
    const lines = new PartLines(bytes);
    const matches = new RequestMatches(part);
    search(bytes, part, (at) => {
      const line = lines.at(at);
      const isFirst = part.start === 0 && line.start === 0;
      const text = decodeLine(bytes.subarray(line.start, line.end), isFirst);
      const column = (): number => decodeLine(bytes.subarray(line.start, at), isFirst).length;
      if (text.trim() !== '') matches.add(line.number, text, column);
      return line.end;
    });
    return { ...matches.result(), lineCount: lines.countAll() };
  } finally {
    input.dispose();
  }
}

/** @param found is told where a match begins, and says from where to go on. */
function search(bytes: Buffer, { query }: PartToSearch, found: (at: number) => number): void {
  const pattern = queryPattern(query, 'bytes');
  if (pattern === null) {
    for (let at = 0; at < bytes.length; ) at = found(at);
    return;
  }
  const text = bytes.toString('latin1');
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    pattern.lastIndex = found(match.index);
  }
}

/** Of this thread: fresh memory for each part costs more than the search. */
let scratch: Buffer = Buffer.alloc(0);

/** Whole lines, until the next part is asked for. A line that began in the part before is left out. */
function bytesOf(input: InputFile, { start, end }: PartToSearch): Buffer {
  // From the byte before, which tells whether a line begins here, to where the last line probably ends.
  const from = Math.max(0, start - 1);
  const to = Math.min(input.sizeBytes, end + usualRestBytes);
  if (scratch.length < to - from) scratch = Buffer.allocUnsafeSlow(to - from);
  const bytes = scratch.subarray(0, to - from);
  input.read(bytes, from, bytes.length);
  const first = start === 0 ? 0 : bytes.indexOf(lf) + 1;
  if (start > 0 && (first === 0 || first >= end - from)) return bytes.subarray(0, 0);
  const last = bytes.indexOf(lf, end - from - 1);
  if (last !== -1) return bytes.subarray(first, last + 1);
  return to === input.sizeBytes
    ? bytes.subarray(first)
    : Buffer.concat([bytes.subarray(first), ...restOfLine(input, to)]);
}

const usualRestBytes = 1 << 16;
const restBytes = 1 << 20;

/** What follows of a line, with its line feed; of one that is far too long the beginning. */
function restOfLine(input: InputFile, offset: number): readonly Buffer[] {
  const rest: Buffer[] = [];
  for (let at = offset; at < Math.min(input.sizeBytes, offset + longestLineBytes); at += restBytes) {
    const bytes = Buffer.allocUnsafe(Math.min(restBytes, input.sizeBytes - at));
    input.read(bytes, at, bytes.length);
    const end = bytes.indexOf(lf);
    rest.push(end === -1 ? bytes : bytes.subarray(0, end + 1));
    if (end !== -1) break;
  }
  return rest;
}

/** The lines of some bytes, asked for in order. */
class PartLines {
  readonly #bytes: Buffer;
  #number = 0;
  #start = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The line with a byte, up to and including its line feed. */
  at(byte: number): { readonly number: number; readonly start: number; readonly end: number } {
    let end = this.#endOf(this.#start);
    while (end <= byte) {
      this.#number++;
      this.#start = end;
      end = this.#endOf(end);
    }
    return { number: this.#number, start: this.#start, end };
  }

  countAll(): number {
    if (this.#bytes.length === 0) return 0;
    return this.at(this.#bytes.length - 1).number + 1;
  }

  #endOf(start: number): number {
    const end = this.#bytes.indexOf(lf, start);
    return end === -1 ? this.#bytes.length : end + 1;
  }
}
