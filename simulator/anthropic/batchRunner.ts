// How is a message batch moved along? Nobody ticks: whoever looks at it causes the work that its time has come for.
import { join } from 'node:path';
import type { Records } from '../records.ts';
import { within } from '../within.ts';
import { type BatchRecord, progressAt } from './batchRecord.ts';
import { writeResults } from './results.ts';

/** How long a look waits for results that are being written before it answers with the state before. */
const patienceMs = 2000;

export interface BatchesContext {
  readonly folder: string;
  readonly batches: Records<BatchRecord>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export function requestsPath(folder: string, id: string): string {
  return join(folder, `${id}.requests.jsonl`);
}

export function resultsPath(folder: string, id: string): string {
  return join(folder, `${id}.results.jsonl`);
}

export class BatchRunner {
  readonly #context: BatchesContext;
  readonly #finishing = new Map<string, Promise<void>>();

  constructor(context: BatchesContext) {
    this.#context = context;
  }

  /** The batch as it is now; null when there is none. Rejects when its results cannot be written. */
  async observe(id: string): Promise<BatchRecord | null> {
    const { batches, now } = this.#context;
    const record = batches.get(id);
    if (record === null || record.outcome !== null) return record;
    const progress = progressAt(record, now());
    if (progress.processed) {
      const running = this.#finishing.get(id) ?? this.#begin(record, progress.finishedRows);
      await within(patienceMs, running);
    }
    return batches.get(id);
  }

  /** Waits for the work under way; the context's signal has to be aborted before. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#finishing.values());
  }

  #begin(record: BatchRecord, finishedRows: number): Promise<void> {
    const work = this.#finish(record, finishedRows).finally(() => this.#finishing.delete(record.id));
    this.#finishing.set(record.id, work);
    return work;
  }

  async #finish(record: BatchRecord, finishedRows: number): Promise<void> {
    const { folder, batches, signal } = this.#context;
    const outcome = await writeResults({
      record,
      finishedRows,
      requestsPath: requestsPath(folder, record.id),
      resultsPath: resultsPath(folder, record.id),
      signal,
    });
    const now = batches.get(record.id);
    if (now !== null) batches.put({ ...now, outcome });
  }
}
