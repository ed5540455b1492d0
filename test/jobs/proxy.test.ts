// Calls go through the proxy of the environment, and to this machine directly.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { accountOf, providerFor, useProxyFromEnvironment } from '#jobs';

async function listen(context: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a named proxy is used, but not for a provider on this machine', async (context) => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const local = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"id":"batch_1","status":"validating"}');
  });
  const HTTPS_PROXY = await listen(context, proxy);
  assert.equal(useProxyFromEnvironment({}), true);
  assert.equal(useProxyFromEnvironment({ HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY }), true);
  const signal = new AbortController().signal;
  const get = async (baseUrl: string): Promise<string> => {
    const answer = accountOf({ profile: 'openai', provider: 'openai', baseUrl, apiKey: 'key-0123456789' });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    return (await (await providerFor(answer.account)).get('batch_1', signal)).kind;
  };
  assert.equal(await get(`${await listen(context, local)}/v1`), 'ok');
  assert.deepEqual(tunnels, []);
  assert.equal(await get('https://api.example.invalid/v1'), 'problem');
  assert.deepEqual(tunnels, ['api.example.invalid:443']);
});
