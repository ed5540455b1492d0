// Which answers are taken over: those of requests that are the same to the letter, each once, and nothing else.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { merge, type ReuseReport, type ReuseRequest, reuse } from '#files';
import { expiredLine, type Folder, folderFor, httpErrorLine, okLine, requestLine } from './batchFixture.ts';

function requestFor(folder: Folder, sources: ReuseRequest['sources']): ReuseRequest {
  const place = (name: string): string => join(folder.path, name);
  return { requests: place('x.jsonl'), sources, restOut: place('rest.jsonl'), rowsOut: place('rows.jsonl') };
}

function sourceOf(folder: Folder, id: string, requests: readonly string[], results: readonly string[]) {
  return {
    id,
    requests: folder.lines(`${id}.jsonl`, requests),
    results: [{ path: folder.lines(`${id}.out.jsonl`, results), attempt: 1, trusted: true }],
  };
}

async function reused(request: ReuseRequest): Promise<ReuseReport> {
  const report = await reuse(request);
  assert.equal(report.kind, 'reused');
  return report as ReuseReport;
}

test('how far the look is: bytes of earlier jobs, up to all of them, also of those that are gone or have nothing', async (t) => {
  const folder = folderFor(t);
  const own = requestLine('mine', 'x'.repeat(5000));
  folder.lines('x.jsonl', [own]);
  const sources = [
    sourceOf(folder, 'foreign', [requestLine('other')], [okLine('other')]),
    { id: 'gone', requests: join(folder.path, 'none.jsonl'), results: [] },
    sourceOf(folder, 'old', [own], [okLine('mine', 'y'.repeat(5000))]),
  ];
  const said: (readonly [number, number])[] = [];
  const onProgress = (done: number, total: number): void => void said.push([done, total]);
  const report = await reuse(requestFor(folder, sources), { onProgress });
  assert.ok(report.kind === 'reused' && report.reused === 1);
  const bytes = (name: string): number => Buffer.byteLength(folder.text(name));
  const all = ['foreign', 'old'].reduce(
    (sum, id) => sum + bytes(`${id}.jsonl`) + bytes(`${id}.out.jsonl`),
    0,
  );
  assert.ok(said.length > 3);
  assert.deepEqual(said.at(-1), [all, all]);
  assert.ok(
    said.every(([done, total], at) => total === all && done >= (said[at - 1]?.[0] ?? 0) && done <= all),
  );
});

test('unchanged requests keep their answers; new, changed and failed ones are left, byte for byte', async (t) => {
  const folder = folderFor(t);
  const old = ['same', 'changed', 'failed', 'expired', 'gone'].map((id) => requestLine(id));
  const source = sourceOf(folder, 'old', old, [
    ...[
      okLine('same', 'First'),
      okLine('changed'),
      httpErrorLine('failed'),
      expiredLine('expired'),
      okLine('gone'),
    ],
  ]);
  const rest = [
    requestLine('new'),
    requestLine('changed', 'Other'),
    requestLine('failed'),
    requestLine('expired'),
  ];
  folder.lines('x.jsonl', [rest[0] ?? '', requestLine('same'), ...rest.slice(1)]);
  const request = requestFor(folder, [source]);
  assert.deepEqual(await reused(request), {
    ...{ kind: 'reused', reused: 1, rest: 4 },
    sources: [{ id: 'old', rows: 1, passedOn: false }],
  });
  assert.equal(folder.text('rest.jsonl'), rest.map((line) => `${line}\n`).join(''));
  const [row, ...others] = folder.rows('rows.jsonl');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [row?.custom_id, row?.status, row?.text, row?.cost_usd, row?.attempt],
    ['same', 'succeeded', 'First', 0, 0],
  );
});

test('merged with what was sent, every request has its row, and only that is paid for and used', async (t) => {
  const folder = folderFor(t);
  const source = sourceOf(folder, 'old', [requestLine('a')], [okLine('a', 'Old')]);
  folder.lines('x.jsonl', [requestLine('b'), requestLine('a')]);
  const request = requestFor(folder, [source]);
  await reused(request);
  const path = folder.lines('out.jsonl', [okLine('b', 'New')]);
  const results = [
    { path: request.rowsOut, attempt: 0, trusted: true },
    { path, attempt: 1, trusted: true },
  ];
  const report = await merge(folder.request({ results }));
  if (report.kind !== 'merged') throw new Error(report.message);
  assert.deepEqual(
    folder
      .rows('x.results.jsonl')
      .map(({ line, custom_id, text, attempt }) => [line, custom_id, text, attempt]),
    [
      [1, 'b', 'New', 1],
      [2, 'a', 'Old', 0],
    ],
  );
  assert.equal(report.usage?.input_tokens, 1000);
  const alone = await merge(
    folder.request({ results: [results[1]!], requests: folder.lines('b.jsonl', [requestLine('b')]) }),
  );
  assert.equal(report.costUsd, alone.kind === 'merged' ? alone.costUsd : undefined);
  // Reused rows can be reused again: their answers are passed on.
  const later = {
    id: 'later',
    requests: folder.lines('later.jsonl', [requestLine('b'), requestLine('a')]),
    results,
  };
  const again = await reused({ ...request, sources: [later], rowsOut: join(folder.path, 'rows2.jsonl') });
  assert.deepEqual(again.sources, [{ id: 'later', rows: 2, passedOn: true }]);
  assert.equal(again.rest, 0);
});

test('of two jobs the first named counts, and each request has one row', async (t) => {
  const folder = folderFor(t);
  const newer = sourceOf(
    folder,
    'newer',
    [requestLine('a'), requestLine('b')],
    [okLine('a', 'New'), httpErrorLine('b')],
  );
  const older = sourceOf(
    folder,
    'older',
    [requestLine('a'), requestLine('b')],
    [okLine('a', 'Old'), okLine('b', 'Old')],
  );
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b'), requestLine('c')]);
  const report = await reused(requestFor(folder, [newer, older]));
  assert.deepEqual([report.reused, report.rest], [2, 1]);
  assert.deepEqual(
    folder.rows('rows.jsonl').map(({ custom_id, text }) => [custom_id, text]),
    [
      ['a', 'New'],
      ['b', 'Old'],
    ],
  );
});

test('nothing in common writes nothing; a source that is gone is passed over', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a')]);
  const other = sourceOf(folder, 'other', [requestLine('a', 'Else')], [okLine('a')]);
  const gone = { id: 'gone', requests: join(folder.path, 'none.jsonl'), results: [] };
  const request = requestFor(folder, [gone, other]);
  assert.deepEqual(await reused(request), { kind: 'reused', reused: 0, rest: 1, sources: [] });
  assert.ok(!existsSync(request.restOut));
  assert.ok(!existsSync(request.rowsOut));
});

test("an id that two requests have is nobody's: both are left", async (t) => {
  const folder = folderFor(t);
  const source = sourceOf(folder, 'old', [requestLine('a')], [okLine('a')]);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('a'), requestLine('b')]);
  const report = await reused(requestFor(folder, [source]));
  assert.deepEqual([report.reused, report.sources], [0, []]);
});

test('space around a line and its end make no difference', async (t) => {
  const folder = folderFor(t);
  const source = sourceOf(folder, 'old', [requestLine('a'), requestLine('b')], [okLine('a'), okLine('b')]);
  folder.raw('x.jsonl', `\ufeff${requestLine('a')}\r\n\n  ${requestLine('b')} \n${requestLine('c')}`);
  const report = await reused(requestFor(folder, [source]));
  assert.deepEqual([report.reused, report.rest], [2, 1]);
  assert.equal(folder.text('rest.jsonl'), `${requestLine('c')}\n`);
});
