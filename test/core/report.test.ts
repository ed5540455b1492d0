// What a report says of a job's cost: all that was paid for, also answers that no row has any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportTally, type RowFacts, reportFacts, withJobCost } from '#core';

const usage = {
  input_tokens: 100,
  output_tokens: 10,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
};
const row: RowFacts = {
  ...{ line: 0, customId: 'a', status: 'succeeded', text: 'x', finishReason: 'stop', usage },
  ...{ costUsd: 1, error: null, note: null, attempt: 2 },
};

test('an answer that a later attempt has bettered is in the cost of its job, and lessens what was saved', () => {
  const tally = new ReportTally();
  tally.add(row, () => 2);
  tally.add({ ...row, attempt: 0, costUsd: 0 }, () => 2);
  const ofRows = tally.result();
  assert.deepEqual([ofRows.costUsd, ofRows.savedUsd, ofRows.savedPercent], [1, 1, 50]);
  const ofJob = withJobCost(ofRows, 1.5);
  assert.deepEqual(
    [ofJob.costUsd, ofJob.costPerRequestUsd, ofJob.savedUsd, ofJob.savedPercent],
    [1.5, 1.5, 0.5, 25],
  );
  const unknown = withJobCost(ofRows, null);
  assert.deepEqual(
    [unknown.costUsd, unknown.costPerRequestUsd, unknown.savedUsd, unknown.savedPercent],
    [null, null, null, null],
  );
  assert.equal(unknown.syncUsd, 2);
});

test('what was run at once is not held against itself', () => {
  const tally = new ReportTally();
  tally.add({ ...row, attempt: 1, isAtOnce: true }, () => 1);
  const words = new Map(reportFacts(tally.result(), null));
  assert.equal(words.get('cost'), '$1.00, $1.00 a request');
  assert.equal(words.get('at once'), 'all of it was: this is no batch');
  tally.add(row, () => 2);
  assert.equal(new Map(reportFacts(tally.result(), null)).get('at once'), '$3.00; $1.00 (33.33 %) saved');
});

test('rows without an answer that may have been paid for make the cost unknown; where none was, no mean is given', () => {
  const failed: RowFacts = {
    ...row,
    status: 'failed',
    text: null,
    finishReason: null,
    usage: null,
    costUsd: null,
  };
  const codes = [
    'no_answer',
    'unreadable_answer',
    'ambiguous_result',
    'unreadable_result',
    'no_body',
    'no_message',
  ];
  for (const code of codes) {
    const tally = new ReportTally();
    tally.add({ ...failed, error: { code, message: '' } }, () => 0);
    const { costUsd, syncUsd, unpricedRows } = tally.result();
    assert.deepEqual([costUsd, syncUsd, unpricedRows], [null, null, 1], code);
  }
  const tally = new ReportTally();
  tally.add({ ...failed, error: { code: 'server_error', message: '' } }, () => 0);
  assert.equal(tally.result().costUsd, 0);
  assert.equal(new Map(reportFacts(tally.result(), null)).get('tokens'), '0 in, 0 out');
});
