// Sums that anybody can check by hand, through the whole estimate: texts in, dollars out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  createTokenCounter,
  type EstimateSummary,
  estimateRequest,
  type LineEstimate,
  summarizeEstimates,
} from '#core';
import { checking } from '../checking.ts';

const counter = createTokenCounter(o200k);

/** A text of so many tokens. */
const words = (tokens: number): string => Array.from({ length: tokens }, () => 'word').join(' ');

/** Framing of a message with its role, and of the reply. */
const perMessage = 4;
const perReply = 3;

/** A request of exactly so many input tokens. */
function request(model: string, inputTokens: number, outputTokens: number, opening = 0): object {
  const system = opening === 0 ? [] : [{ role: 'system', content: words(opening - perMessage) }];
  const user = { role: 'user', content: words(inputTokens - opening - perMessage - perReply) };
  const body = { model, max_completion_tokens: outputTokens, messages: [...system, user] };
  return { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
}

const estimate = (one: object): LineEstimate => estimateRequest(one, () => counter, checking);

function sumOf(count: number, one: object): EstimateSummary {
  const line = estimate(one);
  return summarizeEstimates(Array.from({ length: count }, () => line));
}

const total = ({ input, outputMax }: { input: number | null; outputMax: number | null }): number =>
  Number((input! + outputMax!).toPrecision(10));

test('20 calls of 500 and 50 tokens are 11,000; one call with the 500 once and the 20 items is 1,500', () => {
  const single = sumOf(20, request('gpt-4o-mini', 550, 10, 500));
  const packed = sumOf(1, request('gpt-4o-mini', 1500, 10, 500));
  assert.deepEqual([single.inputTokens, single.inputMethod], [11_000, 'exact']);
  assert.deepEqual([packed.inputTokens, packed.inputMethod], [1_500, 'exact']);
});

for (const [model, sync, batch] of [
  ['gpt-4o-mini', 1.05, 0.525],
  ['gpt-4o', 17.5, 8.75],
] as const) {
  test(`10,000 prompts of 100 in and 150 out on ${model}: ${sync} USD at once, ${batch} in a batch`, () => {
    const summary = sumOf(10_000, request(model, 100, 150));
    assert.deepEqual([summary.inputTokens, summary.outputMaxTokens], [1_000_000, 1_500_000]);
    assert.deepEqual([total(summary.syncUsd), total(summary.batchUsd)], [sync, batch]);
    assert.equal(summary.savingsUsd, Number((sync - batch).toPrecision(10)));
  });
}

test('100,000 tickets of 500 in and 200 out on gpt-4o: 325 USD at once, 162.50 in a batch', () => {
  const summary = sumOf(100_000, request('gpt-4o', 500, 200));
  assert.deepEqual([summary.inputTokens, summary.outputMaxTokens], [50_000_000, 20_000_000]);
  assert.deepEqual([total(summary.syncUsd), total(summary.batchUsd)], [325, 162.5]);
});

test('embeddings cost their input alone', () => {
  const one = { url: '/v1/embeddings', body: { model: 'text-embedding-3-small', input: words(1000) } };
  const cl100k = estimateRequest(one, () => counter, checking);
  assert.deepEqual(cl100k.batchUsd, { input: (cl100k.inputTokens! * 0.01) / 1e6, outputMax: 0 });
});
