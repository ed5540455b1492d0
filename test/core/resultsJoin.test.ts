// Is each result given to the right request, written as the contract says, and paid for as used?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chooseResult,
  formatRow,
  RequestIds,
  type ResultRow,
  RowTally,
  readOutcome,
  readRequest,
  readRow,
  usageUsd,
} from '#core';

const usage = {
  input_tokens: 1000,
  output_tokens: 100,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
};

const row: ResultRow = {
  line: 6,
  customId: 'a "quoted" \u2028 id',
  status: 'succeeded',
  text: 'line\nbreak',
  finishReason: 'stop',
  usage,
  costUsd: 0.00125,
  error: null,
  note: null,
  attempt: 2,
  request: '{"custom_id": "a",  "n":1e400,"big":12345678901234567890}',
  response: '{ "status_code":200,"body":{"model":"gpt-6-luna"}}',
};

test('a row has exactly the fields of the contract, in its order', () => {
  const text = formatRow(row);
  assert.deepEqual(Object.keys(JSON.parse(text)), [
    ...[
      'line',
      'custom_id',
      'status',
      'text',
      'finish_reason',
      'usage',
      'cost_usd',
      'error',
      'note',
      'attempt',
    ],
    ...['request', 'response'],
  ]);
  assert.ok(text.endsWith(`,"request":${row.request},"response":${row.response}}`));
  assert.equal(JSON.parse(text).line, 7);
  assert.ok(!text.includes('\n'));
});

test('a row that was written is read back, also as a result of its attempt', () => {
  const rows: readonly ResultRow[] = [
    row,
    { ...row, customId: null, text: null, response: null, usage: null, costUsd: null, finishReason: null },
    { ...row, status: 'failed', text: null, error: { code: 'x', message: 'y' } },
    { ...row, finishReason: 'length', note: { code: 'truncated', message: 'Cut off.' } },
  ];
  for (const each of rows) {
    assert.deepEqual(readRow(formatRow(each)), each);
    const { line: _, request: __, response, ...facts } = each;
    const model = response === null ? null : 'gpt-6-luna';
    const text = formatRow(each);
    const end = text.length - 1;
    const responseAt = response === null ? null : { start: end - response.length, end };
    assert.deepEqual(readOutcome(text), { kind: 'outcome', ...facts, model, responseAt, pricing: null });
  }
  assert.deepEqual(readOutcome(formatRow({ ...row, status: 'missing' })), {
    kind: 'noResult',
    customId: row.customId,
  });
});

test('what is no row is not read as one', () => {
  for (const text of ['', '{', '[]', '{}', '{"line":1,"status":"failed","attempt":1}']) {
    assert.equal(readRow(text), null);
  }
});

test('of several results the succeeded wins, then the later attempt, then the later named', () => {
  const succeeded = (attempt: number) => ({ status: 'succeeded' as const, attempt });
  const failed = (attempt: number) => ({ status: 'failed' as const, attempt });
  const expired = (attempt: number) => ({ status: 'expired' as const, attempt });
  const cases = [
    { results: [], chosen: -1 },
    { results: [failed(1)], chosen: 0 },
    { results: [failed(3), succeeded(1), failed(2)], chosen: 1 },
    { results: [succeeded(1), failed(2)], chosen: 0 },
    { results: [succeeded(2), succeeded(1)], chosen: 0 },
    { results: [succeeded(1), succeeded(1)], chosen: 1 },
    { results: [failed(1), expired(1)], chosen: 1 },
    { results: [failed(2), expired(1)], chosen: 0 },
  ];
  for (const { results, chosen } of cases) assert.equal(chooseResult(results), chosen);
});

test('a request line: blank, broken, or with an id', () => {
  const none = { customId: null, model: null, format: null };
  assert.deepEqual(readRequest(''), { kind: 'blank', ...none });
  assert.deepEqual(readRequest(' \t\r'), { kind: 'blank', ...none });
  assert.deepEqual(readRequest('{"custom_id":"a",'), { kind: 'notJson', ...none });
  assert.deepEqual(readRequest('["custom_id"]'), { kind: 'json', ...none });
  assert.deepEqual(readRequest('{"custom_id":7,"body":{"model":7}}'), { kind: 'json', ...none });
  assert.deepEqual(readRequest('{"custom_id":"a","body":{"model":"m"}}'), {
    ...{ kind: 'json', customId: 'a', model: 'm', format: null },
  });
});

test('an id that several requests have belongs to none of them', () => {
  const ids = new RequestIds();
  for (const id of ['a', null, 'b', '__proto__', 'a', 'a']) ids.add(id);
  assert.equal(ids.requests, 6);
  assert.equal(ids.find('a'), 'several');
  assert.equal(ids.find('b'), 2);
  assert.equal(ids.find('__proto__'), 3);
  assert.equal(ids.find('constructor'), undefined);
});

test('cost at batch prices: cached input cheaper, reasoning as output, unknown null', () => {
  const today = '2026-11-21';
  // gpt-6-luna in batch: 0.05 in, 0.005 cached, 0.25 out per million.
  assert.equal(usageUsd('gpt-6-luna', usage, today), 0.000075);
  assert.equal(usageUsd('gpt-6-luna', { ...usage, cached_input_tokens: 800 }, today), 0.000039);
  assert.equal(usageUsd('gpt-6-luna', { ...usage, reasoning_tokens: 90 }, today), 0.000075);
  // Writing to the cache costs 1.25 times input.
  assert.equal(usageUsd('gpt-6-luna', { ...usage, cache_write_tokens: 400 }, today), 0.00008);
  // No cached price in batch is published for gpt-4o-mini: it costs as input.
  assert.equal(usageUsd('gpt-4o-mini-2024-07-18', { ...usage, cached_input_tokens: 800 }, today), 0.000105);
  // Above 272,000 tokens of input the whole request costs more.
  const long = { ...usage, input_tokens: 300_000 };
  assert.equal(usageUsd('gpt-6-luna', long, today), 0.0300375);
  assert.equal(usageUsd('nobody-knows-this', usage, today), null);
  assert.equal(usageUsd(null, usage, today), null);
});

test('the sum of all rows: unknown as soon as one that cost something is', () => {
  const tally = new RowTally();
  tally.add(row);
  tally.add({ ...row, costUsd: 0.5 });
  const failed = { code: 'rate_limit_exceeded', message: 'Slow down.' };
  const unpaid = { ...row, usage: null, costUsd: null };
  tally.add({ ...unpaid, line: 9, customId: 'f', status: 'failed', error: failed });
  tally.add({
    ...unpaid,
    line: 10,
    customId: 'g',
    status: 'failed',
    error: { ...failed, message: 'Slow down.' },
  });
  tally.add({ ...unpaid, status: 'missing', error: { code: 'no_result', message: 'None.' } });
  assert.deepEqual(tally.rows, { succeeded: 2, failed: 2, expired: 0, cancelled: 0, missing: 1 });
  assert.equal(tally.costUsd, 0.50125);
  assert.equal(tally.usage?.input_tokens, 2000);
  assert.deepEqual(
    tally.errors.map(({ status, code, count, example }) => [status, code, count, example.customId]),
    [
      ['failed', 'rate_limit_exceeded', 2, 'f'],
      ['missing', 'no_result', 1, row.customId],
    ],
  );
  tally.add({ ...row, usage: null, costUsd: null });
  assert.equal(tally.costUsd, null);
  assert.equal(tally.unpricedRows, 1);
  assert.equal(tally.usage, null);
});

test('an error code of its own for every row does not fill the memory', () => {
  const tally = new RowTally();
  for (let line = 0; line < 2000; line++) {
    tally.add({ ...row, line, status: 'failed', error: { code: `code ${line}`, message: '' } });
  }
  assert.equal(tally.errors.length, 501);
  assert.equal(tally.errors[0]?.count, 1500);
});
