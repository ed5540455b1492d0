// A number for each line of a long file, packed: looking at all of them costs microseconds, and so does moving those behind an edit.

/** The zeros that it begins with, for so many lines. */
export type MakeNumbers<Numbers> = (length: number) => Numbers;

/** @typeParam Numbers a typed array; `values` is longer than the lines, and another one after a splice. */
export class LineColumn<Numbers extends Uint8Array | Uint32Array | Float64Array> {
  readonly #make: MakeNumbers<Numbers>;
  #values: Numbers;
  #length = 0;

  constructor(make: MakeNumbers<Numbers>) {
    this.#make = make;
    this.#values = make(16);
  }

  get length(): number {
    return this.#length;
  }

  /** Those of the lines, and behind them whatever is there. */
  get values(): Numbers {
    return this.#values;
  }

  push(value: number): void {
    this.#reserve(this.#length + 1);
    this.#values[this.#length++] = value;
  }

  /** Makes room for `count` lines in place of `deleteCount` from `start`; what they have is to be set. */
  splice(start: number, deleteCount: number, count: number): void {
    if (count === deleteCount) return;
    const length = this.#length + count - deleteCount;
    this.#reserve(length);
    this.#values.copyWithin(start + count, start + deleteCount, this.#length);
    this.#length = length;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const values = this.#make(Math.max(length, 2 * this.#values.length));
    values.set(this.#values);
    this.#values = values;
  }
}

export const bytes = (length: number): Uint8Array => new Uint8Array(length);
export const words = (length: number): Uint32Array => new Uint32Array(length);
export const amounts = (length: number): Float64Array => new Float64Array(length);
