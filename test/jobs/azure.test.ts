// Azure OpenAI and other servers with OpenAI's API: what they write and want differently, in whole lives and call by call.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Job, Provider, RemoteBatch } from '#core';
import {
  type Account,
  type Answer,
  accountFromEnvironment,
  accountOf,
  type BatchProvider,
  type CreateRequest,
  providerFor,
  simulatedAccount,
} from '#jobs';
import { startSimulator } from '#simulator';
import { FakeProvider } from './fakeProvider.ts';
import { type Handler, json, type ScriptedServer, startScripted } from './scriptedServer.ts';
import { World } from './world.ts';

const signal = new AbortController().signal;
const key = 'azure-key-0123456789abcdef';

function accountAt(baseUrl: string, more: Partial<Account> = {}): Account {
  const parts = { profile: 'azure', provider: 'azure' as Provider, baseUrl, apiKey: key, ...more };
  const answer = accountOf(parts);
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return answer.account;
}

async function journey(
  context: TestContext,
  faults: string,
  account: (url: string) => Account,
): Promise<Job> {
  const world = await World.make(12);
  context.after(() => world.remove());
  const simulator = await startSimulator({ faults, latencyMs: 30_000, now: () => world.nowMs });
  context.after(() => simulator.dispose());
  const payer = account(simulator.url);
  const runner = world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account: payer }),
  });
  const sent = await runner.submit({ ...(await world.submitRequest()), account: payer }, { signal });
  if (sent.kind !== 'job') throw new Error(sent.message);
  assert.equal(sent.stopped, null);
  const { job, stopped } = await runner.follow(sent.job.id, { signal, until: 'end' });
  assert.equal(stopped, null);
  assert.equal(simulator.stats().batches, 1);
  return job;
}

const older = '2024-10-21';
const simulated = (provider: Provider) => (url: string) => {
  const answer = simulatedAccount(url, provider);
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return answer.account;
};
const places: readonly (readonly [string, (url: string) => Account])[] = [
  ['Azure, newer form', (url) => accountAt(url.replace('/v1', ''))],
  ['Azure, older form', (url) => accountAt(url.replace('/v1', ''), { apiVersion: older })],
  ['the simulator for Azure', simulated('azure')],
  ['Groq', simulated('groq')],
  ['a gateway', simulated('openai-compatible')],
];

for (const [name, account] of places) {
  for (const faults of ['', 'drop-create-answer=1', 'fail=25%']) {
    test(`${name}: one batch and every row, with faults: ${faults || 'none'}`, async (context) => {
      const job = await journey(context, faults, account);
      assert.equal(job.state, 'done');
      const failed = faults === 'fail=25%' ? 3 : 0;
      assert.deepEqual([job.rows?.succeeded, job.rows?.failed, job.rows?.missing], [12 - failed, failed, 0]);
    });
  }
}

test('an error file of 0 bytes says that no request failed', async (context) => {
  const job = await journey(context, '', simulated('azure'));
  assert.notEqual(job.parts[0]?.errorPath, null);
  assert.equal(job.rows?.succeeded, 12);
});

async function start(
  context: TestContext,
  handle: Handler,
  more: Partial<Account> = {},
  path = '/openai/v1',
): Promise<{ readonly provider: BatchProvider; readonly server: ScriptedServer }> {
  const server = await startScripted(context, handle);
  const baseUrl = server.url.replace('/v1', path);
  return { provider: await providerFor(accountAt(baseUrl, more)), server };
}

const processed = { id: 'file_1', object: 'file', status: 'processed' };
const made = {
  id: 'batch_1',
  status: 'Validating',
  created_at: '2026-03-01T10:00:00Z',
  request_counts: null,
};

const request: CreateRequest = {
  ...{ inputFileId: 'file_1', bytes: { path: '', offset: 0, sizeBytes: 0 }, model: null, metadata: {} },
  endpoint: '/v1/responses',
  mark: { jobId: 'job-1', part: 1, attempt: 1 },
};

function answered(file: object): Handler {
  return ({ url }, response) => json(response, 200, url.includes('/files/') ? file : made);
}

test('the key goes in its own header, and to no other place', async (context) => {
  const { provider, server } = await start(context, answered(processed));
  assert.equal((await provider.create(request, signal)).kind, 'ok');
  for (const { headers, url } of server.asked) {
    assert.equal(headers['api-key'], key);
    assert.equal(headers.authorization, undefined);
    assert.ok(!url.includes(key));
  }
});

test('the newer form has no version, the older one has, and each its own endpoint', async (context) => {
  const endpointOf = ({ asked }: ScriptedServer): unknown => JSON.parse(asked.at(-1)?.body ?? '').endpoint;
  const newer = await start(context, answered(processed));
  await newer.provider.create(request, signal);
  assert.deepEqual(
    newer.server.asked.map(({ url }) => url),
    ['/openai/v1/files/file_1', '/openai/v1/batches'],
  );
  assert.equal(endpointOf(newer.server), '/v1/chat/completions');
  const dated = await start(context, answered(processed), { apiVersion: '2025-04-01-preview' }, '/openai');
  await dated.provider.create(request, signal);
  assert.equal(dated.server.asked.at(-1)?.url, '/openai/batches?api-version=2025-04-01-preview');
  assert.equal(endpointOf(dated.server), '/chat/completions');
  const usual = await start(context, answered(processed), {}, '/openai');
  await usual.provider.get('batch_1', signal);
  assert.equal(usual.server.asked.at(-1)?.url, `/openai/batches/batch_1?api-version=${older}`);
});

function problemOf(answer: Answer<unknown>): string {
  return answer.kind === 'ok' ? 'ok' : `${answer.problem.kind} ${answer.problem.retryAfterMs ?? ''}`.trim();
}

test('no batch is made of a file that is not processed, and it is known that none was', async (context) => {
  const cases: readonly (readonly [Handler, string])[] = [
    [answered({ ...processed, status: 'pending' }), 'throttled 5000'],
    [answered({ ...processed, status: 'Running' }), 'throttled 5000'],
    [answered({ ...processed, status: 'error', status_details: 'It has no lines' }), 'rejected'],
    [(_, response) => json(response, 503, {}), 'unreachable'],
    [(_, response: ServerResponse) => response.destroy(), 'unreachable'],
    [(_, response) => json(response, 404, {}), 'notFound'],
  ];
  for (const [handle, expected] of cases) {
    const { provider, server } = await start(context, handle);
    assert.equal(problemOf(await provider.create(request, signal)), expected);
    assert.deepEqual([...new Set(server.asked.map(({ method }) => method))], ['GET']);
  }
});

test('dates as text, states in capitals and missing counts are read as what they are', async (context) => {
  const body = {
    ...made,
    ...{ status: 'Completed', completed_at: '2026-03-01T11:00:00+00:00', expires_at: '0001-01-01T00:00:00Z' },
    ...{
      output_file_id: 'file_2',
      error_file_id: '',
      errors: [{ code: 'url_mismatch', message: 'x', line: 3 }],
    },
  };
  const { provider } = await start(context, (_, response) => json(response, 200, body));
  const answer = await provider.get('batch_1', signal);
  assert.ok(answer.kind === 'ok');
  assert.deepEqual(answer.value, {
    ...{ batchId: 'batch_1', status: 'Completed', counts: null, outputFileId: 'file_2', errorFileId: null },
    errors: [{ code: 'url_mismatch', message: 'x', line: 2 }],
    createdAt: '2026-03-01T10:00:00.000Z',
    ...{ expiresAt: null, endedAt: '2026-03-01T11:00:00.000Z' },
  } satisfies RemoteBatch);
});

test('a redirection is not followed with the key', async (context) => {
  const other = await startScripted(context, (_, response) => json(response, 200, made));
  const { provider } = await start(context, (_, response) => {
    response.writeHead(307, { location: `${other.url}/batches/batch_1` }).end();
  });
  assert.equal(problemOf(await provider.get('batch_1', signal)), 'rejected');
  assert.deepEqual(other.asked, []);
});

test('headers of a profile go with every call', async (context) => {
  const headers = { 'x-team': 'reviews' };
  const { provider, server } = await start(context, answered(processed), { headers });
  await provider.create(request, signal);
  assert.deepEqual([...new Set(server.asked.map((one) => one.headers['x-team']))], ['reviews']);
});

test('a server without pages answers all it has again: that is the end of the listing', async (context) => {
  const list = { object: 'list', data: [made, { ...made, id: 'batch_2', input_file_id: 'file_9' }] };
  const { provider } = await start(
    context,
    ({ url }, response) => json(response, 200, url.includes('/files/') ? processed : list),
    { provider: 'groq', profile: 'groq' },
  );
  const search = { mark: request.mark, inputFileId: 'file_1', besides: [], fence: null, requests: 1 };
  const found = await provider.findBatch({ ...search, bytes: request.bytes }, signal);
  assert.deepEqual(found, { kind: 'ok', value: { kind: 'none' } });
  const full = Array.from({ length: 100 }, (_, at) => ({ ...made, id: `batch_${at}` }));
  const cut = await start(context, ({ url }, response) =>
    json(response, 200, url.includes('/files/') ? processed : { object: 'list', data: full }),
  );
  const unsure = await cut.provider.findBatch({ ...search, bytes: request.bytes }, signal);
  assert.equal(problemOf(unsure), 'interrupted', 'a page that is full may not be all');
});

test('the environment of AzureOpenAI and of Groq is understood', () => {
  const env = {
    ...{ AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/', AZURE_OPENAI_API_KEY: key },
    GROQ_API_KEY: 'gsk_0123456789',
  };
  const at = (provider: Provider, more: object = {}): unknown => {
    const answer = accountFromEnvironment({ env: { ...env, ...more }, home: '/none', provider });
    return answer.kind === 'account'
      ? [answer.account.baseUrl, answer.account.apiVersion]
      : answer.problem.kind;
  };
  assert.deepEqual(at('azure'), ['https://mine.openai.azure.com/openai/v1', null]);
  assert.deepEqual(at('azure', { OPENAI_API_VERSION: older }), [
    'https://mine.openai.azure.com/openai',
    older,
  ]);
  assert.equal(at('azure', { AZURE_OPENAI_ENDPOINT: '' }), 'noAddress');
  assert.deepEqual(at('groq'), ['https://api.groq.com/openai/v1', null]);
  assert.deepEqual(at('groq', { GROQ_BASE_URL: 'https://api.groq.com' }), [
    'https://api.groq.com/openai/v1',
    null,
  ]);
  assert.equal(at('groq', { GROQ_API_KEY: undefined }), 'noKey');
});
