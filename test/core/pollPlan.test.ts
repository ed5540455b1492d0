// When to look again: soon after a change, seldom otherwise, never before the provider allows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPollMaxMs, defaultPollMinMs, type PollFacts, pollPlan } from '#core';

const calm: PollFacts = {
  lastDelayMs: null,
  changed: false,
  retryAfterMs: null,
  minMs: defaultPollMinMs,
  maxMs: defaultPollMaxMs,
  random: 0.5,
};

test('ten seconds, doubling to two minutes', () => {
  const delays: number[] = [];
  for (let lastDelayMs: number | null = null; delays.length < 6; ) {
    lastDelayMs = pollPlan({ ...calm, lastDelayMs });
    delays.push(lastDelayMs);
  }
  assert.deepEqual(delays, [10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
});

test('a change makes it quick again', () => {
  assert.equal(pollPlan({ ...calm, lastDelayMs: 120_000, changed: true }), 10_000);
});

test('clients do not ask in step, and stay within a tenth', () => {
  assert.equal(pollPlan({ ...calm, random: 0 }), 9_000);
  assert.ok(pollPlan({ ...calm, random: 0.999_999 }) <= 11_000);
});

test('the provider is not asked before it allows', () => {
  assert.equal(pollPlan({ ...calm, retryAfterMs: 300_000 }), 300_000);
  assert.equal(pollPlan({ ...calm, retryAfterMs: 1 }), 10_000);
});

test('other bounds hold, also those that a delay from before does not fit', () => {
  const quick = { ...calm, minMs: 200, maxMs: 500 };
  assert.equal(pollPlan(quick), 200);
  assert.equal(pollPlan({ ...quick, lastDelayMs: 400 }), 500);
  assert.equal(pollPlan({ ...quick, lastDelayMs: 120_000 }), 500);
  assert.equal(pollPlan({ ...quick, lastDelayMs: 10 }), 200);
});
