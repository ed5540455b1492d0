// The other end of the worker pool: runs one operation at a time, each loaded when it is first asked for.
import { parentPort } from 'node:worker_threads';
import type { CheckFileOptions } from './check.ts';
import type { LinesToEstimate } from './estimateLines.ts';
import type { FixRequest } from './fix.ts';
import type { RowsToLearnFrom } from './learnFromRows.ts';
import type { MergeRequest } from './merge.ts';

/** What can be handed to another thread of the options of a check. */
export interface FileToCheck {
  readonly path: string;
  readonly options: Omit<CheckFileOptions, 'signal' | 'onProgress' | 'pool'>;
}

/** What workers can do; arguments and results are structured clones. Add an operation here and the pool knows its types. */
const operations = {
  bytes: async (path: string) => (await import('./encoding.ts')).readByteFacts(path),
  check: async ({ path, options }: FileToCheck) => (await import('./check.ts')).checkFile(path, options),
  estimate: async (lines: LinesToEstimate) => (await import('./estimateLines.ts')).estimateLines(lines),
  fix: async (request: FixRequest) => (await import('./fix.ts')).fixFile(request),
  learn: async (rows: RowsToLearnFrom) => (await import('./learnFromRows.ts')).learnFromRows(rows),
  merge: async (request: MergeRequest) => (await import('./merge.ts')).merge(request),
};

export type WorkerOps = typeof operations;

export interface WorkerRequest {
  readonly id: number;
  readonly op: keyof WorkerOps;
  readonly argument: unknown;
}

export type WorkerReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: unknown };

parentPort?.on('message', async ({ id, op, argument }: WorkerRequest) => {
  let reply: WorkerReply;
  try {
    const operation = operations[op] as (argument: unknown) => unknown;
    reply = { id, result: await operation(argument) };
  } catch (error) {
    reply = { id, error };
  }
  try {
    parentPort?.postMessage(reply);
  } catch (error) {
    // What the operation returned or threw cannot be cloned.
    parentPort?.postMessage({ id, error: new Error(String(error)) } satisfies WorkerReply);
  }
});
