// What a provider's prompt cache could save, and what writing to it can add: by provider, model and what a request marks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  createTokenCounter,
  estimateRequest,
  findModel,
  type LineEstimate,
  type Model,
  type Provider,
  pricesFor,
  summarizeEstimates,
  toEstimateJson,
} from '#core';
import {
  type CachedOpening,
  type CacheUse,
  cachedOpening,
  markOf,
  mostCacheWriteUsd,
} from '../../core/money/promptCache.ts';
import { checking, today } from '../checking.ts';

function use(id: string, provider: Provider, body: object = {}): CacheUse {
  const model: Model | null = findModel(id, provider);
  return { provider, model, body: { ...body }, prices: model && pricesFor(model, today, 1000) };
}

const prefix = (tokens: number, key = 'k') => ({ key, tokens });
const usd = (tokens: number, perMillion: number): number =>
  Number(((tokens * perMillion) / 1e6).toPrecision(12));

describe('how long an opening must be', () => {
  const shortest: readonly (readonly [string, Provider, number])[] = [
    ['gpt-5.4-mini', 'openai', 1024],
    ['gpt-6-luna', 'openai', 1024],
    ['claude-opus-5', 'anthropic', 512],
    ['claude-sonnet-5', 'anthropic', 1024],
    ['claude-opus-4-7', 'anthropic', 2048],
    ['claude-opus-4-6', 'anthropic', 4096],
    ['claude-haiku-4-5', 'anthropic', 4096],
    ['claude-haiku-5-5', 'anthropic', 4096],
    ['gemini-2.5-flash', 'gemini', 2048],
    ['gemini-3.8-flash', 'gemini', 4096],
    ['gemini-4-argon', 'gemini', 4096],
  ];
  for (const [id, provider, tokens] of shortest) {
    test(`${id}: ${tokens}`, () => {
      assert.equal(cachedOpening(prefix(tokens - 1), use(id, provider)), null);
      assert.equal(cachedOpening(prefix(tokens), use(id, provider))?.tokens, tokens);
    });
  }

  test('OpenAI counts in steps of 128, the others each token', () => {
    assert.equal(cachedOpening(prefix(1151), use('gpt-5.4-mini', 'openai'))?.tokens, 1024);
    assert.equal(cachedOpening(prefix(1152), use('gpt-5.4-mini', 'openai'))?.tokens, 1152);
    assert.equal(cachedOpening(prefix(1151), use('claude-sonnet-5', 'anthropic'))?.tokens, 1151);
  });

  test('nobody is said to have a cache of whom that is not published', () => {
    assert.equal(cachedOpening(prefix(9999), use('mistral-large-latest', 'mistral')), null);
    assert.equal(cachedOpening(prefix(9999), use('gemini-2.0-flash', 'gemini')), null);
  });
});

describe('what it saves', () => {
  test('OpenAI halves the price of cached input too, where it publishes one for batches', () => {
    const luna = cachedOpening(prefix(1024), use('gpt-6-luna', 'openai'))!;
    assert.deepEqual(luna.savesUsd, { batch: usd(1024, 0.05 - 0.005), sync: usd(1024, 0.1 - 0.01) });
    const old = cachedOpening(prefix(1024), use('gpt-4o', 'openai'))!;
    assert.deepEqual(old.savesUsd, { batch: null, sync: usd(1024, 1.25) }, 'not published is not known');
  });

  test('Gemini charges the cache’s own price in a batch: the discounts do not add up', () => {
    const flash = cachedOpening(prefix(4096), use('gemini-3.8-flash', 'gemini'))!;
    assert.deepEqual(flash.savesUsd, { batch: usd(4096, 0.375 - 0.075), sync: usd(4096, 0.75 - 0.075) });
    assert.deepEqual([flash.writeUsd, flash.needs], [{ batch: 0, sync: 0 }, null]);
  });

  test('Anthropic wants the opening marked; writing it costs 1.25 times or twice, in a batch half of that', () => {
    const plain = cachedOpening(prefix(2000), use('claude-sonnet-5', 'anthropic'))!;
    assert.equal(plain.needs, 'cache_control');
    const marked = (ttl?: string): object => ({
      system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ...(ttl && { ttl }) } }],
    });
    const short = cachedOpening(prefix(2000), use('claude-sonnet-5', 'anthropic', marked()))!;
    assert.equal(short.needs, null);
    assert.deepEqual(short.savesUsd, { batch: usd(2000, 1 - 0.1), sync: usd(2000, 2 - 0.2) });
    assert.deepEqual(short.writeUsd, { batch: usd(2000, 0.25), sync: usd(2000, 0.5) });
    const long = cachedOpening(prefix(2000), use('claude-sonnet-5', 'anthropic', marked('1h')))!;
    assert.deepEqual(long.writeUsd, { batch: usd(2000, 1), sync: usd(2000, 2) });
  });
});

describe('what writing can add', () => {
  test('nothing where writing is free, or nothing is long enough', () => {
    const nothing = { batch: 0, sync: 0 };
    assert.deepEqual(mostCacheWriteUsd(5000, use('gpt-5.4-mini', 'openai')), nothing);
    assert.deepEqual(mostCacheWriteUsd(1023, use('gpt-6-luna', 'openai')), nothing);
    assert.deepEqual(mostCacheWriteUsd(5000, use('gemini-3.8-flash', 'gemini')), nothing);
    assert.deepEqual(
      mostCacheWriteUsd(5000, use('claude-sonnet-5', 'anthropic')),
      nothing,
      'nothing is marked',
    );
  });

  test('a quarter of the input from GPT-5.6 on, which writes unasked', () => {
    const quarter = { batch: usd(5000, 0.0125), sync: usd(5000, 0.025) };
    assert.deepEqual(mostCacheWriteUsd(5000, use('gpt-6-luna', 'openai')), quarter);
    const explicit = { prompt_cache_options: { mode: 'explicit' } };
    assert.deepEqual(mostCacheWriteUsd(5000, use('gpt-6-luna', 'openai', explicit)), { batch: 0, sync: 0 });
    const marked = { ...explicit, input: [{ content: [{ prompt_cache_breakpoint: { mode: 'explicit' } }] }] };
    assert.deepEqual(mostCacheWriteUsd(5000, use('gpt-6-luna', 'openai', marked)), quarter);
  });

  test('as much again where Anthropic is asked to keep it for an hour', () => {
    const body = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const most = mostCacheWriteUsd(5000, use('claude-sonnet-5', 'anthropic', body));
    assert.deepEqual(most, { batch: usd(5000, 1), sync: usd(5000, 2) });
  });

  test('marks are found wherever they may stand, and a hostile body ends the search', () => {
    assert.equal(markOf({ messages: [{ content: [{ cache_control: { ttl: '1h' } }] }] }), '1h');
    assert.equal(markOf({ tools: [{ cache_control: {} }], system: 'x' }), '5m');
    assert.equal(markOf({ cache_control: null, text: 'cache_control' }), null);
    assert.equal(markOf(JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)), null);
  });
});

describe('which openings are the same', () => {
  const counter = createTokenCounter(o200k);
  const long = 'Classify the ticket with care. '.repeat(300);
  const opening = (body: object): CachedOpening | null => {
    const request = { url: '/v1/chat/completions', body: { model: 'gpt-5.4-mini', ...body } };
    return estimateRequest(request, () => counter, checking).cacheablePrefix;
  };
  const user = { role: 'user', content: 'x' };
  const plain = opening({ messages: [{ role: 'system', content: long }, user] });

  test('the same words, whoever asks what after them', () => {
    const other = opening({
      messages: [
        { role: 'system', content: long },
        { role: 'user', content: 'y' },
      ],
    });
    assert.ok(plain !== null && plain.tokens > 1024);
    assert.equal(other?.key, plain.key);
    assert.notEqual(opening({ messages: [{ role: 'system', content: `${long}!` }, user] })?.key, plain.key);
  });

  test('words in parts are words; with an image they are not only words', () => {
    const parts = [{ type: 'text', text: long }];
    assert.ok(opening({ messages: [{ role: 'system', content: parts }, user] }));
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    assert.equal(opening({ messages: [{ role: 'system', content: [...parts, image] }, user] }), null);
  });

  test('tools stand before the words, and must be the same', () => {
    const tool = (name: string): object => ({ tools: [{ type: 'function', function: { name } }] });
    const messages = [{ role: 'system', content: long }, user];
    const key = opening({ messages, ...tool('a') })?.key;
    assert.equal(
      opening({ messages: [messages[0], { role: 'user', content: 'y' }], ...tool('a') })?.key,
      key,
    );
    assert.notEqual(opening({ messages, ...tool('b') })?.key, key);
    assert.notEqual(plain?.key, key);
  });
});

describe('together', () => {
  const opening = cachedOpening(prefix(2000), use('claude-sonnet-5', 'anthropic'))!;
  const line: LineEstimate = {
    ...{
      customId: 'a',
      model: 'claude-sonnet-5',
      modelKnown: true,
      inputTokens: 2100,
      inputMethod: 'estimated',
    },
    ...{
      inputErrorPercent: 25,
      outputMaxTokens: 10,
      outputExpected: null,
      pricedBy: null,
      listedBatchUsd: null,
    },
    batchUsd: { input: 0.0021, outputMax: 0.00005 },
    syncUsd: { input: 0.0042, outputMax: 0.0001 },
    expectedUsd: { batch: null, sync: null },
    cacheablePrefix: opening,
    cacheWriteUsd: { batch: 0, sync: 0 },
  };

  test('the first request pays for writing, each further one saves', () => {
    const saves = (count: number): number | null =>
      summarizeEstimates(Array.from({ length: count }, () => line)).cacheSavesUsd.batch;
    assert.equal(saves(1), 0);
    assert.equal(saves(2), 0, 'kept for an hour, a second request does not earn it back');
    assert.equal(saves(11), Number((10 * usd(2000, 0.9) - usd(2000, 1)).toPrecision(12)));
  });

  test('never taken off the figures, and in JSON beside them', () => {
    const summary = summarizeEstimates([line, line, line]);
    assert.equal(summary.batchUsd.input, 0.0063);
    const json = toEstimateJson('a', 'anthropic', summary);
    assert.equal(json.tokens.cacheableInput, 4000);
    assert.deepEqual(json.caching, {
      savings: { batch: 0.0016, sync: 0.0032 },
      writes: { batch: 0, sync: 0 },
    });
    assert.equal(json.models[0]?.caching?.needs, 'cache_control');
    assert.equal(
      'caching' in toEstimateJson('a', null, summarizeEstimates([{ ...line, cacheablePrefix: null }])),
      false,
    );
  });
});
