// The simulator takes hostile files and broken HTTP as the provider would: an answer for each, and the next call works.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '#simulator';
import { chatLine, Workplace } from '../cli/command.ts';
import { hostileInputs } from './inputs.ts';

const place = await Workplace.create();
after(() => place.dispose());

const headers = { authorization: 'Bearer sk-test' };

async function post(
  url: string,
  file: File,
): Promise<{ readonly status: number; readonly id: string; readonly message: string }> {
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', file);
  const response = await fetch(`${url}/files`, { method: 'POST', body: form, headers });
  const answer = (await response.json()) as { id?: string; error?: { message: string } };
  return { status: response.status, id: answer.id ?? '', message: answer.error?.message ?? '' };
}

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly errors?: { readonly data: readonly { readonly code: string }[] } | null;
  readonly request_counts: { readonly total: number; readonly completed: number; readonly failed: number };
}

/** Runs a batch to its end; a simulator without latency is there at the first looks. */
async function runBatch(url: string, fileId: string): Promise<Batch> {
  const created = await fetch(`${url}/batches`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      input_file_id: fileId,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    }),
  });
  assert.equal(created.status, 200);
  let batch = (await created.json()) as Batch;
  for (let looks = 0; looks < 5000 && !/^(completed|failed)$/.test(batch.status); looks++) {
    const response = await fetch(`${url}/batches/${batch.id}`, { headers });
    assert.equal(response.status, 200);
    batch = (await response.json()) as Batch;
    await delay(20);
  }
  return batch;
}

const notJsonLines = 'Invalid file format for Batch API. Must be .jsonl';
const notUtf8 = 'Invalid file for Batch API. Must be utf-8 encoded';

/** What becomes of each: the upload is refused, the file fails validation, or so many rows succeed. */
const outcomes: Readonly<Record<string, string | number>> = {
  empty: notJsonLines,
  blank: 'empty_file',
  'million-blank': 'empty_file',
  array: 'invalid_json_line',
  'pretty-array': notJsonLines,
  pretty: notJsonLines,
  'deep-arrays': 1,
  'deep-objects': 2,
  'deep-schema': 1,
  'deep-tools': 1,
  'deep-unclosed': 'invalid_json_line',
  'deep-only': 'invalid_json_line',
  'deep-pretty': notJsonLines,
  mark: 'invalid_json_line',
  utf16le: notUtf8,
  utf16be: notUtf8,
  'utf16le-without-mark': notJsonLines,
  'utf16be-without-mark': notJsonLines,
  utf32le: notUtf8,
  latin1: notUtf8,
  'cut-character': notUtf8,
  'cr-lf': 2,
  'lone-cr': notJsonLines,
  separators: 1,
  nul: notJsonLines,
  'only-nul': notJsonLines,
  noise: notUtf8,
  proto: 2,
  'duplicate-keys': 2,
  'many-members': 1,
  'lone-surrogates': 2,
  infinite: 0,
  'big-integers': 1,
  'equal-ids': 'duplicate_custom_id',
  endoftext: 1,
  ansi: 'duplicate_custom_id',
  'million-letters': 1,
  emoji: 1,
  'line-of-100-mb': 1,
  'text-of-100-mb': 1,
  'many-in-one-line': 1,
  'brackets-of-50-mb': 'invalid_json_line',
  'values-of-60-mb': 'invalid_json_line',
  'lines-of-another-file': 'Invalid file format for Batch API. Must be .jsonl',
};

test('each hostile file, one after the other, to one simulator in bounded memory', async () => {
  const note = place.path('memory.txt');
  const { url, child } = await place.simulate(['--latency', '0'], {
    NODE_OPTIONS: `--import=${new URL('reportMemory.ts', import.meta.url).href}`,
    LLM_BATCH_TEST_MEMORY: note,
  });
  for (const { name, content } of hostileInputs) {
    const expected = outcomes[name];
    const { status, id, message } = await post(url, new File([content()], `${name}.jsonl`));
    if (status !== 200) {
      assert.deepEqual([status, message], [400, expected], name);
      continue;
    }
    const batch = await runBatch(url, id);
    const outcome = batch.status === 'failed' ? batch.errors?.data[0]?.code : batch.request_counts.completed;
    assert.equal(outcome, expected, name);
    await fetch(`${url}/files/${id}`, { method: 'DELETE', headers });
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  const megabytes = Math.round((JSON.parse(await readFile(note, 'utf8')).maxRSS * 1024) / 1e6);
  assert.ok(megabytes < 1200, `${megabytes} MB`);
});

/** Sends bytes as they are; `then` says how the connection ends on our side. @returns what came back. */
function send(
  port: number,
  bytes: string | Buffer,
  then: 'wait' | 'leave' | 'end' = 'wait',
): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes, () => {
        if (then === 'leave') socket.destroy();
        if (then === 'end') socket.end();
      });
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      // One answer is enough; without it the connection would be kept for the next call.
      if (then === 'wait') socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.setTimeout(60_000, () => {
      answer += '(no answer)';
      socket.destroy();
    });
  });
}

const part = (name: string, more = ''): string =>
  `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`;
const form = `${part('purpose')}batch\r\n${part('file', '; filename="a.jsonl"')}${chatLine('a')}\n`;
const upload = (
  body: string,
  length = Buffer.byteLength(body),
  type = 'multipart/form-data; boundary=x',
): string =>
  `POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-test\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${body}`;

test('broken HTTP gets a clear refusal or the end of its connection, and leaves nothing behind', async (context) => {
  const simulator = await startSimulator({ latencyMs: 0 });
  context.after(() => simulator.dispose());
  const { port } = simulator;
  for (const [what, bytes, then, expected] of [
    ['a form without its end', upload(form), 'wait', /^HTTP\/1\.1 400 .*'file' is a required property/s],
    ['a form cut within a header', upload('--x\r\ncontent-disposition: form-da'), 'wait', /^HTTP\/1\.1 400 /],
    ['a form without a boundary', upload(form, undefined, 'multipart/form-data'), 'wait', /^HTTP\/1\.1 400 /],
    [
      'another boundary',
      upload(form, undefined, 'multipart/form-data; boundary=y'),
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
    ['no form at all', upload('hello', undefined, 'text/plain'), 'wait', /^HTTP\/1\.1 400 /],
    ['more announced than sent, then an end', upload(form, 1_000_000), 'end', /^(HTTP\/1\.1 400 .*)?$/s],
    ['more announced than sent, then gone', upload(form, 1_000_000), 'leave', /^$/],
    ['less announced than sent', upload(`${form}\r\n--x--\r\n`, 20), 'wait', /^HTTP\/1\.1 400 /],
    [
      'a length that is no number',
      upload(form).replace(/content-length: \d+/, 'content-length: many'),
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'two lengths',
      upload(form).replace('host: x', 'host: x\r\ncontent-length: 3'),
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a chunk that is none',
      'POST /v1/batches HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
    ['no HTTP', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]), 'wait', /^HTTP\/1\.1 400 /],
    [
      'a header without end',
      `GET /v1/files HTTP/1.1\r\nx: ${'y'.repeat(100_000)}`,
      'wait',
      /^HTTP\/1\.1 431 /,
    ],
    ['a path that is no path', 'GET // HTTP/1.1\r\nhost: x\r\n\r\n', 'wait', /^HTTP\/1\.1 404 /],
    [
      'a path with escapes',
      'GET /v1/files/%00%1b%ff HTTP/1.1\r\nhost: x\r\n\r\n',
      'wait',
      /^HTTP\/1\.1 404 /,
    ],
    [
      'a way out of the folder',
      'GET /v1/files/..%2f..%2fx/content HTTP/1.1\r\nhost: x\r\n\r\n',
      'wait',
      /^HTTP\/1\.1 404 /,
    ],
    [
      'a batch of nothing',
      'POST /v1/batches HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a batch nested without end',
      `POST /v1/batches HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'wait',
      /^HTTP\/1\.1 400 /,
    ],
  ] as const) {
    assert.match(await send(port, bytes, then), expected, what);
    const next = await fetch(`${simulator.url}/files`, { headers });
    assert.deepEqual([next.status, ((await next.json()) as { data: unknown[] }).data], [200, []], what);
  }
  const kept = await post(simulator.url, new File([`${chatLine('a')}\n`], 'a.jsonl'));
  assert.equal((await runBatch(simulator.url, kept.id)).request_counts.completed, 1);
});

test('a client that goes away in the middle of a large upload, many times, leaves nothing and stops nothing', async (context) => {
  const simulator = await startSimulator({ latencyMs: 0 });
  context.after(() => simulator.dispose());
  const begun = upload(form, 100_000_000);
  const leaving = Array.from({ length: 20 }, () =>
    send(simulator.port, begun + 'x'.repeat(300_000), 'leave'),
  );
  await Promise.all(leaving);
  const kept = await post(simulator.url, new File([`${chatLine('a')}\n`], 'a.jsonl'));
  assert.equal((await runBatch(simulator.url, kept.id)).request_counts.completed, 1);
  assert.equal(simulator.stats().files, 2);
});
