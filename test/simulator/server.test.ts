// Does the simulator start, answer as a provider at large, and go away without a trace?
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import OpenAI from 'openai';
import { startSimulator } from '#simulator';
import { ask, chatLine, chatLines, makeFolder, readResults, startSession } from './startSession.ts';

test('any key or none will do, but one that begins sk-invalid', async (context) => {
  const { simulator } = await startSession(context);
  assert.equal((await ask(simulator, '/batches')).status, 200);
  const client = new OpenAI({ apiKey: 'sk-invalid-123', baseURL: simulator.url, maxRetries: 0 });
  await assert.rejects(client.batches.list(), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.deepEqual(
      [error.code, error.type, error.param],
      ['invalid_api_key', 'invalid_request_error', null],
    );
    assert.match(error.message, /Incorrect API key provided/);
    assert.doesNotMatch(error.message, /sk-invalid-123/);
    return true;
  });
});

test('unknown routes are 404 in the shape of OpenAI, and each answer has a request id', async (context) => {
  const { simulator } = await startSession(context);
  const asked = [
    ['GET', '/nothing'],
    ['PUT', '/files'],
    ['DELETE', '/batches/batch_1'],
    ['GET', '/files/a/b/c'],
  ] as const;
  const ids = new Set<string | null>();
  for (const [method, path] of asked) {
    const { status, error, headers } = await ask(simulator, path, { method });
    assert.equal(status, 404);
    const message = `Invalid URL (${method} /v1${path})`;
    assert.deepEqual(error, { message, type: 'invalid_request_error', param: null, code: null });
    ids.add(headers.get('x-request-id'));
  }
  assert.equal(ids.size, 4);
  for (const id of ids) assert.match(id ?? '', /^req_\w{32}$/);
});

test('a path that is no text is 404', async (context) => {
  const { simulator } = await startSession(context);
  for (const path of ['/files/%E0%A4%A', '/files/..%2F..%2Fetc', '/batches/__proto__']) {
    assert.equal((await ask(simulator, path)).status, 404);
  }
});

test('only loopback is listened to', async (context) => {
  const { simulator } = await startSession(context);
  assert.match(simulator.url, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const outside = addresses.find((one) => one.family === 'IPv4' && !one.internal);
  if (outside !== undefined) {
    const signal = AbortSignal.timeout(2000);
    await assert.rejects(fetch(`http://${outside.address}:${simulator.port}/v1/batches`, { signal }));
  }
});

test('a port that is taken is named', async (context) => {
  const { simulator } = await startSession(context);
  await assert.rejects(startSimulator({ port: simulator.port }), {
    message: `Port ${simulator.port} is in use on this machine; choose another one.`,
  });
});

test('dispose cuts what hangs, removes the temporary folder and frees the port', async (context) => {
  const before = process.env.TMPDIR;
  const temporary = makeFolder(context);
  process.env.TMPDIR = temporary;
  const simulator = await startSimulator({ faults: 'stall=1' });
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  assert.equal(readdirSync(temporary).length, 1);
  const hanging = fetch(`${simulator.url}/batches`);
  hanging.catch(() => {});
  while (Object.keys(simulator.stats().requests).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // Nothing answers it: only its end sets them free.
  await Promise.all([simulator.dispose(), simulator.dispose()]);
  await assert.rejects(hanging);
  assert.deepEqual(readdirSync(temporary), []);
  const again = await startSimulator({ port: simulator.port });
  assert.equal(again.port, simulator.port);
  await again.dispose();
});

test('dispose midway through a large file keeps a given folder usable', async (context) => {
  const dataDir = makeFolder(context);
  const first = await startSession(context, { dataDir });
  const { id } = await first.submit(chatLines(20_000));
  await first.simulator.dispose();
  assert.ok(existsSync(dataDir));
  const second = await startSession(context, { dataDir });
  let batch = await second.client.batches.retrieve(id);
  while (batch.status !== 'completed') batch = await second.client.batches.retrieve(id);
  assert.equal(batch.request_counts?.completed, 20_000);
});

test('stats count batches, files and calls', async (context) => {
  const { client, submit, simulator } = await startSession(context);
  const { id } = await submit([chatLine('a')]);
  await client.batches.retrieve(id);
  await client.batches.retrieve(id);
  assert.deepEqual(simulator.stats(), {
    batches: 1,
    files: 2,
    requests: { 'POST /v1/files': 1, 'POST /v1/batches': 1, 'GET /v1/batches/*': 2 },
  });
});

test('5,000 requests with 3 % failing, in another order', async (context) => {
  const { client, submit } = await startSession(context, { faults: 'fail=3%' });
  const { id } = await submit(chatLines(5000));
  let batch = await client.batches.retrieve(id);
  while (batch.status !== 'completed') batch = await client.batches.retrieve(id);
  assert.deepEqual(batch.request_counts, { total: 5000, completed: 4850, failed: 150 });
  const output = await readResults(client, batch.output_file_id);
  const errors = await readResults(client, batch.error_file_id);
  assert.deepEqual([output.length, errors.length], [4850, 150]);
  assert.equal(new Set([...output, ...errors].map((row) => row.custom_id)).size, 5000);
});
