// A file that only grows, line by line: what was appended is on the disk before its promise resolves. Lines that come while
// others are written go to the disk together, so that many at once cost one wait.
import { type FileHandle, open, truncate } from 'node:fs/promises';

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class DurableLog {
  readonly #handle: FileHandle;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<DurableLog> {
    return new DurableLog(await open(path, 'a', 0o600));
  }

  /** @param line without its end. @throws the system's error, from then on always: a line may be half there. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: `${line}\n`, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Resolves when everything is on the disk. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure !== null) throw this.#failure;
        await this.#handle.appendFile(group.map(({ text }) => text).join(''));
        await this.#handle.datasync();
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failure = error;
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = null;
  }
}

const tailBytes = 1 << 16;
const lf = 0x0a;

/** Takes away what a process that was killed has half written: nobody was told that it was there. */
export async function cutTornEnd(path: string): Promise<void> {
  const handle = await open(path, 'r');
  let end: number;
  try {
    const { size } = await handle.stat();
    end = size;
    const bytes = Buffer.alloc(tailBytes);
    while (end > 0) {
      const start = Math.max(0, end - tailBytes);
      const { bytesRead } = await handle.read(bytes, 0, end - start, start);
      const at = bytes.subarray(0, bytesRead).lastIndexOf(lf);
      end = at < 0 ? start : start + at + 1;
      if (at >= 0) break;
    }
    if (end === size) return;
  } finally {
    await handle.close();
  }
  await truncate(path, end);
}
