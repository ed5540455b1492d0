// How is a batch moved along? Nobody ticks: whoever looks at it causes the work that its time has come for.
import { rm } from 'node:fs/promises';
import type { Json } from '../json.ts';
import { countRows } from '../rows.ts';
import { within } from '../within.ts';
import { type BatchRecord, operationOf, progressAt } from './batchRecord.ts';
import type { GeminiContext } from './context.ts';
import { type GeminiPlan, planBatch } from './plan.ts';
import { writeResults } from './results.ts';

/** How long a look waits for work under way before it answers with the state before. */
const patienceMs = 2000;
/** Responses are kept for six weeks (batch guide, 2026-09). */
const keepSeconds = 42 * 86_400;

export class BatchRunner {
  readonly #context: GeminiContext;
  readonly #plans = new Map<string, Promise<GeminiPlan>>();
  readonly #finishing = new Map<string, Promise<void>>();

  constructor(context: GeminiContext) {
    this.#context = context;
  }

  /** Begins to read the file through. */
  start(id: string): void {
    void this.#planned(id).catch(() => {});
  }

  /** The batch as it is now. Rejects when its results cannot be written. */
  async observe(id: string): Promise<Json> {
    if (!this.#isSettled(id)) {
      await within(patienceMs, this.#planned(id));
      const progress = progressAt(this.#record(id), this.#context.now());
      if (progress.processed && this.#record(id).outcome === null) {
        await within(patienceMs, this.#finished(id));
      }
    }
    return this.shown(id, await this.#tally(id));
  }

  /** Without any work. */
  shown(id: string, tally = { completed: 0, failed: 0 }): Json {
    const record = this.#record(id);
    return operationOf(record, progressAt(record, this.#context.now()), tally);
  }

  /** Whether a batch that is not over reads this file. */
  readsFile(fileId: string): boolean {
    const all = this.#context.batches.all();
    return all.some((batch) => batch.inputFileId === fileId && !this.#isSettled(batch.id));
  }

  isOver(id: string): boolean {
    return progressAt(this.#record(id), this.#context.now()).times.endedAtMs !== null;
  }

  /** Waits for the work under way; the context's signal has to be aborted before. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#plans.values(), ...this.#finishing.values()]);
  }

  #record(id: string): BatchRecord {
    return this.#context.batches.get(id) as BatchRecord;
  }

  #isSettled(id: string): boolean {
    const { outcome, validation } = this.#record(id);
    return outcome !== null || (validation?.error ?? null) !== null;
  }

  async #tally(id: string): Promise<{ readonly completed: number; readonly failed: number }> {
    const record = this.#record(id);
    if (record.outcome !== null) return record.outcome;
    const planned = record.validation === null ? undefined : await this.#plans.get(id);
    if (planned === undefined) return { completed: 0, failed: 0 };
    return countRows(planned.plan, progressAt(record, this.#context.now()).finishedRows);
  }

  /** Read anew after a restart. */
  #planned(id: string): Promise<GeminiPlan> {
    const begun = this.#plans.get(id) ?? this.#plan(id);
    this.#plans.set(id, begun);
    begun.catch(() => this.#plans.delete(id));
    return begun;
  }

  async #plan(id: string): Promise<GeminiPlan> {
    const { files, signal, batches } = this.#context;
    const { inputFileId, method, faults } = this.#record(id);
    const planned = await planBatch(files.path(inputFileId), method, faults, signal);
    const record = this.#record(id);
    const totalRows = planned.plan.totalRows;
    if (record.validation === null)
      batches.put({ ...record, validation: { totalRows, error: planned.error } });
    return planned;
  }

  #finished(id: string): Promise<void> {
    const begun = this.#finishing.get(id) ?? this.#finish(id);
    this.#finishing.set(id, begun);
    return begun.finally(() => this.#finishing.delete(id));
  }

  async #finish(id: string): Promise<void> {
    const { batches, files, now, signal } = this.#context;
    const { plan } = await this.#planned(id);
    const record = this.#record(id);
    const { finishedRows } = progressAt(record, now());
    // What expired or was cancelled has no results, not even of the rows that were finished.
    if (record.cancelRequestedAtMs !== null || finishedRows < plan.totalRows) {
      const counted = countRows(plan, finishedRows);
      batches.put({ ...record, outcome: { ...counted, outputFileId: null } });
      return;
    }
    const outputPath = files.newPartPath();
    try {
      const inputPath = files.path(record.inputFileId);
      const tally = await writeResults({ record, plan, inputPath, outputPath, signal });
      const file = { filename: '', purpose: 'responses', createdAtMs: now(), keepSeconds };
      const { id: outputFileId } = files.add(outputPath, file);
      batches.put({ ...this.#record(id), outcome: { ...tally, outputFileId } });
    } finally {
      await rm(outputPath, { force: true });
    }
    if (!this.readsFile(record.inputFileId)) files.release(record.inputFileId);
  }
}
