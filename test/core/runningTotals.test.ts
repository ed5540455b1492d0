// Sums that are kept while requests come and go: are they those of the requests that are there, in any order?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExactSum, type LineEstimate, RunningEstimate, summarizeEstimates } from '#core';

const amount = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
  { weight: 4, arbitrary: fc.nat(300_000).map((tokens) => (tokens * 0.075) / 1e6) },
  { weight: 3, arbitrary: fc.nat(2 ** 31 - 1) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(0, 5e-324, 2 ** 31, -(2 ** 31), 2 ** 53, 1e300, 1e-20) },
);

test('a sum is the same whatever came before and in whatever order', () => {
  fc.assert(
    fc.property(fc.array(amount), fc.array(amount), fc.infiniteStream(fc.nat()), (kept, gone, order) => {
      const plain = new ExactSum();
      for (const one of kept) plain.add(one);
      const moved = new ExactSum();
      const waiting = [...gone, ...kept];
      while (waiting.length > 0) moved.add(waiting.splice(order.next().value % waiting.length, 1)[0]!);
      for (const one of gone) moved.remove(one);
      assert.equal(moved.total(), plain.total());
    }),
    { seed: 20261121, numRuns: 2000 },
  );
});

test('a sum is exact', () => {
  const sum = new ExactSum();
  for (let index = 0; index < 100_000; index++) sum.add(0.1);
  // A tenth as a binary fraction is a little more, which a number of this size does not show.
  assert.equal(sum.total(), 10_000);
  sum.add(2 ** 30);
  sum.add(2 ** -60);
  sum.remove(2 ** 30);
  for (let index = 0; index < 100_000; index++) sum.remove(0.1);
  assert.equal(sum.total(), 2 ** -60);
});

const usd = fc.option(
  fc.nat(1_000_000).map((micro) => micro / 1e7),
  { freq: 20 },
);
const estimate = fc.record<LineEstimate>({
  customId: fc.constant(null),
  model: fc.constantFrom('a', 'b', null),
  modelKnown: fc.constant(true),
  inputTokens: fc.option(fc.nat(100_000), { freq: 20 }),
  inputMethod: fc.constantFrom('exact', 'calibrated', 'estimated', 'unknown'),
  inputErrorPercent: fc.option(fc.nat(20)),
  outputMaxTokens: fc.option(fc.nat(4000), { freq: 20 }),
  outputExpected: fc.option(fc.record({ tokens: fc.nat(900), rows: fc.constant(7) }), { freq: 20 }),
  batchUsd: fc.record({ input: usd, outputMax: usd }),
  syncUsd: fc.record({ input: usd, outputMax: usd }),
  expectedUsd: fc.record({ batch: usd, sync: usd }),
  cacheablePrefix: fc.constant(null),
  cacheWriteUsd: fc.constant({ batch: 0, sync: 0 }),
  pricedBy: fc.constant('settings'),
  listedBatchUsd: fc.record({ input: usd, outputMax: usd }),
});

test('totals of requests that are left are those of these requests alone', () => {
  fc.assert(
    fc.property(fc.array(estimate), fc.array(estimate), (kept, gone) => {
      const running = new RunningEstimate();
      for (const one of [...gone, ...kept]) running.add(one);
      for (const one of gone) running.remove(one);
      const fresh = new RunningEstimate();
      for (const one of kept.toReversed()) fresh.add(one);
      assert.deepEqual(running.totals(), fresh.totals());
      assert.equal(running.pricedBy(), fresh.pricedBy());
      assert.equal(running.unknownRequests, kept.filter(({ inputTokens }) => inputTokens === null).length);
      const { requests, inputTokens, inputMethod, outputMaxTokens, expected, batchUsd, savingsUsd } =
        summarizeEstimates(kept);
      const ofAll = { requests, inputTokens, inputMethod, outputMaxTokens, expected, batchUsd, savingsUsd };
      const totals = running.totals();
      for (const key of Object.keys(ofAll) as (keyof typeof ofAll)[])
        assert.deepEqual(totals[key], ofAll[key], key);
    }),
    { seed: 20261121, numRuns: 300 },
  );
});
