// What do /v1/messages/batches and its sub-paths do?
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { FaultCounter, Faults } from '../faults.ts';
import { type Call, json, type Reply, type Route } from '../http.ts';
import { type BatchRecord, batchObject, hasEnded, isArchived } from './batchRecord.ts';
import { type BatchesContext, type BatchRunner, requestsPath, resultsPath } from './batchRunner.ts';
import { invalid, notFound, refusal } from './errors.ts';
import { receiveRequests } from './requestsBody.ts';

export interface BatchesApiContext extends BatchesContext {
  readonly faults: Faults;
  readonly counter: FaultCounter;
  readonly durationMs: number;
  readonly limitBytes: number;
}

const root = '/v1/messages/batches';

export function batchRoutes(context: BatchesApiContext, runner: BatchRunner): readonly Route[] {
  const { batches, counter, faults } = context;
  /** Handlers of one batch; asked for one that is not there they answer 404. */
  const ofBatch =
    (handle: (record: BatchRecord, call: Call) => Promise<Reply>): Route['handle'] =>
    async (call) => {
      const record = await runner.observe(call.id);
      return record === null ? noBatch(call.id) : handle(record, call);
    };
  const shown = (record: BatchRecord, call: Call): Reply => json(200, objectOf(context, record, call));
  return [
    { method: 'POST', path: root, handle: (call) => createBatch(context, call) },
    { method: 'GET', path: root, handle: (call) => listBatches(context, runner, call) },
    {
      method: 'GET',
      path: `${root}/*`,
      handle: ofBatch(async (record, call) =>
        counter.strikes(`poll-404/${record.id}`, faults['poll-404'])
          ? noBatch(record.id)
          : shown(record, call),
      ),
    },
    {
      method: 'POST',
      path: `${root}/*/cancel`,
      handle: ofBatch(async (record, call) => {
        const { id } = record;
        // What is answered to this is not established.
        if (hasEnded(record, context.now())) {
          return refusal(invalid(`Batch ${id} has already ended and cannot be canceled.`));
        }
        if (record.cancelRequestedAtMs === null)
          batches.put({ ...record, cancelRequestedAtMs: context.now() });
        return shown(batches.get(id) ?? record, call);
      }),
    },
    {
      method: 'DELETE',
      path: `${root}/*`,
      handle: ofBatch(async (record) => {
        const { id } = record;
        if (!hasEnded(record, context.now())) {
          return refusal(invalid(`Batch ${id} cannot be deleted while it is processing; cancel it first.`));
        }
        batches.delete(id);
        const paths = [requestsPath(context.folder, id), resultsPath(context.folder, id)];
        await Promise.all(paths.map((path) => rm(path, { force: true })));
        return json(200, { id, type: 'message_batch_deleted' });
      }),
    },
    { method: 'GET', path: `${root}/*/results`, handle: ofBatch(async (record) => results(context, record)) },
  ];
}

function noBatch(id: string): Reply {
  return refusal(notFound(`Batch ${id} not found`));
}

function objectOf(
  { now }: BatchesApiContext,
  record: BatchRecord,
  { request }: Call,
): { readonly id: string } {
  return batchObject(record, now(), `http://${request.headers.host ?? '127.0.0.1'}`);
}

async function createBatch(context: BatchesApiContext, call: Call): Promise<Reply> {
  const { batches, counter, faults, folder, limitBytes, now } = context;
  const id = `msgbatch_${randomBytes(12).toString('hex')}`;
  const path = requestsPath(folder, id);
  const cut = counter.strikes('upload-reset', faults['upload-reset']);
  const body = await receiveRequests(call.request, { path, limitBytes, cut });
  const dropped = !cut && counter.strikes('drop-create-request', faults['drop-create-request']);
  if (body.kind !== 'requests' || dropped) {
    await rm(path, { force: true });
    return body.kind === 'refused' && !dropped ? refusal(body.error) : { kind: 'drop' };
  }
  if (counter.strikes('queue-full', faults['queue-full'])) {
    await rm(path, { force: true });
    return refusal({ type: 'rate_limit_error', message: queueFull });
  }
  const record: BatchRecord = {
    id,
    sequence: batches.nextSequence(),
    requests: body.requests,
    createdAtMs: now(),
    durationMs: context.durationMs,
    faults,
    version: String(call.request.headers['anthropic-version']),
    hasBeta: call.request.headers['anthropic-beta'] !== undefined,
    cancelRequestedAtMs: null,
    outcome: null,
  };
  batches.put(record);
  if (counter.strikes('drop-create-answer', faults['drop-create-answer'])) return { kind: 'drop' };
  return json(200, objectOf(context, record, call));
}

/** That there is a limit of batch requests in the queue is documented (rate limits, 2026-08), its wording is not. */
const queueFull = 'Number of batch requests in the processing queue exceeds your rate limit';

/** Newest first; the cursors are ids, and only one of them may be given (@anthropic-ai/sdk 1.12.0, PageParams). */
async function listBatches(context: BatchesApiContext, runner: BatchRunner, call: Call): Promise<Reply> {
  const { searchParams } = call.url;
  const limit = Number(searchParams.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    return refusal(invalid('limit: Input should be between 1 and 1000'));
  }
  const [after, before] = [searchParams.get('after_id'), searchParams.get('before_id')];
  if (after !== null && before !== null) {
    return refusal(invalid('Only one of after_id and before_id may be given'));
  }
  const all = context.batches.all().toReversed();
  const cursor = after ?? before;
  const at = cursor === null ? -1 : all.findIndex(({ id }) => id === cursor);
  if (cursor !== null && at === -1) return refusal(notFound(`Batch ${cursor} not found`));
  const start = before === null ? at + 1 : Math.max(0, at - limit);
  const page = all.slice(start, before === null ? start + limit : at);
  const hasMore = before === null ? start + page.length < all.length : start > 0;
  const records = await Promise.all(page.map(({ id }) => runner.observe(id)));
  const data = records.flatMap((record) => (record === null ? [] : [objectOf(context, record, call)]));
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return json(200, { data, has_more: hasMore, ...ends });
}

function results(context: BatchesApiContext, record: BatchRecord): Reply {
  const { counter, faults, folder, now } = context;
  const { id, outcome } = record;
  if (outcome === null || !hasEnded(record, now())) {
    return refusal(notFound(`Batch ${id} has no results yet; it is still processing.`));
  }
  if (isArchived(record, now()))
    return refusal(notFound(`The results of batch ${id} are no longer available.`));
  return {
    kind: 'file',
    path: resultsPath(folder, id),
    filename: `${id}_results.jsonl`,
    sizeBytes: outcome.sizeBytes,
    durationMs: faults['slow-download'],
    reset: counter.strikes('download-reset', faults['download-reset']),
  };
}
