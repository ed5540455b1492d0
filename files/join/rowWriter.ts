// How rows of a merged file become bytes: texts are copied as they came, and the next rows are made while the last are written.
import { formatRowHead, rowMiddle } from '#core';
import type { JoinedRow } from './joinTypes.ts';

const fullBytes = 1 << 20;
/** One UTF-16 unit has no more bytes in UTF-8. */
const mostBytesOfUnit = 3;
const middle = Buffer.from(rowMiddle);
const nothing = Buffer.from('null');
const end = Buffer.from('}\n');

export class RowWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  #filling: Buffer = Buffer.allocUnsafeSlow(2 * fullBytes);
  #usedBytes = 0;
  #other: Buffer = Buffer.allocUnsafeSlow(2 * fullBytes);
  #writing: Promise<void> = Promise.resolve();

  /** @param write one call at a time; its bytes stay as they are until it resolves. */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  get isFull(): boolean {
    return this.#usedBytes >= fullBytes;
  }

  add({ facts, request, response }: JoinedRow): void {
    const head = formatRowHead(facts);
    const answer = response ?? nothing;
    const rest = request.length + middle.length + answer.length + end.length;
    this.#reserve(mostBytesOfUnit * head.length + rest);
    this.#usedBytes += this.#filling.write(head, this.#usedBytes);
    for (const bytes of [request, middle, answer, end]) {
      this.#filling.set(bytes, this.#usedBytes);
      this.#usedBytes += bytes.length;
    }
  }

  /** Begins to write what is there; resolves when there is room for more. @throws what an earlier write threw. */
  async flush(): Promise<void> {
    await this.#writing;
    const full = this.#filling;
    this.#writing = this.#write(full.subarray(0, this.#usedBytes));
    // It is thrown by the next flush; until then nobody looks.
    this.#writing.catch(() => {});
    this.#filling = this.#other;
    this.#other = full;
    this.#usedBytes = 0;
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#writing;
  }

  #reserve(sizeBytes: number): void {
    const needed = this.#usedBytes + sizeBytes;
    if (needed <= this.#filling.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#filling.length));
    larger.set(this.#filling.subarray(0, this.#usedBytes));
    this.#filling = larger;
  }
}
