// Gemini's adapter: the contract of the port, and what is special about this API.
import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { endOf } from '#core';
import { accountOf, type BatchProvider, providerFor } from '#jobs';
import { startSimulator } from '#simulator';
import { geminiFixture } from './geminiFixture.ts';
import { testProvider } from './providerContract.ts';
import {
  answered,
  createOf,
  ended,
  folder,
  foundId,
  kindOf,
  linesOf,
  never,
  searchOf,
  uploadOf,
} from './providerFixture.ts';
import { type Handler, json, type ScriptedServer, startScripted } from './scriptedServer.ts';

testProvider(geminiFixture);

async function start(
  context: TestContext,
  handle: Handler,
): Promise<{ readonly provider: BatchProvider; readonly server: ScriptedServer }> {
  const server = await startScripted(context, handle);
  return { provider: await geminiFixture.connect(server.url, null), server };
}

async function simulated(context: TestContext, faults = ''): Promise<BatchProvider> {
  const server = await startSimulator({ latencyMs: 0, faults });
  context.after(() => server.dispose());
  return geminiFixture.connect(server.url, null);
}

function operation(id: string, metadata: object = {}): object {
  return { name: `batches/${id}`, metadata: { state: 'JOB_STATE_PENDING', ...metadata } };
}

test('an id may be written without its first half', async (context) => {
  const { provider, server } = await start(context, (_, response) => json(response, 200, operation('1')));
  await provider.get('1', never);
  await provider.get('1 /?', never);
  const asked = server.asked.map(({ url }) => url);
  assert.deepEqual(asked, ['/v1beta/batches/1', '/v1beta/batches/1%20%2F%3F']);
});

test('an upload that cannot be seen any more is gone, as Google says it', async (context) => {
  const message = 'You do not have permission to access the File abc or it may not exist.';
  const { provider } = await start(context, (_, response) =>
    json(response, 403, { error: { code: 403, message, status: 'PERMISSION_DENIED' } }),
  );
  const here = await folder(context);
  assert.equal(kindOf(await provider.deleteUpload('files/abc', never)), 'ok');
  assert.equal(kindOf(await provider.download('files/abc', join(here, 'x'), never)), 'notFound');
});

test('a wrong key is one whatever the status', async (context) => {
  const server = await startSimulator();
  context.after(() => server.dispose());
  const provider = await geminiFixture.connect(server.url, 'sk-invalid-1');
  assert.equal(kindOf(await provider.get('batches/1', never)), 'unauthorized');
});

test('how long to wait stands in the error', async (context) => {
  const type = '@type';
  const details = [
    { [type]: 'type.googleapis.com/google.rpc.QuotaFailure' },
    { [type]: 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' },
  ];
  const error = { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED', details };
  const { provider } = await start(context, (_, response) => json(response, 429, { error }));
  const answer = await provider.get('batches/1', never);
  assert.ok(answer.kind === 'problem');
  const { kind, code, retryAfterMs, message } = answer.problem;
  assert.deepEqual([kind, code, retryAfterMs], ['throttled', 'RESOURCE_EXHAUSTED', 34_500]);
  assert.match(message, /answered 429 RESOURCE_EXHAUSTED: Slow down\.$/);
});

test('a batch of vectors is made by its own method, without a word on standard error', async (context) => {
  const warned = context.mock.method(console, 'warn', () => undefined);
  const provider = await simulated(context);
  const here = await folder(context);
  const line = { key: 'a', request: { content: { parts: [{ text: 'One.' }] }, outputDimensionality: 4 } };
  const upload = await uploadOf(here, `${JSON.stringify(line)}\n`);
  const inputFileId = answered(await provider.upload(upload, never));
  const request = createOf(geminiFixture, inputFileId, upload, {
    ...{ endpoint: 'embedContent', model: 'models/gemini-embedding-001' },
  });
  const { batchId } = answered(await provider.create(request, never));
  assert.equal(foundId(await provider.findBatch(searchOf(inputFileId), never)), batchId);
  const [listed] = answered(await provider.list(1, never));
  assert.deepEqual([listed?.endpoint, listed?.model], ['embedContent', 'gemini-embedding-001']);
  const remote = await ended(provider, batchId);
  const path = join(here, 'o.jsonl');
  answered(await provider.download(remote.outputFileId ?? '', path, never));
  const { key, response } = JSON.parse(await readFile(path, 'utf8'));
  assert.deepEqual([key, response.embedding.values.length, response.tokenCount], ['a', 4, '1']);
  assert.equal(warned.mock.callCount(), 0);
});

test('without a model nothing is sent', async (context) => {
  const { provider, server } = await start(context, (_, response) => json(response, 200, {}));
  const upload = await uploadOf(await folder(context), '{}\n');
  const answer = await provider.create(createOf(geminiFixture, 'files/1', upload, { model: null }), never);
  assert.equal(kindOf(answer), 'rejected');
  assert.match(answer.kind === 'problem' ? answer.problem.message : '', /--model/);
  assert.equal(server.asked.length, 0);
});

test('a server that changes names still tells a batch by its file', async (context) => {
  const inputConfig = { fileName: 'files/1' };
  const { provider } = await start(context, (_, response) =>
    json(response, 200, { operations: [operation('9', { inputConfig })] }),
  );
  assert.equal(foundId(await provider.findBatch(searchOf('files/1'), never)), 'batches/9');
  const besides = ['batches/9'];
  assert.equal(foundId(await provider.findBatch(searchOf('files/1', { besides }), never)), null);
});

test('who answers nothing to everything proves nothing', async (context) => {
  const { provider } = await start(context, (_, response) => json(response, 200, {}));
  assert.equal(kindOf(await provider.findBatch(searchOf('files/1'), never)), 'interrupted');
});

test('pages in a circle prove nothing', async (context) => {
  const { provider } = await start(context, (_, response) => json(response, 200, { nextPageToken: 'again' }));
  assert.equal(kindOf(await provider.findBatch(searchOf('files/1'), never)), 'interrupted');
});

test('expired: nothing came back', async (context) => {
  const provider = await simulated(context, 'expire=1');
  const upload = await uploadOf(await folder(context), linesOf(geminiFixture, ['a', 'b']));
  const inputFileId = answered(await provider.upload(upload, never));
  const { batchId } = answered(await provider.create(createOf(geminiFixture, inputFileId, upload), never));
  const remote = answered(await provider.get(batchId, never));
  assert.equal(endOf('gemini', remote), 'expired');
  assert.deepEqual([remote.outputFileId, remote.counts?.completed], [null, 1]);
});

test('the key goes in a header of the calls to its own address, and nowhere else', async (context) => {
  const elsewhere = await startScripted(context, (_, response) => response.end('{"key":"a"}\n'));
  const { server } = await start(context, ({ url, method }, response) => {
    if (url.startsWith('/download/')) return response.writeHead(302, { location: elsewhere.url }).end();
    if (url === '/upload/v1beta/files') {
      response.setHeader('x-goog-upload-url', `${elsewhere.url}/upload?upload_id=1`);
      return json(response, 200, {});
    }
    if (method === 'POST' && url.includes('upload_id'))
      return json(response, 200, { file: { name: 'files/1' } });
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  const key = 'AIza-some-key-0123';
  const provider = await geminiFixture.connect(server.url, key);
  const here = await folder(context);
  const upload = await uploadOf(here, '{}\n');
  answered(await provider.upload(upload, never));
  answered(await provider.download('files/o', join(here, 'o.jsonl'), never));
  assert.equal(kindOf(await provider.get('batches/1', never)), 'interrupted');
  assert.equal(
    kindOf(await provider.create(createOf(geminiFixture, 'files/1', upload), never)),
    'interrupted',
  );
  assert.equal(elsewhere.asked.length, 1);
  assert.doesNotMatch(JSON.stringify(elsewhere.asked), /some-key/);
  for (const { url, headers } of server.asked) {
    assert.doesNotMatch(url, /some-key/);
    assert.equal(headers['x-goog-api-key'], key);
  }
});

test('without a key none is sent, whatever the environment holds; headers of the profile go along', async (context) => {
  const names = ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_CLOUD_PROJECT'];
  for (const name of names) process.env[name] = 'from-the-environment';
  context.after(() => {
    for (const name of names) delete process.env[name];
  });
  const server = await startScripted(context, (_, response) => json(response, 200, operation('1')));
  const account = accountOf({
    ...{ profile: 'gemini', provider: 'gemini', baseUrl: server.url, apiKey: null },
    headers: { 'x-team': 'blue' },
    apiVersion: 'v1alpha',
  });
  assert.ok(account.kind === 'account');
  const provider = await providerFor(account.account);
  await provider.get('batches/1', never);
  await provider.download('files/1', join(await folder(context), 'o'), never);
  assert.doesNotMatch(JSON.stringify(server.asked), /from-the-environment/);
  const asked = server.asked.map(({ headers }) => [headers['x-goog-api-key'], headers['x-team']]);
  assert.deepEqual(asked, [
    ['none', 'blue'],
    ['none', 'blue'],
  ]);
  assert.equal(server.asked[0]?.url, '/v1alpha/batches/1');
});

test('an upload of 64 MB is streamed, not held', async (context) => {
  const path = join(await folder(context), 'requests.jsonl');
  const sizeBytes = 64 << 20;
  await writeFile(path, '');
  await truncate(path, sizeBytes);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let gotBytes = 0;
  let heldBytes = Number.POSITIVE_INFINITY;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      gotBytes += chunk.length;
    });
    request.on('end', async () => {
      if (!request.url?.includes('upload_id')) {
        response.setHeader('x-goog-upload-url', 'http://x/upload/v1beta/files?upload_id=1');
        return json(response, 200, {});
      }
      // All is sent and nothing answered: whoever keeps it has it now. What is free is given back a moment later.
      for (let tries = 0; tries < 500 && heldBytes > 24 << 20; tries++) {
        collect();
        await sleep(20);
        heldBytes = process.memoryUsage().arrayBuffers;
      }
      json(response, 200, { file: { name: 'files/1' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await geminiFixture.connect(url, null);
  const answer = await provider.upload({ name: 'a.jsonl', bytes: { path, offset: 0, sizeBytes } }, never);
  assert.deepEqual(answer, { kind: 'ok', value: 'files/1' });
  assert.ok(gotBytes > sizeBytes);
  assert.ok(heldBytes < 24 << 20, `${heldBytes} bytes are held at the end`);
});
