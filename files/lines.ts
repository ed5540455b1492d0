// How a file of any size becomes lines: streamed, split at LF only, in bounded memory.
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { FileFailureError, readingError } from './fileFailure.ts';
import { InputFile } from './inputFile.ts';
import { findInvalidBytes, type InvalidBytes } from './invalidBytes.ts';

export interface FileLine {
  /** 0-based. */
  readonly line: number;
  /** Decoded UTF-8, without the LF and without a CR before it. A byte order mark at the start of the file is kept. */
  readonly text: string;
  /** Where the line starts, in bytes from the start of the file. */
  readonly offset: number;
  /** Bytes of the line without its terminator (LF or CR LF). */
  readonly sizeBytes: number;
  /** Null for a line that is UTF-8. */
  readonly invalid: InvalidBytes | null;
  /** Longer than any provider takes, and not read: its text is empty. Only with `longLines: 'leaveOut'`. */
  readonly leftOut: boolean;
}

export interface ReadLinesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read at a time; a batch holds the lines that ended in one read. */
  readonly chunkBytes?: number;
  /** Sees the bytes as they are read, for a hash over exactly what the lines were made of. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** What becomes of lines that would not fit into memory; by default the file is refused. */
  readonly longLines?: 'refuse' | 'leaveOut';
  /** For tests. */
  readonly longestLineBytes?: number;
}

/** Above what any provider takes as a whole file (200 MB), and half of the longest string there can be. */
export const longestLineBytes = 1 << 28;
/** A megabyte of line feeds is a million lines. */
const mostLinesInBatch = 1 << 14;
export const lf = 0x0a;
export const cr = 0x0d;

/**
 * Reads lines in batches. N line feeds give N lines, plus one when bytes follow the last of them.
 * @param source a path, or a file that is open and stays so.
 * @throws FileFailureError for what is no readable regular file or changes meanwhile, or AbortError.
 */
export async function* readLines(
  source: string | InputFile,
  options: ReadLinesOptions = {},
): AsyncGenerator<readonly FileLine[]> {
  options.signal?.throwIfAborted();
  const file = typeof source === 'string' ? InputFile.open(source) : source;
  try {
    yield* linesOf(file, options);
    file.assertUnchanged();
  } catch (error) {
    throw readingError(error, file.path);
  } finally {
    if (typeof source === 'string') file.dispose();
  }
}

async function* linesOf(file: InputFile, options: ReadLinesOptions): AsyncGenerator<readonly FileLine[]> {
  const assembly = new Assembly(file.path, options);
  for await (const chunk of chunksOf(file, options)) {
    options.onBytes?.(chunk);
    let lines: FileLine[] = [];
    let start = 0;
    for (let at = chunk.indexOf(lf); at !== -1; at = chunk.indexOf(lf, start)) {
      lines.push(assembly.end(chunk.subarray(start, at), 1));
      start = at + 1;
      if (lines.length < mostLinesInBatch) continue;
      yield lines;
      lines = [];
    }
    if (start < chunk.length) assembly.keep(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (assembly.hasRest) yield [assembly.end(nothing, 0)];
}

/** Not beyond the size it was opened with: a file that is written to as fast as it is read would have no end. */
async function* chunksOf(file: InputFile, options: ReadLinesOptions): AsyncGenerator<Buffer> {
  const chunkBytes = options.chunkBytes ?? 1 << 20;
  let next = readChunk(file, 0, chunkBytes);
  try {
    for (let offset = 0; ; ) {
      const chunk = await next;
      options.signal?.throwIfAborted();
      if (chunk.length === 0) return;
      offset += chunk.length;
      next = readChunk(file, offset, chunkBytes);
      yield chunk;
    }
  } finally {
    // The descriptor must not be closed (and given to another file) while it is read from.
    await next.catch(() => {});
  }
}

const readAt = promisify(read);

function readChunk(file: InputFile, offset: number, chunkBytes: number): Promise<Buffer> {
  const most = Math.min(chunkBytes, file.sizeBytes - offset);
  if (most <= 0) return Promise.resolve(nothing);
  const bytes = Buffer.allocUnsafe(most);
  const chunk = readAt(file.openFd(), bytes, 0, most, offset).then(({ bytesRead }) =>
    bytes.subarray(0, bytesRead),
  );
  // It may fail while the lines before it are still worked on.
  chunk.catch(() => {});
  return chunk;
}

const nothing = Buffer.alloc(0);

/** Puts lines together that lie in several chunks. */
class Assembly {
  readonly #path: string;
  readonly #longest: number;
  readonly #mayLeaveOut: boolean;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #line = 0;
  #offset = 0;

  constructor(path: string, options: ReadLinesOptions) {
    this.#path = path;
    this.#longest = options.longestLineBytes ?? longestLineBytes;
    this.#mayLeaveOut = options.longLines === 'leaveOut';
  }

  get hasRest(): boolean {
    return this.#pendingBytes > 0;
  }

  /** Takes the beginning or the middle of a line. */
  keep(bytes: Buffer): void {
    this.#pendingBytes += bytes.length;
    if (this.#isTooLong()) this.#pending = [];
    else this.#pending.push(bytes);
  }

  /** @param terminatorBytes 1 for an LF that was left out of `bytes`, 0 at the end of the file. */
  end(bytes: Buffer, terminatorBytes: number): FileLine {
    if (this.#pendingBytes === 0) return this.#take(bytes, bytes.length, terminatorBytes);
    if (bytes.length > 0) this.keep(bytes);
    const sizeBytes = this.#pendingBytes;
    const whole = this.#isTooLong() ? nothing : Buffer.concat(this.#pending, sizeBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    return this.#take(whole, sizeBytes, terminatorBytes);
  }

  #isTooLong(): boolean {
    if (this.#pendingBytes <= this.#longest) return false;
    if (this.#mayLeaveOut) return true;
    const message = `Line ${this.#line + 1} of ${this.#path} is longer than ${Math.floor(this.#longest / 1e6)} MB; a batch file has one request a line, split it.`;
    throw new FileFailureError({ kind: 'notReadable', path: this.#path, message });
  }

  #take(bytes: Buffer, length: number, terminatorBytes: number): FileLine {
    const endsInCr = terminatorBytes === 1 && bytes[bytes.length - 1] === cr;
    const sizeBytes = endsInCr ? length - 1 : length;
    const leftOut = bytes.length < length;
    const text = leftOut ? '' : bytes.toString('utf8', 0, sizeBytes);
    // Bytes that are not UTF-8 become this character, so that other lines need no second look.
    const invalid = text.includes('\ufffd') ? findInvalidBytes(bytes.subarray(0, sizeBytes)) : null;
    const taken: FileLine = { line: this.#line, text, offset: this.#offset, sizeBytes, invalid, leftOut };
    this.#line++;
    this.#offset += length + terminatorBytes;
    return taken;
  }
}
