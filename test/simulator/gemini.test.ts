// The simulated batches of Gemini: operations, their ends and their oddities, on the line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, line, model } from './geminiAccount.ts';

test('a batch: an operation with int64 texts, nothing where there is nothing, and responses at the end', async (context) => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const google = await account(context, { now: () => now, latencyMs: 1000 });
  const file = await google.upload(
    `${JSON.stringify(line('a', 'One.'))}\n${JSON.stringify(line('b', 'Two.'))}\n`,
  );
  const { body: made } = await google.create(file);
  assert.match(made.name, /^batches\/[a-z0-9]+$/);
  assert.equal(made.metadata.state, 'BATCH_STATE_PENDING');
  assert.equal(made.done, undefined);
  now += 500;
  const { body: running } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.equal(running.metadata.state, 'BATCH_STATE_RUNNING');
  assert.equal(running.metadata.batchStats.requestCount, '2');
  now += 500;
  const { body: over } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.deepEqual(over.metadata.batchStats, { requestCount: '2', successfulRequestCount: '2' });
  assert.deepEqual([over.done, over.metadata.state], [true, 'BATCH_STATE_SUCCEEDED']);
  assert.deepEqual(over.metadata.output, over.response);
  const { body: second } = await google.create(file);
  assert.equal(second.metadata.state, 'JOB_STATE_PENDING');
  const { body: listed } = await google.ask('GET', '/v1beta/batches');
  assert.deepEqual(
    listed.operations.map(({ name }: { name: string }) => name),
    [second.name, made.name],
  );
  assert.deepEqual((await google.ask('DELETE', `/v1beta/${made.name}`)).body, {});
  assert.equal((await google.ask('GET', `/v1beta/${made.name}`)).status, 404);
});

test('cancelled: an error of its own, no response, and not twice', async (context) => {
  let now = 0;
  const google = await account(context, { now: () => now, latencyMs: 1000 });
  const { body: made } = await google.create(await google.upload(`${JSON.stringify(line('a', 'One.'))}\n`));
  assert.deepEqual((await google.ask('POST', `/v1beta/${made.name}:cancel`)).body, {});
  now += 1000;
  const { body } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.deepEqual(
    [body.metadata.state, body.error.code, body.response],
    ['BATCH_STATE_CANCELLED', 1, undefined],
  );
  const again = await google.ask('POST', `/v1beta/${made.name}:cancel`);
  assert.deepEqual([again.status, again.body.error.status], [400, 'FAILED_PRECONDITION']);
});

test('expired: what was finished is counted, and nothing comes back', async (context) => {
  const google = await account(context, { faults: 'expire=1' });
  const text = ['a', 'b', 'c'].map((key) => `${JSON.stringify(line(key, 'One.'))}\n`).join('');
  const { body: made } = await google.create(await google.upload(text));
  const { body } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.deepEqual(body.metadata.batchStats, { requestCount: '3', successfulRequestCount: '2' });
  assert.equal(body.metadata.state, 'BATCH_STATE_EXPIRED');
  assert.deepEqual([body.response, body.metadata.output], [undefined, undefined]);
});

test('a file with a line that is no JSON fails as a whole', async (context) => {
  const google = await account(context);
  const { body: made } = await google.create(await google.upload('{"key":"a"\n'));
  const { body } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.deepEqual([body.metadata.state, body.error.code, body.done], ['BATCH_STATE_FAILED', 3, true]);
});

test('faults: rows that fail, are missing, twice or nobody’s', async (context) => {
  const google = await account(context, { faults: 'fail=2,missing=1,surplus=1,duplicate=1,shuffle=off' });
  const rows = await google.run(Array.from({ length: 8 }, (_, at) => line(`k${at}`, `Number ${at}.`)));
  const keys = rows.map(({ key }) => key);
  assert.equal(keys.length, 8 - 1 + 1 + 1);
  assert.deepEqual([keys.includes('k0'), keys.filter((key) => key === 'surplus-1').length], [false, 1]);
  assert.equal(new Set(keys).size, 8);
  const failed = rows.filter(({ error }) => error !== undefined);
  assert.ok(failed.length >= 1 && failed.every(({ error }) => error.code > 0 && error.status === undefined));
});

test('faults of calls: cut uploads, dropped creates, 404s, 429 with its wait in the error', async (context) => {
  const faults = 'upload-reset=1,drop-create-request=1,drop-create-answer=1,poll-404=1,429=1,retry-after=7';
  const google = await account(context, { faults });
  const struck = await google.ask('GET', '/v1beta/batches');
  assert.deepEqual([struck.status, struck.headers.get('retry-after')], [429, null]);
  assert.equal(struck.body.error.details[0].retryDelay, '7s');
  const text = `${JSON.stringify(line('a', 'One.'))}\n`;
  await assert.rejects(google.upload(text));
  const file = await google.upload(text);
  await assert.rejects(google.create(file));
  assert.equal(google.stats().batches, 0);
  await assert.rejects(google.create(file));
  const { body } = await google.ask('GET', '/v1beta/batches');
  const [{ name, metadata }] = body.operations;
  assert.equal(metadata.displayName, 'mine');
  const statuses = [await google.ask('GET', `/v1beta/${name}`), await google.ask('GET', `/v1beta/${name}`)];
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [404, 200],
  );
});

test('creates are refused without a name, a file, a known model or known members', async (context) => {
  const google = await account(context);
  const file = await google.upload('{}\n');
  assert.equal((await google.create('files/none')).status, 403);
  assert.equal((await google.create(file, '')).status, 400);
  assert.equal((await google.create(file, 'mine', 'batchGenerateContent', 'gpt-6')).status, 404);
  const odd = { batch: { displayName: 'x', inputConfig: { fileName: file }, metadata: {} } };
  assert.equal((await google.ask('POST', `/v1beta/models/${model}:batchGenerateContent`, odd)).status, 400);
  assert.equal(google.stats().batches, 0);
});
