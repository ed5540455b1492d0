// Where does each row of an input file lie, which rows fail, and in what order are they finished?
import type { FileHandle } from 'node:fs/promises';
import { type Faults, rowsOf } from './faults.ts';
import { orderOf } from './random.ts';

export const rowOk = 0;
/** The endpoint refuses the request with 400. */
export const rowRefused = 1;
/** Fails because a fault was asked for. */
export const rowStruck = 2;

/** Of a whole file. */
export interface Rows {
  readonly totalRows: number;
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  /** rowOk, rowRefused or rowStruck of each row. */
  readonly fates: Uint8Array;
  /** Rows in the order in which they are finished, which is the order of the result files. */
  readonly order: Uint32Array;
}

export interface Row {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly fate: number;
  readonly hash: number;
}

/** Those that are healthy and have the lowest hashes are struck, as many as the faults ask for. */
export function rowsFrom(rows: readonly Row[], faults: Faults): Rows {
  const fates = Uint8Array.from(rows, (row) => row.fate);
  const healthy = rows.map((_, at) => at).filter((at) => fates[at] === rowOk);
  healthy.sort((a, b) => (rows[a] as Row).hash - (rows[b] as Row).hash || a - b);
  for (const at of healthy.slice(0, rowsOf(faults.fail, rows.length))) fates[at] = rowStruck;
  return {
    totalRows: rows.length,
    offsets: Float64Array.from(rows, (row) => row.offset),
    sizes: Uint32Array.from(rows, (row) => row.sizeBytes),
    fates,
    order: orderOf(rows.length, faults.shuffle ? faults.seed : null),
  };
}

/** Counts among the first `finishedRows` rows of the finishing order. */
export function countRows(plan: Rows, finishedRows: number): { completed: number; failed: number } {
  let completed = 0;
  for (const at of plan.order.subarray(0, finishedRows)) {
    if (plan.fates[at] === rowOk) completed += 1;
  }
  return { completed, failed: finishedRows - completed };
}

/** Rows read at the same time, and how many bytes of them: one read at a time is mostly waiting. */
const groupRows = 64;
const groupBytes = 4 * 1024 * 1024;

/** The text of each row in the given order. */
export async function* readRows(
  { plan, signal }: { readonly plan: Rows; readonly signal: AbortSignal },
  input: FileHandle,
  rows: Uint32Array,
): AsyncGenerator<{ readonly row: number; readonly text: string }> {
  let start = 0;
  while (start < rows.length) {
    signal.throwIfAborted();
    let end = start + 1;
    let bytes = plan.sizes[rows[start] as number] as number;
    for (; end < rows.length && end - start < groupRows && bytes < groupBytes; end++) {
      bytes += plan.sizes[rows[end] as number] as number;
    }
    const group = Array.from(rows.subarray(start, end));
    const texts = await Promise.all(group.map((row) => readRow(plan, input, row)));
    for (const [at, row] of group.entries()) yield { row, text: texts[at] as string };
    start = end;
  }
}

async function readRow(plan: Rows, input: FileHandle, row: number): Promise<string> {
  const bytes = Buffer.allocUnsafe(plan.sizes[row] as number);
  await input.read(bytes, 0, bytes.length, plan.offsets[row] as number);
  return bytes.toString('utf8');
}
