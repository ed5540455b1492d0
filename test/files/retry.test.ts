// Does a retry hold exactly the requests without an answer, byte for byte?
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { merge, type RetryRequest, writeRetry } from '#files';
import { expiredLine, type Folder, folderFor, httpErrorLine, okLine, requestLine } from './batchFixture.ts';

const cancelledLine = expiredLine('cancelled').replace('batch_expired', 'batch_cancelled');

function prepare(folder: Folder): RetryRequest {
  const ids = ['ok', 'failed', 'expired', 'cancelled', 'missing'];
  const requests = folder.lines(
    'x.jsonl',
    ids.map((id) => requestLine(id)),
  );
  const path = folder.lines('out.jsonl', [
    okLine('ok'),
    cancelledLine,
    httpErrorLine('failed'),
    expiredLine('expired'),
  ]);
  return { requests, results: [{ path, attempt: 1 }], out: join(folder.path, 'x.retry.jsonl') };
}

test('all without an answer, in source order; or only some statuses', async (t) => {
  const folder = folderFor(t);
  const request = prepare(folder);
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 4 });
  const lines = folder.text('x.jsonl').split('\n');
  assert.equal(folder.text('x.retry.jsonl'), `${lines.slice(1, 5).join('\n')}\n`);
  const some: RetryRequest = { ...request, overwrite: true, statuses: ['expired', 'missing'] };
  assert.deepEqual(await writeRetry(some), { kind: 'written', written: 2 });
  assert.equal(folder.text('x.retry.jsonl'), `${lines[2]}\n${lines[4]}\n`);
});

test('a merged file serves as well as the files it was made of', async (t) => {
  const folder = folderFor(t);
  const request = prepare(folder);
  await merge(folder.request({ results: request.results }));
  await writeRetry(request);
  const expected = folder.text('x.retry.jsonl');
  const results = [{ path: join(folder.path, 'x.results.jsonl'), attempt: 1 }];
  assert.deepEqual(await writeRetry({ ...request, results, overwrite: true }), {
    kind: 'written',
    written: 4,
  });
  assert.equal(folder.text('x.retry.jsonl'), expected);
});

test('bytes are kept as they are: spelling, broken encoding, CR, no mark, LF at the end', async (t) => {
  const folder = folderFor(t);
  const odd = Buffer.from('  {"custom_id" : "\\u0061", "n":1e400, "s":"\u2028ä\xff"}\t');
  const broken = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const crlf = Buffer.from('\r\n');
  const last = Buffer.from(requestLine('z'));
  const mark = Buffer.from('\ufeff');
  const ok = Buffer.from(requestLine('ok'));
  folder.raw('x.jsonl', Buffer.concat([mark, odd, crlf, crlf, ok, crlf, broken, Buffer.from('\n'), last]));
  const request = prepare(folder);
  folder.raw('x.jsonl', Buffer.concat([mark, odd, crlf, crlf, ok, crlf, broken, Buffer.from('\n'), last]));
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 3 });
  const expected = Buffer.concat([odd, crlf, broken, Buffer.from('\n'), last, Buffer.from('\n')]);
  assert.deepEqual(readFileSync(request.out as string), expected);
});

test('nothing to send again writes nothing', async (t) => {
  const folder = folderFor(t);
  const request = { ...prepare(folder), statuses: [] };
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 0 });
  assert.ok(!existsSync(request.out as string));
  assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl']);
});

test('a file that is there, and any input, is left alone', async (t) => {
  const folder = folderFor(t);
  const request = prepare(folder);
  folder.raw('x.retry.jsonl', 'mine');
  assert.equal((await writeRetry(request)).kind, 'notOurs');
  assert.equal(folder.text('x.retry.jsonl'), 'mine');
  for (const name of ['x.jsonl', 'out.jsonl']) {
    const before = folder.text(name);
    const report = await writeRetry({ ...request, out: join(folder.path, name), overwrite: true });
    assert.equal(report.kind, 'notOurs');
    assert.equal(folder.text(name), before);
  }
});

test('the bytes can go to whoever takes them', async (t) => {
  const folder = folderFor(t);
  const request = prepare(folder);
  const taken: Uint8Array[] = [];
  const out = async (bytes: Uint8Array): Promise<void> => {
    taken.push(bytes);
  };
  await writeRetry({ ...request, out });
  await writeRetry(request);
  assert.equal(Buffer.concat(taken).toString(), folder.text('x.retry.jsonl'));
});

test('what cannot be read is one sentence', async (t) => {
  const folder = folderFor(t);
  const request = prepare(folder);
  assert.equal((await writeRetry({ ...request, requests: join(folder.path, 'none') })).kind, 'notFound');
  assert.equal((await writeRetry({ ...request, out: join(folder.path, 'no', 'x') })).kind, 'notWritable');
  assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl']);
});
