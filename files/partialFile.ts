// How is a file written in several tries? What came is kept beside it, with what it is of, until it is there in whole.
import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { whileWriting } from './fileFailure.ts';
import { FileReplacement } from './fileReplacement.ts';
import { syncFolder } from './syncFolder.ts';

/** What earlier tries left. */
export interface KeptPart {
  /** All of them are on the disk. */
  readonly bytes: number;
  /** What was written down when it was begun. */
  readonly of: unknown;
}

/** How much of it a cut of the power may take. */
const syncEveryBytes = 16 * 1024 * 1024;

const partOf = (path: string): string => `${path}.part`;
const noteOf = (path: string): string => `${path}.part.json`;

/** Errors of the file system come as FileFailureError. Whoever begins one ends it with commit(), close() or discard(). */
export class PartialFile {
  readonly #path: string;
  readonly #of: unknown;
  readonly #handle: FileHandle;
  #bytes: number;
  #syncedBytes: number;
  #open = true;

  private constructor(path: string, of: unknown, handle: FileHandle, bytes: number) {
    this.#path = path;
    this.#of = of;
    this.#handle = handle;
    this.#bytes = bytes;
    this.#syncedBytes = bytes;
  }

  /** Null when there is nothing to go on with. Never throws: who cannot read it begins anew. */
  static async kept(path: string): Promise<KeptPart | null> {
    try {
      const note: unknown = JSON.parse(await readFile(noteOf(path), 'utf8'));
      if (typeof note !== 'object' || note === null || !('bytes' in note) || !('of' in note)) return null;
      const { size } = await stat(partOf(path));
      // Beyond what is known to be on the disk there may be anything, after a cut of the power.
      const { bytes, of } = note;
      return typeof bytes === 'number' && bytes > 0 && bytes <= size ? { bytes, of } : null;
    } catch {
      return null;
    }
  }

  /** @param kept what is gone on with; null begins anew. */
  static async begin(path: string, of: unknown, kept: KeptPart | null): Promise<PartialFile> {
    return whileWriting(path, async () => {
      const handle = await open(partOf(path), kept === null ? 'w' : 'r+', 0o600);
      try {
        const file = new PartialFile(path, of, handle, kept?.bytes ?? 0);
        await handle.truncate(kept?.bytes ?? 0);
        if (kept === null) await file.#note();
        return file;
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the system has taken the bytes: that is the back-pressure. */
  async write(bytes: Uint8Array): Promise<void> {
    return whileWriting(this.#path, async () => {
      for (let written = 0; written < bytes.length; ) {
        const rest = bytes.length - written;
        const { bytesWritten } = await this.#handle.write(bytes, written, rest, this.#bytes);
        written += bytesWritten;
        this.#bytes += bytesWritten;
      }
      if (this.#bytes - this.#syncedBytes >= syncEveryBytes) await this.#sync();
    });
  }

  /** It is whole: from now on it is there under its own name. */
  async commit(): Promise<void> {
    return whileWriting(this.#path, async () => {
      await this.#handle.sync();
      await this.#close();
      await rename(partOf(this.#path), this.#path);
      await syncFolder(dirname(this.#path));
      await unlink(noteOf(this.#path)).catch(() => {});
    });
  }

  /** Leaves it for another try. Does nothing after commit(). */
  async close(): Promise<void> {
    if (!this.#open) return;
    return whileWriting(this.#path, async () => {
      try {
        await this.#sync();
      } finally {
        await this.#close();
      }
    });
  }

  /** Nothing of it is of use. */
  async discard(): Promise<void> {
    await this.#close().catch(() => {});
    for (const path of [noteOf(this.#path), partOf(this.#path)]) await unlink(path).catch(() => {});
  }

  async #sync(): Promise<void> {
    if (this.#bytes === this.#syncedBytes) return;
    await this.#handle.sync();
    this.#syncedBytes = this.#bytes;
    await this.#note();
  }

  async #note(): Promise<void> {
    const note = await FileReplacement.open(noteOf(this.#path), 0o600);
    try {
      await note.write(Buffer.from(`${JSON.stringify({ bytes: this.#syncedBytes, of: this.#of })}\n`));
      await note.commit();
    } finally {
      await note.discard();
    }
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}
