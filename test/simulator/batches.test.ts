// Does a simulated batch live the life of one at OpenAI: states, times, counts, cancel, expiry, lists, restarts?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import type { Batch, BatchCreateParams } from 'openai/resources/batches';
import { chatLine, chatLines, makeFolder, readResults, responsesLine, startSession } from './startSession.ts';

test('a batch goes from validating to completed as time passes', async (context) => {
  const { client, submit, pass } = await startSession(context, { latencyMs: 10_000 });
  const created = await submit(chatLines(20), { metadata: { job: 'j-1' } });
  assert.deepEqual(created, {
    id: created.id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    model: 'gpt-4o-mini',
    errors: null,
    input_file_id: created.input_file_id,
    completion_window: '24h',
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: 1_795_000_000,
    in_progress_at: null,
    expires_at: 1_795_086_400,
    finalizing_at: null,
    completed_at: null,
    failed_at: null,
    expired_at: null,
    cancelling_at: null,
    cancelled_at: null,
    request_counts: { total: 0, completed: 0, failed: 0 },
    usage: {
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    },
    metadata: { job: 'j-1' },
  } as object);
  const look = async (ms: number): Promise<Batch> => {
    pass(ms);
    return client.batches.retrieve(created.id);
  };
  assert.equal((await look(1000)).status, 'validating');
  const early = await look(1000);
  const half = await look(3000);
  assert.deepEqual([early.status, half.status], ['in_progress', 'in_progress']);
  assert.equal(half.request_counts?.total, 20);
  assert.ok((half.request_counts?.completed ?? 0) > (early.request_counts?.completed ?? 99));
  assert.equal(half.in_progress_at, 1_795_000_001);
  const late = await look(4500);
  assert.equal(late.status, 'finalizing');
  assert.equal(late.output_file_id, null);
  const done = await look(1000);
  assert.equal(done.status, 'completed');
  assert.deepEqual(done.request_counts, { total: 20, completed: 20, failed: 0 });
  assert.deepEqual([done.finalizing_at, done.completed_at], [1_795_000_009, 1_795_000_010]);
  assert.equal(done.error_file_id, null);
  const results = await readResults(client, done.output_file_id);
  assert.equal(results.length, 20);
  const sum = results.reduce((total, row) => total + row.response?.body.usage.total_tokens, 0);
  assert.equal(done.usage?.total_tokens, sum);
  assert.ok(sum > 0);
});

test('a batch without latency is over at the first look', async (context) => {
  const { client, submit } = await startSession(context);
  const { id } = await submit([responsesLine('a')], { endpoint: '/v1/responses' });
  const batch = await client.batches.retrieve(id);
  assert.equal(batch.status, 'completed');
  const output = await client.files.retrieve(batch.output_file_id ?? '');
  assert.equal(output.purpose, 'batch_output');
  assert.equal(output.filename, `${id}_output.jsonl`);
});

test('by default it takes some seconds, so that people see it move', async (context) => {
  const { client, submit, pass } = await startSession(context, { latencyMs: undefined as never });
  const { id } = await submit(chatLines(3));
  pass(5000);
  assert.equal((await client.batches.retrieve(id)).status, 'in_progress');
  pass(5000);
  assert.equal((await client.batches.retrieve(id)).status, 'completed');
});

type Loose = Partial<Record<keyof BatchCreateParams | 'extra', unknown>>;
const many = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v']));
const refused: readonly [Loose, object][] = [
  [{ endpoint: '/v1/invalid' }, { param: 'endpoint', code: 'invalid_value' }],
  [{ endpoint: undefined }, { param: 'endpoint', code: 'missing_required_parameter' }],
  [{ input_file_id: undefined }, { param: 'input_file_id', code: 'missing_required_parameter' }],
  [{ completion_window: '48h' }, { param: 'completion_window', code: 'invalid_value' }],
  [{ metadata: { tags: ['a'] } }, { param: 'metadata.tags', code: 'invalid_type' }],
  [{ metadata: many }, { param: 'metadata' }],
  [{ metadata: { k: 'v'.repeat(513) } }, { param: 'metadata.k', code: 'string_above_max_length' }],
  [{ metadata: { ['k'.repeat(65)]: 'v' } }, { param: 'metadata' }],
  [{ output_expires_after: { anchor: 'created_at', seconds: 5 } }, { param: 'output_expires_after.seconds' }],
  [{ extra: 1 }, { param: 'extra', code: 'unknown_parameter' }],
];

test('create refuses what OpenAI refuses, and makes no batch', async (context) => {
  const { client, upload, simulator } = await startSession(context);
  const usual = { input_file_id: await upload(chatLine('a')), endpoint: '/v1/chat/completions' };
  for (const [change, expected] of refused) {
    const body = { completion_window: '24h', ...usual, ...change } as unknown as BatchCreateParams;
    await assert.rejects(client.batches.create(body), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError, JSON.stringify(change));
      const { param, code } = error;
      assert.deepEqual({ ...{ param, code }, ...expected }, { param, code }, JSON.stringify(change));
      assert.equal((error.error as { type: string }).type, 'invalid_request_error');
      return true;
    });
  }
  const image = await client.files.create({ file: new File(['x'], 'x.png'), purpose: 'vision' });
  await assert.rejects(
    client.batches.create({ ...usual, input_file_id: image.id } as BatchCreateParams),
    OpenAI.BadRequestError,
  );
  await assert.rejects(client.batches.create('[]' as never), OpenAI.BadRequestError);
  assert.equal(simulator.stats().batches, 0);
});

test('an unknown file fails the batch, not the call', async (context) => {
  const { client } = await startSession(context);
  const created = await client.batches.create({
    input_file_id: 'file-unknown',
    endpoint: '/v1/responses',
    completion_window: '24h',
  });
  const batch = await client.batches.retrieve(created.id);
  assert.equal(batch.status, 'failed');
  const error = batch.errors?.data?.[0];
  assert.deepEqual([error?.code, error?.param, error?.line], ['invalid_request', 'file_id', null]);
  assert.match(error?.message ?? '', /^Cannot find file file-unknown/);
});

test('batches are listed by pages, newest first', async (context) => {
  const { client, submit } = await startSession(context);
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.push((await submit(chatLines(1), { metadata: { n: `${at}` } })).id);
  const seen: string[] = [];
  for await (const batch of client.batches.list({ limit: 2 })) seen.push(batch.id);
  assert.deepEqual(seen, ids.toReversed());
  const page = await client.batches.list({ limit: 2, after: ids[3] as string });
  assert.deepEqual(
    page.data.map((batch) => batch.metadata),
    [{ n: '2' }, { n: '1' }],
  );
  const { first_id, last_id, has_more } = (page as unknown as { body: Record<string, unknown> }).body;
  assert.deepEqual({ first_id, last_id, has_more }, { first_id: ids[2], last_id: ids[1], has_more: true });
  for (const limit of [0, 101]) await assert.rejects(client.batches.list({ limit }), OpenAI.BadRequestError);
  await assert.rejects(client.batches.list({ after: 'batch_unknown' }), OpenAI.BadRequestError);
});

test('unknown batches are 404', async (context) => {
  const { client } = await startSession(context);
  for (const call of [client.batches.retrieve('batch_x'), client.batches.cancel('batch_x')]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.match(error.message, /No batch found with id 'batch_x'\./);
      return true;
    });
  }
});

test('a cancel midway keeps the rows that were finished', async (context) => {
  const { client, submit, pass } = await startSession(context, { latencyMs: 10_000, faults: 'fail=20%' });
  const { id } = await submit(chatLines(50));
  pass(5000);
  const before = await client.batches.retrieve(id);
  const cancelling = await client.batches.cancel(id);
  assert.equal(cancelling.status, 'cancelling');
  assert.equal(cancelling.cancelling_at, 1_795_000_005);
  assert.equal((await client.batches.cancel(id)).status, 'cancelling');
  pass(2000);
  const cancelled = await client.batches.retrieve(id);
  assert.equal(cancelled.status, 'cancelled');
  assert.equal(cancelled.cancelled_at, 1_795_000_006);
  assert.deepEqual(cancelled.request_counts, before.request_counts);
  const { completed = 0, failed = 0 } = cancelled.request_counts ?? {};
  assert.ok(completed > 0 && failed > 0 && completed + failed < 50);
  assert.equal((await readResults(client, cancelled.output_file_id)).length, completed);
  assert.equal((await readResults(client, cancelled.error_file_id)).length, failed);
  assert.equal((await client.batches.cancel(id)).status, 'cancelled');
});

test('a cancel while validating leaves nothing', async (context) => {
  const { client, submit, pass } = await startSession(context, { latencyMs: 10_000 });
  const { id } = await submit(chatLines(5));
  assert.equal((await client.batches.cancel(id)).status, 'cancelling');
  pass(5000);
  const batch = await client.batches.retrieve(id);
  assert.equal(batch.status, 'cancelled');
  assert.deepEqual([batch.output_file_id, batch.error_file_id], [null, null]);
});

test('completed, failed and expired batches cannot be cancelled', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'expire=1' });
  const expired = await submit(chatLines(3));
  const failed = await submit([chatLine('a', { stream: true })]);
  const plain = await startSession(context);
  const completed = await plain.submit(chatLines(3));
  const cases = [
    [client, expired.id, 'expired'],
    [client, failed.id, 'failed'],
    [plain.client, completed.id, 'completed'],
  ] as const;
  for (const [account, id, status] of cases) {
    await assert.rejects(account.batches.cancel(id), (error) => {
      assert.ok(error instanceof OpenAI.ConflictError);
      assert.match(error.message, new RegExp(`Cannot cancel a batch with status '${status}'\\.`));
      return true;
    });
  }
});

test('an expired batch keeps what was finished and names the rest', async (context) => {
  const { client, submit, pass } = await startSession(context, {
    latencyMs: 10_000,
    faults: 'expire=30%,fail=10%',
  });
  const { id } = await submit(chatLines(40));
  pass(8000);
  assert.equal((await client.batches.retrieve(id)).status, 'in_progress');
  pass(2000);
  const batch = await client.batches.retrieve(id);
  assert.equal(batch.status, 'expired');
  assert.deepEqual([batch.expired_at, batch.expires_at], [1_795_000_010, 1_795_000_010]);
  const output = await readResults(client, batch.output_file_id);
  const errors = await readResults(client, batch.error_file_id);
  const expired = errors.filter((row) => row.response === null);
  assert.equal(expired.length, 12);
  assert.deepEqual(expired[0]?.error, {
    code: 'batch_expired',
    message: 'This request could not be executed before the completion window expired.',
  });
  const ids = new Set([...output, ...errors].map((row) => row.custom_id));
  assert.equal(ids.size, 40);
  assert.deepEqual(batch.request_counts, { total: 40, completed: output.length, failed: errors.length });
});

test('a restart with the same folder goes on where time has got to', async (context) => {
  const dataDir = makeFolder(context);
  const first = await startSession(context, { dataDir, latencyMs: 10_000, faults: 'fail=2,seed=5' });
  const { id, input_file_id } = await first.submit(chatLines(30));
  first.pass(5000);
  const before = await first.client.batches.retrieve(id);
  await first.simulator.dispose();

  const second = await startSession(context, { dataDir });
  second.pass(5000);
  assert.deepEqual(await second.client.batches.retrieve(id), before);
  second.pass(5000);
  const done = await second.client.batches.retrieve(id);
  assert.equal(done.status, 'completed');
  assert.deepEqual(done.request_counts, { total: 30, completed: 28, failed: 2 });
  const output = await (await second.client.files.content(done.output_file_id ?? '')).text();
  await second.simulator.dispose();

  const third = await startSession(context, { dataDir });
  third.pass(10_000);
  assert.deepEqual(await third.client.batches.retrieve(id), done);
  assert.equal(await (await third.client.files.content(done.output_file_id ?? '')).text(), output);
  assert.equal((await third.client.files.retrieve(input_file_id)).id, input_file_id);
  const next = await third.submit(chatLines(1));
  const listed = await third.client.batches.list();
  assert.deepEqual(
    listed.data.map((batch) => batch.id),
    [next.id, id],
  );
});

test('the same file gives the same results in the same order', async (context) => {
  const outputs: string[] = [];
  for (let run = 0; run < 2; run++) {
    const { client, submit } = await startSession(context, { faults: 'fail=3' });
    const { id } = await submit(chatLines(30));
    const batch = await client.batches.retrieve(id);
    const rows = [...(await readResults(client, batch.output_file_id))];
    rows.push(...(await readResults(client, batch.error_file_id)));
    outputs.push(JSON.stringify(rows.map((row) => [row.custom_id, row.response?.body])));
  }
  assert.equal(outputs[0], outputs[1]);
});

test('an input file deleted under way is still read, then gone for good', async (context) => {
  const dataDir = makeFolder(context);
  const { client, submit, pass, simulator } = await startSession(context, { dataDir, latencyMs: 10_000 });
  const { id, input_file_id } = await submit(chatLines(5));
  pass(3000);
  await client.files.delete(input_file_id);
  await assert.rejects(client.files.retrieve(input_file_id), OpenAI.NotFoundError);
  pass(7000);
  const batch = await client.batches.retrieve(id);
  assert.equal(batch.request_counts?.completed, 5);
  assert.equal(simulator.stats().files, 1);
});

test('result files expire when the batch says so', async (context) => {
  const { client, submit, pass } = await startSession(context);
  const { id } = await submit(chatLines(1), {
    output_expires_after: { anchor: 'created_at', seconds: 7200 },
  });
  const { output_file_id } = await client.batches.retrieve(id);
  pass(7_199_000);
  assert.equal((await readResults(client, output_file_id)).length, 1);
  pass(1000);
  await assert.rejects(client.files.retrieve(output_file_id ?? ''), OpenAI.NotFoundError);
});
