// OpenAI's adapter: the contract of the port, and what is special about this API.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Answer, BatchProvider } from '#jobs';
import { openaiFixture } from './openaiFixture.ts';
import { testProvider } from './providerContract.ts';
import { foundId, searchOf } from './providerFixture.ts';
import { type Handler, json, type ScriptedServer, startScripted } from './scriptedServer.ts';
import { assertStreamed } from './streamedBody.ts';

const signal = new AbortController().signal;
const search = searchOf('file_1');

testProvider(openaiFixture);

const providerAt = openaiFixture.connect;

async function start(
  context: TestContext,
  handle: Handler,
): Promise<{ readonly provider: BatchProvider; readonly server: ScriptedServer }> {
  const server = await startScripted(context, handle);
  return { provider: await providerAt(server.url, null), server };
}

function problemOf(answer: Answer<unknown>): string {
  return answer.kind === 'ok' ? `ok ${wordOf(answer.value)}` : answer.problem.kind;
}

function wordOf(value: unknown): string {
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? kind : JSON.stringify(value);
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

test('a server that drops metadata still tells a batch by its file', async (context) => {
  const { provider } = await start(context, ({ url }, response) => {
    if (url.startsWith('/v1/files/')) json(response, 200, { id: 'file_1', created_at: 270 });
    else json(response, 200, { data: [batch('b1', 280, { input_file_id: 'file_1' })], has_more: false });
  });
  const found = await provider.findBatch(search, signal);
  assert.equal(foundId(found), 'b1');
});

const day = 86_400;
const listings: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['a complete listing without it', 'ok none', { '': { data: [], has_more: false } }],
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
    'ok none',
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
      found.kind === 'ok' && found.value.kind === 'found'
        ? `found ${found.value.remote.batchId}`
        : problemOf(found);
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
  assert.equal(foundId(found), 'last');
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

test('a quota that is used up is no rate to wait for', async (context) => {
  const { provider } = await start(context, (_, response) =>
    json(response, 429, { error: { message: 'pay', code: 'insufficient_quota' } }),
  );
  assert.equal(problemOf(await provider.get('batch_1', signal)), 'rejected');
});

test('a date to wait until is by the clock of the provider, and no wait is longer than a batch lives', async (context) => {
  const theirs = Date.now() + 86_400_000 * 3;
  const headers = [
    { date: new Date(theirs).toUTCString(), 'retry-after': new Date(theirs + 5_000).toUTCString() },
    { 'retry-after': '1000000000' },
  ];
  const { provider } = await start(context, ({ url }, response) =>
    json(response, 429, { error: { message: 'slow' } }, headers[Number(url.split('/').at(-1))]),
  );
  const got = await Promise.all(headers.map((_, index) => provider.get(String(index), signal)));
  const delays = got.map((answer) => (answer.kind === 'problem' ? answer.problem.retryAfterMs : 0));
  assert.deepEqual(delays, [5_000, 86_400_000]);
});

test('no key reaches a message, however the provider stars it', async (context) => {
  const apiKey = 'unusual.key/0123456789';
  const echoes = [
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

test('an upload of 64 MB is streamed, not held', async (context) => {
  await assertStreamed(context, { id: 'file_1' }, async (url, bytes) => {
    const answer = await (await providerAt(url, null)).upload({ name: 'a.jsonl', bytes }, signal);
    assert.deepEqual(answer, { kind: 'ok', value: 'file_1' });
  });
});
