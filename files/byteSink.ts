// Small pieces of a file, gathered so that the system is called once for many of them.

export class ByteSink {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  sizeBytes = 0;

  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  /** @param bytes stay as they are until they are flushed. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.#pending += bytes.length;
    this.sizeBytes += bytes.length;
    if (this.#pending >= 1 << 20) await this.flush();
  }

  async flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pending = 0;
    if (pieces.length > 0) await this.#write(Buffer.concat(pieces));
  }
}
