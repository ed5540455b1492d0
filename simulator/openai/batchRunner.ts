// How is a batch moved along? Nobody ticks: whoever looks at a batch causes the work that its time has come for.
import { rm } from 'node:fs/promises';
import { rowsOf } from '../faults.ts';
import { type Progress, progressOf } from '../progress.ts';
import { countRows } from '../rows.ts';
import { within } from '../within.ts';
import { type BatchObject, type BatchRecord, batchObject } from './batchRecord.ts';
import type { AccountContext } from './context.ts';
import type { Endpoint } from './endpoints.ts';
import { type Plan, planBatch } from './plan.ts';
import { type Results, writeResults } from './results.ts';
import type { BatchError } from './validateLine.ts';

/** How long a look waits for work under way before it answers with the state before; large files take longer. */
const patienceMs = 2000;

export class BatchRunner {
  readonly #context: AccountContext;
  readonly #plans = new Map<string, Plan>();
  readonly #planning = new Map<string, Promise<void>>();
  readonly #finishing = new Map<string, Promise<void>>();

  constructor(context: AccountContext) {
    this.#context = context;
  }

  /** Begins to read the file through. */
  start(id: string): void {
    void this.#planned(id).catch(() => {});
  }

  /** The batch as it is now. Rejects when its files cannot be written. */
  async observe(id: string): Promise<BatchObject> {
    if (!this.#isSettled(id)) {
      await within(patienceMs, this.#planned(id));
      const progress = this.progress(id);
      const ready = this.#plans.has(id) || this.#endsWithNothing(id, progress.finishedRows);
      if (progress.processed && this.#record(id).outcome === null && ready) {
        await within(patienceMs, this.#finished(id, progress));
      }
    }
    const record = this.#record(id);
    const progress = this.progress(id);
    const plan = this.#plans.get(id);
    const counted = plan === undefined ? { completed: 0, failed: 0 } : countRows(plan, progress.finishedRows);
    const { completed, failed } = record.outcome ?? counted;
    return batchObject(record, progress, { completed, failed });
  }

  progress(id: string): Progress {
    const record = this.#record(id);
    const totalRows = record.validation?.totalRows ?? 0;
    const schedule = {
      createdAtMs: record.createdAtMs,
      durationMs: record.durationMs,
      validated: record.validation !== null,
      refused: (record.validation?.errors.length ?? 0) > 0,
      totalRows,
      unfinishedRows: rowsOf(record.faults.expire, totalRows),
      cancelRequestedAtMs: record.cancelRequestedAtMs,
      written: record.outcome !== null,
    };
    return progressOf(schedule, this.#context.now());
  }

  /** Whether a batch that is not over reads this file. */
  readsFile(fileId: string): boolean {
    return this.#context.batches
      .all()
      .some((batch) => batch.inputFileId === fileId && !this.#isSettled(batch.id));
  }

  /** Waits for the work under way; the context's signal has to be aborted before. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#planning.values(), ...this.#finishing.values()]);
  }

  #record(id: string): BatchRecord {
    return this.#context.batches.get(id) as BatchRecord;
  }

  /** Nothing more is to be read or written for it. */
  #isSettled(id: string): boolean {
    const { outcome, validation, cancelRequestedAtMs } = this.#record(id);
    return outcome !== null || (cancelRequestedAtMs === null && (validation?.errors.length ?? 0) > 0);
  }

  #endpointOf(path: string): Endpoint {
    return this.#context.endpoints.find((endpoint) => endpoint.path === path) as Endpoint;
  }

  #planned(id: string): Promise<void> {
    if (this.#plans.has(id)) return Promise.resolve();
    return once(this.#planning, id, () => this.#plan(id));
  }

  async #plan(id: string): Promise<void> {
    const { files, signal } = this.#context;
    const { inputFileId, endpoint, faults } = this.#record(id);
    let found: { errors: readonly BatchError[]; totalRows: number; model: string | null };
    try {
      const plan = await planBatch(files.path(inputFileId), this.#endpointOf(endpoint), faults, signal);
      if (plan.errors.length === 0) this.#plans.set(id, plan);
      found = plan;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      found = { errors: [cannotFindFile(inputFileId)], totalRows: 0, model: null };
    }
    const record = this.#record(id);
    if (record.validation !== null) return;
    const { errors, totalRows } = found;
    const model = found.model ?? record.model;
    this.#context.batches.put({ ...record, model, validation: { totalRows, errors } });
    if (this.#isSettled(id)) this.#releaseInput(inputFileId);
  }

  #finished(id: string, progress: Progress): Promise<void> {
    return once(this.#finishing, id, () => this.#finish(id, progress.finishedRows));
  }

  async #finish(id: string, finishedRows: number): Promise<void> {
    const { batches } = this.#context;
    const written = this.#endsWithNothing(id, finishedRows)
      ? nothingWritten
      : await this.#write(id, this.#plans.get(id) as Plan, finishedRows);
    batches.put({ ...this.#record(id), outcome: written });
    this.#plans.delete(id);
    this.#releaseInput(this.#record(id).inputFileId);
  }

  /** Cancelled before the first row was finished. */
  #endsWithNothing(id: string, finishedRows: number): boolean {
    return finishedRows === 0 && this.#record(id).cancelRequestedAtMs !== null;
  }

  async #write(id: string, plan: Plan, finishedRows: number): Promise<Written> {
    const { files, signal } = this.#context;
    const record = this.#record(id);
    const [outputPath, errorPath] = [files.newPartPath(), files.newPartPath()];
    try {
      const results = await writeResults({
        batchId: id,
        inputPath: files.path(record.inputFileId),
        outputPath,
        errorPath,
        endpoint: this.#endpointOf(record.endpoint),
        plan,
        finishedRows,
        expired: record.cancelRequestedAtMs === null,
        faults: record.faults,
        createdAt: Math.floor(record.createdAtMs / 1000),
        signal,
      });
      return {
        completed: results.completed,
        failed: results.failed,
        usage: results.usage,
        outputFileId: this.#addFile(record, outputPath, 'output', results.outputLines),
        errorFileId: this.#addFile(record, errorPath, 'error', results.errorLines),
      };
    } finally {
      await Promise.all([outputPath, errorPath].map((path) => rm(path, { force: true })));
    }
  }

  /** A file without lines is not there at all, but for Azure's. */
  #addFile(record: BatchRecord, partPath: string, kind: string, lines: number): string | null {
    if (lines === 0 && !(this.#context.hasEmptyFiles && kind === 'error')) return null;
    const file = this.#context.files.add(partPath, {
      filename: `${record.id}_${kind}.jsonl`,
      purpose: 'batch_output',
      createdAtMs: this.#context.now(),
      keepSeconds: record.keepOutputSeconds,
    });
    return file.id;
  }

  #releaseInput(fileId: string): void {
    if (!this.readsFile(fileId)) this.#context.files.release(fileId);
  }
}

type Written = Pick<Results, 'completed' | 'failed' | 'usage'> & {
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
};

const nothingWritten: Written = {
  completed: 0,
  failed: 0,
  usage: { inputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  outputFileId: null,
  errorFileId: null,
};

/** As recorded: create accepts any id, validation does not find the file. */
export function cannotFindFile(fileId: string): BatchError {
  const message = `Cannot find file ${fileId}, or organization org-simulator does not have access to it.`;
  return { code: 'invalid_request', message, param: 'file_id', line: null };
}

/** One piece of work per id at a time; one that failed is tried anew by the next look. */
function once(under: Map<string, Promise<void>>, id: string, work: () => Promise<void>): Promise<void> {
  const running = under.get(id);
  if (running !== undefined) return running;
  const started = work().finally(() => under.delete(id));
  under.set(id, started);
  return started;
}
