// How a file is written whole or not at all: to a temporary file beside it, synced, then renamed over it.
import { type FileHandle, open, readdir, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { computerName } from './computerName.ts';
import { whileWriting } from './fileFailure.ts';
import { isAlive } from './isAlive.ts';
import { syncFolder } from './syncFolder.ts';

/** Ours by its name, with who writes it, so that what a killed process left can be told from what is being written. */
const ownPrefix = `.llm-batch-${computerName}-`;
const temporaryName = /^(\d+)-\d+-\d+\.tmp$/;

let opened = 0;

/** Errors of the file system come as FileFailureError. Whoever opens one ends it with commit() or discard(). */
export class FileReplacement {
  readonly #target: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #open = true;
  #ended = false;

  private constructor(target: string, temporary: string, handle: FileHandle) {
    this.#target = target;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @param mode the permissions that the file gets; without: those of any new file. */
  static async open(path: string, mode?: number): Promise<FileReplacement> {
    return whileWriting(path, async () => {
      // A link stays a link: what it points to is replaced.
      const target = await realpath(path).catch(() => path);
      const folder = dirname(target);
      await removeOrphans(folder);
      const temporary = join(folder, `${ownPrefix}${process.pid}-${threadId}-${opened++}.tmp`);
      const handle = await open(temporary, 'w', mode === undefined ? undefined : 0o600);
      // The process's mask does not apply to what a person has set before.
      if (mode !== undefined) await handle.chmod(mode);
      return new FileReplacement(target, temporary, handle);
    });
  }

  /** Resolves when the system has taken the bytes: that is the back-pressure. */
  async write(bytes: Uint8Array): Promise<void> {
    return whileWriting(this.#target, async () => {
      for (let written = 0; written < bytes.length; ) {
        written += (await this.#handle.write(bytes, written)).bytesWritten;
      }
    });
  }

  /** Brings everything to the disk; after it commit() cannot run out of space. */
  async finish(): Promise<void> {
    return whileWriting(this.#target, async () => {
      await this.#handle.sync();
      await this.#close();
    });
  }

  async commit(): Promise<void> {
    return whileWriting(this.#target, async () => {
      if (this.#open) await this.finish();
      await rename(this.#temporary, this.#target);
      this.#ended = true;
      await syncFolder(dirname(this.#target));
    });
  }

  /** Leaves the target as it was. Does nothing after commit(). */
  async discard(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#close().catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}

/** Removes what processes of this machine that no longer live have left behind in a folder. */
async function removeOrphans(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(ownPrefix)) continue;
    const pid = temporaryName.exec(basename(name).slice(ownPrefix.length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await unlink(join(folder, name)).catch(() => {});
  }
}
