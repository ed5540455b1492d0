// However the bytes of a client arrive, its messages are what JSON says they are, in their order.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { LargeMessage } from '../../server/largeMessage.ts';
import { DocumentMessageReader } from '../../server/messageReader.ts';
import type { Beginning } from '../../server/protocol.ts';

const large = 1 << 20;

interface Heard {
  readonly messages: unknown[];
  readonly beginnings: Beginning[];
  readonly errors: string[];
}

async function hear(bytes: Buffer, cuts: readonly number[]): Promise<Heard> {
  const heard: Heard = { messages: [], beginnings: [], errors: [] };
  const input = new PassThrough();
  const reader = new DocumentMessageReader(input, (beginning) => heard.beginnings.push(beginning));
  reader.listen((message) => heard.messages.push(message));
  reader.onError(({ message }) => heard.errors.push(message));
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const to = Math.max(from, Math.min(cut, bytes.length));
    if (to > from) input.write(bytes.subarray(from, to));
    from = to;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return heard;
}

function framed(body: string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

function opened(text: string, version = 1): string {
  const textDocument = { uri: 'file:///x%20y.jsonl', languageId: 'jsonl', version, text };
  return JSON.stringify({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument } });
}

/** What is awkward where a text is cut: escapes, backslashes in rows, characters of every width, halves of pairs. */
const piece = fc.constantFrom(
  ...[
    'a',
    'word ',
    '"',
    '\\',
    '\\\\',
    '\\"',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '\u0000',
    '\u007f',
    'ü',
    '世界',
    '🙂',
  ],
  ...['\ud83d', '\ude42', '\u2028', '\\u0041', '{"custom_id":"a"}\n'],
);
const awkward = fc
  .tuple(fc.array(piece, { maxLength: 60 }), fc.constantFrom(0, 1500, 70_000))
  // Near its end a message is read in another way.
  .map(([pieces, more]) => pieces.join('') + 'z'.repeat(more));

test('a large document is read part by part as JSON would read it whole, wherever its bytes are cut', () => {
  fc.assert(
    fc.property(awkward, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (text, cuts, escaped) => {
      const body = escaped ? asciiOnly(opened(text)) : opened(text);
      const bytes = Buffer.from(body);
      const beginnings: Beginning[] = [];
      const message = new LargeMessage(bytes.length, (beginning) => beginnings.push(beginning));
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        const to = Math.min(cut, bytes.length);
        if (to > from) message.add(bytes.subarray(from, to));
        from = Math.max(from, to);
      }
      assert.equal(message.leftBytes, 0);
      assert.deepEqual(message.finish(), JSON.parse(bytes.toString()));
      assert.equal(beginnings.length, text.includes('\n') ? 1 : 0);
      for (const { uri, version, text: first } of beginnings) {
        assert.deepEqual([uri, version], ['file:///x%20y.jsonl', 1]);
        assert.ok(first.endsWith('\n') && text.startsWith(first));
      }
    }),
    { seed: 20261121, numRuns: 3000 },
  );
});

/** As some clients write JSON. */
function asciiOnly(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

test('messages of all sizes come in their order, and the beginning of a large one before its end', async () => {
  const line = `${JSON.stringify({ custom_id: 'ä"\\', text: '世🙂\n'.repeat(500) })}\n`;
  const text = line.repeat(Math.ceil((3 * large) / line.length));
  const small = JSON.stringify({ jsonrpc: '2.0', method: 'x', params: ['ü'] });
  const bodies = [small, opened(text), small, small, opened('short\n'), opened(`${text}.`, 2), small];
  const bytes = Buffer.concat(bodies.map(framed));
  for (const step of [1 << 16, 100_003, 1 << 22]) {
    const cuts = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
    const { messages, beginnings, errors } = await hear(bytes, cuts);
    assert.deepEqual(
      messages,
      bodies.map((body) => JSON.parse(body)),
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(
      beginnings.map(({ version }) => version),
      [1, 2],
    );
  }
  const first = await hear(framed(opened(text)).subarray(0, 1 << 16), []);
  assert.equal(first.messages.length, 0);
  assert.ok(first.beginnings[0]?.text.startsWith(line));
});

test('single bytes, and heads cut anywhere', async () => {
  const bodies = ['{"jsonrpc":"2.0","method":"a"}', '{"jsonrpc":"2.0","method":"ü"}'];
  const head = Buffer.from(
    'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 31\r\n\r\n',
  );
  const bytes = Buffer.concat([framed(bodies[0]!), head, Buffer.from(bodies[1]!)]);
  const { messages } = await hear(bytes, [...bytes.keys()]);
  assert.deepEqual(
    messages,
    bodies.map((body) => JSON.parse(body)),
  );
});

test('large messages that are written otherwise are read too', async () => {
  const text = `${'x"\\\n'.repeat(large / 4)}end`;
  const document = { text, version: 3, languageId: 'jsonl', uri: 'file:///x' };
  const json = JSON.stringify(text);
  const bodies = [
    JSON.stringify({ params: { textDocument: document }, method: 'textDocument/didOpen', jsonrpc: '2.0' }),
    JSON.stringify({
      jsonrpc: '2.0',
      method: 'textDocument/didChange',
      params: { contentChanges: [{ text }] },
    }),
    JSON.stringify({ jsonrpc: '2.0', id: 1, result: text }),
    `{ "jsonrpc" : "2.0", "method" : "textDocument/didOpen",\n "params" : { "textDocument" : { "uri" : "a", "text" : ${json} , "version" : 2 } } }`,
    // The last of two counts.
    `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":${json},"text":"other"}}}`,
    `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":${json}}},"more":"${'y'.repeat(5000)}"}`,
    `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":${json}},"more":["\\u0041"]}}`,
  ];
  const { messages, errors } = await hear(Buffer.concat(bodies.map(framed)), [70_000, 140_000]);
  assert.deepEqual(
    messages,
    bodies.map((body) => JSON.parse(body)),
  );
  assert.deepEqual(errors, []);
});

test('a large message that begins as a document and is no JSON is said like any other', async () => {
  const json = JSON.stringify('x\n'.repeat(large));
  const good = '{"jsonrpc":"2.0","method":"a"}';
  const document = (uri: string): string =>
    `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":${uri},"version":1,"text":${json}}}}`;
  const bad = [`{\u00a0${document('"a"').slice(1)}`, document('"\\x"'), document('"\u0001"')];
  const { messages, beginnings, errors } = await hear(
    Buffer.concat(bad.flatMap((body) => [framed(body), framed(good)])),
    [100_000],
  );
  assert.deepEqual(
    messages,
    bad.map(() => JSON.parse(good)),
  );
  assert.deepEqual(beginnings, []);
  assert.equal(errors.length, bad.length);
});

test('bytes that are no UTF-8 before a text leave it as it is', async () => {
  const body = Buffer.from(opened('line\n'.repeat(large)));
  body[body.indexOf('x%20y')] = 0xff;
  const head = Buffer.from(`Content-Length: ${body.length}\r\n\r\n`);
  const { messages } = await hear(Buffer.concat([head, body]), []);
  assert.deepEqual(messages, [JSON.parse(body.toString())]);
});

test('a first line of many megabytes is no beginning', async () => {
  const { messages, beginnings } = await hear(framed(opened(`${'x'.repeat(3 * large)}\n{}`)), []);
  assert.equal(messages.length, 1);
  assert.deepEqual(beginnings, []);
});

test('what is no JSON is left out, said without its text, and the next message is read', async () => {
  const secret = 'sk-secret ';
  const text = secret.repeat(large / 5);
  const good = '{"jsonrpc":"2.0","method":"a"}';
  const bad = [
    `{"jsonrpc":"2.0","method":"${secret}`,
    opened(text).slice(0, -2),
    opened(text).replace(secret, '\u0001'),
    opened(text).replace(secret, '\\x'),
    opened(`${text}`).slice(0, -3),
    opened(`${text}`).slice(0, -5),
  ];
  const { messages, errors } = await hear(
    Buffer.concat(bad.flatMap((body) => [framed(body), framed(good)])),
    [],
  );
  assert.deepEqual(
    messages,
    bad.map(() => JSON.parse(good)),
  );
  assert.deepEqual([...new Set(errors)], ['A message of the client is no JSON.']);
  assert.equal(errors.length, bad.length);
});
