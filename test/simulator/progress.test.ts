// Is progress a pure function of time that only ever moves forward?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { progressOf } from '../../simulator/progress.ts';

const usual = {
  createdAtMs: 1000,
  durationMs: 10_000,
  validated: true,
  refused: false,
  totalRows: 100,
  unfinishedRows: 0,
  cancelRequestedAtMs: null,
  written: true,
} as const;

test('states follow each other at fixed shares of the duration', () => {
  const statuses = [0, 1000, 1200, 5000, 9000, 9999, 10_000, 99_999].map(
    (ms) => progressOf(usual, 1000 + ms).status,
  );
  assert.deepEqual(statuses, [
    'validating',
    'validating',
    'in_progress',
    'in_progress',
    'finalizing',
    'finalizing',
    'completed',
    'completed',
  ]);
});

test('work that is late holds the state back', () => {
  assert.equal(progressOf({ ...usual, validated: false }, 99_999).status, 'validating');
  assert.equal(progressOf({ ...usual, written: false }, 99_999).status, 'finalizing');
  const cancelled = { ...usual, cancelRequestedAtMs: 5000 };
  assert.equal(progressOf({ ...cancelled, written: false }, 99_999).status, 'cancelling');
  assert.equal(progressOf(cancelled, 99_999).status, 'cancelled');
});

test('a refused file fails when validation ends', () => {
  const refused = { ...usual, refused: true, totalRows: 7 };
  assert.equal(progressOf(refused, 1500).status, 'validating');
  const failed = progressOf(refused, 5000);
  assert.deepEqual([failed.status, failed.finishedRows], ['failed', 0]);
});

test('finished rows never go back and never pass what can be finished', () => {
  const times = fc.integer({ min: 0, max: 30_000 });
  const cancels = fc.option(fc.integer({ min: 1000, max: 20_000 }));
  const rows = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(
      times,
      times,
      cancels,
      rows,
      rows,
      fc.integer({ min: 0, max: 9000 }),
      (a, b, cancel, total, left, durationMs) => {
        const unfinishedRows = Math.min(total, left);
        const schedule = {
          ...usual,
          durationMs,
          totalRows: total,
          unfinishedRows,
          cancelRequestedAtMs: cancel,
        };
        const early = progressOf(schedule, 1000 + Math.min(a, b));
        const late = progressOf(schedule, 1000 + Math.max(a, b));
        assert.ok(early.finishedRows <= late.finishedRows);
        assert.ok(late.finishedRows >= 0 && late.finishedRows <= total - unfinishedRows);
        if (late.status === 'completed' || late.status === 'expired') {
          assert.equal(late.finishedRows, total - unfinishedRows);
        }
      },
    ),
  );
});
