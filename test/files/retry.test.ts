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
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 4, hopeless: 0 });
  const lines = folder.text('x.jsonl').split('\n');
  assert.equal(folder.text('x.retry.jsonl'), `${lines.slice(1, 5).join('\n')}\n`);
  const some: RetryRequest = { ...request, overwrite: true, statuses: ['expired', 'missing'] };
  assert.deepEqual(await writeRetry(some), { kind: 'written', written: 2, hopeless: 0 });
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
    hopeless: 0,
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
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 3, hopeless: 1 });
  const expected = Buffer.concat([odd, crlf, broken, Buffer.from('\n'), last, Buffer.from('\n')]);
  assert.deepEqual(readFileSync(request.out as string), expected);
});

test('nothing to send again writes nothing', async (t) => {
  const folder = folderFor(t);
  const request = { ...prepare(folder), statuses: [] };
  assert.deepEqual(await writeRetry(request), { kind: 'written', written: 0, hopeless: 0 });
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

test('answers that are not what was asked for go again by choice; what fails again is left out by choice', async (t) => {
  const folder = folderFor(t);
  const requests = folder.lines(
    'x.jsonl',
    ['ok', 'cut', 'bad', 'busy'].map((id) => requestLine(id)),
  );
  const path = folder.lines('out.jsonl', [
    okLine('ok'),
    okLine('cut').replace('"finish_reason":"stop"', '"finish_reason":"length"'),
    httpErrorLine('bad', 400, 'invalid_value'),
    httpErrorLine('busy'),
  ]);
  const request = { requests, results: [{ path, attempt: 1 }], out: join(folder.path, 'r.jsonl') };
  const ids = (): readonly unknown[] =>
    folder
      .text('r.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
  await writeRetry(request);
  assert.deepEqual(ids(), ['bad', 'busy']);
  const also = await writeRetry({ ...request, notes: ['truncated'], overwrite: true });
  assert.deepEqual([also, ids()], [{ kind: 'written', written: 3, hopeless: 1 }, ['cut', 'bad', 'busy']]);
  const hopeful = await writeRetry({ ...request, onlyHopeful: true, overwrite: true });
  assert.deepEqual([hopeful, ids()], [{ kind: 'written', written: 1, hopeless: 1 }, ['busy']]);
});

test('an answer that was asked for again is replaced by the next that succeeds, and both were paid for', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  const cut = (id: string): string =>
    okLine(id, 'Cut').replace('"finish_reason":"stop"', '"finish_reason":"length"');
  const first = { path: folder.lines('1.jsonl', [cut('a'), cut('b')]), attempt: 1 };
  const second = { path: folder.lines('2.jsonl', [okLine('a', 'Whole'), httpErrorLine('b')]), attempt: 2 };
  const once = await merge(folder.request({ results: [first] }));
  const twice = await merge(folder.request({ results: [first, second] }));
  if (once.kind !== 'merged' || twice.kind !== 'merged') throw new Error('not merged');
  assert.deepEqual(
    folder.rows('x.results.jsonl').map(({ text, attempt }) => [text, attempt]),
    [
      ['Whole', 2],
      ['Cut', 1],
    ],
  );
  assert.equal(once.otherUsd, 0);
  assert.ok(twice.costUsd !== null && once.costUsd === twice.costUsd);
  assert.equal(twice.otherUsd, (once.costUsd ?? 0) / 2);
  const doubled = { ...first, path: folder.lines('3.jsonl', [cut('a'), cut('b'), cut('a')]) };
  const turned = await merge(folder.request({ results: [second, doubled] }));
  assert.equal(
    turned.kind === 'merged' && turned.otherUsd,
    twice.otherUsd,
    'a line that is there twice was paid once',
  );
});

test('what a torn result has cost is not known', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  const path = folder.lines('1.jsonl', [okLine('a'), okLine('b').slice(0, -40)]);
  const report = await merge(folder.request({ results: [{ path, attempt: 1 }] }));
  assert.ok(report.kind === 'merged');
  assert.deepEqual([report.rows.missing, report.costUsd, report.unpricedRows], [1, null, 1]);
});
