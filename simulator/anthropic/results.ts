// What do the results of a message batch hold? One line per request, finished or not, plus the asked-for faults.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { rowsOf } from '../faults.ts';
import type { Json } from '../json.ts';
import { readInputLines } from '../lines.ts';
import { LineWriter } from '../lineWriter.ts';
import { hash32, hexOf, orderOf } from '../random.ts';
import type { BatchRecord, Tally } from './batchRecord.ts';
import { type ErrorBody, errorObject, invalid, serverError } from './errors.ts';
import { answerMessage } from './messages.ts';
import { findParamsProblem } from './paramsProblem.ts';

export interface ResultsRequest {
  readonly record: BatchRecord;
  /** How many were finished; the others expired, or were cancelled. */
  readonly finishedRows: number;
  readonly requestsPath: string;
  readonly resultsPath: string;
  readonly signal: AbortSignal;
}

interface Row {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** @returns counts by what became of each request, whatever faults did to the file. */
export async function writeResults(request: ResultsRequest): Promise<Tally & { readonly sizeBytes: number }> {
  const { record, signal } = request;
  const rows = await rowsOfFile(request);
  const input = await open(request.requestsPath, 'r');
  const output = new LineWriter(await open(request.resultsPath, 'w'));
  const { faults } = record;
  const tally = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  const struck = struckRows(record);
  const missing = rowsOf(faults.missing, request.finishedRows);
  const repeated: string[] = [];
  try {
    for (const [position, at] of orderOf(rows.length, faults.shuffle ? faults.seed : null).entries()) {
      if (position % 64 === 0) signal.throwIfAborted();
      const text = await readRow(input, rows[at] as Row);
      const result =
        position < request.finishedRows
          ? resultOf(record, text, struck.has(at))
          : { type: record.cancelRequestedAtMs === null ? 'expired' : 'canceled' };
      tally[result.type as keyof Tally] += 1;
      if (position < missing) continue;
      const line = JSON.stringify({ custom_id: idOf(text), result });
      await output.add(line);
      if (result.type === 'succeeded' && repeated.length < faults.duplicate) repeated.push(line);
    }
    for (const line of repeated) await output.add(line);
    for (let at = 0; at < faults.surplus; at++) await output.add(surplusLine(record, at));
    await output.flush();
    return { ...tally, sizeBytes: (await stat(request.resultsPath)).size };
  } finally {
    await Promise.all([input.close(), output.close()]);
  }
}

async function rowsOfFile({ requestsPath, signal }: ResultsRequest): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const lines of readInputLines(requestsPath, signal)) {
    for (const { offset, sizeBytes } of lines) rows.push({ offset, sizeBytes });
  }
  return rows;
}

async function readRow(input: FileHandle, { offset, sizeBytes }: Row): Promise<string> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  await input.read(bytes, 0, sizeBytes, offset);
  return bytes.toString('utf8');
}

function readRequest(text: string): { readonly custom_id: string; readonly params: Json } {
  return JSON.parse(text);
}

function idOf(text: string): string {
  return readRequest(text).custom_id;
}

/** The rows that fail because a fault was asked for. */
function struckRows({ faults, requests }: BatchRecord): ReadonlySet<number> {
  const order = orderOf(requests, hash32('struck', faults.seed));
  return new Set(order.subarray(0, rowsOf(faults.fail, requests)));
}

function resultOf(record: BatchRecord, text: string, isStruck: boolean): { readonly type: string } {
  const { custom_id: id, params } = readRequest(text);
  const requestId = `req_${hexOf(`${record.id}/${id}`, 24)}`;
  const errored = (error: ErrorBody): { readonly type: string } => {
    const said = { type: 'errored', error: errorObject(error, requestId) };
    return said;
  };
  if (isStruck) return errored(struckBy(id, record.faults.seed));
  const problem = findParamsProblem(params, { ...record, inBatch: true });
  if (problem !== null) return errored(problem);
  try {
    const message = answerMessage(params, { seed: text, tier: 'batch' });
    return { type: 'succeeded', message } as { readonly type: string };
  } catch {
    // A schema nested beyond what JSON.stringify can take, for instance: the provider's fault, one row only.
    return errored(serverError);
  }
}

/** A believable reason, the same for the same id and seed. */
function struckBy(id: string, seed: number): ErrorBody {
  const reasons: readonly ErrorBody[] = [
    { type: 'overloaded_error', message: 'Overloaded' },
    serverError,
    { type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
    invalid('prompt is too long: 214803 tokens > 200000 maximum'),
    invalid('messages.0.content.0.image.source.base64: invalid base64 data'),
  ];
  return reasons[hash32(`${id}/reason`, seed) % reasons.length] as ErrorBody;
}

function surplusLine({ id }: BatchRecord, at: number): string {
  const params = {
    model: 'claude-haiku-5-5',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Nobody sent this.' }],
  };
  const message = answerMessage(params, { seed: `${id}/surplus-${at}`, tier: 'batch' });
  return JSON.stringify({ custom_id: `surplus-${at + 1}`, result: { type: 'succeeded', message } });
}
