// How does a file of any size become parts of whole lines? Read once, in order, into few buffers that are used again.
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { readingError } from '../fileFailure.ts';
import type { InputFile } from '../inputFile.ts';
import { lf, longestLineBytes } from '../lines.ts';

/** Whole lines with what ends them; the last of a file may end with it. */
export interface Part {
  /** Memory that threads share, until it is given back. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** From the start of the file. */
  readonly offset: number;
}

/** Longer than any provider takes, so it was not kept. */
export interface LongLine {
  readonly offset: number;
  /** Without its LF. */
  readonly sizeBytes: number;
}

export interface ReadPartsOptions {
  readonly signal?: AbortSignal | undefined;
  /** How much to read from a place on; a part may have less, or more where a line is longer. */
  readonly partBytes: (offset: number) => number;
  /** Sees the bytes as they are read, for a hash over exactly what the lines are made of. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** For tests. */
  readonly longestLineBytes?: number | undefined;
}

/** Larger buffers were made for one long line. */
const largestKeptBytes = 1 << 22;

const readAt = promisify(read);

/** Reads one part ahead. The file must stay open until the last part was asked for, or `stop` has answered. */
export class PartReader {
  readonly #input: InputFile;
  readonly #options: ReadPartsOptions;
  readonly #longest: number;
  /** Given back, to be used again. */
  readonly #free: SharedArrayBuffer[] = [];
  /** What has been read and not handed out: the beginning of a line, from the start of the buffer. */
  #buffer: SharedArrayBuffer;
  #filled = 0;
  #reading: Promise<number> | null = null;
  #offset = 0;
  /** Bytes of a line that is too long, which are not kept. */
  #passed = 0;

  constructor(input: InputFile, options: ReadPartsOptions) {
    this.#input = input;
    this.#options = options;
    this.#longest = options.longestLineBytes ?? longestLineBytes;
    this.#buffer = new SharedArrayBuffer(this.#sizeAt(0));
  }

  /** @returns null at the end. @throws FileFailureError, or the signal's reason. */
  async next(): Promise<Part | LongLine | null> {
    for (;;) {
      const got = await this.#read();
      const from = this.#filled;
      this.#filled += got;
      const bytes = new Uint8Array(this.#buffer, 0, this.#filled);
      if (got > 0) this.#options.onBytes?.(bytes.subarray(from));
      const part = got === 0 ? this.#rest(bytes) : this.#cut(bytes);
      if (part !== undefined) return part;
    }
  }

  /** The part is not looked at any more. */
  giveBack({ bytes }: Part): void {
    if (bytes.buffer.byteLength <= largestKeptBytes) this.#free.push(bytes.buffer);
  }

  /** Before the file is closed: its descriptor must not become another file's while it is read from. */
  async stop(): Promise<void> {
    await this.#reading?.catch(() => {});
  }

  #sizeAt(offset: number): number {
    return Math.max(1, Math.min(this.#options.partBytes(offset), this.#longest + 1));
  }

  async #read(): Promise<number> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    this.#reading ??= this.#begin();
    try {
      const got = await this.#reading;
      signal?.throwIfAborted();
      return got;
    } finally {
      this.#reading = null;
    }
  }

  /** Not beyond the size it was opened with: a file that is written to as fast as it is read would have no end. */
  #begin(): Promise<number> {
    const { sizeBytes, path } = this.#input;
    const at = this.#offset + this.#passed + this.#filled;
    const most = Math.min(this.#buffer.byteLength - this.#filled, sizeBytes - at);
    if (most <= 0) return Promise.resolve(0);
    const reading = readAt(this.#input.openFd(), new Uint8Array(this.#buffer), this.#filled, most, at).then(
      ({ bytesRead }) => bytesRead,
      (error) => {
        throw readingError(error, path);
      },
    );
    // It may fail while the part before it is still worked on.
    reading.catch(() => {});
    return reading;
  }

  /** @returns undefined where no line ends yet. */
  #cut(bytes: Uint8Array<SharedArrayBuffer>): Part | LongLine | undefined {
    if (this.#passed > 0) return this.#pass(bytes);
    const end = bytes.lastIndexOf(lf);
    if (end !== -1) return this.#handOut(bytes, end + 1);
    if (this.#filled === this.#longest + 1) return this.#pass(bytes);
    if (this.#filled === bytes.buffer.byteLength) this.#grow(bytes);
    return undefined;
  }

  #rest(bytes: Uint8Array<SharedArrayBuffer>): Part | LongLine | null {
    if (this.#passed > 0) {
      const line = { offset: this.#offset, sizeBytes: this.#passed };
      this.#offset += this.#passed;
      this.#passed = 0;
      return line;
    }
    if (bytes.length === 0) return null;
    const part = { bytes, offset: this.#offset };
    this.#offset += bytes.length;
    this.#filled = 0;
    return part;
  }

  /** What follows the last line end moves to the next buffer, which is read into while the part is worked on. */
  #handOut(bytes: Uint8Array<SharedArrayBuffer>, end: number): Part {
    const part = { bytes: bytes.subarray(0, end), offset: this.#offset };
    this.#offset += end;
    this.#moveOn(bytes.subarray(end));
    return part;
  }

  #moveOn(rest: Uint8Array): void {
    const least = Math.max(this.#sizeAt(this.#offset), 2 * rest.length);
    const size = Math.min(least, this.#longest + 1);
    const free = this.#free.findIndex((buffer) => buffer.byteLength >= size);
    this.#buffer =
      free === -1 ? new SharedArrayBuffer(size) : (this.#free.splice(free, 1)[0] as SharedArrayBuffer);
    new Uint8Array(this.#buffer).set(rest);
    this.#filled = rest.length;
    this.#reading = this.#begin();
  }

  #grow(bytes: Uint8Array): void {
    this.#buffer = new SharedArrayBuffer(Math.min(2 * bytes.length, this.#longest + 1));
    new Uint8Array(this.#buffer).set(bytes);
  }

  /** Goes on behind the end of a line that is too long. */
  #pass(bytes: Uint8Array<SharedArrayBuffer>): LongLine | undefined {
    const end = bytes.indexOf(lf);
    if (end === -1) {
      this.#passed += bytes.length;
      this.#filled = 0;
      return undefined;
    }
    const line = { offset: this.#offset, sizeBytes: this.#passed + end };
    this.#offset += line.sizeBytes + 1;
    this.#passed = 0;
    bytes.copyWithin(0, end + 1);
    this.#filled = bytes.length - end - 1;
    return line;
  }
}
