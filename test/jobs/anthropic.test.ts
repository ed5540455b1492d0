// Anthropic's adapter: the contract of the port, and what is special about this API.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RemoteBatch } from '#core';
import { createRandom } from '../../simulator/random.ts';
import { anthropicFixture, batchOf, connectAnthropic } from './anthropicFixture.ts';
import { testProvider } from './providerContract.ts';
import { answered, createOf, folder, kindOf, never, uploadOf } from './providerFixture.ts';
import { json, startScripted } from './scriptedServer.ts';
import { assertStreamed } from './streamedBody.ts';

testProvider(anthropicFixture);

const created = batchOf({ id: 'msgbatch_1', requests: 1 });

/** The body of a create call for a file with this text. */
async function bodyFor(context: TestContext, text: string, offset = 0): Promise<string> {
  const server = await startScripted(context, (_, response) => json(response, 200, created));
  const provider = await connectAnthropic(server.url, null);
  const { bytes } = await uploadOf(await folder(context), text);
  const part = { ...bytes, offset, sizeBytes: bytes.sizeBytes - offset };
  const sent: number[] = [];
  const onProgress = (sentBytes: number): void => void sent.push(sentBytes);
  answered(await provider.create(createOf(anthropicFixture, null, { bytes: part }, { onProgress }), never));
  const [asked] = server.asked;
  assert.ok(asked);
  assert.equal(Number(asked.headers['content-length']), asked.body.length);
  assert.equal(asked.headers['content-type'], 'application/json');
  assert.equal(sent.at(-1), part.sizeBytes);
  return Buffer.from(asked.body, 'latin1').toString('utf8');
}

const bodies: readonly (readonly [string, string, string])[] = [
  ['lines', '{"a":1}\n{"b":1e400}\n', '{"a":1},{"b":1e400}\n'],
  ['no line end at the end', '{"a":1}\n{"b":2}', '{"a":1},{"b":2}'],
  ['CR LF', '{"a":1}\r\n{"b":2}\r\n', '{"a":1}\r,{"b":2}\r\n'],
  ['blank lines', '\n{"a":1}\n\n \t\n{"b":2}\n\n', '\n{"a":1},\n \t\n{"b":2}\n\n'],
  ['white space around', '  {"a":1} \n\t{"b":2}', '  {"a":1} ,\t{"b":2}'],
  ['a byte order mark', '\uFEFF{"a":1}\n{"b":2}', '   {"a":1},{"b":2}'],
  ['what looks like an end of line', '{"a":"\u2028\\n ü"}\n{"b":2}', '{"a":"\u2028\\n ü"},{"b":2}'],
  ['one line', '{"a":1}', '{"a":1}'],
];

for (const [what, text, expected] of bodies) {
  test(`the lines of a part are the list of requests: ${what}`, async (context) => {
    const body = await bodyFor(context, text);
    assert.equal(body, `{"requests":[${expected}]}`);
    JSON.parse(body.replace('1e400', '1'));
  });
}

test('the requests are those of the part, wherever it begins, and wherever its bytes are cut', async (context) => {
  const random = createRandom(7);
  const lines: string[] = [];
  const before = '{"of":"another part"}\n';
  let text = before;
  while (text.length < 900_000) {
    const line = JSON.stringify({ id: lines.length, of: 'x'.repeat(Math.floor(random() * 40)) });
    lines.push(line);
    // Runs of white space long enough to lie across the borders of what is read at once.
    const gap = random() < 0.001 ? 200_000 : Math.floor(random() * 4);
    text += `${line}\n${'\r\n'.repeat(gap)}`;
  }
  const { requests } = JSON.parse(await bodyFor(context, text, before.length));
  assert.deepEqual(
    requests.map((one: unknown) => JSON.stringify(one)),
    lines,
  );
});

test('a create call of 64 MB is streamed, not held', async (context) => {
  await assertStreamed(context, created, async (url, bytes) => {
    const provider = await connectAnthropic(url, null);
    answered(await provider.create(createOf(anthropicFixture, null, { bytes }), never));
  });
});

test('each version of the API gets the key where it looks for it', async (context) => {
  const server = await startScripted(context, (_, response) => json(response, 200, created));
  for (const apiVersion of [undefined, '2026-10-21', '2023-06-01']) {
    const provider = await connectAnthropic(server.url, 'some-key-0123', { apiVersion });
    answered(await provider.get('msgbatch_1', never));
  }
  const sent = server.asked.map(({ headers }) => [
    headers['anthropic-version'],
    headers.authorization,
    headers['x-api-key'],
  ]);
  assert.deepEqual(sent, [
    ['2026-10-21', 'Bearer some-key-0123', undefined],
    ['2026-10-21', 'Bearer some-key-0123', undefined],
    ['2023-06-01', undefined, 'some-key-0123'],
  ]);
});

test('nothing of the environment is sent beside the account', async (context) => {
  const environment = {
    ANTHROPIC_API_KEY: 'from-the-environment',
    ANTHROPIC_AUTH_TOKEN: 'from-the-environment',
    ANTHROPIC_CUSTOM_HEADERS:
      'X-Api-Key: from-the-environment\nAuthorization: from-the-environment\nx-team: from-the-environment',
  };
  Object.assign(process.env, environment);
  context.after(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
  });
  const server = await startScripted(context, (_, response) => json(response, 200, created));
  for (const apiVersion of ['2026-10-21', '2023-06-01']) {
    const provider = await connectAnthropic(server.url, null, { apiVersion });
    answered(await provider.get('msgbatch_1', never));
  }
  assert.doesNotMatch(JSON.stringify(server.asked), /from-the-environment/);
  assert.equal(server.asked[0]?.headers.authorization, 'Bearer none');
  assert.equal(server.asked[1]?.headers['x-api-key'], 'none');
});

test('no key and no request follows a redirect', async (context) => {
  const elsewhere = await startScripted(context, (_, response) => json(response, 200, created));
  const server = await startScripted(context, (_, response) =>
    response.writeHead(307, { location: `${elsewhere.url}/v1/messages/batches/x` }).end(),
  );
  for (const apiVersion of ['2026-10-21', '2023-06-01']) {
    const provider = await connectAnthropic(server.url, 'some-key-0123', { apiVersion });
    const here = await folder(context);
    assert.equal(kindOf(await provider.get('msgbatch_1', never)), 'rejected');
    assert.equal(kindOf(await provider.download('msgbatch_1', join(here, 'x'), never)), 'rejected');
    const request = createOf(anthropicFixture, null, await uploadOf(here, '{}\n'));
    assert.equal((await provider.create(request, never)).kind, 'problem');
  }
  assert.equal(elsewhere.asked.length, 0);
});

const endedAt = '2026-11-20T11:00:00.123456+00:00';
const known: readonly (readonly [string, object, Partial<RemoteBatch>])[] = [
  [
    'at work: its counts say nothing yet',
    {},
    {
      ...{ status: 'in_progress', outputFileId: null, endedAt: null },
      counts: { total: 3, completed: 0, failed: 0, expired: 0, cancelled: 0 },
    },
  ],
  [
    'ended',
    {
      ...{ processing_status: 'ended', ended_at: endedAt, results_url: 'http://elsewhere.invalid/x' },
      request_counts: { processing: 0, succeeded: 4, errored: 3, canceled: 2, expired: 1 },
    },
    {
      ...{ status: 'ended', outputFileId: 'msgbatch_1', endedAt: '2026-11-20T11:00:00.123Z' },
      counts: { total: 10, completed: 4, failed: 3, expired: 1, cancelled: 2 },
    },
  ],
  [
    'archived: that its results are gone is said when they are asked for',
    { processing_status: 'ended', ended_at: endedAt, archived_at: '2026-12-19T10:00:00Z' },
    { outputFileId: 'msgbatch_1' },
  ],
  ['of a server that counts otherwise', { request_counts: { total: 3 } }, { counts: null }],
  ['with a word nobody knows', { processing_status: 'pausing' }, { status: 'pausing', outputFileId: null }],
];

for (const [what, said, expected] of known) {
  test(`what the provider says is kept: ${what}`, async (context) => {
    const server = await startScripted(context, (_, response) =>
      json(response, 200, batchOf({ id: 'msgbatch_1', requests: 3 }, said)),
    );
    const remote = answered(await (await connectAnthropic(server.url, null)).get('msgbatch_1', never));
    assert.equal(remote.createdAt, '2026-11-20T10:00:00.000Z');
    assert.equal(remote.expiresAt, '2026-11-21T10:00:00.000Z');
    assert.deepEqual({ ...remote, ...expected }, remote);
  });
}

const refusals: readonly (readonly [number, object, string, RegExp])[] = [
  [529, { type: 'overloaded_error', message: 'Overloaded' }, 'server', /529 overloaded_error: Overloaded\.$/],
  [413, { type: 'request_too_large', message: 'Too large' }, 'rejected', /413 request_too_large/],
  [402, { type: 'billing_error', message: 'Pay first.' }, 'rejected', /402 billing_error: Pay first\.$/],
  [504, { type: 'timeout_error', message: 'Too slow.' }, 'server', /504 timeout_error/],
  [400, { type: 'authentication_error', message: 'No.' }, 'unauthorized', /400 authentication_error/],
  [429, { type: 'rate_limit_error', message: 'Slow.' }, 'throttled', /429 rate_limit_error/],
  [
    429,
    {
      ...{ type: 'rate_limit_error', message: 'No more this month.' },
      details: { error_code: 'enforced_spend_limit_reached' },
    },
    'rejected',
    /429 enforced_spend_limit_reached: No more this month\.$/,
  ],
];

for (const [status, error, kind, words] of refusals) {
  test(`${status} ${JSON.stringify(error)} is ${kind}`, async (context) => {
    const server = await startScripted(context, (_, response) =>
      json(response, status, { type: 'error', error, request_id: 'req_1' }, { 'x-should-retry': 'true' }),
    );
    const answer = await (await connectAnthropic(server.url, null)).get('msgbatch_1', never);
    assert.equal(kindOf(answer), kind);
    assert.match(answer.kind === 'problem' ? answer.problem.message : '', words);
    assert.equal(server.asked.length, 1);
  });
}

test('there are no uploads to look for or to delete', async () => {
  const provider = await connectAnthropic('http://127.0.0.1:9', null);
  const bytes = { path: '', offset: 0, sizeBytes: 0 };
  assert.deepEqual(answered(await provider.findUploads({ name: 'a', bytes }, never)), []);
  answered(await provider.deleteUpload('a', never));
  await assert.rejects(provider.upload({ name: 'a', bytes }, never));
});
