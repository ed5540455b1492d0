// What each way a call to a provider can fail means, the same for every adapter.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, ApiProblem, BatchProvider } from '#jobs';
import {
  answerBeside,
  apiOf,
  createOf,
  folder,
  kindOf,
  never,
  ofCall,
  type PortCall,
  type ProviderFixture,
  searchOf,
  uploadOf,
  type Wire,
} from './providerFixture.ts';
import { type Asked, json, type ScriptedServer, startScripted } from './scriptedServer.ts';

type Failing = (response: ServerResponse, wire: Wire) => void;

const status =
  (code: number, headers: object = {}): Failing =>
  (response, wire) =>
    json(response, code, wire.error(code, 'Said no.'), headers);

/** What each way to fail means; a call that only reads a file may take any text for an answer. */
const meanings: readonly (readonly [string, ApiProblem['kind'], Failing, 'answer'?])[] = [
  ['401', 'unauthorized', status(401)],
  ['403', 'unauthorized', status(403)],
  ['404', 'notFound', status(404)],
  ['400', 'rejected', status(400)],
  ['409', 'rejected', status(409)],
  ['413', 'rejected', status(413)],
  ['408', 'interrupted', status(408)],
  ['429', 'throttled', status(429)],
  ['429 with Retry-After', 'throttled', status(429, { 'retry-after': '7' })],
  ['500', 'server', status(500)],
  ['503', 'server', status(503, { 'retry-after': '7' })],
  ['502 of a proxy in HTML', 'server', (response) => response.writeHead(502).end('<html>')],
  ['a connection that breaks after the request', 'interrupted', (response) => response.destroy()],
  ['a status without a body to it', 'interrupted', (response) => breakOff(response, 'application/json')],
  ['a sign-in page with status 200', 'interrupted', (response) => html(response), 'answer'],
  ['an empty object', 'interrupted', (response) => json(response, 200, {}), 'answer'],
  ['null', 'interrupted', (response) => json(response, 200, null), 'answer'],
  ['a list of numbers', 'interrupted', (response) => json(response, 200, [1, 2]), 'answer'],
  ['no body at all', 'interrupted', (response) => response.writeHead(204).end(), 'answer'],
  ['half a JSON text', 'interrupted', (response) => half(response), 'answer'],
  ['no answer within the time', 'interrupted', () => undefined],
];

/** The calls that an API has; `deleteUpload` takes "not found" for done and is tested by itself. */
function callsOf(fixture: ProviderFixture): readonly PortCall[] {
  const { hasUpload, isMarked } = apiOf(fixture);
  const uploads = ['upload', 'findUploads'] as const;
  const always = ['create', 'findBatch', 'get', 'list', 'cancel', 'download'] as const;
  return [...(hasUpload ? uploads : []), ...(isMarked ? [] : (['newestBatch'] as const)), ...always];
}

const listings: ReadonlySet<PortCall> = new Set(['findUploads', 'findBatch', 'list']);

export function testFailures(fixture: ProviderFixture): void {
  const { connect, wire } = fixture;
  const calls = callsOf(fixture);
  for (const call of calls) {
    for (const [what, kind, fail, about] of meanings) {
      if (call === 'download' && about === 'answer') continue;
      test(`to ${call}, ${what} means ${kind}, and it is asked once`, async (context) => {
        const here = await folder(context);
        const tryFor = async (patienceMs: number): Promise<[ScriptedServer, Answer<unknown>]> => {
          const server = await failing(context, wire, fail);
          const provider = await connect(server.url, null, patienceMs);
          return [server, await perform(fixture, provider, call, here, never)];
        };
        const isSilent = what.startsWith('no answer');
        let [server, answer] = await tryFor(isSilent ? 1_000 : 60_000);
        // A machine may stand still for as long as that, and the time is over before anything is asked.
        if (isSilent && ofCall(server, wire, call).length === 0) [server, answer] = await tryFor(20_000);
        const isEmptyList = wire.emptyIsList && what === 'an empty object' && listings.has(call);
        assert.equal(kindOf(answer), isEmptyList ? 'ok' : kind);
        assert.equal(ofCall(server, wire, call).length, 1);
        if (isEmptyList) return;
        const waits = what.includes('Retry-After') || what === '503' ? 7_000 : null;
        assert.equal(answer.kind === 'problem' && answer.problem.retryAfterMs, waits);
      });
    }

    test(`${call} that is given up throws, and is no failure of the provider`, async (context) => {
      const server = await failing(context, wire, () => undefined);
      const provider = await connect(server.url, null);
      const here = await folder(context);
      const stop = new AbortController();
      const asked = perform(fixture, provider, call, here, stop.signal);
      const heard = untilAsked(server, wire, call).then(() => stop.abort());
      await Promise.all([assert.rejects(asked), heard]);
      const before = server.asked.length;
      await assert.rejects(perform(fixture, provider, call, here, AbortSignal.abort()));
      assert.equal(server.asked.length, before);
    });

    test(`${call} never reached anybody: nobody listens, or there is no such name`, async (context) => {
      const here = await folder(context);
      const port = await freePort();
      for (const url of [`http://127.0.0.1:${port}/v1`, 'http://no-such-host.invalid/v1']) {
        const provider = await connect(url, 'some-key-0123');
        assert.equal(kindOf(await perform(fixture, provider, call, here, never)), 'unreachable', url);
      }
    });
  }

  test('a connection that breaks before the request is read may have carried it', async (context) => {
    const provider = await connect(await startBreaking(context, (socket) => socket.destroy()), null);
    const here = await folder(context);
    assert.equal(kindOf(await perform(fixture, provider, 'create', here, never)), 'interrupted');
  });

  test('requests that break off midway are interrupted', async (context) => {
    const url = await startBreaking(context, (socket) => socket.once('data', () => socket.destroy()));
    const upload = await uploadOf(await folder(context), 'x'.repeat(3 << 20));
    const provider = await connect(url, null);
    const sent = apiOf(fixture).hasUpload
      ? await provider.upload(upload, never)
      : await provider.create(createOf(fixture, null, upload), never);
    assert.equal(kindOf(sent), 'interrupted');
  });

  test('an upload that is gone is deleted, and another failure is one', async (context) => {
    if (!apiOf(fixture).hasUpload) {
      assert.equal(
        kindOf(await (await connect('http://127.0.0.1:9/v1', null)).deleteUpload('x', never)),
        'ok',
      );
      return;
    }
    for (const [code, kind] of [
      [404, 'ok'],
      [500, 'server'],
      [429, 'throttled'],
    ] as const) {
      const server = await failing(context, wire, status(code));
      const provider = await connect(server.url, null);
      assert.equal(kindOf(await provider.deleteUpload(fixture.fileId('1'), never)), kind);
      assert.equal(ofCall(server, wire, 'deleteUpload').length, 1);
    }
  });

  test('no key reaches a message, however the provider repeats it', async (context) => {
    const apiKey = 'unusual.key/0123456789';
    for (const code of [400, 401, 403, 404, 429, 500]) {
      const fail: Failing = (response) =>
        json(response, code, wire.error(code, `Incorrect API key provided: ${apiKey}.`));
      const server = await failing(context, wire, fail);
      const provider = await connect(server.url, apiKey);
      for (const call of calls) {
        const answer = await perform(fixture, provider, call, await folder(context), never);
        assert.equal(answer.kind, 'problem');
        assert.doesNotMatch(JSON.stringify(answer), /unusual|0123456789/);
      }
      assert.equal(wire.keyOf(server.asked[0] as Asked), apiKey);
    }
  });
}

/** Asks the port for one thing, in a folder where there is room for it. */
async function perform(
  fixture: ProviderFixture,
  provider: BatchProvider,
  call: PortCall,
  here: string,
  signal: AbortSignal,
): Promise<Answer<unknown>> {
  const fileId = fixture.fileId('1');
  const batchId = fixture.batchId('1');
  switch (call) {
    case 'upload':
      return provider.upload(await uploadOf(here, '{}\n'), signal);
    case 'findUploads':
      return provider.findUploads({ name: 'a.jsonl', bytes: { path: '', offset: 0, sizeBytes: 3 } }, signal);
    case 'create':
      return provider.create(createOf(fixture, fileId, await uploadOf(here, '{}\n')), signal);
    case 'findBatch':
      return provider.findBatch(searchOf(fileId), signal);
    case 'get':
      return provider.get(batchId, signal);
    case 'cancel':
      return provider.cancel(batchId, signal);
    case 'download':
      return provider.download(fileId, join(here, 'output.jsonl'), signal);
    case 'deleteUpload':
      return provider.deleteUpload(fileId, signal);
    case 'newestBatch':
      return provider.newestBatch(signal);
    case 'list':
      return provider.list(10, signal);
  }
}

function failing(context: TestContext, wire: Wire, fail: Failing): Promise<ScriptedServer> {
  return startScripted(context, (asked, response) => {
    if (wire.callOf(asked) === null) answerBeside(wire, asked, response);
    else fail(response, wire);
  });
}

/** What is given up after that was on its way for certain. */
async function untilAsked(server: ScriptedServer, wire: Wire, call: PortCall): Promise<void> {
  for (let tries = 0; ofCall(server, wire, call).length === 0; tries++) {
    assert.ok(tries < 6_000, 'it is asked');
    await sleep(10);
  }
}

function html(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Please sign in to this network</html>');
}

function half(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"bat');
}

function breakOff(response: ServerResponse, type: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': '500' });
  response.write('{"id":"batch_1"');
  setTimeout(() => response.destroy(), 20);
}

/** @returns a base URL at which every connection breaks. */
async function startBreaking(context: TestContext, handle: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => handle(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
