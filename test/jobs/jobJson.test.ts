// The JSON of a job has exactly the fields of the public contract.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJobJson } from '#jobs';
import { at, jobInState, jobOf, partOf, remoteOf } from '../core/jobSamples.ts';

const unsent = {
  ...{ requests: 3, first_line: 1, held_until: null },
  ...{ refusal: null, candidates: null, upload: null },
};

test('a job that is not sent yet', () => {
  assert.deepEqual(toJobJson(jobOf({ message: 'no route' }), []), {
    id: '20261121-100000-abcd',
    name: 'a.jsonl',
    file: '/data/a.jsonl',
    provider: 'openai',
    profile: 'openai',
    state: 'intended',
    attempt: 1,
    parts: [{ part: 1, batch_id: null, remote_status: null, counts: null, ...unsent, attempt: 1 }],
    reused: null,
    retries_left: 0,
    rows: null,
    results: null,
    cost_usd: null,
    comparison: null,
    created_at: at,
    message: 'no route',
    alerts: [],
  });
});

test('a job that is done, after a second attempt', () => {
  const counts = { total: 3, completed: 2, failed: 1 };
  const rows = { succeeded: 3, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
  const json = toJobJson(
    {
      ...jobInState.done,
      attempt: 2,
      parts: [
        partOf({ remote: remoteOf('completed', { counts }) }),
        partOf({ part: 2, attempt: 2, remote: remoteOf('completed', { batchId: 'batch_2' }) }),
      ],
      rows,
      costUsd: 0.5,
    },
    [],
  );
  assert.deepEqual(json.parts, [
    { part: 1, batch_id: 'batch_1', remote_status: 'completed', counts, ...unsent, attempt: 1 },
    { part: 2, batch_id: 'batch_2', remote_status: 'completed', counts: null, ...unsent, attempt: 2 },
  ]);
  assert.deepEqual([json.rows, json.results, json.cost_usd], [rows, '/data/a.results.jsonl', 0.5]);
});

test('what was agreed to stands beside what was used', () => {
  const usage = {
    input_tokens: 110,
    output_tokens: 30,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
  };
  const rows = { succeeded: 3, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
  const estimate = {
    ...{ inputTokens: 100, outputMaxTokens: 150, batchUsd: { input: 0.1, outputMax: 0.3 } },
    expected: { outputTokens: 40, batchUsd: 0.18 },
  };
  const done = { ...jobInState.done, rows, usage, estimate, costUsd: 0.171, resultsReady: true };
  assert.deepEqual(toJobJson(done, []).comparison, {
    complete: true,
    input_tokens: { estimate: 100, actual: 110, difference_percent: 10 },
    output_tokens: { most: 150, estimate: 40, actual: 30, difference_percent: -25 },
    usd: { most: 0.4, estimate: 0.18, actual: 0.171, difference_percent: -5 },
  });
});
