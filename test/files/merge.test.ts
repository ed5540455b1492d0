// Does merge account for every request and every result, and touch nothing that is not its own?
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type MergeReport, type MergeRequest, merge, toMergeReportJson } from '#files';
import { expiredLine, type Folder, folderFor, httpErrorLine, okLine, requestLine } from './batchFixture.ts';

async function merged(request: MergeRequest): Promise<MergeReport> {
  const report = await merge(request);
  assert.equal(report.kind, 'merged', JSON.stringify(report));
  return report as MergeReport;
}

/** Merges lines given for x.jsonl and one results file of attempt 1. */
async function mergeLines(
  test: TestContext,
  requests: readonly string[],
  results: readonly string[],
  more: Partial<MergeRequest> = {},
): Promise<{ readonly folder: Folder; readonly report: MergeReport }> {
  const folder = folderFor(test);
  folder.lines('x.jsonl', requests);
  const path = folder.lines('out.jsonl', results);
  const report = await merged(folder.request({ results: [{ path, attempt: 1 }], ...more }));
  return { folder, report };
}

test('rows come in source order whatever the order of the results, each with its cost', async (t) => {
  const { folder, report } = await mergeLines(
    t,
    ['a', 'b', 'c', 'd'].map((id) => requestLine(id)),
    [expiredLine('d'), okLine('c', 'C'), httpErrorLine('b'), okLine('a', 'A')],
  );
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(
    rows.map((row) => [row.line, row.custom_id, row.status, row.text, row.cost_usd, row.error?.code ?? null]),
    [
      [1, 'a', 'succeeded', 'A', 0.000075, null],
      [2, 'b', 'failed', null, null, 'rate_limit_exceeded'],
      [3, 'c', 'succeeded', 'C', 0.000075, null],
      [4, 'd', 'expired', null, null, 'batch_expired'],
    ],
  );
  assert.deepEqual(report.rows, {
    succeeded: 2,
    failed: 1,
    expired: 1,
    cancelled: 0,
    missing: 0,
    surplus: 0,
  });
  assert.equal(report.requests, 4);
  assert.equal(report.costUsd, 0.00015);
  assert.equal(report.usage?.output_tokens, 200);
  assert.equal(report.surplusOut, null);
  assert.ok(!existsSync(join(folder.path, 'x.surplus.jsonl')));
  assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl', 'x.results.jsonl']);
});

test('request and response are spliced in as they were written', async (t) => {
  const request =
    '{"custom_id" : "a\\u0041", "body":{"seed":12345678901234567890, "t":1.0, "s":"\u2028ä😀"}}  ';
  const response = '{ "status_code":200,"body":{"x":1.50, "x":2, "é":"\\u00e9"}}';
  const { folder } = await mergeLines(t, [request], [`{"custom_id":"aA","response" :${response}}`]);
  const text = folder.text('x.results.jsonl');
  assert.ok(text.endsWith(`"attempt":1,"request":${request},"response":${response}}\n`));
});

test('what no result came for is as the batch ended', async (t) => {
  for (const absent of ['missing', 'cancelled', 'expired'] as const) {
    const { folder, report } = await mergeLines(t, [requestLine('a'), requestLine('b')], [okLine('b')], {
      absent: [{ fromLine: 0, status: absent }],
    });
    const [first] = folder.rows('x.results.jsonl');
    assert.equal(first?.status, absent);
    assert.equal(first?.response, null);
    assert.ok(first?.error?.message);
    assert.equal(report.rows[absent], 1);
  }
});

test('all failed: an output file of nothing, or none at all', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a')]);
  const empty = folder.raw('out.jsonl', '');
  const errors = folder.lines('errors.jsonl', [httpErrorLine('a', 400, 'invalid_value')]);
  const results = [empty, errors].map((path) => ({ path, attempt: 1 }));
  assert.equal((await merged(folder.request({ results }))).rows.failed, 1);
  const none = await merged(folder.request({ results: [] }));
  assert.equal(none.rows.missing, 1);
  assert.equal(none.costUsd, 0);
});

test('results that could belong to several requests, or to none, are kept aside and never guessed', async (t) => {
  const results = [
    okLine('twice', 'first'),
    okLine('twice', 'second'),
    okLine(null),
    okLine(7),
    okLine('stranger'),
    okLine('one'),
    '{"custom_id":"cut","response":{"status_co',
  ];
  const requests = ['twice', 'one', null, 'twice', 7, 'cut', undefined].map((id) => requestLine(id));
  const { folder, report } = await mergeLines(t, requests, results);
  assert.deepEqual(
    folder.rows('x.results.jsonl').map((row) => [row.custom_id, row.status, row.error?.code ?? null]),
    [
      ['twice', 'missing', 'ambiguous_result'],
      ['one', 'succeeded', null],
      [null, 'missing', 'ambiguous_result'],
      ['twice', 'missing', 'ambiguous_result'],
      [null, 'missing', 'ambiguous_result'],
      ['cut', 'missing', 'unreadable_result'],
      [null, 'missing', 'ambiguous_result'],
    ],
  );
  const kept = results.filter((line) => line !== results[5]);
  assert.equal(folder.text('x.surplus.jsonl'), kept.map((line) => `${line}\n`).join(''));
  assert.equal(report.rows.surplus, 6);
  assert.deepEqual(
    report.surplus.map(({ line, reason }) => [line, reason]),
    [
      [0, 'sharedId'],
      [1, 'sharedId'],
      [2, 'noId'],
      [3, 'noId'],
      [4, 'unknownId'],
      [6, 'unreadable'],
    ],
  );
  assert.equal(report.unreadable.length, 1);
  assert.equal(report.unreadable[0]?.line, 6);
});

test('what is answered and can be matched to no request was paid for: the cost is not known, never nothing', async (t) => {
  const alike = [requestLine('twice'), requestLine('twice'), requestLine('one')];
  const { report } = await mergeLines(t, alike, [okLine('twice'), okLine('twice'), okLine('one')]);
  assert.deepEqual([report.costUsd, report.unpricedRows], [null, 2]);
  const nameless = await mergeLines(t, [requestLine(undefined)], [okLine(null)]);
  assert.deepEqual([nameless.report.costUsd, nameless.report.unpricedRows], [null, 1]);
  // Nothing says that these were answered: their batch may have been refused for what is in it.
  const refused = await mergeLines(t, alike, [okLine('one')]);
  assert.deepEqual([refused.report.rows.missing, refused.report.unpricedRows], [2, 0]);
  assert.equal(refused.report.errors[0]?.code, 'duplicate_custom_id');
  // Rows of an earlier merge that say themselves that there is none are no answers.
  const folder = refused.folder;
  const path = folder.raw('again.jsonl', folder.text('x.results.jsonl'));
  const again = await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  assert.deepEqual([again.unpricedRows, again.errors[0]?.code], [0, 'duplicate_custom_id']);
});

test('a last line that was cut off before its id may be the answer of any request that has none', async (t) => {
  const torn = '{"id":"batch_req_2","cust';
  const { folder, report } = await mergeLines(t, [requestLine('a'), requestLine('b')], [okLine('a'), torn]);
  const [, row] = folder.rows('x.results.jsonl');
  assert.deepEqual([row?.status, row?.error?.code], ['missing', 'unreadable_result']);
  assert.match(row?.error?.message ?? '', /some lines of the results cannot be read/);
  assert.deepEqual([report.costUsd, report.unpricedRows], [null, 1]);
  assert.equal(report.unreadable.length, 1);
  const whole = await mergeLines(t, [requestLine('a')], [okLine('a'), torn]);
  assert.equal(whole.report.unpricedRows, 0);
});

test('two results for one request: one stands, both are reported', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  const first = folder.lines('out1.jsonl', [okLine('a', 'old'), httpErrorLine('b')]);
  const second = folder.lines('out2.jsonl', [httpErrorLine('a'), okLine('b', 'new')]);
  const results = [
    { path: second, attempt: 2 },
    { path: first, attempt: 1 },
  ];
  const report = await merged(folder.request({ results }));
  assert.deepEqual(
    folder.rows('x.results.jsonl').map((row) => [row.status, row.text, row.attempt]),
    [
      ['succeeded', 'old', 1],
      ['succeeded', 'new', 2],
    ],
  );
  assert.deepEqual(report.duplicates, [
    {
      customId: 'a',
      chosen: { path: first, line: 0, attempt: 1, status: 'succeeded' },
      others: [{ path: second, line: 0, attempt: 2, status: 'failed' }],
    },
    {
      customId: 'b',
      chosen: { path: second, line: 1, attempt: 2, status: 'succeeded' },
      others: [{ path: first, line: 1, attempt: 1, status: 'failed' }],
    },
  ]);
  assert.equal(report.rows.surplus, 0);
});

test('an unreadable result does not hide a good one', async (t) => {
  const cut = okLine('a').slice(0, -5);
  const { folder, report } = await mergeLines(t, [requestLine('a')], [cut, okLine('a', 'good'), cut]);
  assert.equal(folder.rows('x.results.jsonl')[0]?.text, 'good');
  assert.equal(report.unreadable.length, 2);
  assert.equal(folder.text('x.surplus.jsonl'), `${cut}\n${cut}\n`);
});

test('blank lines are no requests, broken ones are rows, line numbers are those of the source', async (t) => {
  const folder = folderFor(t);
  folder.raw('x.jsonl', `\ufeff${requestLine('a')}\r\n\r\n  \n{"custom_id":"b",\n\n[1]\n${requestLine('c')}`);
  const path = folder.raw('out.jsonl', `\ufeff${okLine('c')}\r\n\r\n${okLine('b')}\n${okLine('a')}`);
  const report = await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(
    rows.map((row) => [row.line, row.custom_id, row.status, row.error?.code ?? null]),
    [
      [1, 'a', 'succeeded', null],
      [4, null, 'missing', 'broken_request'],
      [6, null, 'missing', 'no_custom_id'],
      [7, 'c', 'succeeded', null],
    ],
  );
  assert.equal(rows[1]?.request, '{"custom_id":"b",');
  assert.deepEqual(rows[2]?.request, [1]);
  assert.deepEqual(report.surplus[0]?.reason, 'unknownId');
});

test('ids that are names of built-in things are ids', async (t) => {
  const ids = ['__proto__', 'constructor', 'toString', ''];
  const { report } = await mergeLines(
    t,
    ids.map((id) => requestLine(id)),
    ids.map((id) => okLine(id)),
  );
  assert.equal(report.rows.succeeded, 4);
});

test('no price for a model makes the total unknown, not smaller', async (t) => {
  const strange = okLine('b').replace('gpt-6-luna', 'nobody-knows');
  const { folder, report } = await mergeLines(
    t,
    [requestLine('a'), requestLine('b')],
    [okLine('a'), strange],
  );
  assert.equal(report.costUsd, null);
  assert.equal(report.unpricedRows, 1);
  assert.equal(folder.rows('x.results.jsonl')[1]?.cost_usd, null);
});

test('an earlier merge counts as results of its attempts, and keeps what it had set aside', async (t) => {
  const { folder } = await mergeLines(
    t,
    ['a', 'b', 'c'].map((id) => requestLine(id)),
    [okLine('a', 'A'), httpErrorLine('b'), okLine('stranger')],
  );
  const before = folder.rows('x.results.jsonl');
  const again = folder.lines('again.jsonl', [okLine('b', 'B'), okLine('other')]);
  const results = [
    { path: join(folder.path, 'x.results.jsonl'), attempt: 7 },
    { path: again, attempt: 2 },
  ];
  const report = await merged(folder.request({ results }));
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(rows[0], before[0]);
  assert.deepEqual(
    rows.map((row) => [row.status, row.text, row.attempt]),
    [
      ['succeeded', 'A', 1],
      ['succeeded', 'B', 2],
      ['missing', null, 7],
    ],
  );
  assert.deepEqual(report.rows, {
    succeeded: 2,
    failed: 0,
    expired: 0,
    cancelled: 0,
    missing: 1,
    surplus: 2,
  });
  assert.equal(folder.text('x.surplus.jsonl'), `${okLine('stranger')}\n${okLine('other')}\n`);
});

test('a merge is repeatable, and its surplus goes when it has found its place', async (t) => {
  const { folder } = await mergeLines(t, [requestLine('a')], [okLine('b')]);
  assert.ok(existsSync(join(folder.path, 'x.surplus.jsonl')));
  const results = [{ path: join(folder.path, 'out.jsonl'), attempt: 1 }];
  const first = folder.text('x.results.jsonl');
  await merged(folder.request({ results }));
  assert.equal(folder.text('x.results.jsonl'), first);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  await merged(folder.request({ results }));
  assert.ok(!existsSync(join(folder.path, 'x.surplus.jsonl')));
});

test('a file that is not ours is left alone, whatever it is', async (t) => {
  const contents = [
    'my notes\n',
    `${requestLine('a')}\n`,
    `${okLine('a')}\n`,
    '{"line":1,"custom_id":"a","status":"lost","attempt":1,"request":{}}\n',
    '{"line":1,"custom_id":"a"',
    '\n',
  ];
  for (const content of contents) {
    const folder = folderFor(t);
    folder.lines('x.jsonl', [requestLine('a')]);
    const results = [{ path: folder.lines('out.jsonl', [okLine('a')]), attempt: 1 }];
    const out = folder.raw('x.results.jsonl', content);
    const report = await merge(folder.request({ results }));
    assert.equal(report.kind, 'notOurs', content);
    assert.equal(report.kind === 'notOurs' && report.path, out);
    assert.equal(folder.text('x.results.jsonl'), content);
    assert.equal(readdirSync(folder.path).length, 3);
  }
});

test('a surplus file that is not ours stops a merge that needs it, and no other', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a')]);
  folder.raw('x.surplus.jsonl', 'surplus of the warehouse\n');
  const good = [{ path: folder.lines('out.jsonl', [okLine('a')]), attempt: 1 }];
  const left = [{ path: folder.lines('left.jsonl', [okLine('b')]), attempt: 1 }];
  assert.equal((await merge(folder.request({ results: left }))).kind, 'notOurs');
  assert.ok(!existsSync(join(folder.path, 'x.results.jsonl')));
  await merged(folder.request({ results: good }));
  assert.equal(folder.text('x.surplus.jsonl'), 'surplus of the warehouse\n');
});

test('the requests are never written over', async (t) => {
  const { folder } = await mergeLines(t, [requestLine('a')], [okLine('a')]);
  const path = join(folder.path, 'x.results.jsonl');
  const before = folder.text('x.results.jsonl');
  const report = await merge(folder.request({ requests: path, results: [{ path, attempt: 1 }] }));
  assert.equal(report.kind, 'notOurs');
  assert.equal(folder.text('x.results.jsonl'), before);
});

test('what cannot be read or written is one sentence, and leaves nothing behind', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a')]);
  const path = folder.lines('out.jsonl', [okLine('a')]);
  mkdirSync(join(folder.path, 'folder'));
  const results = [{ path, attempt: 1 }];
  const nowhere = join(folder.path, 'nowhere', 'x.jsonl');
  const cases: readonly [Partial<MergeRequest>, string][] = [
    [{ requests: nowhere }, 'notFound'],
    [{ results: [{ path: nowhere, attempt: 1 }] }, 'notFound'],
    [{ requests: join(folder.path, 'folder') }, 'notReadable'],
    [{ requests: '/dev/null' }, 'notReadable'],
    [{ results: [{ path: join(folder.path, 'x.jsonl'), attempt: 1 }] }, 'notResults'],
    [{ results: [{ path: folder.lines('notes.txt', ['hello', 'there']), attempt: 1 }] }, 'notResults'],
    [{ out: nowhere }, 'notWritable'],
    [{ out: join(folder.path, 'folder') }, 'notOurs'],
    [
      { results: [{ path: folder.lines('more.jsonl', [okLine('b')]), attempt: 1 }], surplusOut: nowhere },
      'notWritable',
    ],
  ];
  const before = readdirSync(folder.path).sort();
  for (const [more, kind] of cases) {
    const report = await merge(folder.request({ results, ...more }));
    assert.equal(report.kind, kind, JSON.stringify(more));
    assert.match(report.kind === 'merged' ? '' : report.message, /^\S.*\.$/);
    assert.deepEqual(readdirSync(folder.path).sort(), before);
  }
});

test('no room for the merged file: one sentence, and nothing half written', async (t) => {
  const ids = Array.from({ length: 500 }, (_, at) => `id-${at}`);
  const folder = folderFor(t);
  folder.lines(
    'x.jsonl',
    ids.map((id) => requestLine(id)),
  );
  const path = folder.lines(
    'out.jsonl',
    ids.map((id) => okLine(id)),
  );
  const request = JSON.stringify(folder.request({ results: [{ path, attempt: 1 }] }));
  const script = `import { merge } from '#files'; console.log(JSON.stringify(await merge(${request})));`;
  // In blocks of 512 bytes or of 1 KB: either way less than the 400 KB that are to be written.
  const limited = `ulimit -f 100; exec "$0" "$@"`;
  const node = [
    ...process.execArgv.filter((flag) => !flag.startsWith('--test')),
    '--input-type=module',
    '-e',
    script,
  ];
  const run = spawnSync('sh', ['-c', limited, process.execPath, ...node], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  const report = JSON.parse(run.stdout);
  assert.equal(report.kind, 'notWritable');
  assert.match(report.message, /x\.results\.jsonl could not be written: /);
  assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl']);
});

test('a download cut off within its first line is still one of results', async (t) => {
  const { report } = await mergeLines(t, [requestLine('a')], [okLine('a').slice(0, 80)]);
  assert.deepEqual([report.rows.missing, report.rows.surplus, report.unreadable.length], [1, 1, 1]);
});

test('a file that changes while it is joined stops the merge', async (t) => {
  const folder = folderFor(t);
  const requests = folder.lines('x.jsonl', [requestLine('a')]);
  const path = folder.lines('out.jsonl', [okLine('a')]);
  let changed = false;
  const onProgress = (): void => {
    if (!changed) writeFileSync(requests, `${requestLine('b')}\n${requestLine('c')}\n`);
    changed = true;
  };
  const report = await merge(folder.request({ results: [{ path, attempt: 1 }] }), { onProgress });
  assert.equal(report.kind, 'changed');
  assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl']);
});

test('a merge can be cancelled and leaves nothing behind', async (t) => {
  const folder = folderFor(t);
  const ids = Array.from({ length: 2000 }, (_, at) => `id-${at}`);
  folder.lines(
    'x.jsonl',
    ids.map((id) => requestLine(id)),
  );
  const path = folder.lines(
    'out.jsonl',
    ids.map((id) => okLine(id)),
  );
  const results = [{ path, attempt: 1 }];
  for (const share of [0, 0.3, 0.7]) {
    const controller = new AbortController();
    const onProgress = (done: number, total: number): void => {
      if (done >= share * total) controller.abort();
    };
    const { signal } = controller;
    await assert.rejects(merge(folder.request({ results }), { signal, onProgress }), { name: 'AbortError' });
    assert.deepEqual(readdirSync(folder.path).sort(), ['out.jsonl', 'x.jsonl']);
  }
});

test('what a killed process left is removed, what a living one writes is not', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [requestLine('a')]);
  const path = folder.lines('out.jsonl', [okLine('a')]);
  let own = '';
  const onProgress = (): void => {
    own = readdirSync(folder.path).find((name) => name.endsWith('.tmp')) ?? own;
  };
  await merge(folder.request({ results: [{ path, attempt: 1 }] }), { onProgress });
  assert.ok(own.includes(`-${process.pid}-`), own);
  const dead = own.replace(`-${process.pid}-`, '-2147483646-');
  const living = own.replace(`-${process.pid}-`, `-${process.ppid}-`);
  folder.raw(dead, '');
  folder.raw(living, '');
  folder.raw('.llm-batch-notes.tmp', '');
  await merge(folder.request({ results: [{ path, attempt: 1 }] }));
  const left = readdirSync(folder.path).filter((name) => name.endsWith('.tmp'));
  assert.deepEqual(left.sort(), [living, '.llm-batch-notes.tmp'].sort());
});

test('a link stays a link', async (t) => {
  const { folder } = await mergeLines(t, [requestLine('a')], [okLine('a')]);
  const link = join(folder.path, 'link.jsonl');
  symlinkSync(join(folder.path, 'x.results.jsonl'), link);
  folder.lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  await merged(
    folder.request({ results: [{ path: join(folder.path, 'out.jsonl'), attempt: 1 }], out: link }),
  );
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(folder.rows('x.results.jsonl').length, 2);
});

test('the JSON of a merge counts lines from 1', async (t) => {
  const { folder, report } = await mergeLines(
    t,
    [requestLine('a'), requestLine('b')],
    [httpErrorLine('b'), okLine('c'), 'garbage', okLine('a'), okLine('a')],
  );
  const path = join(folder.path, 'out.jsonl');
  const chosen = { path, line: 5, attempt: 1, status: 'succeeded' };
  assert.deepEqual(toMergeReportJson(report), {
    out: join(folder.path, 'x.results.jsonl'),
    surplus_out: join(folder.path, 'x.surplus.jsonl'),
    requests: 2,
    rows: { succeeded: 1, failed: 1, expired: 0, cancelled: 0, missing: 0, surplus: 2 },
    cost_usd: 0.000075,
    unpriced_rows: 0,
    usage: {
      ...{ input_tokens: 1000, output_tokens: 100 },
      ...{ cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
    },
    errors: [
      {
        ...{ status: 'failed', code: 'rate_limit_exceeded', message: 'Slow down.', count: 1 },
        example: { custom_id: 'b', line: 2, message: 'Slow down.' },
      },
    ],
    ...{ notes: [], unchecked_answers: 0 },
    duplicates: [{ custom_id: 'a', chosen, others: [{ ...chosen, line: 4 }] }],
    surplus: [
      { path, line: 2, custom_id: 'c', reason: 'unknown_id' },
      { path, line: 3, custom_id: null, reason: 'unreadable' },
    ],
    unreadable: [{ path, line: 3, message: 'It is not JSON; it may have been cut off.' }],
  });
  assert.equal(readFileSync(join(folder.path, 'x.surplus.jsonl'), 'utf8'), `${okLine('c')}\ngarbage\n`);
});
