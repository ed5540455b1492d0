// How much work is done, in all threads together? Counts how often a line of a bench file is parsed.
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

const key = 'llm-batch bench: lines parsed';

/** Of this thread, and of the workers that run `countingWorker.ts` and start afterwards. */
export class WorkCount {
  readonly #parsed: Int32Array;

  private constructor(parsed: Int32Array) {
    this.#parsed = parsed;
  }

  static start(): WorkCount {
    const parsed = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    setEnvironmentData(key, parsed);
    countParsing(parsed, here);
    return new WorkCount(parsed);
  }

  /** Lines parsed since the last time this was asked. */
  takeParsed(): { readonly here: number; readonly inWorkers: number } {
    return {
      here: Atomics.exchange(this.#parsed, here, 0),
      inWorkers: Atomics.exchange(this.#parsed, inWorkers, 0),
    };
  }
}

const here = 0;
const inWorkers = 1;

/** In a worker: adds to the count of the thread that started it. */
export function countHere(): void {
  countParsing(getEnvironmentData(key) as Int32Array, inWorkers);
}

function countParsing(parsed: Int32Array, place: number): void {
  const { parse } = JSON;
  JSON.parse = (text: string, ...rest) => {
    if (text.startsWith('{"custom_id"')) Atomics.add(parsed, place, 1);
    return parse(text, ...rest);
  };
}
