// The other end of the worker pool: runs operations as they are sent, each loaded when it is first asked for.
import { parentPort } from 'node:worker_threads';
import { withFailures } from './fileFailure.ts';
import type { PartToSearch } from './find/findInFile.ts';
import type { LineToRead } from './find/requestAt.ts';
import type { FixRequest } from './fix/fix.ts';
import type { MergeRequest } from './join/merge.ts';
import type { RowsToLearnFrom } from './learnFromRows.ts';
import type { LinesToEstimate } from './pass/estimateLines.ts';
import type { PartTask } from './pass/partTask.ts';
import type { ReportRequest } from './report/reportResults.ts';
import type { ReuseRequest } from './reuse/reuse.ts';
import type { PartsRequest } from './split/planParts.ts';

/** What workers can do; arguments and results are structured clones. Add an operation here and the pool knows its types. */
const operations = {
  bytes: async (path: string) => (await import('./encoding.ts')).readByteFacts(path),
  cut: async (request: PartsRequest) =>
    withFailures(async () => (await import('./split/planParts.ts')).planParts(request)),
  estimate: async (lines: LinesToEstimate) => (await import('./pass/estimateLines.ts')).estimateLines(lines),
  find: async (part: PartToSearch) =>
    withFailures(async () => (await import('./find/findInFile.ts')).findInPart(part)),
  fix: async (request: FixRequest) => (await import('./fix/fix.ts')).fixFile(request),
  learn: async (rows: RowsToLearnFrom) => (await import('./learnFromRows.ts')).learnFromRows(rows),
  merge: async (request: MergeRequest) => (await import('./join/merge.ts')).merge(request),
  part: async (task: PartTask) => (await import('./pass/partTask.ts')).answerPart(task),
  report: async (request: ReportRequest) =>
    (await import('./report/reportResults.ts')).reportResults(request),
  reuse: async (request: ReuseRequest) => (await import('./reuse/reuse.ts')).reuse(request),
  requestAt: async (line: LineToRead) =>
    withFailures(async () => (await import('./find/requestAt.ts')).requestAt(line)),
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
