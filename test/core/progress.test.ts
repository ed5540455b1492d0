// How far is a job, by what its provider counts?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobPart, progressOf, requestsOf, shareOf } from '#core';
import { jobOf, partOf, remoteOf } from './jobSamples.ts';

function counted(
  status: string,
  completed: number,
  more: object = {},
  change: Partial<JobPart> = {},
): JobPart {
  const counts = { total: 3, completed, failed: 0, ...more };
  return partOf({ ...change, remote: remoteOf(status, { counts }) });
}

test('nothing is known before the provider counts', () => {
  assert.equal(progressOf(jobOf()), null);
  assert.equal(progressOf(jobOf({ parts: [partOf({ remote: remoteOf('validating') })] })), null);
  // Of a batch that is being validated.
  assert.equal(progressOf(jobOf({ parts: [counted('validating', 0, { total: 0 })] })), null);
});

test('what expired or was cancelled is over, too', () => {
  const parts = [counted('expired', 1, { failed: 1, expired: 1 })];
  const progress = progressOf(jobOf({ parts }));
  assert.deepEqual(progress, { total: 3, completed: 1, failed: 2 });
  assert.equal(progress && shareOf(progress), 1);
});

test('zeros that stand until the end are no progress', () => {
  const running = [counted('in_progress', 0)];
  assert.equal(progressOf(jobOf({ provider: 'anthropic', parts: running })), null);
  assert.deepEqual(progressOf(jobOf({ parts: running })), { total: 3, completed: 0, failed: 0 });
  const ended = jobOf({ provider: 'anthropic', parts: [counted('ended', 2, { cancelled: 1 })] });
  assert.deepEqual(progressOf(ended), { total: 3, completed: 2, failed: 1 });
});

test('parts of this attempt are counted together, with those that are not sent', () => {
  const parts = [
    counted('completed', 3, {}, { attempt: 1 }),
    counted('in_progress', 2, {}, { part: 2, attempt: 2 }),
    partOf({ part: 3, attempt: 2, requests: 5 }),
  ];
  const job = jobOf({ attempt: 2, parts });
  assert.deepEqual(progressOf(job), { total: 8, completed: 2, failed: 0 });
  assert.equal(requestsOf(job), 8);
});
