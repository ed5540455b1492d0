// Does a simulated message batch live the life of one at Anthropic: states, counts, cancel, expiry, lists, results, faults?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, request, requests, startAnthropic } from './anthropicSession.ts';
import { makeFolder } from './startSession.ts';

const day = 24 * 3600 * 1000;
const none = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };

test('at work it counts nothing; then it has ended, and all is counted', async (context) => {
  const { client, submit, pass, results, simulator } = await startAnthropic(context, { latencyMs: 10_000 });
  const created = await submit(requests(20));
  assert.deepEqual(created, {
    id: created.id,
    type: 'message_batch',
    processing_status: 'in_progress',
    request_counts: { processing: 20, ...none },
    ended_at: null,
    created_at: '2026-11-18T11:06:40.000000+00:00',
    expires_at: '2026-11-19T11:06:40.000000+00:00',
    archived_at: null,
    cancel_initiated_at: null,
    results_url: null,
  });
  for (const ms of [1000, 4000, 4500]) {
    pass(ms);
    const { processing_status: status, request_counts: counts } = await client.messages.batches.retrieve(
      created.id,
    );
    assert.deepEqual([status, counts], ['in_progress', { processing: 20, ...none }]);
  }
  assert.deepEqual((await refused(results(created.id))).slice(0, 2), [404, 'not_found_error']);
  pass(1000);
  const ended = await client.messages.batches.retrieve(created.id);
  assert.equal(ended.processing_status, 'ended');
  assert.deepEqual(ended.request_counts, { processing: 0, ...none, succeeded: 20 });
  assert.equal(ended.ended_at, '2026-11-18T11:06:50.000000+00:00');
  assert.equal(
    ended.results_url,
    `http://127.0.0.1:${simulator.port}/v1/messages/batches/${created.id}/results`,
  );
  const rows = await results(created.id);
  assert.equal(new Set(rows.map((row) => row.custom_id)).size, 20);
  assert.notDeepEqual(
    rows.map((row) => row.custom_id),
    requests(20).map((one) => (one as { custom_id: string }).custom_id),
  );
  for (const { result } of rows) {
    assert.equal(result.type, 'succeeded');
    assert.equal(result.message.usage.service_tier, 'batch');
  }
  // The SDK reads them too, by the URL that was told.
  let read = 0;
  for await (const one of await client.messages.batches.results(created.id)) read += one.custom_id ? 1 : 0;
  assert.equal(read, 20);
});

test('parameters are validated at the end: their rows are errored, twice wrapped, and the batch has ended', async (context) => {
  const { submit, results, client } = await startAnthropic(context);
  const { id } = await submit([
    request('good'),
    request('bad', { max_tokens: 0 }),
    request('gone', { model: 'claude-2.1' }),
    request('stream', { stream: true }),
  ]);
  const rows = new Map((await results(id)).map((row) => [row.custom_id, row.result]));
  assert.equal(rows.get('good').type, 'succeeded');
  const { type, error } = rows.get('bad');
  assert.deepEqual([type, error.type], ['errored', 'error']);
  assert.deepEqual(error.error, {
    type: 'invalid_request_error',
    message: 'max_tokens: Input should be greater than or equal to 1',
  });
  assert.match(error.request_id, /^req_/);
  assert.equal(rows.get('gone').error.error.type, 'not_found_error');
  assert.match(rows.get('stream').error.error.message, /batches/);
  const { request_counts: counts } = await client.messages.batches.retrieve(id);
  assert.deepEqual(counts, { processing: 0, ...none, succeeded: 1, errored: 3 });
});

test('only its structure is refused at once', async (context) => {
  const { submit, client, simulator } = await startAnthropic(context);
  const invalid = 'invalid_request_error';
  const cases: readonly (readonly [readonly object[], RegExp])[] = [
    [[], /at least 1 item/],
    [[request('a'), request('a')], /requests\.1\.custom_id: Duplicate/],
    [[request('a b')], /requests\.0\.custom_id: String should match pattern/],
    [[request('x'.repeat(65))], /pattern/],
    [[{ params: {} }], /requests\.0\.custom_id: Field required/],
    [[{ custom_id: 7, params: {} }], /valid string/],
    [[{ custom_id: 'a' }], /requests\.0\.params: Field required/],
    [[{ custom_id: 'a', params: [] }], /requests\.0\.params: Input should be an object/],
    [[{ ...request('a'), method: 'POST' }], /requests\.0\.method: Extra inputs/],
    [[request('a'), 7 as never], /requests\.1: Input should be an object/],
  ];
  for (const [wrong, words] of cases) {
    const [status, type, message] = await refused(submit(wrong));
    assert.deepEqual([status, type], [400, invalid]);
    assert.match(message, words);
  }
  const texts = [
    '{',
    '[]',
    '{"requests":[{}]',
    '{"requests":[{} {}]}',
    '{"requests":{}}',
    '{"more":1,"requests":[{}]}',
  ];
  for (const body of texts) {
    const sent = client.post('/v1/messages/batches', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.equal((await refused(sent))[0], 400, body);
  }
  assert.equal(simulator.stats().batches, 0);
});

test('the body is read as JSON is written: white space, escapes, brackets in texts', async (context) => {
  const { client, results } = await startAnthropic(context);
  const content = 'a "quoted\\" {[}] \\\\ text, ü \u2028';
  const inner = JSON.stringify(
    [request('a', { messages: [{ role: 'user', content }] }), request('b')],
    null,
    2,
  );
  const body = `\n{ "requests" :\t${inner} }\n`;
  const headers = { 'content-type': 'application/json' };
  const { id } = await client.post<{ id: string }>('/v1/messages/batches', { body, headers });
  const ids = (await results(id)).map((row) => row.custom_id);
  assert.deepEqual(ids.toSorted(), ['a', 'b']);
});

test('a body beyond the limit is too large', async (context) => {
  const { submit } = await startAnthropic(context, { maxFileSizeBytes: 1000 });
  assert.equal((await submit([request('a')])).request_counts.processing, 1);
  assert.deepEqual((await refused(submit(requests(20)))).slice(0, 2), [413, 'request_too_large']);
});

test('cancelled midway: what was finished stays, and the batch has ended all the same', async (context) => {
  const { client, submit, pass, results } = await startAnthropic(context, { latencyMs: 10_000 });
  const { id } = await submit(requests(20));
  pass(5000);
  const canceling = await client.messages.batches.cancel(id);
  assert.equal(canceling.processing_status, 'canceling');
  assert.equal(canceling.cancel_initiated_at, '2026-11-18T11:06:45.000000+00:00');
  assert.deepEqual(canceling.request_counts, { processing: 20, ...none });
  await client.messages.batches.cancel(id);
  pass(2000);
  const ended = await client.messages.batches.retrieve(id);
  const { succeeded, canceled, processing } = ended.request_counts;
  assert.deepEqual([ended.processing_status, processing, succeeded + canceled], ['ended', 0, 20]);
  assert.ok(succeeded > 0 && canceled > 0);
  const types = (await results(id)).map((row) => row.result.type);
  assert.equal(types.filter((type) => type === 'canceled').length, canceled);
  assert.equal((await refused(client.messages.batches.cancel(id)))[0], 400);
});

test('expired: the rest is there as expired, in a batch that has ended', async (context) => {
  const { client, submit, results } = await startAnthropic(context, { faults: 'expire=30%' });
  const { id } = await submit(requests(10));
  const { request_counts: counts, processing_status: status } = await client.messages.batches.retrieve(id);
  assert.deepEqual([status, counts], ['ended', { processing: 0, ...none, succeeded: 7, expired: 3 }]);
  const expired = (await results(id)).filter((row) => row.result.type === 'expired');
  assert.deepEqual(expired.map(({ result }) => result)[0], { type: 'expired' });
  assert.equal(expired.length, 3);
});

test('after 29 days the batch is archived and its results are gone', async (context) => {
  const { client, submit, pass, results } = await startAnthropic(context);
  const { id } = await submit(requests(2));
  pass(28 * day);
  assert.equal((await results(id)).length, 2);
  pass(day);
  const { archived_at: archived, results_url: url } = await client.messages.batches.retrieve(id);
  assert.deepEqual([archived, url], ['2026-12-17T11:06:40.000000+00:00', null]);
  assert.equal((await refused(results(id)))[0], 404);
});

test('listed newest first, in pages, forwards and backwards', async (context) => {
  const { client, submit } = await startAnthropic(context);
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.unshift((await submit([request(`r-${at}`)])).id);
  const listed: string[] = [];
  for await (const { id } of client.messages.batches.list({ limit: 2 })) listed.push(id);
  assert.deepEqual(listed, ids);
  const page = await client.messages.batches.list({ limit: 2, after_id: ids[1] as string });
  assert.deepEqual([page.first_id, page.last_id, page.has_more], [ids[2], ids[3], true]);
  const before = await client.messages.batches.list({ limit: 2, before_id: ids[3] as string });
  assert.deepEqual([before.first_id, before.last_id, before.has_more], [ids[1], ids[2], true]);
  const first = await client.messages.batches.list({ limit: 9, before_id: ids[1] as string });
  assert.deepEqual([first.data.map(({ id }) => id), first.has_more], [[ids[0]], false]);
  assert.equal((await refused(client.messages.batches.list({ limit: 1001 })))[0], 400);
  assert.equal((await refused(client.messages.batches.list({ after_id: 'msgbatch_none' })))[0], 404);
});

test('deleted once it has ended, and then not there', async (context) => {
  const { client, submit, pass } = await startAnthropic(context, { latencyMs: 1000 });
  const { id } = await submit([request('a')]);
  assert.equal((await refused(client.messages.batches.delete(id)))[0], 400);
  pass(1000);
  assert.deepEqual(await client.messages.batches.delete(id), { id, type: 'message_batch_deleted' });
  assert.deepEqual((await refused(client.messages.batches.retrieve(id))).slice(0, 2), [
    404,
    'not_found_error',
  ]);
});

test('a restart changes nothing', async (context) => {
  const dataDir = makeFolder(context);
  const first = await startAnthropic(context, { dataDir });
  const { id } = await first.submit(requests(3));
  const rows = await first.results(id);
  await first.simulator.dispose();
  const second = await startAnthropic(context, { dataDir, faults: 'fail=100%' });
  assert.deepEqual(await second.results(id), rows);
  assert.equal(second.simulator.stats().batches, 1);
});

test('faults of rows: some fail, some are missing, strange or there twice', async (context) => {
  const faults = 'fail=20%,missing=2,surplus=1,duplicate=1';
  const { submit, results, client } = await startAnthropic(context, { faults });
  const { id } = await submit(requests(20));
  const rows = await results(id);
  const { request_counts: counts } = await client.messages.batches.retrieve(id);
  assert.deepEqual(counts, { processing: 0, ...none, succeeded: 16, errored: 4 });
  assert.equal(rows.length, 20 - 2 + 1 + 1);
  assert.equal(new Set(rows.map((row) => row.custom_id)).size, 19);
  assert.ok(rows.some((row) => row.custom_id === 'surplus-1'));
});

test('faults of calls: create', async (context) => {
  const { submit, simulator, client } = await startAnthropic(context, {
    faults: 'drop-create-answer=1,drop-create-request=1,upload-reset=1',
  });
  for (const batches of [0, 0, 1]) {
    await assert.rejects(submit([request('a')]), { name: 'APIConnectionError' });
    assert.equal(simulator.stats().batches, batches);
  }
  const { id } = await submit([request('a')]);
  const listed = await client.messages.batches.list();
  assert.deepEqual([listed.data[0]?.id, listed.data.length], [id, 2]);
});

test('faults of calls: looks, refusals, downloads', async (context) => {
  const { submit, results, client } = await startAnthropic(context, {
    faults: '429=1,retry-after=3,500=1,poll-404=1,download-reset=1',
  });
  assert.deepEqual((await refused(submit([request('a')]))).slice(0, 2), [429, 'rate_limit_error']);
  assert.deepEqual((await refused(submit([request('a')]))).slice(0, 2), [500, 'api_error']);
  const { id } = await submit(requests(50));
  assert.equal((await refused(client.messages.batches.retrieve(id)))[0], 404);
  assert.equal((await client.messages.batches.retrieve(id)).processing_status, 'ended');
  await assert.rejects(results(id));
  assert.equal((await results(id)).length, 50);
});
