// What is in a batch's input file? One pass over it: the reasons to refuse it, or where each row lies and which rows fail.
import type { Faults } from '../faults.ts';
import { readInputLines } from '../lines.ts';
import { hash32 } from '../random.ts';
import { type Row, type Rows, rowOk, rowRefused, rowsFrom } from '../rows.ts';
import { maxBatchInputs } from './embeddingsProblem.ts';
import type { Endpoint } from './endpoints.ts';
import { type BatchError, type FileMemory, validateLine } from './validateLine.ts';

/** 50,000 requests a batch (openai SDK 7.55). */
export const maxRequests = 50_000;
/** How many reasons are told at most; OpenAI tells several, its bound is not known. */
const maxErrors = 100;

export interface Plan extends Rows {
  readonly model: string | null;
  readonly errors: readonly BatchError[];
}

/** Reads the file once, in bounded memory. Depends on the bytes, the endpoint and the faults alone. */
export async function planBatch(
  path: string,
  endpoint: Endpoint,
  faults: Faults,
  signal: AbortSignal,
): Promise<Plan> {
  const memory: FileMemory = { customIds: new Set(), model: null };
  const errors: BatchError[] = [];
  const rows: Row[] = [];
  let inputs = 0;
  scan: for await (const lines of readInputLines(path, signal)) {
    for (const { text, line, offset, sizeBytes } of lines) {
      if (text.trim() === '' && !text.startsWith('\uFEFF')) continue;
      if (rows.length === maxRequests) errors.push(tooManyRequests);
      if (errors.length >= maxErrors || rows.length === maxRequests) break scan;
      const checked = validateLine(text, line, endpoint, memory);
      errors.push(...checked.errors);
      inputs += checked.body === null ? 0 : (endpoint.countInputs?.(checked.body) ?? 0);
      const refused = checked.body !== null && endpoint.findProblem(checked.body) !== null;
      const hash = hash32(checked.customId ?? '', faults.seed);
      rows.push({ offset, sizeBytes, fate: refused ? rowRefused : rowOk, hash });
    }
  }
  if (rows.length === 0) errors.push(emptyFile);
  if (inputs > maxBatchInputs) errors.push(tooManyInputs);
  return { model: memory.model, errors: errors.slice(0, maxErrors), ...rowsFrom(rows, faults) };
}

const tooManyRequests: BatchError = {
  // OpenAI's own code for this is not established; this is Azure's.
  code: 'too_many_tasks',
  message: `The batch input file has more than ${maxRequests} requests, the most that one batch can hold.`,
  param: null,
  line: null,
};

const tooManyInputs: BatchError = {
  // Neither code nor wording is known; the limit is (openai SDK 7.55).
  code: 'too_many_inputs',
  message: `The batch input file has more than ${maxBatchInputs} embedding inputs, the most that one batch can hold.`,
  param: null,
  line: null,
};

const emptyFile: BatchError = {
  code: 'empty_file',
  message: 'The input file is empty. Please ensure that your batch contains at least one request.',
  param: null,
  line: null,
};
