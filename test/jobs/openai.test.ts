// The adapter: what each way a call can go wrong means, for here a wrong guess is paid for twice.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Answer, accountOf, type BatchProvider, providerFor } from '#jobs';
import { type Handler, json, type ScriptedServer, startScripted } from './scriptedServer.ts';

const signal = new AbortController().signal;
const mark = { jobId: 'job-1', part: 1, attempt: 1 };
const create = { inputFileId: 'file_1', endpoint: '/v1/chat/completions', metadata: { team: 'a' }, mark };
const search = { mark, inputFileId: 'file_1' };

async function providerAt(url: string, apiKey: string | null = null): Promise<BatchProvider> {
  const answer = accountOf('openai', url, apiKey);
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return providerFor(answer.account);
}

async function start(
  context: TestContext,
  handle: Handler,
): Promise<{ readonly provider: BatchProvider; readonly server: ScriptedServer }> {
  const server = await startScripted(context, handle);
  return { provider: await providerAt(server.url), server };
}

function problemOf(answer: Answer<unknown>): string {
  return answer.kind === 'ok' ? `ok ${JSON.stringify(answer.value)}` : answer.problem.kind;
}

interface Batch {
  readonly id: string;
  readonly created_at: number;
  readonly [key: string]: unknown;
}

function batch(id: string, createdAt: number, more: object = {}): Batch {
  return {
    id,
    object: 'batch',
    status: 'validating',
    created_at: createdAt,
    input_file_id: 'file_x',
    ...more,
  };
}

const ours = { metadata: { llm_batch_job: 'job-1', llm_batch_part: '1' } };

function html(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Please sign in to this network</html>');
}

test('create is sent once, with the marks of the job beside what the user wrote', async (context) => {
  const { provider, server } = await start(context, (_, response) =>
    json(response, 200, batch('batch_1', 5)),
  );
  const created = await provider.create(create, signal);
  assert.equal(created.kind === 'ok' && created.value.batchId, 'batch_1');
  assert.equal(server.asked.length, 1);
  assert.deepEqual(JSON.parse(server.asked[0]?.body ?? ''), {
    input_file_id: 'file_1',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    metadata: { team: 'a', llm_batch_job: 'job-1', llm_batch_part: '1', llm_batch_attempt: '1' },
  });
});

const meanings: readonly (readonly [string, string, Handler])[] = [
  ['a connection that breaks after the request', 'interrupted', (_, response) => response.destroy()],
  ['500', 'server', (_, response) => json(response, 500, { error: { message: 'oops' } })],
  ['502 of a proxy in HTML', 'server', (_, response) => response.writeHead(502).end('<html>')],
  ['408', 'interrupted', (_, response) => json(response, 408, {})],
  [
    '429',
    'throttled',
    (_, response) => json(response, 429, { error: { message: 'slow', code: 'rate_limit_exceeded' } }),
  ],
  [
    'a quota that is used up',
    'rejected',
    (_, response) => json(response, 429, { error: { message: 'pay', code: 'insufficient_quota' } }),
  ],
  ['401', 'unauthorized', (_, response) => json(response, 401, { error: { message: 'no' } })],
  ['403', 'unauthorized', (_, response) => json(response, 403, { error: { message: 'no' } })],
  ['404', 'notFound', (_, response) => json(response, 404, { error: { message: 'no' } })],
  [
    '400',
    'rejected',
    (_, response) => json(response, 400, { error: { message: 'no', code: 'invalid_value' } }),
  ],
  ['a sign-in page with status 200', 'interrupted', (_, response) => html(response)],
  ['an empty object', 'interrupted', (_, response) => json(response, 200, {})],
  ['no body at all', 'interrupted', (_, response) => response.writeHead(204).end()],
  [
    'half a JSON text',
    'interrupted',
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"bat'),
  ],
  [
    'an answer that breaks off',
    'interrupted',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"id":"batch_1"');
      setTimeout(() => response.destroy(), 20);
    },
  ],
];

for (const [what, kind, handle] of meanings) {
  test(`to a create, ${what} means ${kind}, and it is not sent again`, async (context) => {
    const { provider, server } = await start(context, handle);
    assert.equal(problemOf(await provider.create(create, signal)), kind);
    assert.equal(server.asked.length, 1);
  });
}

test('what was never sent is known: nobody listens, or there is no such name', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
  for (const url of [`http://127.0.0.1:${port}/v1`, `http://localhost:${port}/v1`]) {
    assert.equal(problemOf(await (await providerAt(url)).create(create, signal)), 'unreachable', url);
  }
  const nowhere = await providerAt('http://no-such-host.invalid/v1', 'some-key-0123');
  assert.equal(problemOf(await nowhere.create(create, signal)), 'unreachable');
});

test('a batch is found by its marks on any page', async (context) => {
  const pages: Readonly<Record<string, object>> = {
    '': { data: [batch('b3', 300), batch('b2', 290)], has_more: true },
    b2: { data: [batch('b1', 280, ours)], has_more: false },
  };
  const { provider } = await start(context, ({ url }, response) => {
    if (url.startsWith('/v1/files/')) json(response, 200, { id: 'file_1', created_at: 270 });
    else json(response, 200, pages[new URL(url, 'http://x').searchParams.get('after') ?? '']);
  });
  const found = await provider.findBatch(search, signal);
  assert.equal(found.kind === 'ok' && found.value?.batchId, 'b1');
});

test('a server that drops metadata still tells a batch by its file', async (context) => {
  const { provider } = await start(context, ({ url }, response) => {
    if (url.startsWith('/v1/files/')) json(response, 200, { id: 'file_1', created_at: 270 });
    else json(response, 200, { data: [batch('b1', 280, { input_file_id: 'file_1' })], has_more: false });
  });
  const found = await provider.findBatch(search, signal);
  assert.equal(found.kind === 'ok' && found.value?.batchId, 'b1');
});

const day = 86_400;
const listings: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['a complete listing without it', 'ok null', { '': { data: [], has_more: false } }],
  ['a sign-in page', 'interrupted', { '': 'html' }],
  ['no list', 'interrupted', { '': { object: 'list', has_more: false } }],
  ['more that cannot be asked for', 'interrupted', { '': { data: [], has_more: true } }],
  [
    'pages in a circle',
    'interrupted',
    { '': { data: [batch('a', 1)], has_more: true }, a: { data: [batch('a', 1)], has_more: true } },
  ],
  [
    'newest first: the rest is older than the upload',
    'ok null',
    {
      '': { data: [batch('b', 10 * day), batch('a', day)], has_more: true },
      a: { data: [batch('old', 1, ours)], has_more: false },
    },
  ],
  [
    'oldest first: it comes last',
    'found new',
    {
      '': { data: [batch('a', day), batch('b', 2 * day)], has_more: true },
      b: { data: [batch('new', 9 * day, ours)], has_more: false },
    },
  ],
  [
    'one old batch a page, whose order says nothing yet',
    'found new',
    {
      '': { data: [batch('a', day)], has_more: true },
      a: { data: [batch('new', 9 * day, ours)], has_more: false },
    },
  ],
];

for (const [what, expected, pages] of listings) {
  test(`looking for a batch: ${what}`, async (context) => {
    const { provider } = await start(context, ({ url }, response) => {
      if (url.startsWith('/v1/files/')) return json(response, 200, { id: 'file_1', created_at: 8 * day });
      const page = pages[new URL(url, 'http://x').searchParams.get('after') ?? ''];
      return page === 'html' ? html(response) : json(response, 200, page);
    });
    const found = await provider.findBatch(search, signal);
    const word =
      found.kind === 'ok' && found.value !== null ? `found ${found.value.batchId}` : problemOf(found);
    assert.equal(word, expected);
  });
}

test('without the upload at the provider the listing is read to its end', async (context) => {
  const { provider } = await start(context, ({ url }, response) => {
    if (url.startsWith('/v1/files/')) return json(response, 404, { error: { message: 'No such file' } });
    const after = new URL(url, 'http://x').searchParams.get('after');
    const first = { data: [batch('b', 9 * day), batch('a', day)], has_more: true };
    return json(response, 200, after === null ? first : { data: [batch('last', 1, ours)], has_more: false });
  });
  const found = await provider.findBatch(search, signal);
  assert.equal(found.kind === 'ok' && found.value?.batchId, 'last');
});

test('what the provider says is kept: counts, files, errors with their lines, times', async (context) => {
  const said = batch('batch_1', 1_763_700_000, {
    status: 'completed',
    request_counts: { total: 3, completed: 2, failed: 1 },
    output_file_id: 'file_o',
    error_file_id: '',
    errors: { object: 'list', data: [{ code: 'invalid_url', message: 'No.', line: 7 }, { message: null }] },
    expires_at: 1_763_786_400,
    completed_at: 1_763_700_060,
  });
  const { provider } = await start(context, (_, response) => json(response, 200, said));
  const got = await provider.get('batch_1', signal);
  assert.deepEqual(got, {
    kind: 'ok',
    value: {
      batchId: 'batch_1',
      status: 'completed',
      counts: { total: 3, completed: 2, failed: 1 },
      outputFileId: 'file_o',
      errorFileId: null,
      errors: [
        { code: 'invalid_url', message: 'No.', line: 6 },
        { code: 'unknown', message: '', line: null },
      ],
      createdAt: '2025-11-21T04:40:00.000Z',
      expiresAt: '2025-11-22T04:40:00.000Z',
      endedAt: '2025-11-21T04:41:00.000Z',
    },
  });
});

test('Retry-After is read in seconds and as a date', async (context) => {
  const waits = ['7', new Date(Date.now() + 60_000).toUTCString(), 'soon', '-1'];
  const { provider } = await start(context, ({ url }, response) => {
    const headers = { 'retry-after': waits[Number(url.split('/').at(-1))] };
    json(response, 429, { error: { message: 'slow' } }, headers);
  });
  const got = await Promise.all(waits.map((_, index) => provider.get(String(index), signal)));
  const delays = got.map((answer) => (answer.kind === 'problem' ? answer.problem.retryAfterMs : 0));
  assert.equal(delays[0], 7_000);
  assert.ok((delays[1] ?? 0) > 50_000 && (delays[1] ?? 0) <= 60_000);
  assert.deepEqual(delays.slice(2), [null, null]);
});

test('no key reaches a message, however the provider repeats it', async (context) => {
  const apiKey = 'unusual.key/0123456789';
  const echoes = [
    `Incorrect API key provided: ${apiKey}.`,
    'Incorrect API key provided: sk-proj-ab**********wxyz. Find yours.',
    'Incorrect API key provided: unusual*******6789.',
  ];
  const server = await startScripted(context, ({ url }, response) =>
    json(response, 401, {
      error: { message: echoes[Number(url.split('/').at(-1))], code: 'invalid_api_key' },
    }),
  );
  const provider = await providerAt(server.url, apiKey);
  for (const index of echoes.keys()) {
    const answer = await provider.get(String(index), signal);
    const message = answer.kind === 'problem' ? answer.problem.message : '';
    assert.match(message, /401 invalid_api_key: Incorrect API key provided: /);
    assert.doesNotMatch(message, /unusual|6789|wxyz|proj/);
  }
  assert.equal(server.asked[0]?.headers.authorization, `Bearer ${apiKey}`);
});

test('without a key none is sent, whatever the environment holds', async (context) => {
  const names = ['OPENAI_API_KEY', 'OPENAI_ADMIN_KEY', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID'];
  for (const name of names) process.env[name] = 'from-the-environment';
  context.after(() => {
    for (const name of names) delete process.env[name];
  });
  const { provider, server } = await start(context, (_, response) => json(response, 200, batch('b', 1)));
  await provider.get('b', signal);
  assert.doesNotMatch(JSON.stringify(server.asked), /from-the-environment/);
  assert.equal(server.asked[0]?.headers.authorization, 'Bearer none');
});

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'llm-batch-adapter-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('an upload carries exactly the bytes, under the name it can be found by', async (context) => {
  const path = join(await folder(context), 'requests.jsonl');
  const text = '{"custom_id":"ä","n":1e400}\r\n{"custom_id":"\u2028"}\n';
  await writeFile(path, text);
  const { provider, server } = await start(context, ({ method }, response) => {
    const file = { id: 'file_7', filename: 'job-1-1-1.jsonl', bytes: Buffer.byteLength(text) };
    json(
      response,
      200,
      method === 'POST' ? file : { data: [{ id: 'other', filename: 'x' }, file], has_more: false },
    );
  });
  const sent: number[] = [];
  const onProgress = (sentBytes: number): void => void sent.push(sentBytes);
  const request = { name: 'job-1-1-1.jsonl', path, sizeBytes: Buffer.byteLength(text), onProgress };
  assert.deepEqual(await provider.upload(request, signal), { kind: 'ok', value: 'file_7' });
  const { body = '', headers } = server.asked[0] ?? {};
  assert.match(body, /name="purpose"\r\n\r\nbatch\r\n/);
  assert.match(body, /name="file"; filename="job-1-1-1\.jsonl"/);
  assert.ok(body.includes(`\r\n\r\n${Buffer.from(text).toString('latin1')}\r\n--`));
  assert.equal(Number(headers?.['content-length']), body.length);
  assert.equal(sent.at(-1), request.sizeBytes);
  assert.deepEqual(await provider.findUpload(request, signal), { kind: 'ok', value: 'file_7' });
  const other = { ...request, sizeBytes: 1 };
  assert.deepEqual(await provider.findUpload(other, signal), { kind: 'ok', value: null });
  assert.equal(problemOf(await provider.upload(other, signal)), 'local');
  assert.equal(problemOf(await provider.upload({ ...request, path: `${path}.gone` }, signal)), 'local');
});

test('an upload of 64 MB is streamed, not held', async (context) => {
  const path = join(await folder(context), 'requests.jsonl');
  const sizeBytes = 64 << 20;
  await writeFile(path, '');
  await truncate(path, sizeBytes);
  let got = 0;
  const server = createHttpServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    request.on('end', () => json(response, 200, { id: 'file_1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => new Promise((resolve) => server.close(resolve)));
  const provider = await providerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let heldBytes = 0;
  const onProgress = (sentBytes: number): void => {
    if (sentBytes < sizeBytes) return;
    collect();
    heldBytes = process.memoryUsage().arrayBuffers;
  };
  const answer = await provider.upload({ name: 'a.jsonl', path, sizeBytes, onProgress }, signal);
  assert.deepEqual(answer, { kind: 'ok', value: 'file_1' });
  assert.ok(got > sizeBytes);
  assert.ok(heldBytes < 24 << 20, `${heldBytes} bytes are held at the end`);
});

test('a download is there in whole or not at all', async (context) => {
  const here = await folder(context);
  let times = 0;
  const { provider } = await start(context, (_, response) => {
    response.writeHead(200, { 'content-length': '10', 'content-type': 'application/octet-stream' });
    response.write('12345');
    if (times++ > 0) response.end('67890');
    else setTimeout(() => response.destroy(), 20);
  });
  const path = join(here, 'output-1.jsonl');
  assert.equal(problemOf(await provider.download('file_o', path, signal)), 'interrupted');
  assert.deepEqual(await readdir(here), []);
  assert.equal((await provider.download('file_o', path, signal)).kind, 'ok');
  assert.equal(await readFile(path, 'utf8'), '1234567890');
  assert.deepEqual(await readdir(here), ['output-1.jsonl']);
});

test('an empty result file is a file', async (context) => {
  const here = await folder(context);
  const { provider } = await start(context, (_, response) => response.writeHead(200).end());
  assert.equal((await provider.download('file_e', join(here, 'e.jsonl'), signal)).kind, 'ok');
  assert.equal(await readFile(join(here, 'e.jsonl'), 'utf8'), '');
});

test('a disk that refuses is not blamed on the connection', async (context) => {
  const { provider } = await start(context, (_, response) => response.writeHead(200).end('x'));
  const answer = await provider.download('file_o', join(await folder(context), 'none', 'o.jsonl'), signal);
  assert.equal(problemOf(answer), 'local');
  assert.match(answer.kind === 'problem' ? answer.problem.message : '', /could not be written.*ENOENT/);
});

test('cancelling is no failure of the provider', async (context) => {
  const { provider } = await start(context, () => undefined);
  const stop = new AbortController();
  const asked = provider.get('b', stop.signal);
  setTimeout(() => stop.abort(), 30);
  await assert.rejects(asked);
});
