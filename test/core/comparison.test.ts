// Estimate beside actual: differences only of the same requests, and words that say what is a bound and what a guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareJob, comparisonWords, type Job } from '#core';
import { jobInState } from './jobSamples.ts';

const usage = {
  input_tokens: 1_250_000,
  output_tokens: 120_000,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
};
const rows = { succeeded: 10, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
const done: Job = {
  ...jobInState.done,
  ...{ resultsReady: true, rows, usage, costUsd: 0.34 },
  estimate: { inputTokens: 1_210_000, outputMaxTokens: 600_000, batchUsd: { input: 0.06, outputMax: 0.6 } },
};

function wordsOf(job: Job): readonly string[] {
  const comparison = compareJob(job);
  assert.ok(comparison);
  return comparisonWords(comparison);
}

test('tokens and money side by side, with the difference', () => {
  assert.deepEqual(wordsOf(done), [
    'tokens in: 1.21 M estimated, 1.25 M used (+3 %)',
    'out: up to 600 k, 120 k used',
    'cost: up to $0.66, $0.34 in fact (52 % of the bound)',
  ]);
});

test('an expectation is what the actual is compared with', () => {
  const expected = { outputTokens: 130_000, batchUsd: 0.31 };
  assert.deepEqual(wordsOf({ ...done, estimate: { ...done.estimate, expected } }).slice(1), [
    'out: up to 600 k, about 130 k expected, 120 k used (−8 %)',
    'cost: up to $0.66, about $0.31 expected, $0.34 in fact (+10 %)',
  ]);
});

test('where requests have no answer, nothing is said of a difference', () => {
  const some = { ...done, rows: { ...rows, failed: 2 } };
  assert.equal(compareJob(some)?.inputTokens.differencePercent, null);
  assert.deepEqual(
    [wordsOf(some)[0], wordsOf(some).at(-1)],
    [
      'tokens in: 1.21 M estimated, 1.25 M used',
      'estimated for all requests, used by those that were answered',
    ],
  );
});

test('records of earlier versions, and results that do not say, are compared with nothing', () => {
  const { usage: _, ...earlier } = done;
  assert.equal(compareJob(earlier), null);
  assert.equal(compareJob({ ...done, usage: null }), null);
  assert.equal(compareJob({ ...done, resultsReady: false }), null);
  const bare = { inputTokens: null, batchUsd: { input: null, outputMax: null } };
  assert.deepEqual(wordsOf({ ...done, costUsd: null, estimate: bare }), ['out: 120 k used']);
});
