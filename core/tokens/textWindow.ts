// A text in UTF-8, as much of it as there is room for: bytes are read many times faster than characters of a string.
import { terminator } from './split.ts';

/** Of the platform, wherever it runs; core's types know none. */
declare const TextEncoder: new () => {
  encodeInto(
    text: string,
    into: Uint8Array,
  ): {
    /** UTF-16 units. */
    readonly read: number;
    /** Bytes. */
    readonly written: number;
  };
};

const encoder = new TextEncoder();

/** Words are compared by four bytes at once, so that some are read that follow them. */
const slackBytes = 4;

export class TextWindow {
  readonly bytes: Uint8Array;
  /** The same bytes. */
  readonly view: DataView;
  /** Bytes of text; a terminator comes after them. */
  length = 0;
  private readonly room: Uint8Array;

  constructor(sizeBytes: number) {
    const buffer = new ArrayBuffer(sizeBytes + slackBytes);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.room = this.bytes.subarray(0, sizeBytes);
  }

  /** @returns how many UTF-16 units of `text` are in it now, whole characters; a lone surrogate is in it as U+FFFD. */
  fill(text: string): number {
    const { read, written } = encoder.encodeInto(text, this.room);
    this.length = written;
    this.bytes[written] = terminator;
    return read;
  }

  /** UTF-16 units of the text from a byte on. */
  unitsFrom(start: number): number {
    let units = 0;
    for (let at = start; at < this.length; at++) {
      const byte = this.bytes[at]!;
      if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
    }
    return units;
  }
}
