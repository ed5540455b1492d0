// A file that is read at any place in any order while it must not change.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { FileFailureError, folderFailure, readingError } from './fileFailure.ts';

/** Errors of the file system come as FileFailureError. Reads are synchronous: a slice costs microseconds so, and many times that otherwise. */
export class InputFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #stats: Stats;
  #fd: number | null;

  private constructor(path: string, fd: number, stats: Stats) {
    this.path = path;
    this.sizeBytes = stats.size;
    this.#fd = fd;
    this.#stats = stats;
  }

  /** Opens a regular file; a folder, pipe or device is refused, for it cannot be read twice. */
  static open(path: string): InputFile {
    try {
      // Without O_NONBLOCK, opening a pipe that nobody writes to would wait forever; on files it means nothing.
      const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stats = fstatSync(fd);
      if (stats.isFile()) return new InputFile(path, fd, stats);
      closeSync(fd);
      if (stats.isDirectory()) throw new FileFailureError(folderFailure(path));
      const message = `${path} is no regular file and cannot be read twice; save it to a file first.`;
      throw new FileFailureError({ kind: 'notReadable', path, message });
    } catch (error) {
      throw readingError(error, path);
    }
  }

  /** Whether another name leads to this very file. */
  isAt(path: string): boolean {
    const other = statSync(path, { throwIfNoEntry: false });
    return other !== undefined && this.#isSameAs(other);
  }

  /** For streams that leave it open. */
  openFd(): number {
    if (this.#fd === null) throw new Error('read after dispose');
    return this.#fd;
  }

  /** Fills the first bytes of `into`. */
  read(into: Uint8Array, offset: number, sizeBytes: number): void {
    try {
      for (let done = 0; done < sizeBytes; ) {
        const got = readSync(this.openFd(), into, done, sizeBytes - done, offset + done);
        if (got === 0) throw this.#changed();
        done += got;
      }
    } catch (error) {
      throw readingError(error, this.path);
    }
  }

  /** @throws FileFailureError when the file is no longer what was opened. */
  assertUnchanged(): void {
    // By name, since a file that was replaced is as it was for whoever holds the old one.
    const now = statSync(this.path, { throwIfNoEntry: false });
    const { size, mtimeMs } = this.#stats;
    if (now === undefined || !this.#isSameAs(now) || now.size !== size || now.mtimeMs !== mtimeMs) {
      throw this.#changed();
    }
  }

  dispose(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #isSameAs(other: Stats): boolean {
    return this.#stats.ino === other.ino && this.#stats.dev === other.dev;
  }

  #changed(): FileFailureError {
    const message = `${this.path} changed while it was read; try again when nothing writes to it.`;
    return new FileFailureError({ kind: 'changed', path: this.path, message });
  }
}
