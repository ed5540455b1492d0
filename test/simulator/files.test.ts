// Does the simulator's Files API behave as OpenAI's?
import assert from 'node:assert/strict';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import OpenAI from 'openai';
import { ask, chatLine, makeFolder, startSession } from './startSession.ts';

const line = chatLine('a');

test('a file is uploaded, described, listed, read and deleted', async (context) => {
  const { client, upload, simulator } = await startSession(context);
  const text = `${line}\n${chatLine('b — ünïcode 😀')}\r\n`;
  const id = await upload(text, 'reviews.jsonl');
  assert.match(id, /^file-\w+$/);
  const file = await client.files.retrieve(id);
  assert.deepEqual(file, {
    object: 'file',
    id,
    purpose: 'batch',
    filename: 'reviews.jsonl',
    bytes: Buffer.byteLength(text),
    created_at: 1_795_000_000,
    expires_at: 1_795_000_000 + 30 * 24 * 3600,
    status: 'processed',
    status_details: null,
  });
  assert.equal(await (await client.files.content(id)).text(), text);
  assert.deepEqual(await client.files.delete(id), { object: 'file', id, deleted: true });
  await assert.rejects(client.files.retrieve(id), (error: Error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.match(error.message, /No such File object/);
    return true;
  });
  assert.equal(simulator.stats().files, 0);
});

test('a stream from disk is uploaded byte for byte', async (context) => {
  const { client } = await startSession(context);
  const path = join(makeFolder(context), 'big.jsonl');
  const bytes = Buffer.from(`${line}\n`.repeat(20_000));
  writeFileSync(path, bytes);
  const file = await client.files.create({ file: createReadStream(path), purpose: 'batch' });
  assert.equal(file.bytes, bytes.length);
  assert.equal(file.filename, 'big.jsonl');
  const back = Buffer.from(await (await client.files.content(file.id)).arrayBuffer());
  assert.ok(back.equals(bytes));
});

test('expires_after is obeyed', async (context) => {
  const { client, pass } = await startSession(context);
  const file = new File([line], 'a.jsonl');
  const expires_after = { anchor: 'created_at', seconds: 3600 } as const;
  const { id, created_at, expires_at } = await client.files.create({ file, purpose: 'batch', expires_after });
  assert.equal((expires_at ?? 0) - created_at, 3600);
  pass(3600_000);
  await assert.rejects(client.files.retrieve(id), OpenAI.NotFoundError);
  const soon = { anchor: 'created_at', seconds: 60 } as const;
  await assert.rejects(
    client.files.create({ file: new File([line], 'a.jsonl'), purpose: 'batch', expires_after: soon }),
    /expires_after.seconds/,
  );
});

test('files are listed by pages, newest first, by purpose', async (context) => {
  const { client, upload } = await startSession(context);
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.push(await upload(line, `${at}.jsonl`));
  const other = await client.files.create({ file: new File(['{}'], 'x.txt'), purpose: 'user_data' });
  const seen: string[] = [];
  for await (const file of client.files.list({ purpose: 'batch', limit: 2 })) seen.push(file.id);
  assert.deepEqual(seen, ids.toReversed());
  const oldest = await client.files.list({ order: 'asc', limit: 2 });
  assert.deepEqual(
    oldest.data.map((file) => file.id),
    ids.slice(0, 2),
  );
  assert.equal(oldest.has_more, true);
  const all = await client.files.list();
  assert.equal(all.data[0]?.id, other.id);
  assert.equal(all.has_more, false);
  await assert.rejects(client.files.list({ limit: 10_001 }), /integer above maximum value/);
  await assert.rejects(client.files.list({ after: 'file-unknown' }), OpenAI.BadRequestError);
});

const notJsonLines = {
  message: 'Invalid file format for Batch API. Must be .jsonl',
  type: 'invalid_request_error',
  param: null,
  code: null,
};
const refused: readonly [string, string | Buffer, string, object][] = [
  ['another extension', line, 'a.json', notJsonLines],
  ['no bytes', '', 'a.jsonl', notJsonLines],
  ['a first line that is no JSON', '{broken\n', 'a.jsonl', notJsonLines],
  ['a pretty-printed array', '[\n  {}\n]', 'a.jsonl', notJsonLines],
  [
    'UTF-16',
    Buffer.from(`\uFEFF${line}`, 'utf16le'),
    'a.jsonl',
    { ...notJsonLines, message: 'Invalid file for Batch API. Must be utf-8 encoded' },
  ],
];
for (const [what, content, name, error] of refused) {
  test(`an upload is refused for ${what}`, async (context) => {
    const { client, simulator } = await startSession(context);
    const file = new File([content], name);
    await assert.rejects(client.files.create({ file, purpose: 'batch' }), (thrown) => {
      assert.ok(thrown instanceof OpenAI.BadRequestError);
      assert.deepEqual(thrown.error, error);
      return true;
    });
    assert.equal(simulator.stats().files, 0);
  });
}

test('a BOM passes the upload', async (context) => {
  const { upload } = await startSession(context);
  assert.match(await upload(`\uFEFF${line}\n`), /^file-/);
});

test('a file over the limit is refused with 413 and not kept', async (context) => {
  const { client, simulator } = await startSession(context, { maxFileSizeBytes: 1000 });
  const file = new File([`${line}\n`.repeat(1000)], 'a.jsonl');
  await assert.rejects(client.files.create({ file, purpose: 'batch' }), { status: 413 });
  assert.equal(simulator.stats().files, 0);
});

test('forms that lack something are refused', async (context) => {
  const { simulator } = await startSession(context);
  const post = (body: FormData | string): ReturnType<typeof ask> =>
    ask(simulator, '/files', { method: 'POST', body });
  const form = (parts: Record<string, string | File>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(parts)) data.append(name, value);
    return data;
  };
  const file = new File([line], 'a.jsonl');
  assert.match(String((await post(form({ file }))).error?.message), /'purpose' is a required property/);
  assert.match(String((await post(form({ purpose: 'batch' }))).error?.message), /'file' is a required/);
  const wrong = await post(form({ purpose: 'lunch', file }));
  assert.match(String(wrong.error?.message), /'lunch' is not one of/);
  assert.equal((await post('{"purpose":"batch"}')).status, 400);
});

test('a broken form is refused and leaves no file', async (context) => {
  const dataDir = makeFolder(context);
  const { simulator } = await startSession(context, { dataDir });
  const start = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{"a":1';
  for (const [type, body] of [
    ['multipart/form-data; boundary=b', start],
    ['multipart/form-data; boundary=b', 'nothing of the kind'],
    ['multipart/form-data; boundary=b', ''],
    ['multipart/form-data', `${start}\r\n--b--\r\n`],
    ['text/plain', start],
  ] as const) {
    const { status } = await ask(simulator, '/files', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
      signal: AbortSignal.timeout(60_000),
    });
    assert.equal(status, 400, `${type} ${body.slice(0, 10)}`);
  }
  assert.deepEqual(readdirSync(join(dataDir, 'openai', 'files')), []);
});

test('a part of a file is read with Range', async (context) => {
  const { upload, simulator } = await startSession(context);
  const id = await upload(line);
  const path = `/files/${id}/content`;
  const range = (value: string): ReturnType<typeof ask> =>
    ask(simulator, path, { headers: { range: value } });
  const part = await range('bytes=5-9');
  assert.equal(part.status, 206);
  assert.equal(part.text, line.slice(5, 10));
  assert.equal(part.headers.get('content-range'), `bytes 5-9/${line.length}`);
  assert.equal((await range('bytes=20-')).text, line.slice(20));
  assert.equal((await range('bytes=-7')).text, line.slice(-7));
  assert.equal((await range(`bytes=${line.length}-`)).status, 416);
  assert.equal((await range('lines=1-2')).text, line);
});
