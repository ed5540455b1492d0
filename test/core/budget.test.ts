// When consent must be asked again: above the limit for a job, above that for a month, and where nothing is known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monthSpendOf, overBudget } from '#core';

const none = { perJobUsd: null, perMonthUsd: null };
const month = monthSpendOf('2026-11', [
  { usd: 3, mostUsd: 9 },
  { usd: null, mostUsd: 1.5 },
]);

test('a month is what was spent, and the most of what is open or not known', () => {
  assert.deepEqual(month, { month: '2026-11', usd: 3, openUsd: 1.5, unboundedJobs: 0 });
});

test('without limits nothing is asked, not even of what is not known', () => {
  assert.deepEqual(overBudget(none, null, null), []);
  assert.deepEqual(overBudget(none, 1e6, month), []);
});

test('a limit is kept to the cent, and said in words when it is passed', () => {
  assert.deepEqual(overBudget({ ...none, perJobUsd: 5 }, 5, null), []);
  assert.deepEqual(overBudget({ ...none, perJobUsd: 5 }, 5.01, null), [
    'It can cost $5.01. Your limit for a job is $5.00.',
  ]);
  assert.deepEqual(overBudget({ ...none, perMonthUsd: 6 }, 1.5, month), []);
  assert.deepEqual(overBudget({ ...none, perMonthUsd: 6 }, 2, month), [
    'It can cost $2.00. In 2026-11 $3.00 is spent, and jobs that are not settled can cost up to $1.50. Your limit for a month is $6.00.',
  ]);
  assert.equal(overBudget({ perJobUsd: 1, perMonthUsd: 1 }, 2, month).length, 2);
});

test('what has no bound is above any limit; what is free is within any limit', () => {
  assert.match(
    String(overBudget({ ...none, perJobUsd: 5 }, null, null)),
    /^The most it can cost is not known\./,
  );
  assert.match(String(overBudget({ ...none, perMonthUsd: 50 }, null, month)), /not known/);
  assert.match(String(overBudget({ ...none, perMonthUsd: 50 }, 1, null)), /cannot be read/);
  const unbounded = monthSpendOf('2026-11', [{ usd: null, mostUsd: null }]);
  assert.match(
    String(overBudget({ ...none, perMonthUsd: 50 }, 1, unbounded)),
    /the cost of 1 other job is not known/,
  );
  assert.deepEqual(overBudget({ perJobUsd: 0, perMonthUsd: 0 }, 0, unbounded), []);
});
