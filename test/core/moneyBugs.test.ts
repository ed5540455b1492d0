// Mistakes that other tools made with the money of batches, each as it was reported: none of them here.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  type Configuration,
  configurationOf,
  createTokenCounter,
  estimateRequest,
  findModel,
  type LineEstimate,
  modelFor,
  type Provider,
  pricesFor,
  readPriceList,
  summarizeEstimates,
  toEstimateJson,
  type Usage,
  usageUsd,
} from '#core';
import { checkingAs, today } from '../checking.ts';

const counter = createTokenCounter(o200k);
const used = (usage: Partial<Usage>): Usage => ({
  ...{
    input_tokens: 0,
    output_tokens: 0,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
  },
  ...usage,
});

function estimate(
  model: string,
  config: Partial<Configuration> = {},
  provider: Provider = 'openai',
): LineEstimate {
  const body = { model, max_completion_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] };
  return estimateRequest({ url: '/v1/chat/completions', body }, () => counter, checkingAs(provider, config));
}

test('cached tokens cost the cached price, not the full batch price (LiteLLM 38341, 19704)', () => {
  const usage = used({ input_tokens: 10_000, cached_input_tokens: 9_000 });
  assert.equal(usageUsd('gpt-6-luna', usage, today), (1_000 * 0.05 + 9_000 * 0.005) / 1e6);
});

test('cached tokens are part of the input, and are not counted twice (LiteLLM 14849, 6215)', () => {
  const all = used({ input_tokens: 1920, cached_input_tokens: 1920 });
  assert.equal(usageUsd('gpt-6-luna', all, today), (1920 * 0.005) / 1e6);
});

describe('long requests in a batch (LiteLLM 39861)', () => {
  test('have the long price of the batch, for input and output alike', () => {
    const usage = used({ input_tokens: 300_000, output_tokens: 1_000 });
    assert.equal(usageUsd('gpt-5.6-luna', usage, today), (300_000 * 0.2 + 1_000 * 0.9) / 1e6);
  });

  test('as a whole, not only what is above the threshold (genai-prices 241)', () => {
    const { batch } = pricesFor(findModel('gpt-5.6-luna')!, today, 272_001);
    assert.deepEqual([batch?.input, batch?.output], [0.2, 0.9]);
  });

  test('where a list has only their standard price, the batch does not fall back to the short one', () => {
    const list = readPriceList({
      'gpt-new': {
        ...{
          litellm_provider: 'openai',
          mode: 'chat',
          input_cost_per_token: 1e-6,
          output_cost_per_token: 4e-6,
        },
        ...{ input_cost_per_token_batches: 5e-7, output_cost_per_token_batches: 2e-6 },
        ...{ input_cost_per_token_above_272k_tokens: 2e-6, output_cost_per_token_above_272k_tokens: 6e-6 },
      },
    });
    const prices = Object.fromEntries(list!.overrides);
    const model = modelFor('gpt-new', 'openai', configurationOf({ prices }))!;
    const { batch } = pricesFor(model, today, 272_001);
    assert.deepEqual([batch?.input, batch?.output], [1, 3]);
  });

  test('writing to the cache costs its multiple of the batch price', () => {
    const usage = used({ input_tokens: 10_000, cache_write_tokens: 10_000 });
    assert.equal(usageUsd('gpt-5.6-luna', usage, today), (10_000 * 0.125) / 1e6);
  });

  test('who sets one side of the batch price keeps the other', () => {
    const prices = { 'gpt-5.4': { batchOutput: 5 } };
    const { batch } = modelFor('gpt-5.4', 'openai', configurationOf({ prices }))!;
    assert.deepEqual([batch?.input, batch?.output], [1.25, 5]);
  });
});

describe('whose prices hold (LiteLLM 37077, 37219)', () => {
  test('a person’s own price holds for the estimate and for what it came to', () => {
    const config = configurationOf({ prices: { 'azure/my-deployment': { input: 3, output: 12 } } });
    const { batchUsd } = estimate('my-deployment', config, 'azure');
    assert.equal(batchUsd.outputMax, (50 * 6) / 1e6);
    const usage = used({ input_tokens: 100, output_tokens: 50 });
    assert.equal(usageUsd('my-deployment', usage, today, 'azure', config), (100 * 1.5 + 50 * 6) / 1e6);
  });

  test('a price of 0 that somebody set is one, and no public price takes its place', () => {
    const config = configurationOf({ prices: { 'gpt-4o': { input: 0, output: 0 } } });
    assert.equal(
      usageUsd('gpt-4o', used({ input_tokens: 1e6, output_tokens: 1e6 }), today, 'openai', config),
      0,
    );
  });
});

describe('what is not known is not 0 (LiteLLM 36561, 36999, 42467; llm-council 514)', () => {
  test('a model that nobody knows has no price, and says so', () => {
    const line = estimate('nobody-knows-this');
    assert.deepEqual([line.modelKnown, line.batchUsd], [false, { input: null, outputMax: null }]);
    assert.equal(usageUsd('nobody-knows-this', used({ input_tokens: 5 }), today), null);
    const { models, cost } = toEstimateJson('a', 'openai', summarizeEstimates([line, estimate('gpt-4o')]));
    assert.deepEqual([cost.batch.input, cost.savings], [null, null], 'a sum with an unknown part is unknown');
    assert.deepEqual(
      models.map(({ known }) => known),
      [false, true],
    );
  });

  test('knowing its limits is not knowing its price', () => {
    const line = estimate('my-model', { prices: { 'my-model': { contextTokens: 128_000 } } });
    assert.deepEqual([line.modelKnown, line.batchUsd.input, line.syncUsd.input], [true, null, null]);
  });

  test('a dated build is the model that it is a build of', () => {
    assert.equal(findModel('claude-opus-5-20250930', 'anthropic')?.standard?.input, 5);
  });

  test('a provider that publishes no batch price has none, not the full one and not half', () => {
    assert.deepEqual(estimate('grok-4.7', {}, 'xai').batchUsd, { input: null, outputMax: null });
    assert.ok(estimate('grok-4.7', {}, 'xai').syncUsd.input! > 0);
  });

  test('a list’s 0 for everything is left out', () => {
    const list = readPriceList({
      m: { litellm_provider: 'openai', input_cost_per_token: 0, output_cost_per_token: 0 },
    });
    assert.deepEqual([...list!.left], [['a price of 0, which is seldom one', 1]]);
  });
});

test('reasoning tokens are output: counted once, and within the bound (LiteLLM 10567, 37208)', () => {
  const usage = used({ input_tokens: 100, output_tokens: 500, reasoning_tokens: 400 });
  assert.equal(usageUsd('gpt-6-luna', usage, today), (100 * 0.05 + 500 * 0.25) / 1e6);
  assert.equal(estimate('gpt-6-luna').outputMaxTokens, 50);
});

test('a batch is half price by the model’s own figures, wherever it is asked (curator 489, dust 23702, truefoundry 765)', () => {
  for (const [id, provider] of [
    ['o3', 'openai'],
    ['claude-opus-5', 'anthropic'],
    ['gemini-3.8-flash', 'gemini'],
  ] as const) {
    const { standard, batch } = pricesFor(findModel(id, provider)!, today, 1000);
    assert.deepEqual([batch?.input, batch?.output], [standard!.input! / 2, standard!.output! / 2], id);
  }
});

test('a price that changes on a day holds from that day on', () => {
  const flash = findModel('gemini-3.8-flash', 'gemini')!;
  assert.equal(pricesFor(flash, '2026-12-31', 1).batch?.input, 0.375);
  assert.equal(pricesFor(flash, '2027-01-01', 1).batch?.input, 0.75);
});
