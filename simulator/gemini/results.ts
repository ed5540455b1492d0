// What does the file of responses hold? One line per row, whatever became of it, plus the asked-for faults.
import { open } from 'node:fs/promises';
import { rowsOf } from '../faults.ts';
import type { Json } from '../json.ts';
import { LineWriter } from '../lineWriter.ts';
import { type Rows, readRows, rowStruck } from '../rows.ts';
import { answerRequest } from './answer.ts';
import type { BatchRecord, RowTally } from './batchRecord.ts';
import { rowError } from './errors.ts';
import { readRow } from './plan.ts';
import { findRequestProblem } from './requestProblem.ts';
import { struckBy } from './struck.ts';

export interface ResultsRequest {
  readonly record: BatchRecord;
  readonly plan: Rows;
  readonly inputPath: string;
  readonly outputPath: string;
  readonly signal: AbortSignal;
}

/** @returns counts by fate, whatever faults did to the file. */
export async function writeResults(request: ResultsRequest): Promise<RowTally> {
  const { plan, record, inputPath, outputPath, signal } = request;
  const { faults } = record;
  const input = await open(inputPath, 'r');
  const output = new LineWriter(await open(outputPath, 'w'));
  const missing = rowsOf(faults.missing, plan.order.length);
  const repeated: string[] = [];
  let completed = 0;
  let position = 0;
  try {
    for await (const { row, text } of readRows({ plan, signal }, input, plan.order)) {
      const result = resultOf(record, text, plan.fates[row] === rowStruck);
      const succeeded = 'response' in result;
      if (succeeded) completed += 1;
      position += 1;
      if (position <= missing) continue;
      const line = JSON.stringify(result);
      await output.add(line);
      if (succeeded && repeated.length < faults.duplicate) repeated.push(line);
    }
    for (const line of repeated) await output.add(line);
    for (let at = 1; at <= faults.surplus; at++) await output.add(surplusLine(record, at));
    await output.flush();
    return { completed, failed: plan.totalRows - completed };
  } finally {
    await Promise.all([input.close(), output.close()]);
  }
}

function resultOf({ method, model, faults }: BatchRecord, text: string, isStruck: boolean): Json {
  const row = readRow(text);
  const key = row?.key ?? null;
  const named = key === null ? {} : { key };
  if (isStruck) return { ...named, error: rowError(...struckBy(key ?? text, faults.seed)) };
  const problem = findRequestProblem(row?.request, method);
  if (problem !== null) return { ...named, error: rowError('INVALID_ARGUMENT', problem) };
  try {
    return { ...named, response: answerRequest(row?.request as Json, method, model, text) };
  } catch {
    // A schema nested beyond what JSON.stringify can take, for instance: the provider's fault, one row only.
    return { ...named, error: rowError('INTERNAL', 'Internal error encountered.') };
  }
}

function surplusLine({ method, model }: BatchRecord, at: number): string {
  const content = { role: 'user', parts: [{ text: 'Nobody sent this.' }] };
  const request = method === 'embedContent' ? { content } : { contents: [content] };
  const key = `surplus-${at}`;
  return JSON.stringify({ key, response: answerRequest(request, method, model, key) });
}
