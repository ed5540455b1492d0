// What do the output and error file of a batch hold? One line per finished row, in the finishing order, plus the asked-for faults.
import { type FileHandle, open } from 'node:fs/promises';
import { createAnswerContext, type Usage } from '../answerContext.ts';
import { type Faults, rowsOf } from '../faults.ts';
import type { Json } from '../json.ts';
import { LineWriter } from '../lineWriter.ts';
import { hash32, hexOf } from '../random.ts';
import { readRows, rowStruck } from '../rows.ts';
import type { Endpoint } from './endpoints.ts';
import { type ErrorBody, invalidRequest, serverError } from './errors.ts';
import type { Plan } from './plan.ts';

export interface ResultsRequest {
  readonly batchId: string;
  readonly inputPath: string;
  readonly outputPath: string;
  readonly errorPath: string;
  readonly endpoint: Endpoint;
  readonly plan: Plan;
  readonly finishedRows: number;
  /** Rows that were not finished get a line in the error file. */
  readonly expired: boolean;
  readonly faults: Faults;
  /** Unix seconds for the answers. */
  readonly createdAt: number;
  readonly signal: AbortSignal;
}

export interface Results {
  /** By fate, whatever faults did to the files. */
  readonly completed: number;
  readonly failed: number;
  readonly outputLines: number;
  readonly errorLines: number;
  readonly usage: Usage;
}

/** Writes both files, empty ones too; the caller keeps those with lines. */
export async function writeResults(request: ResultsRequest): Promise<Results> {
  const input = await open(request.inputPath, 'r');
  const output = new LineWriter(await open(request.outputPath, 'w'));
  const errors = new LineWriter(await open(request.errorPath, 'w'));
  try {
    const tally = await writeFinished(request, input, output, errors);
    const expiredRows = request.expired
      ? request.plan.order.subarray(request.finishedRows)
      : new Uint32Array();
    for await (const { row, text } of readRows(request, input, expiredRows)) {
      await errors.add(expiryLine(request, row, readRequest(text).customId));
    }
    await output.flush();
    await errors.flush();
    return {
      ...tally,
      failed: tally.failed + expiredRows.length,
      outputLines: output.lines,
      errorLines: errors.lines,
    };
  } finally {
    await Promise.all([input.close(), output.close(), errors.close()]);
  }
}

async function writeFinished(
  request: ResultsRequest,
  input: FileHandle,
  output: LineWriter,
  errors: LineWriter,
): Promise<Pick<Results, 'completed' | 'failed' | 'usage'>> {
  const { plan, faults, finishedRows } = request;
  const sum = { inputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const repeated: string[] = [];
  const missing = rowsOf(faults.missing, finishedRows);
  let completed = 0;
  let position = 0;
  for await (const { row, text } of readRows(request, input, plan.order.subarray(0, finishedRows))) {
    const result = resultOf(request, row, text);
    if (result.usage !== null) {
      completed += 1;
      sum.inputTokens += result.usage.inputTokens;
      sum.outputTokens += result.usage.outputTokens;
      sum.reasoningTokens += result.usage.reasoningTokens;
    }
    position += 1;
    if (position <= missing) continue;
    await (result.usage === null ? errors : output).add(result.line);
    if (result.usage !== null && repeated.length < faults.duplicate) repeated.push(result.line);
  }
  for (const line of repeated) await output.add(line);
  for (let at = 0; at < faults.surplus; at++) await output.add(surplusLine(request, at));
  return { completed, failed: finishedRows - completed, usage: sum };
}

function readRequest(text: string): { readonly customId: string; readonly body: Json } {
  const { custom_id, body } = JSON.parse(text) as { custom_id: string; body: Json };
  return { customId: custom_id, body };
}

interface Result {
  readonly line: string;
  /** Null for a row that failed. */
  readonly usage: Usage | null;
}

function resultOf(request: ResultsRequest, row: number, text: string): Result {
  const { customId, body } = readRequest(text);
  if (request.plan.fates[row] === rowStruck) {
    const struck = struckBy(customId, String(body.model), request.faults.seed);
    return { line: httpLine(request, row, customId, struck.status, { error: struck.error }), usage: null };
  }
  const refused = request.endpoint.findProblem(body);
  if (refused !== null) {
    return { line: httpLine(request, row, customId, 400, { error: refused }), usage: null };
  }
  try {
    const answer = request.endpoint.answer(body, createAnswerContext(text, request.createdAt));
    return { line: httpLine(request, row, customId, 200, answer.body), usage: answer.usage };
  } catch {
    // A schema nested beyond what JSON.stringify can take, for instance: the provider's fault, one row only.
    return { line: httpLine(request, row, customId, 500, { error: serverError }), usage: null };
  }
}

/** A row that got an HTTP answer, good or bad: `error` stays null. */
function httpLine(
  request: ResultsRequest,
  row: number,
  customId: string,
  status: number,
  body: unknown,
): string {
  return JSON.stringify({
    id: rowId(request, row),
    custom_id: customId,
    response: { status_code: status, request_id: hexOf(`${request.batchId}/${row}/request`, 32), body },
    error: null,
  });
}

/** A row that was never run. */
function expiryLine(request: ResultsRequest, row: number, customId: string): string {
  const message = 'This request could not be executed before the completion window expired.';
  return JSON.stringify({
    id: rowId(request, row),
    custom_id: customId,
    response: null,
    error: { code: 'batch_expired', message },
  });
}

function surplusLine(request: ResultsRequest, at: number): string {
  const text = JSON.stringify({ custom_id: `surplus-${at + 1}` });
  const context = createAnswerContext(text, request.createdAt);
  const asked = { model: request.plan.model, messages: [{ role: 'user', content: 'Nobody sent this.' }] };
  const answer = request.endpoint.answer(
    { ...asked, input: 'Nobody sent this.', prompt: 'Nobody sent this.' },
    context,
  );
  return httpLine(request, request.plan.totalRows + at, `surplus-${at + 1}`, 200, answer.body);
}

function rowId(request: ResultsRequest, row: number): string {
  return `batch_req_${hexOf(`${request.batchId}/${row}`, 32)}`;
}

/** A believable reason, the same for the same id and seed. */
export function struckBy(
  customId: string,
  model: string,
  seed: number,
): { status: number; error: ErrorBody } {
  const rate = `Rate limit reached for ${model} in organization org-simulator on tokens per min (TPM): Limit 200000, Used 198911, Requested 2114. Please try again in 307ms.`;
  const context =
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 131204 tokens. Please reduce the length of the messages.";
  const flagged =
    'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.';
  const overloaded = 'The engine is currently overloaded, please try again later';
  const reasons = [
    { status: 429, error: { message: rate, type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
    { status: 500, error: serverError },
    { status: 503, error: { ...serverError, message: overloaded } },
    { status: 400, error: invalidRequest(context, 'messages', 'context_length_exceeded') },
    { status: 400, error: invalidRequest(flagged, null, 'invalid_prompt') },
  ];
  return reasons[hash32(`${customId}/reason`, seed) % reasons.length] as (typeof reasons)[number];
}
