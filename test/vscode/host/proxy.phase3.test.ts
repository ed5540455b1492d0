// Do calls of the adapters go through the proxy of VS Code's settings, over TLS with a certificate that the environment adds?
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer as createProxyServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import * as vscode from 'vscode';
import type { Provider } from '#core';
import { accountOf, providerFor } from '#jobs';
import { test } from './testing.ts';

const host = 'provider.test';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function list(provider: Provider, baseUrl: string): Promise<string> {
  const answer = accountOf({ profile: provider, provider, baseUrl, apiKey: 'a-key-0123456789' });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const adapter = await providerFor(answer.account);
  const listed = await adapter.list(1, new AbortController().signal);
  return listed.kind === 'ok' ? 'ok' : listed.problem.message;
}

test('the adapters go through http.proxy, and take an added certificate', async () => {
  // The path is that of NODE_EXTRA_CA_CERTS, which this host was started with.
  const certificate = process.env.NODE_EXTRA_CA_CERTS ?? '';
  const tls = {
    cert: readFileSync(certificate),
    key: readFileSync(certificate.replace('certificate', 'key')),
  };
  const calls: string[] = [];
  const provider = createTlsServer(tls, ({ url }, response) => {
    calls.push(url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ object: 'list', data: [], has_more: false, first_id: null, last_id: null }),
    );
  });
  const providerPort = await listen(provider);
  const tunnels: (string | undefined)[] = [];
  const sockets: Socket[] = [];
  const proxy = createProxyServer().on('connect', ({ url }: IncomingMessage, socket: Socket) => {
    tunnels.push(url);
    const onward = connect(providerPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    sockets.push(socket, onward);
    for (const one of [socket, onward]) one.on('error', () => undefined);
  });
  const settings = vscode.workspace.getConfiguration('http');
  const { Global } = vscode.ConfigurationTarget;
  try {
    await settings.update('proxy', `http://127.0.0.1:${await listen(proxy)}`, Global);
    // VS Code takes the certificates of the system then, and no others (@vscode/proxy-agent, createFetchPatch, 1.139).
    assert.match(await list('openai', `https://${host}/v1`), /SELF_SIGNED_CERT/);
    assert.deepEqual([tunnels.length > 0, calls], [true, []]);
    await settings.update('systemCertificates', false, Global);
    assert.equal(await list('openai', `https://${host}/v1`), 'ok');
    assert.equal(await list('anthropic', `https://${host}`), 'ok');
    assert.equal(await list('gemini', `https://${host}`), 'ok');
    assert.deepEqual([...new Set(tunnels)], [`${host}:443`]);
    assert.equal(calls.length, 3);
  } finally {
    await settings.update('proxy', undefined, Global);
    await settings.update('systemCertificates', undefined, Global);
    for (const socket of sockets) socket.destroy();
    for (const server of [proxy, provider]) server.close();
  }
});
