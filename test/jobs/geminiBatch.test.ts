// What Gemini's adapter reads in the operations that stand for batches, odd ones too.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RemoteBatch } from '#core';
import { geminiFixture } from './geminiFixture.ts';
import { answered, folder, never } from './providerFixture.ts';
import { json, startScripted } from './scriptedServer.ts';

function operation(state: string, more: object = {}, metadata: object = {}): object {
  return { name: 'batches/1', metadata: { state, createTime: '2026-11-21T12:00:00Z', ...metadata }, ...more };
}

async function got(context: TestContext, said: unknown): Promise<RemoteBatch> {
  const server = await startScripted(context, (_, response) => json(response, 200, said));
  return answered(await (await geminiFixture.connect(server.url, null)).get('batches/1', never));
}

test('what the provider says is kept: its word, counts that are texts, the file, times', async (context) => {
  const batchStats = {
    requestCount: '9007199254740991',
    successfulRequestCount: '2',
    failedRequestCount: '1',
  };
  const times = { createTime: '2026-11-21T12:00:00.123456789Z', endTime: '2026-11-21T13:00:00Z' };
  const response = { responsesFile: 'files/batch-1' };
  const said = operation('JOB_STATE_SUCCEEDED', { done: true, response }, { batchStats, ...times });
  assert.deepEqual(await got(context, said), {
    batchId: 'batches/1',
    status: 'JOB_STATE_SUCCEEDED',
    counts: { total: 9007199254740991, completed: 2, failed: 1 },
    outputFileId: 'files/batch-1',
    errorFileId: null,
    errors: [],
    createdAt: '2026-11-21T12:00:00.123Z',
    expiresAt: null,
    endedAt: '2026-11-21T13:00:00.000Z',
  });
});

const oddities: readonly (readonly [string, object, Partial<RemoteBatch>])[] = [
  [
    'counts of nothing that are left out',
    operation('BATCH_STATE_PENDING', {}, { batchStats: { requestCount: '2', pendingRequestCount: '2' } }),
    { counts: { total: 2, completed: 0, failed: 0 } },
  ],
  ['no counts', operation('BATCH_STATE_PENDING', {}, { batchStats: {} }), { counts: null }],
  [
    'counts that are no numbers',
    operation('BATCH_STATE_PENDING', {}, { batchStats: { requestCount: 'many' } }),
    { counts: null },
  ],
  [
    'a word that nobody knows',
    operation('BATCH_STATE_DREAMING'),
    { status: 'BATCH_STATE_DREAMING', outputFileId: null },
  ],
  ['no state', { name: 'batches/1', metadata: {} }, { status: 'BATCH_STATE_UNSPECIFIED', createdAt: null }],
  [
    'the batch itself in place of its operation',
    { name: 'batches/1', state: 'BATCH_STATE_RUNNING', batchStats: { requestCount: 3 } },
    { status: 'BATCH_STATE_RUNNING', counts: { total: 3, completed: 0, failed: 0 } },
  ],
  [
    'the file in the metadata alone',
    operation('BATCH_STATE_SUCCEEDED', { done: true }, { output: { responsesFile: 'files/o' } }),
    { outputFileId: 'files/o' },
  ],
  [
    'an error of the file',
    operation('BATCH_STATE_FAILED', { done: true, error: { code: 3, message: 'No.' } }),
    { errors: [{ code: 'INVALID_ARGUMENT', message: 'No.', line: null }] },
  ],
  [
    'an error with its name',
    operation('BATCH_STATE_FAILED', { error: { code: 400, status: 'FAILED_PRECONDITION' } }),
    { errors: [{ code: 'FAILED_PRECONDITION', message: '', line: null }] },
  ],
  [
    'an error of a number that is not known',
    operation('BATCH_STATE_FAILED', { error: { code: 99, message: 'Odd.' } }),
    { errors: [{ code: '99', message: 'Odd.', line: null }] },
  ],
  [
    'cancelled, which is no error',
    operation('BATCH_STATE_CANCELLED', { done: true, error: { code: 1, message: 'Cancelled.' } }),
    { errors: [], outputFileId: null },
  ],
];

for (const [what, said, expected] of oddities) {
  test(`read as it comes: ${what}`, async (context) => {
    const remote = await got(context, said);
    assert.deepEqual({ ...remote, ...expected }, remote);
  });
}

const inlined = [
  { metadata: { key: 'a' }, response: { responseId: '1' } },
  { metadata: { key: 'b' }, error: { code: 13, message: 'Oops.' } },
  { response: { responseId: '3' } },
];
const places: readonly (readonly [string, object])[] = [
  [
    'in the response',
    operation('X_STATE_SUCCEEDED', { response: { inlinedResponses: { inlinedResponses: inlined } } }),
  ],
  ['as a plain list', operation('X_STATE_SUCCEEDED', { response: { inlinedResponses: inlined } })],
  [
    'of vectors, in the metadata',
    operation(
      'X_STATE_SUCCEEDED',
      {},
      { output: { inlinedEmbedContentResponses: { inlinedResponses: inlined } } },
    ),
  ],
];

for (const [where, said] of places) {
  test(`results that stand in the batch are written as lines: ${where}`, async (context) => {
    const server = await startScripted(context, (_, response) => json(response, 200, said));
    const provider = await geminiFixture.connect(server.url, null);
    const { outputFileId } = answered(await provider.get('batches/1', never));
    assert.equal(outputFileId, 'batches/1');
    const path = join(await folder(context), 'o.jsonl');
    answered(await provider.download(outputFileId ?? '', path, never));
    assert.deepEqual((await readFile(path, 'utf8')).split('\n'), [
      '{"key":"a","response":{"responseId":"1"}}',
      '{"key":"b","error":{"code":13,"message":"Oops."}}',
      '{"response":{"responseId":"3"}}',
      '',
    ]);
  });
}
