// Prices and limits that people set themselves: which key is meant, what it changes, and that check and estimate agree.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  aboveProjectUsd,
  bestMatch,
  type Configuration,
  checkLine,
  configurationOf,
  createTokenCounter,
  estimateRequest,
  findModel,
  foreignPriceWords,
  type LineEstimate,
  type ModelOverride,
  modelFor,
  type PricedModel,
  type Provider,
  pricesFor,
  readConfiguration,
  summarizeEstimates,
} from '#core';
import { checkingAs, today } from '../checking.ts';

const counter = createTokenCounter(o200k);
const priced = (prices: Configuration['prices']): Configuration => configurationOf({ prices });
const looked = (name: string, prices: Configuration['prices'], provider: Provider = 'openai'): PricedModel =>
  modelFor(name, provider, priced(prices))!;

function estimate(
  model: string,
  prices: Configuration['prices'],
  provider: Provider = 'openai',
): LineEstimate {
  const body = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello there' }] };
  const request = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  return estimateRequest(request, () => counter, checkingAs(provider, { prices }));
}

describe('which key is meant', () => {
  test('a name goes before globs, of globs the one that says more', () => {
    const record = { '*': 1, 'gpt-*': 2, 'gpt-6-*': 3, 'gpt-6-luna': 4, '*-luna': 5 };
    assert.equal(bestMatch(record, ['gpt-6-luna']), 4);
    assert.equal(bestMatch(record, ['gpt-6-astra']), 3);
    assert.equal(bestMatch(record, ['gpt-5.4']), 2);
    assert.equal(bestMatch(record, ['claude-opus-5']), 1);
    assert.equal(bestMatch({ 'gpt-?': 1 }, ['gpt-4']), 1);
    assert.equal(bestMatch({ 'gpt-?': 1 }, ['gpt-4o']), null);
    assert.equal(bestMatch({ 'a*': 1, '*b': 2 }, ['ab']), 2, 'of equals the last');
  });

  test('names of members that objects have are names like any other', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.equal(bestMatch({}, [name]), null);
      assert.equal(bestMatch(JSON.parse(`{"${name}": 7}`), [name]), 7);
    }
  });

  test('a glob takes as long as it is, whatever is in it', () => {
    const hostile = { [`${'*a'.repeat(200)}b`]: 1 };
    assert.equal(bestMatch(hostile, ['a'.repeat(500)]), null);
  });

  test('equals a regular expression made of it', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(letters, names, (glob, name) => {
        if (!/[*?]/.test(glob)) return;
        const pattern = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        assert.equal(bestMatch({ [glob]: true }, [name]) === true, pattern.test(name));
      }),
    );
  });

  test('the provider may stand before the name, and a snapshot means its model', () => {
    const prices = {
      'openai/gpt-4o': { input: 2 },
      'groq/openai/gpt-oss-20b': { input: 7 },
      'openai/gpt-oss-20b': { input: 9 },
    };
    assert.equal(looked('gpt-4o', prices).standard?.input, 2);
    assert.equal(looked('gpt-4o-2024-11-20', prices).standard?.input, 2);
    assert.equal(looked('gpt-4o-mini', prices).standard?.input, 0.15, 'never by prefix');
    assert.equal(looked('openai/gpt-oss-20b', prices, 'groq').standard?.input, 7);
    assert.equal(looked('gpt-4o', prices, 'azure').standard?.input, 2, 'Azure serves OpenAI’s models');
    assert.equal(
      looked('gpt-4o', { 'azure/gpt-4o': { input: 3 }, 'openai/gpt-4o': { input: 2 } }, 'azure').standard
        ?.input,
      3,
    );
  });
});

describe('what it changes', () => {
  test('what is said counts, a batch follows by the share of the model, the rest stays', () => {
    const model = looked('gpt-5.4', { 'gpt-5.4': { input: 2 } });
    const listed = findModel('gpt-5.4')!;
    assert.deepEqual([model.standard?.input, model.standard?.output], [2, listed.standard?.output]);
    assert.deepEqual([model.batch?.input, model.batch?.output], [1, listed.batch?.output]);
    assert.equal(model.contextTokens, listed.contextTokens);
    assert.equal(model.pricedBy, 'settings');
    assert.equal(model.listed?.standard?.input, listed.standard?.input);
  });

  test('a batch price that is given stands, whatever the share', () => {
    const model = looked('gpt-5.4', { 'gpt-5.4': { input: 2, batchInput: 1.7 } });
    assert.equal(model.batch?.input, 1.7);
  });

  test('a share of one’s own holds for everything that has no price of its own', () => {
    const model = looked('gpt-6-luna', { 'gpt-*': { batchDiscount: 0.6 } });
    assert.deepEqual([model.batch?.input, model.batch?.output], [0.04, 0.2]);
    assert.equal(model.longContext?.batch?.input, 0.08);
    assert.equal(model.standard?.input, 0.1);
  });

  test('long requests do not become cheaper in silence', () => {
    const model = looked('gpt-6-luna', { 'gpt-6-luna': { input: 0.05 } });
    assert.equal(pricesFor(model, today, 272_001).standard?.input, 0.2);
    const said = looked('gpt-6-luna', { 'gpt-6-luna': { longContext: { fromTokens: 500_000, input: 0.3 } } });
    assert.equal(pricesFor(said, today, 499_999).standard?.input, 0.1);
    assert.deepEqual(
      [pricesFor(said, today, 500_000).standard?.input, pricesFor(said, today, 500_000).batch?.input],
      [0.3, 0.15],
    );
  });

  test('announced changes end with a price of one’s own, and can be said', () => {
    const id = 'gemini-3.8-flash';
    const prices = { [id]: { input: 0.7 } };
    assert.equal(pricesFor(looked(id, prices, 'gemini'), '2027-06-01', 1).standard?.input, 0.7);
    const scheduled = { [id]: { schedule: [{ from: '2027-03-01', input: 1 }] } };
    assert.equal(pricesFor(looked(id, scheduled, 'gemini'), '2027-02-28', 1).batch?.input, 0.375);
    assert.equal(pricesFor(looked(id, scheduled, 'gemini'), '2027-03-01', 1).batch?.input, 0.5);
  });

  test('the same price is no other price', () => {
    const model = looked('gpt-4o-mini', { 'gpt-4o-mini': { input: 0.15, output: 0.6 } });
    assert.equal(model.pricedBy, undefined);
    assert.equal(model.batch?.input, 0.075);
    assert.equal(model.batch?.cachedInput, null, 'not published is not made up');
  });

  test('what the cache of other prices costs is not known', () => {
    const model = looked('gpt-6-luna', { 'gpt-6-luna': { input: 0.05 } });
    assert.deepEqual([model.standard?.cachedInput, model.batch?.cachedInput], [null, null]);
  });

  test('0 is a price: who runs a model for nothing is billed nothing', () => {
    const { batchUsd, syncUsd } = estimate('gpt-4o', { 'gpt-4o': { input: 0, output: 0 } });
    assert.deepEqual(
      [batchUsd, syncUsd],
      [
        { input: 0, outputMax: 0 },
        { input: 0, outputMax: 0 },
      ],
    );
  });
});

describe('a model that the list does not have', () => {
  const own: ModelOverride = { input: 3, output: 12, encoding: 'o200k_base', contextTokens: 128_000 };

  test('is known, priced and counted by what is said of it', () => {
    const line = estimate('my-own-model', { 'my-*': own });
    assert.equal(line.modelKnown, true);
    assert.equal(line.inputMethod, 'exact');
    assert.equal(line.syncUsd.input, (line.inputTokens! * 3) / 1e6);
    assert.equal(line.batchUsd.outputMax, (100 * 6) / 1e6, 'OpenAI takes half off');
    assert.equal(line.pricedBy, 'settings');
    assert.deepEqual(line.listedBatchUsd, { input: null, outputMax: null });
  });

  test('is known to the check by the same lookup', () => {
    const line = JSON.stringify({
      ...{ custom_id: 'a', method: 'POST', url: '/v1/chat/completions' },
      body: { model: 'my-own-model', messages: [{ role: 'user', content: 'Hi' }] },
    });
    const codes = (prices: Configuration['prices']): string[] =>
      checkLine(line, line.length, checkingAs('openai', { prices })).findings.map(({ code }) => code);
    assert.deepEqual(codes({}), ['model.unknown']);
    assert.deepEqual(codes({ 'my-own-model': own }), []);
    assert.deepEqual(
      codes({ '*': { batchDiscount: 0.4 } }),
      ['model.unknown'],
      'a share for all hides no slip',
    );
  });

  test('has no batch price where nobody publishes a share', () => {
    const { batchUsd, syncUsd } = estimate('my-own-model', { 'my-*': own }, 'openai-compatible');
    assert.deepEqual(batchUsd, { input: null, outputMax: null });
    assert.ok(syncUsd.input! > 0);
    const said = estimate('my-own-model', { 'my-*': { ...own, batchDiscount: 0.25 } }, 'openai-compatible');
    assert.equal(said.batchUsd.outputMax, (100 * 9) / 1e6);
    assert.equal(said.inputMethod, 'estimated', 'the framing of that server is not documented');
  });

  test('can be said to be another one, as deployments are', () => {
    const prices = { 'azure/sales-bot': { sameAs: 'gpt-5.4-mini' } };
    const model = looked('sales-bot', prices, 'azure');
    assert.deepEqual([model.id, model.batch?.input, model.pricedBy], ['gpt-5.4-mini', 0.375, 'settings']);
    assert.equal(estimate('sales-bot', prices, 'azure').inputMethod, 'exact');
    assert.equal(modelFor('sales-bot', 'azure', priced({ 'azure/sales-bot': { sameAs: 'nobody' } })), null);
  });
});

test('sums say by whom a model is priced and what it costs by the list', () => {
  const { prices = {} } = readConfiguration(
    { prices: { 'gpt-4o-mini': { input: 0.015, output: 0.06 } } },
    'project',
  ).values;
  const line = estimate('gpt-4o-mini', prices);
  const [model] = summarizeEstimates([line, line]).models;
  assert.equal(model?.pricedBy, 'project');
  assert.ok(Math.abs(model.listedBatchUsd!.input! / model.batchUsd.input! - 10) < 1e-9);
  assert.equal(model.listedBatchUsd?.outputMax, (200 * 0.3) / 1e6);
});

describe('a count that a project corrects', () => {
  const request = {
    custom_id: 'a',
    params: {
      model: 'claude-haiku-5-5',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Hello there' }],
    },
  };
  const totals = (calibration: object, source: 'project' | 'settings') => {
    const { values } = readConfiguration({ calibration }, source);
    const line = estimateRequest(request, () => counter, checkingAs('anthropic', values));
    return summarizeEstimates([line, line]).models;
  };
  const [own] = totals({}, 'project');

  test('is said, with what it costs without that, and does not lower a budget', () => {
    const models = totals({ 'claude-*': 0.05 }, 'project');
    const [model] = models;
    assert.ok(model?.batchUsd.input && own?.batchUsd.input && model.batchUsd.input < own.batchUsd.input / 9);
    assert.deepEqual(model.listedBatchUsd, own.batchUsd);
    const above = own.batchUsd.input - model.batchUsd.input;
    assert.ok(Math.abs(aboveProjectUsd(models) - above) < 1e-15);
    assert.match(
      foreignPriceWords(models)[0] ?? '',
      /^claude-haiku-5-5: its tokens are corrected by .*; without that/,
    );
  });

  test('is no news where it is the person’s own, or raises the figure', () => {
    const settings = totals({ 'claude-*': 0.05 }, 'settings');
    assert.deepEqual([foreignPriceWords(settings), aboveProjectUsd(settings)], [[], 0]);
    assert.equal(aboveProjectUsd(totals({ 'claude-*': 3 }, 'project')), 0);
  });
});
