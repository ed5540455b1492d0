// The other end of the worker pool: runs one operation at a time, each loaded when it is first asked for.
import { parentPort } from 'node:worker_threads';
import type { LinesToEstimate } from './estimateLines.ts';

/** What workers can do; arguments and results are structured clones. Add an operation here and the pool knows its types. */
const operations = {
  estimate: async (lines: LinesToEstimate) => (await import('./estimateLines.ts')).estimateLines(lines),
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
