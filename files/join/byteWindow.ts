// Bytes of a file at any place, read ahead where the places follow each other; one buffer, used again and again.
import type { InputFile } from '../inputFile.ts';

/** As much is read at once where it will be asked for next. */
const aheadBytes = 1 << 20;
/** What lies between places that follow each other: blank lines, line ends. */
const nearBytes = 1 << 12;

export class ByteWindow {
  readonly #file: InputFile;
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(file: InputFile) {
    this.#file = file;
  }

  /** Valid until the next call. @throws FileFailureError */
  view(offset: number, sizeBytes: number): Buffer {
    if (offset < this.#start || offset + sizeBytes > this.#end) this.#load(offset, sizeBytes);
    const at = offset - this.#start;
    return this.#buffer.subarray(at, at + sizeBytes);
  }

  #load(offset: number, sizeBytes: number): void {
    const follows = offset >= this.#start && offset <= this.#end + nearBytes;
    const ahead = follows ? Math.min(aheadBytes, this.#file.sizeBytes - offset) : 0;
    const wanted = Math.max(sizeBytes, ahead);
    const { length } = this.#buffer;
    if (length < wanted) this.#buffer = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * length));
    // Should reading fail, nothing of what the buffer then holds is taken for the file.
    this.#end = this.#start;
    this.#file.read(this.#buffer, offset, wanted);
    this.#start = offset;
    this.#end = offset + wanted;
  }
}
