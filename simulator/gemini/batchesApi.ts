// What do /v1beta/batches and the methods that create batches do?
import { randomBytes } from 'node:crypto';
import { type Call, json, type Reply, type Route } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { BatchRecord } from './batchRecord.ts';
import type { BatchRunner } from './batchRunner.ts';
import type { GeminiContext } from './context.ts';
import { invalid, noSuchFile, notFound, refusal } from './errors.ts';
import { listBody, pageOf } from './page.ts';
import { member } from './requestProblem.ts';

const cancel = ':cancel';

export function batchRoutes(context: GeminiContext, runner: BatchRunner): readonly Route[] {
  const { batches, counter, faults } = context;
  return [
    { method: 'GET', path: '/v1beta/batches', handle: (call) => listBatches(context, runner, call) },
    {
      method: 'GET',
      path: '/v1beta/batches/*',
      handle: async ({ id }) => {
        if (batches.get(id) === null) return notFound();
        if (counter.strikes(`poll-404/${id}`, faults['poll-404'])) return notFound();
        return json(200, await runner.observe(id));
      },
    },
    {
      method: 'POST',
      path: '/v1beta/batches/*',
      handle: async ({ id }) => (id.endsWith(cancel) ? cancelBatch(context, runner, id) : notFound()),
    },
    {
      method: 'DELETE',
      path: '/v1beta/batches/*',
      handle: async ({ id }) => {
        if (batches.get(id) === null) return notFound();
        batches.delete(id);
        return json(200, {});
      },
    },
  ];
}

/** Not idempotent: whoever asks twice has two batches, and pays twice. */
export async function createBatch(
  context: GeminiContext,
  runner: BatchRunner,
  body: Json,
  { model, method }: Pick<BatchRecord, 'model' | 'method'>,
): Promise<Reply> {
  const { batches, counter, faults, files, now } = context;
  if (counter.strikes('drop-create-request', faults['drop-create-request'])) return { kind: 'drop' };
  // How long to wait is not said.
  if (counter.strikes('queue-full', faults['queue-full']))
    return refusal('RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).');
  const batch = isObject(body.batch) ? body.batch : {};
  const unknown = Object.keys(batch).find((name) => !knownMembers.has(name));
  if (unknown !== undefined) {
    return invalid(`Invalid JSON payload received. Unknown name "${unknown}" at 'batch': Cannot find field.`);
  }
  const displayName = member(batch, 'displayName');
  if (typeof displayName !== 'string' || displayName === '')
    return invalid('batch.display_name is required.');
  const input = member(batch, 'inputConfig');
  const fileName = isObject(input) ? member(input, 'fileName') : null;
  if (typeof fileName !== 'string') return invalid('batch.input_config.file_name is required here.');
  const inputFileId = fileName.replace(/^files\//, '');
  if (files.find(inputFileId, now()) === null) return noSuchFile(inputFileId);
  const record: BatchRecord = {
    ...{ id: randomBytes(18).toString('hex'), sequence: batches.nextSequence() },
    ...{ model, method, displayName, inputFileId, faults },
    ...{ createdAtMs: now(), durationMs: context.durationMs },
    ...{ cancelRequestedAtMs: null, validation: null, outcome: null },
  };
  batches.put(record);
  runner.start(record.id);
  if (counter.strikes('drop-create-answer', faults['drop-create-answer'])) return { kind: 'drop' };
  return json(200, runner.shown(record.id));
}

/** Inline requests are not taken here. */
const knownMembers = new Set([
  ...['displayName', 'display_name', 'inputConfig', 'input_config', 'model', 'name'],
  ...['priority', 'webhookConfig', 'webhook_config'],
]);

async function listBatches({ batches }: GeminiContext, runner: BatchRunner, { url }: Call): Promise<Reply> {
  const page = pageOf(batches.all(), url.searchParams);
  if (page === null) return invalid('The page token is invalid.');
  const shown = await Promise.all(page.shown.map(({ id }) => runner.observe(id)));
  return json(200, listBody('operations', shown, page.more));
}

async function cancelBatch(context: GeminiContext, runner: BatchRunner, path: string): Promise<Reply> {
  const { batches, now } = context;
  const id = path.slice(0, -cancel.length);
  if (batches.get(id) === null) return notFound();
  await runner.observe(id);
  if (runner.isOver(id)) return refusal('FAILED_PRECONDITION', 'The batch is over and cannot be cancelled.');
  const record = batches.get(id) as BatchRecord;
  if (record.cancelRequestedAtMs === null) batches.put({ ...record, cancelRequestedAtMs: now() });
  return json(200, {});
}
