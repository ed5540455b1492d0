// The totals of a file in short words: what is unknown is said to be, and never 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileSummary, SummaryEstimate } from '#server/protocol';
import { countWords, estimateWords, priceWords } from '../../client/status/fileTotals.ts';
import { l10n } from './jobFixture.ts';

function estimate(more: Partial<SummaryEstimate> = {}): SummaryEstimate {
  return {
    inputTokens: 1_210_000,
    inputMethod: 'estimated',
    inputErrorPercent: 5,
    outputMaxTokens: 100_000,
    batchUsd: { input: 0.06, outputMax: 0.6 },
    syncUsd: { input: 0.12, outputMax: 1.2 },
    savingsUsd: 0.66,
    expected: null,
    pricesAsOf: '2026-11-01',
    pricedBy: null,
    unknownRequests: 0,
    ...more,
  };
}

function counts(error: number, warning: number): FileSummary {
  const all = { error, warning, info: 3, hint: 0 };
  return { requests: 4812, counts: all } as Partial<FileSummary> as FileSummary;
}

test('requests, and what is wrong with them', () => {
  assert.equal(countWords(counts(0, 0)), '4,812 requests');
  assert.equal(countWords(counts(1, 2)), '4,812 requests · 1 error · 2 warnings');
});

test('tokens, the most it can cost, and what it cost before', () => {
  const expected = { batchUsd: 0.21, rows: 40 } as Partial<SummaryEstimate['expected']>;
  assert.deepEqual(estimateWords(estimate({ expected: expected as SummaryEstimate['expected'] }), l10n), [
    '~1.21 M tokens in',
    'batch at most about $0.66',
    'about $0.21 by 40 earlier answers',
  ]);
  assert.deepEqual(estimateWords(null, l10n), []);
});

test('what is exact or corrected is said to be', () => {
  assert.equal(estimateWords(estimate({ inputMethod: 'exact' }), l10n)[0], '1.21 M tokens in');
  assert.match(
    estimateWords(estimate({ inputMethod: 'calibrated' }), l10n)[0] ?? '',
    /tokens in \(calibrated\)$/,
  );
});

test('unknown tokens have no price; an unknown price and an output without a limit are named', () => {
  assert.deepEqual(estimateWords(estimate({ inputTokens: null }), l10n), ['tokens unknown']);
  assert.equal(priceWords(estimate({ batchUsd: { input: null, outputMax: 1 } }), l10n), 'price unknown');
  assert.equal(
    priceWords(estimate({ batchUsd: { input: 0.06, outputMax: null } }), l10n),
    'batch ~$0.06 in + output without a limit',
  );
});
