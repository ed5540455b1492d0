// Does each fault do what the help says, as often as it was asked for, and nothing else?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { faultHelp, parseFaults } from '#simulator';
import { ask, chatLine, chatLines, readResults, startSession } from './startSession.ts';

test('a fault list is read', () => {
  const none = parseFaults('');
  assert.ok(!('problem' in none));
  assert.equal(none.shuffle, true);
  assert.deepEqual(none.fail, { of: 'count', amount: 0 });
  const faults = parseFaults(' fail=3%, shuffle=off ,seed=7,stall,429=2,retry-after=0.5,expire=4');
  assert.ok(!('problem' in faults));
  assert.deepEqual(faults, {
    ...none,
    fail: { of: 'percent', amount: 3 },
    shuffle: false,
    seed: 7,
    stall: 1,
    '429': 2,
    'retry-after': 0.5,
    expire: { of: 'count', amount: 4 },
  });
});

test('a mistake in a fault list is named', () => {
  const problem = (spec: string): string => {
    const faults = parseFaults(spec);
    assert.ok('problem' in faults, spec);
    return faults.problem;
  };
  assert.match(problem('fail=1%,explode=1'), /^There is no fault "explode"; use one of fail, expire, /);
  assert.match(problem('__proto__=1'), /no fault/);
  assert.equal(problem('fail=lots'), '"fail=lots" does not fit: write fail=N|N%.');
  for (const wrong of ['fail', 'fail=101%', 'fail=-1', 'seed=x', 'shuffle=maybe', 'surplus=1%', '429=']) {
    assert.match(problem(wrong), /does not fit: write /);
  }
});

test('a wrong fault list does not start', async (context) => {
  await assert.rejects(startSession(context, { faults: 'explode' }), /There is no fault "explode"/);
});

test('the help has one row for each fault', () => {
  assert.equal(new Set(faultHelp.map((row) => row.form)).size, 21);
  assert.ok(faultHelp.some((row) => row.form === 'fail=N|N%' && row.about.length > 10));
});

test('fail: that share of the rows fails, believably, and can be chosen by seed', async (context) => {
  const chosen: string[] = [];
  for (const seed of [1, 2]) {
    const { client, submit } = await startSession(context, { faults: `fail=10%,seed=${seed}` });
    const { id } = await submit(chatLines(100));
    const batch = await client.batches.retrieve(id);
    assert.equal(batch.status, 'completed');
    assert.deepEqual(batch.request_counts, { total: 100, completed: 90, failed: 10 });
    const errors = await readResults(client, batch.error_file_id);
    assert.equal(errors.length, 10);
    for (const row of errors) {
      assert.equal(row.error, null);
      assert.ok((row.response?.status_code ?? 0) >= 400);
      assert.equal(typeof row.response?.body.error.message, 'string');
    }
    assert.ok(new Set(errors.map((row) => row.response?.status_code)).size > 1);
    chosen.push(
      errors
        .map((row) => row.custom_id)
        .sort()
        .join(),
    );
  }
  assert.notEqual(chosen[0], chosen[1]);
});

test('all rows failed: completed without an output file', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'fail=100%' });
  const { id } = await submit(chatLines(4));
  const batch = await client.batches.retrieve(id);
  assert.deepEqual([batch.status, batch.output_file_id], ['completed', null]);
  assert.equal((await readResults(client, batch.error_file_id)).length, 4);
});

test('shuffle is on unless it is switched off', async (context) => {
  const orders: string[][] = [];
  for (const faults of ['', 'shuffle=off']) {
    const { client, submit } = await startSession(context, { faults });
    const { id } = await submit(chatLines(30));
    const { output_file_id } = await client.batches.retrieve(id);
    orders.push((await readResults(client, output_file_id)).map((row) => row.custom_id));
  }
  const source = Array.from({ length: 30 }, (_, at) => `row-${at}`);
  assert.notDeepEqual(orders[0], source);
  assert.deepEqual(orders[0]?.toSorted(), source.toSorted());
  assert.deepEqual(orders[1], source);
});

test('missing, surplus and duplicate rows', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'missing=3,surplus=2,duplicate=4' });
  const { id } = await submit(chatLines(20));
  const batch = await client.batches.retrieve(id);
  assert.deepEqual(batch.request_counts, { total: 20, completed: 20, failed: 0 });
  const ids = (await readResults(client, batch.output_file_id)).map((row) => row.custom_id);
  assert.equal(ids.length, 20 - 3 + 2 + 4);
  assert.equal(new Set(ids).size, 20 - 3 + 2);
  assert.deepEqual(
    ids.filter((one) => !one.startsWith('row-')),
    ['surplus-1', 'surplus-2'],
  );
});

test('drop-create-answer: the batch is there although the call failed', async (context) => {
  const { client, submit, simulator } = await startSession(context, { faults: 'drop-create-answer=1' });
  await assert.rejects(submit(chatLines(1), { metadata: { job: 'x' } }), OpenAI.APIConnectionError);
  const listed = await client.batches.list();
  assert.deepEqual(
    listed.data.map((batch) => batch.metadata),
    [{ job: 'x' }],
  );
  await submit(chatLines(1));
  assert.equal(simulator.stats().batches, 2);
});

test('the SDK with its own retries pays twice when the answer is lost', async (context) => {
  const { upload, simulator } = await startSession(context, { faults: 'drop-create-answer=1' });
  const client = new OpenAI({ apiKey: 'x', baseURL: simulator.url, maxRetries: 1 });
  await client.batches.create({
    input_file_id: await upload(chatLine('a')),
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  assert.equal(simulator.stats().batches, 2);
});

test('drop-create-request: nothing was made', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'drop-create-request=1' });
  await assert.rejects(submit(chatLines(1)), OpenAI.APIConnectionError);
  assert.equal((await client.batches.list()).data.length, 0);
  await submit(chatLines(1));
  assert.equal((await client.batches.list()).data.length, 1);
});

test('upload-reset: the upload dies, no file is left, the next one works', async (context) => {
  const { upload, simulator } = await startSession(context, { faults: 'upload-reset=1' });
  const text = `${chatLine('a')}\n`.repeat(10_000);
  await assert.rejects(upload(text), OpenAI.APIConnectionError);
  assert.equal(simulator.stats().files, 0);
  await upload(text);
  assert.equal(simulator.stats().files, 1);
});

test('poll-404: a new batch is not found at first', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'poll-404=2' });
  for (let batch = 0; batch < 2; batch++) {
    const { id } = await submit(chatLines(1));
    for (let at = 0; at < 2; at++) await assert.rejects(client.batches.retrieve(id), OpenAI.NotFoundError);
    assert.equal((await client.batches.retrieve(id)).id, id);
  }
});

test('429 with Retry-After, then 500, then it works', async (context) => {
  const { client } = await startSession(context, { faults: '429=2,retry-after=7,500=1' });
  for (let at = 0; at < 2; at++) {
    await assert.rejects(client.batches.list(), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '7');
      assert.equal(error.code, 'rate_limit_exceeded');
      return true;
    });
  }
  await assert.rejects(client.batches.list(), OpenAI.InternalServerError);
  assert.equal((await client.batches.list()).data.length, 0);
});

test('a refused upload does not break the connection', async (context) => {
  const { upload } = await startSession(context, { faults: '429=1' });
  const text = `${chatLine('a')}\n`.repeat(20_000);
  await assert.rejects(upload(text), OpenAI.RateLimitError);
  await upload(text);
});

test('stall: a call is never answered', async (context) => {
  const { client, simulator } = await startSession(context, { faults: 'stall=1' });
  const stop = new AbortController();
  const stalled = client.batches.list({}, { signal: stop.signal });
  const given = assert.rejects(stalled, OpenAI.APIUserAbortError);
  // Not before it is there: the next one would be stalled in its place.
  while (simulator.stats().requests['GET /v1/batches'] === undefined) await sleep(5);
  await sleep(150);
  stop.abort();
  await given;
  assert.equal((await client.batches.list()).data.length, 0);
});

test('download-reset: half of the file comes, and the rest can be asked for', async (context) => {
  const { client, upload, simulator } = await startSession(context, { faults: 'download-reset=1' });
  const text = `${chatLine('a')}\n`.repeat(20_000);
  const id = await upload(text);
  const response = await client.files.content(id);
  const got: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      got.push(Buffer.from(chunk));
  });
  const part = Buffer.concat(got).toString();
  assert.ok(part.length > 0 && part.length < text.length);
  assert.ok(text.startsWith(part));
  const rest = await ask(simulator, `/files/${id}/content`, { headers: { range: `bytes=${part.length}-` } });
  assert.equal(part + rest.text, text);
});

test('slow-download: it takes its time', async (context) => {
  const { client, upload } = await startSession(context, { faults: 'slow-download=300' });
  const id = await upload(`${chatLine('a')}\n`.repeat(100));
  const startedAtMs = performance.now();
  const text = await (await client.files.content(id)).text();
  assert.ok(performance.now() - startedAtMs > 200);
  assert.equal(text, `${chatLine('a')}\n`.repeat(100));
});
