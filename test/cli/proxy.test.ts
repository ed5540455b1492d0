// Does everything go through the proxy of a company that opens connections with a certificate of its own? Over real TLS.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import {
  createServer as createProxyServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chatLines, outcomeOf, Workplace } from './command.ts';

const at = (name: string): string => fileURLToPath(new URL(`../tls/${name}`, import.meta.url));
const certificate = at('certificate.pem');
const host = 'provider.test';

let place: Workplace;
let simulator: URL;
let proxy: Server;
let provider: Server;
/** What was asked of the proxy: where to, and what it was shown. */
let tunnels: { readonly to: string | undefined; readonly login: string | undefined }[] = [];
/** What came out of the tunnels. */
let calls: string[] = [];
const sockets = new Set<Socket>();

before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('reviews.jsonl'), chatLines(3));
  const started = await place.simulate(['--latency', '0.2']);
  simulator = new URL(started.url);
  const tls = { key: readFileSync(at('key.pem')), cert: readFileSync(certificate) };
  provider = createTlsServer(tls, passOn);
  proxy = createProxyServer((_, response) => response.writeHead(405).end()).on('connect', tunnel);
  for (const server of [provider, proxy]) {
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of [provider, proxy]) server.close();
  await place.dispose();
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Names are looked up by the proxy: this one is known to nobody else. */
function tunnel(asked: IncomingMessage, socket: Socket): void {
  tunnels.push({ to: asked.url, login: asked.headers['proxy-authorization'] });
  const onward = connect(portOf(provider), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  sockets.add(onward);
  for (const one of [socket, onward]) one.on('error', () => undefined);
}

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url: path, headers } = asked;
  calls.push(`${method} ${path}`);
  const onward = request({ hostname: simulator.hostname, port: simulator.port, method, path, headers });
  onward.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}

function through(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  tunnels = [];
  calls = [];
  return {
    HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
    NODE_EXTRA_CA_CERTS: certificate,
    LLM_BATCH_SETTLE_MS: '100',
    ...{
      OPENAI_API_KEY: 'sk-0123456789',
      ANTHROPIC_API_KEY: 'sk-ant-0123456789',
      GEMINI_API_KEY: 'AIza0123456789',
    },
    ...{ OPENAI_BASE_URL: `https://${host}/v1`, ANTHROPIC_BASE_URL: `https://${host}` },
    GOOGLE_GEMINI_BASE_URL: `https://${host}`,
    ...more,
  };
}

const line = (request: object): string => `${JSON.stringify(request)}\n`;
const claude = {
  model: 'claude-haiku-4-5',
  max_tokens: 20,
  messages: [{ role: 'user', content: 'Say hi.' }],
};
const gemini = {
  contents: [{ role: 'user', parts: [{ text: 'Say hi.' }] }],
  generationConfig: { maxOutputTokens: 20 },
};
const files = {
  'openai.jsonl': chatLines(3),
  'anthropic.jsonl': [1, 2, 3].map((n) => line({ custom_id: `r${n}`, params: claude })).join(''),
  'gemini.jsonl': [1, 2, 3].map((n) => line({ key: `r${n}`, request: gemini })).join(''),
};

for (const [name, text] of Object.entries(files)) {
  test(`a whole journey goes through it: ${name}`, async () => {
    await writeFile(place.path(name), text);
    const model = name === 'gemini.jsonl' ? ['--model', 'gemini-3.5-flash'] : [];
    const args = ['submit', name, '--yes', '--wait', '--poll-min', '0.1', '--poll-max', '0.2', ...model];
    const { code, stderr } = await place.run(args, { env: through() });
    assert.equal(code, 0, stderr);
    assert.deepEqual([...new Set(tunnels.map(({ to }) => to))], [`${host}:443`]);
    assert.ok(calls.length >= 3, calls.join());
    const rows = readFileSync(place.path(name.replace('.jsonl', '.results.jsonl')), 'utf8')
      .trim()
      .split('\n');
    assert.deepEqual(
      rows.map((row) => JSON.parse(row).status),
      ['succeeded', 'succeeded', 'succeeded'],
    );
  });
}

test('a proxy that wants a name and a password gets them, and nobody else does', async () => {
  const env = through({ HTTPS_PROXY: `http://me:pass%20word@127.0.0.1:${portOf(proxy)}` });
  const { code, stdout } = await place.run(['doctor', '--format', 'json'], { env });
  assert.equal(code, 0, stdout);
  assert.equal(tunnels[0]?.login, `Basic ${Buffer.from('me:pass word').toString('base64')}`);
  assert.doesNotMatch(stdout, /pass(%20| )word/);
});

test('without its certificate nothing is sent, and it is said what to do', async () => {
  await writeFile(place.path('untrusted.jsonl'), chatLines(2));
  const env = through({ NODE_EXTRA_CA_CERTS: '' });
  const child = place.start(['submit', 'untrusted.jsonl', '--yes', '--format', 'json'], { env });
  // It would try again for ever: a person who has read why stops it.
  let read = '';
  child.stderr?.on('data', (text: Buffer) => {
    read += text;
    if (/certificate was refused[^\n]*\n/.test(read)) child.kill('SIGINT');
  });
  const { code, stderr } = await outcomeOf(child);
  assert.notEqual(code, 0);
  assert.match(stderr, /certificate was refused \(\w+_CERT\w*\).*NODE_EXTRA_CA_CERTS/);
  assert.deepEqual(calls, []);
  const looked = await place.run(['doctor'], { env });
  assert.equal(looked.code, 1);
  assert.match(looked.stdout, /certificate was refused.*NODE_EXTRA_CA_CERTS/s);
});

test('what NO_PROXY names is asked straight', async () => {
  const env = through({ NO_PROXY: host });
  const { code, stdout } = await place.run(['doctor', '--format', 'json'], { env });
  assert.equal(code, 1);
  assert.match(stdout, /its name has no address here/);
  assert.deepEqual(tunnels, []);
});
