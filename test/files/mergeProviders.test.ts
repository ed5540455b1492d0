// Does a merge of Anthropic's and Gemini's files give the same rows as one of OpenAI's: joined, priced, noted, retried?
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultConfiguration, noteSentence } from '#core';
import { type MergeReport, merge, reportResults, writeRetry } from '#files';
import { folderFor, requestLine } from './batchFixture.ts';

const schema = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};

function claudeRequest(id: string): string {
  const format = { type: 'json_schema', schema };
  const params = { model: 'claude-opus-5', max_tokens: 10, messages: [], output_config: { format } };
  return JSON.stringify({ custom_id: id, params });
}

function claudeResult(id: string, text: string, reason = 'end_turn'): string {
  const usage = { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 10 };
  const message = {
    type: 'message',
    model: 'claude-opus-5',
    content: [{ type: 'text', text }],
    stop_reason: reason,
    usage,
  };
  return JSON.stringify({ custom_id: id, result: { type: 'succeeded', message } });
}

function geminiRequest(key: string, more: object = {}): string {
  return JSON.stringify({ key, request: { contents: [{ parts: [{ text: 'x' }] }], ...more } });
}

function geminiResult(key: string, text: string): string {
  const candidates = [{ content: { parts: [{ text }] }, finishReason: 'STOP' }];
  const usageMetadata = { promptTokenCount: 1000, candidatesTokenCount: 100, thoughtsTokenCount: 50 };
  return JSON.stringify({ key, response: { candidates, usageMetadata, modelVersion: 'gemini-2.5-flash' } });
}

async function merged(request: Parameters<typeof merge>[0]): Promise<MergeReport> {
  const report = await merge(request);
  assert.equal(report.kind, 'merged');
  return report as MergeReport;
}

test('Anthropic: rows in source order, cache priced, answers held against their schema, what did not run sent again', async (t) => {
  const folder = folderFor(t);
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const requests = folder.lines('x.jsonl', ids.map(claudeRequest));
  const error = { type: 'error', error: { type: 'invalid_request_error', message: 'bad 7' } };
  const path = folder.lines('results.jsonl', [
    JSON.stringify({ custom_id: 'e', result: { type: 'expired' } }),
    claudeResult('c', '{"n": 1.5}'),
    JSON.stringify({ custom_id: 'b', result: { type: 'errored', error } }),
    claudeResult('a', '{"n": 1}'),
    claudeResult('d', '{"n": 1', 'max_tokens'),
    JSON.stringify({ custom_id: 'z', result: { type: 'canceled' } }),
  ]);
  const results = [{ path, attempt: 1 }];
  const report = await merged(folder.request({ results }));
  assert.deepEqual(report.rows, {
    succeeded: 3,
    failed: 1,
    expired: 1,
    cancelled: 0,
    missing: 1,
    surplus: 1,
  });
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(
    rows.map(({ custom_id, status, note }) => [custom_id, status, note?.code ?? null]),
    [
      ...[
        ['a', 'succeeded', null],
        ['b', 'failed', null],
        ['c', 'succeeded', 'schema_invalid'],
      ],
      ...[
        ['d', 'succeeded', 'truncated'],
        ['e', 'expired', null],
        ['f', 'missing', null],
      ],
    ],
  );
  assert.deepEqual(
    rows.map(({ request }) => JSON.stringify(request)),
    ids.map(claudeRequest),
  );
  // 100 fresh at 2.5, 900 from the cache at 0.25, 10 out at 12.5 per million.
  assert.equal(rows[0]?.cost_usd, (100 * 2.5 + 900 * 0.25 + 10 * 12.5) / 1e6);
  assert.deepEqual(
    report.notes.map(({ code, count, example }) => [code, count, example.customId]),
    [
      ['truncated', 1, 'd'],
      ['schema_invalid', 1, 'c'],
    ].toSorted(),
  );
  assert.match(rows[2]?.note?.message ?? '', /answer\.n must be a whole number/);
  const again = folder.raw('again.jsonl', '');
  await writeRetry({ requests, results, out: again, overwrite: true });
  assert.equal(folder.text('again.jsonl'), ['b', 'e', 'f'].map((id) => `${claudeRequest(id)}\n`).join(''));
});

test('Gemini: joined by key, priced by the model that the batch was made for, a second merge says the same', async (t) => {
  const folder = folderFor(t);
  const json = {
    generationConfig: {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', required: ['n'] },
    },
  };
  folder.lines('x.jsonl', [
    geminiRequest('k1'),
    geminiRequest('k 2', json),
    geminiRequest('k3'),
    geminiRequest('k4'),
  ]);
  const path = folder.lines('responses.jsonl', [
    geminiResult('k 2', '{}'),
    JSON.stringify({ key: 'k3', error: { code: 13, message: 'Internal.' } }),
    geminiResult('k1', 'hello').replace('gemini-2.5-flash', 'gemini-of-tomorrow'),
    JSON.stringify({
      key: 'k4',
      response: { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5 } },
    }),
  ]);
  const request = folder.request({ results: [{ path, attempt: 1 }], model: 'gemini-2.5-flash' });
  const report = await merged(request);
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(
    rows.map(({ custom_id, status, text, note, error }) => [
      custom_id,
      status,
      text,
      note?.code ?? error?.code,
    ]),
    [
      ...[
        ['k1', 'succeeded', 'hello', undefined],
        ['k 2', 'succeeded', '{}', 'schema_invalid'],
      ],
      ...[
        ['k3', 'failed', null, 'INTERNAL'],
        ['k4', 'succeeded', null, 'blocked'],
      ],
    ],
  );
  // 0.15 in and 1.25 out per million in batch; thoughts are output.
  assert.equal(rows[0]?.cost_usd, (1000 * 0.15 + 150 * 1.25) / 1e6);
  assert.equal(report.costUsd, (2 * (1000 * 0.15 + 150 * 1.25) + 5 * 0.15) / 1e6);
  const first = folder.text('x.results.jsonl');
  const results = [{ path: request.out, attempt: 1 }];
  const second = await merged({
    ...request,
    results,
    out: `${folder.path}/y.results.jsonl`,
    surplusOut: `${folder.path}/y.surplus.jsonl`,
  });
  assert.equal(folder.text('y.results.jsonl'), first);
  assert.deepEqual(second.notes, report.notes);
});

test('prices at once where the requests were answered at once', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [claudeRequest('a')]);
  const path = folder.lines('out.jsonl', [claudeResult('a', '{"n":1}')]);
  const batch = await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  const standard = await merged(folder.request({ results: [{ path, attempt: 1 }], prices: 'standard' }));
  assert.equal(standard.costUsd, 2 * (batch.costUsd ?? Number.NaN));
});

test('a thousand different schemas: every answer is held against its own, in little memory', async (t) => {
  const folder = folderFor(t);
  const count = 3000;
  const padding = 'p'.repeat(2000);
  const line = (at: number): string => {
    const own = { type: 'object', title: padding, required: [`f${at}`] };
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: own } };
    const body = { model: 'gpt-6-luna', messages: [], response_format };
    return JSON.stringify({ custom_id: `r${at}`, method: 'POST', url: '/v1/chat/completions', body });
  };
  const answer = (at: number): string => {
    const content = JSON.stringify({ [`f${at % 100 === 7 ? 'x' : at}`]: 1 });
    const choices = [{ message: { content }, finish_reason: 'stop' }];
    const body = { model: 'gpt-6-luna', choices, usage: { prompt_tokens: 1, completion_tokens: 1 } };
    return JSON.stringify({ custom_id: `r${at}`, response: { status_code: 200, body }, error: null });
  };
  const all = Array.from({ length: count }, (_, at) => at);
  folder.lines('x.jsonl', all.map(line));
  const path = folder.lines('out.jsonl', all.map(answer));
  const report = await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  assert.deepEqual(
    report.notes.map(({ code, count: rows }) => [code, rows]),
    [['schema_invalid', count / 100]],
  );
  assert.equal(report.uncheckedAnswers, 0);
});

test('a report: shares, costs at once, reasons, errors by what their messages have in common', async (t) => {
  const folder = folderFor(t);
  folder.lines(
    'x.jsonl',
    ['a', 'b', 'c', 'd'].map((id) => requestLine(id)),
  );
  const refused = (id: string, words: string): string =>
    JSON.stringify({
      custom_id: id,
      response: { status_code: 429, body: { error: { message: words, code: 'rate_limit_exceeded' } } },
      error: null,
    });
  const choices = [{ message: { content: 'ha' }, finish_reason: 'length' }];
  const body = { model: 'gpt-6-luna', choices, usage: { prompt_tokens: 1000, completion_tokens: 100 } };
  const path = folder.lines('out.jsonl', [
    JSON.stringify({ custom_id: 'a', response: { status_code: 200, body }, error: null }),
    refused('b', 'Limit 40,000, used 39,120, req_011CXa1.'),
    refused('c', 'Limit 40,000, used 1, req_011CXb2.'),
    refused('d', 'Another thing.'),
  ]);
  const { out } = folder.request({ results: [] });
  await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  const by = { today: '2026-11-21', config: defaultConfiguration };
  const ofRows = await reportResults({ paths: [out], ...by });
  assert.equal(ofRows.kind, 'report');
  assert.ok(ofRows.kind === 'report');
  assert.deepEqual(ofRows.rows, { succeeded: 1, failed: 3, expired: 0, cancelled: 0, missing: 0 });
  assert.deepEqual([ofRows.completionPercent, ofRows.finishReasons], [25, { length: 1 }]);
  // gpt-6-luna: 0.05 in and 0.25 out per million in batch, twice that at once.
  const costUsd = (1000 * 0.05 + 100 * 0.25) / 1e6;
  assert.deepEqual(
    [ofRows.costUsd, ofRows.syncUsd, ofRows.savedUsd, ofRows.savedPercent],
    [costUsd, 2 * costUsd, costUsd, 50],
  );
  assert.equal(ofRows.costPerRequestUsd, costUsd / 4);
  assert.deepEqual(
    ofRows.errors.map(({ code, message, count, example }) => [code, message, count, example.line]),
    [
      ['rate_limit_exceeded', 'Limit #, used #, <id>.', 2, 1],
      ['rate_limit_exceeded', 'Another thing.', 1, 3],
    ],
  );
  assert.deepEqual(
    ofRows.notes.map(({ code, count }) => [code, count]),
    [['truncated', 1]],
  );
  const { unreadableLines, ...raw } = (await reportResults({ paths: [path], ...by })) as typeof ofRows;
  assert.deepEqual({ ...raw, unreadableLines }, ofRows, 'the same of the files of the provider');
  const foreign = await reportResults({ paths: [folder.lines('f.jsonl', ['{"x":1}'])], ...by });
  assert.equal(foreign.kind, 'notResults');
  const empty = await reportResults({ paths: [folder.raw('e.jsonl', '')], ...by });
  assert.ok(empty.kind === 'report' && empty.completionPercent === null && empty.costPerRequestUsd === null);
});

test('an answer whose schema is not here is counted, and not called wrong', async (t) => {
  const folder = folderFor(t);
  const format = { type: 'json_schema', schema: { $ref: 'https://example.com/schema.json' } };
  const params = { model: 'claude-opus-5', max_tokens: 10, messages: [], output_config: { format } };
  folder.lines('x.jsonl', [JSON.stringify({ custom_id: 'a', params })]);
  const path = folder.lines('out.jsonl', [claudeResult('a', '{}')]);
  const { notes, uncheckedAnswers } = await merged(folder.request({ results: [{ path, attempt: 1 }] }));
  assert.deepEqual([notes, uncheckedAnswers], [[], 1]);
});

test('what a job says of odd answers', () => {
  assert.equal(noteSentence([]), null);
  const notes = [{ code: 'truncated', count: 38 } as const, { code: 'empty', count: 1 } as const];
  assert.equal(noteSentence(notes), '38 answers were cut off, 1 answer has no text.');
});

test('rows of a run are known as such: neither savings nor batch prices for them, whatever prices are later', async (t) => {
  const folder = folderFor(t);
  const ids = ['a', 'b', 'c'];
  const requests = folder.lines('x.jsonl', ids.map(claudeRequest));
  const path = folder.lines('run.jsonl', [claudeResult('a', '{"n":1}'), claudeResult('b', '{"n":2}')]);
  const request = folder.request({ results: [{ path, attempt: 1 }] });
  const batch = await merged(request);
  const run = await merged({ ...request, prices: 'standard' });
  assert.equal(run.costUsd, 2 * (batch.costUsd ?? 0));
  // By the time of the report somebody pays another price.
  const price = { input: 100, output: 100, batchInput: 50, batchOutput: 50 };
  const config = { ...defaultConfiguration, prices: { 'claude-opus-5': price } };
  const report = await reportResults({ paths: [run.out], today: '2026-11-21', config });
  assert.ok(report.kind === 'report');
  assert.deepEqual([report.syncUsd, report.savedUsd], [run.costUsd, 0]);
  // A price that was not known when they were merged.
  const unknown = readFileSync(run.out, 'utf8').replaceAll(/"cost_usd":[\d.e-]+/g, '"cost_usd":null');
  const old = folder.lines('old.jsonl', unknown.trimEnd().split('\n'));
  const again = await merged(folder.request({ requests, results: [{ path: old, attempt: 1 }] }));
  assert.equal(again.costUsd, run.costUsd);
  const rows = readFileSync(again.out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row).at_once);
  assert.deepEqual(rows, [true, true, undefined]);
});
