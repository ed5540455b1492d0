// Where does a request go, with which headers, and what is never sent anywhere? Against a real server that writes it down.
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { Provider } from '#core';
import { type Account, HttpSender } from '#jobs';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const key = 'sk-marked-key-0123456789';

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Of a server that was there and is not any more. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function recording(context: TestContext): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const url = await serve(context, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(200, { 'x-request-id': 'req_1' }).end('{"ok":true}');
  });
  return { url, seen };
}

function senderOf(changes: Partial<Account> & Pick<Account, 'baseUrl'>): HttpSender {
  const provider: Provider = changes.provider ?? 'openai';
  const account = { profile: provider, provider, apiKey: key, headers: {}, apiVersion: null, ...changes };
  return new HttpSender(account, { anthropicVersion: '2026-10-21', requestMs: 60_000 });
}

const signal = new AbortController().signal;

describe('address and key', () => {
  const cases: readonly {
    readonly name: string;
    readonly account: Partial<Account>;
    readonly below?: string;
    readonly path: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
  }[] = [
    {
      name: 'OpenAI',
      account: {},
      below: '/v1/',
      path: '/v1/chat/completions',
      url: '/v1/chat/completions',
      headers: { authorization: `Bearer ${key}`, 'api-key': undefined },
    },
    {
      name: 'a reranker beside /v1',
      account: { provider: 'openai-compatible' },
      below: '/v1',
      path: '/v2/rerank',
      url: '/v2/rerank',
      headers: {},
    },
    {
      name: 'Azure',
      account: { provider: 'azure' },
      below: '/openai/v1',
      path: '/v1/chat/completions',
      url: '/openai/v1/chat/completions',
      headers: { 'api-key': key, authorization: undefined },
    },
    {
      name: 'Azure before /v1',
      account: { provider: 'azure', apiVersion: '2024-10-21' },
      below: '/openai',
      path: '/chat/completions',
      url: '/openai/deployments/my%20model/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': key, authorization: undefined },
    },
    {
      name: 'Anthropic',
      account: { provider: 'anthropic' },
      path: '/v1/messages',
      url: '/v1/messages',
      headers: { authorization: `Bearer ${key}`, 'anthropic-version': '2026-10-21', 'x-api-key': undefined },
    },
    {
      name: 'Anthropic, first version',
      account: { provider: 'anthropic', apiVersion: '2023-06-01' },
      path: '/v1/messages',
      url: '/v1/messages',
      headers: { authorization: undefined, 'anthropic-version': '2023-06-01', 'x-api-key': key },
    },
    {
      name: 'Gemini',
      account: { provider: 'gemini' },
      path: '/v1beta/models/m:generateContent',
      url: '/v1beta/models/m:generateContent',
      headers: { 'x-goog-api-key': key, authorization: undefined },
    },
  ];
  for (const { name, account, below = '', path, url, headers } of cases) {
    test(name, async (context) => {
      const server = await recording(context);
      const sender = senderOf({ ...account, baseUrl: server.url + below, headers: { 'x-team': 'a' } });
      const body = '{ "t":1.50 }';
      const answer = await sender.send({ path, model: 'my model', body }, signal);
      assert.deepEqual(
        answer.kind === 'ok' && [answer.value.status, answer.value.body, answer.value.requestId],
        [200, '{"ok":true}', 'req_1'],
      );
      assert.equal(server.seen[0]?.url, url);
      assert.equal(server.seen[0]?.body, body);
      assert.equal(server.seen[0]?.headers['x-team'], 'a');
      for (const [header, value] of Object.entries(headers)) {
        assert.equal(server.seen[0]?.headers[header], value, header);
      }
      assert.ok(!server.seen[0]?.url.includes(key));
    });
  }

  test('without a key none is sent, whatever the environment holds', async (context) => {
    const server = await recording(context);
    for (const provider of ['openai', 'anthropic', 'gemini', 'azure'] as const) {
      await senderOf({ provider, baseUrl: server.url, apiKey: null }).send(
        { path: '/v1/x', model: null, body: '{}' },
        signal,
      );
    }
    for (const { headers } of server.seen) {
      for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])
        assert.equal(headers[name], undefined);
    }
  });
});

describe('what comes back', () => {
  const request = { path: '/v1/chat/completions', model: 'm', body: '{}' };

  test('a redirect is not followed, and takes no key along', async (context) => {
    const other = await recording(context);
    const url = await serve(context, (_, response) => response.writeHead(307, { location: other.url }).end());
    const answer = await senderOf({ baseUrl: url }).send(request, signal);
    assert.equal(answer.kind === 'ok' && answer.value.status, 307);
    assert.equal(other.seen.length, 0);
  });

  test('a refusal is an answer, with what it says of waiting and of room', async (context) => {
    const url = await serve(context, (_, response) =>
      response
        .writeHead(429, {
          'retry-after': '7',
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': '3s',
        })
        .end('{"error":{"message":"slow down"}}'),
    );
    const answer = await senderOf({ baseUrl: url }).send(request, signal);
    assert.ok(answer.kind === 'ok');
    assert.equal(answer.value.retryAfterMs, 7000);
    assert.deepEqual(answer.value.room?.requests, { remaining: 0, limit: null, resetMs: 3000 });
  });

  test('milliseconds go before seconds', async (context) => {
    const url = await serve(context, (_, response) =>
      response.writeHead(429, { 'retry-after': '7', 'retry-after-ms': '250' }).end('{}'),
    );
    const answer = await senderOf({ baseUrl: url }).send(request, signal);
    assert.equal(answer.kind === 'ok' && answer.value.retryAfterMs, 250);
  });

  test('nobody there was surely not asked; a connection that breaks, and silence, may have been', async (context) => {
    const gone = await senderOf({ baseUrl: await closedAddress() }).send(request, signal);
    assert.equal(gone.kind === 'problem' && gone.problem.kind, 'unreachable');
    const breaking = await serve(context, (incoming) => incoming.socket.destroy());
    const broke = await senderOf({ baseUrl: breaking }).send(request, signal);
    assert.equal(broke.kind === 'problem' && broke.problem.kind, 'interrupted');
    const half = await serve(context, (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":');
      setImmediate(() => response.socket?.destroy());
    });
    const cut = await senderOf({ baseUrl: half }).send(request, signal);
    assert.equal(cut.kind === 'problem' && cut.problem.kind, 'interrupted');
    const silent = await serve(context, () => undefined);
    const account: Account = {
      profile: 'openai',
      provider: 'openai',
      baseUrl: silent,
      apiKey: null,
      headers: {},
      apiVersion: null,
    };
    const late = await new HttpSender(account, { anthropicVersion: '2026-10-21', requestMs: 50 }).send(
      request,
      signal,
    );
    assert.equal(late.kind === 'problem' && late.problem.kind, 'interrupted');
  });

  test("given up: the signal's reason", async (context) => {
    const url = await serve(context, () => undefined);
    const stop = new AbortController();
    const sent = senderOf({ baseUrl: url }).send(request, stop.signal);
    setImmediate(() => stop.abort());
    await assert.rejects(sent, { name: 'AbortError' });
  });

  test('keys are taken out of words', () => {
    const sender = senderOf({ baseUrl: 'http://127.0.0.1:1' });
    assert.ok(!sender.redact(`Incorrect key ${key}, or sk-abc***xyz`).includes('sk-marked'));
    const quoted = JSON.stringify({ error: { message: 'The key "abc****"\nis none.' } });
    assert.doesNotThrow(() => JSON.parse(sender.redact(quoted)), 'a body stays JSON');
  });
});
