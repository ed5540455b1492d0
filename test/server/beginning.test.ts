// A large document whose bytes are still arriving: its first problems are shown, then all of them, as if it had come at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, type Message, StreamMessageReader } from 'vscode-languageserver/node';
import { configurationOf } from '#core';
import { checkBeginning } from '../../server/checkBeginning.ts';
import { today } from '../checking.ts';
import { requestLine } from '../files/batchFixture.ts';
import { Editor } from './editor.ts';

const uri = 'file:///large.jsonl';
const padding = 'word '.repeat(200);

/** More than a megabyte; the second line and the last one are cut short. */
function largeText(): string {
  const lines = Array.from({ length: 1500 }, (_, index) => requestLine(`id-${index}`, padding));
  lines[1] = lines[1]!.slice(0, -1);
  lines[1499] = lines[1499]!.slice(0, -1);
  return lines.join('\n');
}

interface Heard extends Message {
  readonly method?: string;
  readonly params?: unknown;
  readonly id?: unknown;
}

/** A client whose bytes are sent by hand. */
class RawClient {
  readonly #server = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../server/main.ts', import.meta.url)), '--stdio'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  readonly heard: Heard[] = [];
  #wake = (): void => {};

  constructor(t: TestContext) {
    new StreamMessageReader(this.#server.stdout).listen((message: Message) => {
      this.heard.push(message as Heard);
      this.#wake();
    });
    t.after(() => this.#server.kill());
  }

  write(bytes: Buffer | string): void {
    this.#server.stdin.write(bytes);
  }

  send(message: object): void {
    this.write(framed(message));
  }

  async start(): Promise<void> {
    const params = {
      processId: null,
      rootUri: null,
      capabilities: {},
      initializationOptions: { debounceMs: 0 },
    };
    this.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    await this.until(({ id }) => id === 1);
    this.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
  }

  async until(fits: (message: Heard) => boolean): Promise<void> {
    for (;;) {
      const found = this.heard.find(fits);
      if (found !== undefined) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends its side. @returns the server's exit code. */
  async hangUp(): Promise<number | null> {
    this.#server.stdin.end();
    const [code] = (await once(this.#server, 'exit')) as [number | null];
    return code;
  }
}

function framed(message: object): Buffer {
  const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

const problemsIn = ({ method, params }: Heard): number[] | null =>
  method === 'textDocument/publishDiagnostics'
    ? (params as { readonly diagnostics: readonly Diagnostic[] }).diagnostics.map(
        ({ range }) => range.start.line,
      )
    : null;

test('the first problems are shown before the last line is there, then all', {
  timeout: 600_000,
}, async (t) => {
  const client = new RawClient(t);
  await client.start();
  const text = largeText();
  const bytes = framed({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'jsonl', version: 1, text } },
  });
  client.write(bytes.subarray(0, 1 << 16));
  await client.until((message) => problemsIn(message)?.join() === '1');
  // Not a word of totals, which would be those of some lines.
  assert.ok(client.heard.every(({ method }) => method !== 'llmBatch/summary'));
  client.write(bytes.subarray(1 << 16));
  const position = { line: 0, character: 18 };
  client.send({ id: 2, method: 'textDocument/hover', params: { textDocument: { uri }, position } });
  await client.until(({ id }) => id === 2);
  await client.until((message) => problemsIn(message)?.join() === '1,1499');
  assert.equal(await client.hangUp(), 1, 'a client that is gone needs no server');
});

test('a client may send the beginning itself, as ours does', { timeout: 600_000 }, async (t) => {
  const client = new RawClient(t);
  await client.start();
  const text = largeText();
  const first = `${text.split('\n').slice(0, 5).join('\n')}\n`;
  client.send({ id: 2, method: 'llmBatch/beginning', params: { uri, version: 1, text: first } });
  await client.until((message) => problemsIn(message)?.join() === '1');
  const textDocument = { uri, languageId: 'jsonl', version: 1, text };
  client.send({ method: 'textDocument/didOpen', params: { textDocument } });
  await client.until((message) => problemsIn(message)?.join() === '1,1499');
});

test('what the first lines show holds of the whole', async (t) => {
  const editor = await Editor.start();
  t.after(() => editor.stop());
  const text = largeText();
  const lines = text.split('\n').slice(0, 100);
  const first = checkBeginning({ uri, version: 1, text: `${lines.join('\n')}\n` }, configurationOf(), today);
  await editor.open(uri, text);
  await editor.shows(uri, (problems) => problems.length === 2);
  const whole = editor.published.at(-1)?.diagnostics ?? [];
  assert.deepEqual(
    first?.report.problems.map(({ line, start, code, message }) => [line, start, code, message]),
    whole
      .filter(({ range }) => range.start.line < 100)
      .map(({ range, code, message }) => [range.start.line, range.start.character, code, message]),
  );
});

test('nothing is said of a beginning that shows no requests', () => {
  const check = (text: string): unknown =>
    checkBeginning({ uri, version: 1, text }, configurationOf(), today);
  for (const text of [
    '',
    '\n\n\n',
    '[\n',
    '{\n"custom_id": "a",\n',
    'timestamp level\n',
    '{"messages":[]}\n',
  ])
    assert.equal(check(text), null, JSON.stringify(text));
});
