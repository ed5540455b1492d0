// How is a file of results written line by line, in few writes?
import type { FileHandle } from 'node:fs/promises';

/** Gathers lines into writes of about 64 KiB. */
export class LineWriter {
  readonly #handle: FileHandle;
  #pending: string[] = [];
  #pendingChars = 0;
  lines = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async add(line: string): Promise<void> {
    this.lines += 1;
    this.#pending.push(line);
    this.#pendingChars += line.length;
    if (this.#pendingChars > 64 * 1024) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#pending.map((line) => `${line}\n`).join('');
    this.#pending = [];
    this.#pendingChars = 0;
    if (text !== '') await this.#handle.writeFile(text);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
