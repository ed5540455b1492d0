// What do /v1/batches and its sub-paths do?
import { randomBytes } from 'node:crypto';
import { type Call, json, type Reply, type Route, readBody } from '../http.ts';
import { isObject, isTooDense } from '../json.ts';
import { readInputLines } from '../lines.ts';
import { type BatchRecord, batchObject } from './batchRecord.ts';
import { type BatchRequest, readBatchRequest } from './batchRequest.ts';
import { type BatchRunner, cannotFindFile } from './batchRunner.ts';
import type { AccountContext } from './context.ts';
import { invalidRequest, refusal } from './errors.ts';
import { listBody, pageOf } from './page.ts';
import type { BatchError } from './validateLine.ts';

export function batchRoutes(context: AccountContext, runner: BatchRunner): readonly Route[] {
  const { batches, counter, faults } = context;
  const notFound = (id: string): Reply =>
    refusal(404, invalidRequest(`No batch found with id '${id}'.`, null, null));
  return [
    { method: 'POST', path: '/v1/batches', handle: (call) => createBatch(context, runner, call) },
    { method: 'GET', path: '/v1/batches', handle: (call) => listBatches(context, runner, call) },
    {
      method: 'GET',
      path: '/v1/batches/*',
      handle: async ({ id }) => {
        if (batches.get(id) === null) return notFound(id);
        if (counter.strikes(`poll-404/${id}`, faults['poll-404'])) return notFound(id);
        return json(200, await runner.observe(id));
      },
    },
    {
      method: 'POST',
      path: '/v1/batches/*/cancel',
      handle: async ({ id }) => (batches.get(id) === null ? notFound(id) : cancelBatch(context, runner, id)),
    },
  ];
}

async function createBatch(context: AccountContext, runner: BatchRunner, call: Call): Promise<Reply> {
  const { batches, counter, faults, files } = context;
  const text = await readBody(call.request, 1024 * 1024);
  if (counter.strikes('drop-create-request', faults['drop-create-request'])) return { kind: 'drop' };
  const request = readBatchRequest(text ?? '', context.endpoints);
  if (request.kind === 'refused') return refusal(400, request.error);
  const file = files.find(request.inputFileId, context.now());
  if (file !== null && file.purpose !== 'batch') {
    const message = `Invalid file purpose: '${file.purpose}'. The input file of a batch must have the purpose 'batch'.`;
    return refusal(400, invalidRequest(message, 'input_file_id', null));
  }
  const model = file === null ? null : await firstModel(files.path(file.id), context.signal);
  const missing = file === null ? cannotFindFile(request.inputFileId) : null;
  const full = counter.strikes('queue-full', faults['queue-full']) ? queueFull(model) : null;
  const record = newRecord(context, request, model, missing ?? full);
  batches.put(record);
  if (record.validation === null) runner.start(record.id);
  if (counter.strikes('drop-create-answer', faults['drop-create-answer'])) return { kind: 'drop' };
  return json(200, batchObject(record, runner.progress(record.id), { completed: 0, failed: 0 }));
}

function newRecord(
  context: AccountContext,
  request: BatchRequest,
  model: string | null,
  error: BatchError | null,
): BatchRecord {
  return {
    id: `batch_${randomBytes(16).toString('hex')}`,
    sequence: context.batches.nextSequence(),
    endpoint: request.endpoint,
    inputFileId: request.inputFileId,
    metadata: request.metadata,
    keepOutputSeconds: request.keepOutputSeconds,
    createdAtMs: context.now(),
    durationMs: context.durationMs,
    faults: context.faults,
    model,
    cancelRequestedAtMs: null,
    validation: error === null ? null : { totalRows: 0, errors: [error] },
    outcome: null,
  };
}

/** Found when the file is validated: create answers as ever (openai-python #2084, 2025-02). */
function queueFull(model: string | null): BatchError {
  const message = `Enqueued token limit reached for ${model ?? 'this model'} in organization org-simulator. Limit: 90,000 enqueued tokens. Please try again once some in_progress batches have been completed.`;
  return { code: 'token_limit_exceeded', message, param: null, line: null };
}

/** The model the first line names, for the answer to create. */
async function firstModel(path: string, signal: AbortSignal): Promise<string | null> {
  for await (const lines of readInputLines(path, signal)) {
    const text = lines[0]?.text ?? '';
    if (isTooDense(text)) return null;
    try {
      const line: unknown = JSON.parse(text);
      const body = isObject(line) ? line.body : null;
      return isObject(body) && typeof body.model === 'string' ? body.model : null;
    } catch {
      return null;
    }
  }
  return null;
}

async function listBatches(context: AccountContext, runner: BatchRunner, call: Call): Promise<Reply> {
  const page = pageOf(context.batches.all(), call.url.searchParams, { max: 100, usual: 20 });
  if (page.kind === 'refused') return refusal(400, page.error);
  const shown = await Promise.all(page.records.map((record) => runner.observe(record.id)));
  return json(200, listBody(shown, page.hasMore));
}

/** As recorded: completed, failed and expired refuse with 409; cancelling again changes nothing. */
async function cancelBatch(context: AccountContext, runner: BatchRunner, id: string): Promise<Reply> {
  const { status } = (await runner.observe(id)) as { readonly status?: unknown };
  if (status === 'completed' || status === 'failed' || status === 'expired') {
    return refusal(409, invalidRequest(`Cannot cancel a batch with status '${status}'.`, null, null));
  }
  const record = context.batches.get(id) as BatchRecord;
  if (record.cancelRequestedAtMs === null) {
    context.batches.put({ ...record, cancelRequestedAtMs: context.now() });
  }
  return json(200, await runner.observe(id));
}
