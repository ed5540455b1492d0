// Who reads which part of a file? Parts go to the workers and, where it may, to this thread; answers come in the file's order.
import { createHash, type Hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { InputFile } from '../inputFile.ts';
import type { WorkerPool } from '../workerPool.ts';
import { longLineFacts } from './checkFileLine.ts';
import { KnownFindings } from './packedColumns.ts';
import { unpackPart } from './packedPart.ts';
import { type LongLine, type Part, PartReader } from './parts.ts';
import { type SharedSettings, shareSettings } from './partTask.ts';
import { type PartAnswer, type PartSettings, readPart } from './readPart.ts';

export interface PassOptions {
  /** Who shares the work, where the file is large; without it this thread. */
  readonly pool?: WorkerPool | undefined;
  /** This thread has others to answer meanwhile: the pool does all of the work, also of a small file. */
  readonly workersOnly?: boolean | undefined;
  readonly sha256?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The first answer shall come soon. */
  readonly isFirstSmall?: boolean | undefined;
  /** For tests. */
  readonly cut?: PassCut | undefined;
}

/** How a file is cut and shared out, on which no answer depends. */
export interface PassCut {
  readonly partBytes?: number;
  readonly longestLineBytes?: number;
  /** Files below are read by one thread. */
  readonly smallBytes?: number;
}

export interface AnsweredPart {
  readonly offset: number;
  /** Where the next part begins. */
  readonly end: number;
  readonly answer: PartAnswer;
}

/** A worker takes longer to start than such a file to read. */
const smallBytes = 4_000_000;
const partBytes = 1 << 20;
const smallPartBytes = 1 << 17;
/** One at work, one waiting, so that none is idle and memory stays bounded. */
const partsPerWorker = 2;
/** Parts that may be answered before one that takes long: what they come to is kept until then. */
const mostAhead = 64;

export class FilePass {
  readonly #input: InputFile;
  readonly #options: PassOptions;
  readonly #hash: Hash | null;
  readonly #pool: WorkerPool | undefined;
  readonly #shared = new WeakMap<PartSettings, SharedSettings>();
  readonly #known = new KnownFindings();
  #atWorkers = 0;

  constructor(input: InputFile, options: PassOptions) {
    const { pool, workersOnly, cut } = options;
    this.#input = input;
    this.#options = options;
    this.#hash = options.sha256 ? createHash('sha256') : null;
    const isSmall = input.sizeBytes < (cut?.smallBytes ?? smallBytes);
    this.#pool = isSmall && !workersOnly ? undefined : pool;
  }

  /** Who shares the work; undefined where this thread does it alone. */
  get pool(): WorkerPool | undefined {
    return this.#pool;
  }

  /** Of all bytes that were read, hexadecimal; null: not asked for. To be asked once. */
  sha256(): string | null {
    return this.#hash?.digest('hex') ?? null;
  }

  /**
   * @param settingsOf asked for each part.
   * @throws FileFailureError, WorkerStoppedError, or the signal's reason.
   */
  async *answers(settingsOf: () => PartSettings): AsyncGenerator<AnsweredPart> {
    const { signal, cut } = this.#options;
    const reader = new PartReader(this.#input, {
      signal,
      partBytes: (offset) => this.#partBytes(offset),
      onBytes: (bytes) => this.#hash?.update(bytes),
      longestLineBytes: cut?.longestLineBytes,
    });
    const queue: Asked[] = [];
    try {
      for (let part = await reader.next(); part !== null; part = await reader.next()) {
        queue.push(await this.#ask(part, settingsOf(), reader));
        while (queue[0]?.answered) yield (queue.shift() as Asked).coming;
        while (queue.length >= mostAhead || (this.#mustWait && queue.length > 0)) {
          yield (queue.shift() as Asked).coming;
        }
        signal?.throwIfAborted();
      }
      for (const { coming } of queue) yield coming;
    } finally {
      await reader.stop();
    }
  }

  get #areWorkersBusy(): boolean {
    return this.#atWorkers >= (this.#pool?.size ?? 0) * partsPerWorker;
  }

  get #mustWait(): boolean {
    return this.#options.workersOnly === true && this.#pool !== undefined && this.#areWorkersBusy;
  }

  #partBytes(offset: number): number {
    const { cut, isFirstSmall } = this.#options;
    if (cut?.partBytes !== undefined) return cut.partBytes;
    if (offset === 0 && isFirstSmall) return smallPartBytes;
    // Small ones at the end, so that nobody waits long for the last.
    const threads = (this.#pool?.size ?? 0) + 1;
    const left = (this.#input.sizeBytes - offset) / (2 * partsPerWorker * threads);
    return Math.max(smallPartBytes, Math.min(partBytes, Math.ceil(left)));
  }

  async #ask(part: Part | LongLine, settings: PartSettings, reader: PartReader): Promise<Asked> {
    if ('sizeBytes' in part) return new Asked(Promise.resolve(longLine(part, settings)));
    if (!this.#areWorkersBusy) return new Asked(this.#askWorker(part, settings, reader));
    const answer = await readPart(part, settings);
    reader.giveBack(part);
    // What workers have answered meanwhile is heard, so that they get more to do.
    if (this.#pool !== undefined) await turn();
    return new Asked(Promise.resolve(answered(part, answer)));
  }

  async #askWorker(part: Part, settings: PartSettings, reader: PartReader): Promise<AnsweredPart> {
    const pool = this.#pool as WorkerPool;
    let shared = this.#shared.get(settings);
    if (shared === undefined) {
      shared = shareSettings(settings);
      this.#shared.set(settings, shared);
    }
    this.#atWorkers++;
    try {
      const packed = await pool.run(
        'part',
        { part, settings: shared },
        { signal: this.#options.signal, ahead: true },
      );
      reader.giveBack(part);
      return answered(part, unpackPart(packed, this.#known));
    } finally {
      this.#atWorkers--;
    }
  }
}

/** Knows whether its answer has come. */
class Asked {
  readonly coming: Promise<AnsweredPart>;
  answered = false;

  constructor(coming: Promise<AnsweredPart>) {
    this.coming = coming.finally(() => {
      this.answered = true;
    });
    // Whoever waits for those before it hears of it later.
    this.coming.catch(() => {});
  }
}

function answered({ bytes, offset }: Part, answer: PartAnswer): AnsweredPart {
  return { offset, end: offset + bytes.length, answer };
}

function longLine({ offset, sizeBytes }: LongLine, { check, estimate }: PartSettings): AnsweredPart {
  const isChecked = check !== 'none';
  const answer: PartAnswer = {
    lineCount: 1,
    starts: [0],
    sizes: [0],
    invalid: [],
    facts: isChecked ? [longLineFacts(sizeBytes)] : [],
    otherLines: isChecked ? 0 : 1,
    estimates: [],
    unreadableLines: estimate === null ? 0 : 1,
  };
  return { offset, end: offset + sizeBytes, answer };
}
