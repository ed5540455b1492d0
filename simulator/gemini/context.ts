// What do the handlers of the simulated Gemini account share?
import type { FaultCounter, Faults } from '../faults.ts';
import type { FileStore } from '../fileStore.ts';
import type { Records } from '../records.ts';
import type { BatchRecord } from './batchRecord.ts';

export interface GeminiContext {
  readonly files: FileStore;
  readonly batches: Records<BatchRecord>;
  readonly faults: Faults;
  readonly counter: FaultCounter;
  readonly durationMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Chat models, and those for vectors. */
export function runsModel(model: string, method: string): boolean {
  const isOfVectors = /^(gemini-embedding-|text-embedding-|embedding-)/.test(model);
  return /embedcontents?$/i.test(method) ? isOfVectors : /^gemini-/.test(model) && !isOfVectors;
}

export function timeOf(ms: number): string {
  // Nanoseconds, as many of Google's services have them.
  return new Date(ms).toISOString().replace('Z', '000000Z');
}
