// What is in a batch's input file? One pass over it: a line for which it is refused, or where each row lies and which fail.
import type { Faults } from '../faults.ts';
import { isObject, isTooDense, type Json } from '../json.ts';
import { readInputLines } from '../lines.ts';
import { hash32 } from '../random.ts';
import { type Row, type Rows, rowOk, rowRefused, rowsFrom } from '../rows.ts';
import { type RowError, rowError } from './errors.ts';
import { findRequestProblem } from './requestProblem.ts';

export interface GeminiPlan {
  readonly plan: Rows;
  readonly error: RowError | null;
}

export interface InputRow {
  /** Null where the line has none; nothing is refused for that. */
  readonly key: string | null;
  readonly request: unknown;
}

export async function planBatch(
  path: string,
  method: string,
  faults: Faults,
  signal: AbortSignal,
): Promise<GeminiPlan> {
  const rows: Row[] = [];
  let error: RowError | null = null;
  scan: for await (const lines of readInputLines(path, signal)) {
    for (const { text, line, offset, sizeBytes } of lines) {
      if (text.trim() === '') continue;
      const row = readRow(text);
      if (row === null) {
        // What Google says here is not established.
        error = rowError(
          'INVALID_ARGUMENT',
          `The input file cannot be parsed: invalid JSON on line ${line + 1}.`,
        );
        break scan;
      }
      const fate = findRequestProblem(row.request, method) === null ? rowOk : rowRefused;
      rows.push({ offset, sizeBytes, fate, hash: hash32(row.key ?? text, faults.seed) });
    }
  }
  if (error === null && rows.length === 0) error = rowError('INVALID_ARGUMENT', 'The input file is empty.');
  return { plan: rowsFrom(rows, faults), error };
}

/** Null for what is no JSON object. */
export function readRow(text: string): InputRow | null {
  if (isTooDense(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return null;
    return { key: keyOf(value), request: value.request };
  } catch {
    return null;
  }
}

function keyOf({ key }: Json): string | null {
  return typeof key === 'string' ? key : null;
}
