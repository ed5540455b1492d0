// What stands in settings and in a `.llm-batch.json` is read as far as it can be, and the rest is named.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ConfigurationPart, configurationOf, readConfiguration } from '#core';

const ofProject = (value: unknown): ConfigurationPart => readConfiguration(value, 'project');

test('all that can be said is read', () => {
  const { values, priceFile, problems } = ofProject({
    $schema: 'any',
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    anthropic: { apiVersion: '2023-06-01' },
    severity: { 'model.retiring': 'off' },
    prices: { 'my-*': { input: 3, output: 12, batchDiscount: 0.4 } },
    priceFile: 'prices.json',
    limits: { queueTokens: { 'gpt-*': 2_000_000 } },
    calibration: { 'claude-*': 1.1, 'gpt-6-luna': { ratio: 1.02, errorPercent: 3, outputTokens: 40 } },
  });
  assert.deepEqual(problems, []);
  assert.equal(priceFile, 'prices.json');
  assert.deepEqual(values, {
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    anthropicVersion: '2023-06-01',
    severity: { 'model.retiring': 'off' },
    prices: { 'my-*': { input: 3, output: 12, batchDiscount: 0.4, origin: 'project' } },
    queueTokens: { 'gpt-*': 2_000_000 },
    calibration: {
      'claude-*': { ratio: 1.1, errorPercent: 10, outputTokens: null, origin: 'project' },
      'gpt-6-luna': { ratio: 1.02, errorPercent: 3, outputTokens: 40, origin: 'project' },
    },
  });
});

test('the version of Anthropic’s API may stand as editors write dotted settings', () => {
  assert.equal(
    readConfiguration({ 'anthropic.apiVersion': '2023-06-01' }).values.anthropicVersion,
    '2023-06-01',
  );
});

describe('what cannot be used is left out and named', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ provider: 'opnai' }, /^"provider" must be auto or one of openai, /],
    [{ apiKey: 'sk-1' }, /^"apiKey" has no effect here; it can hold provider, model, /],
    [
      { anthropic: { apiVersion: '2024-01-01' } },
      /^"anthropic\.apiVersion" must be 2023-06-01 or 2026-10-21\.$/,
    ],
    [{ prices: [] }, /^"prices" must be an object keyed by model names/],
    [{ prices: { a: 3 } }, /^"prices" of "a": it must be an object\.$/],
    [
      { prices: { a: { input: -1 } } },
      /^"prices" of "a": "input" must be a number of US dollars per million tokens\.$/,
    ],
    [{ prices: { a: { input: '3' } } }, /"input" must be a number/],
    [{ prices: { a: { input: 2.5e-6 } } }, /"input" is far below any price; write US dollars per million/],
    [{ prices: { a: { input: 250_000 } } }, /"input" must be a number of US dollars per million tokens/],
    [{ model: 7 }, /^"model" must be the name of a model\.$/],
    [{ provider: 7 }, /^"provider" must be auto or one of openai, /],
    [{ prices: { a: { inputs: 3 } } }, /^"prices" of "a": "inputs" is none of the fields: input, output, /],
    [{ prices: { a: { batchDiscount: 50 } } }, /"batchDiscount" must be a number from 0 to 1, 0\.5 for half/],
    [{ prices: { a: { longContext: { input: 1 } } } }, /"longContext" must be an object with "fromTokens"/],
    [{ prices: { a: { schedule: [{ from: 'soon' }] } } }, /"schedule" must be a list of objects with "from"/],
    [{ prices: { a: { encoding: 'p50k_base' } } }, /"encoding" must be o200k_base or cl100k_base/],
    [{ priceFile: 7 }, /^"priceFile" must be the path of a JSON file with prices\.$/],
    [{ limits: { queue: {} } }, /^"limits" can hold queueTokens, not "queue"\.$/],
    [
      { limits: { queueTokens: { a: 1.5 } } },
      /^"limits\.queueTokens" of "a" must be a whole number of tokens\.$/,
    ],
    [{ calibration: { a: 0 } }, /^"calibration" of "a" must be a ratio from 0\.05 to 20/],
    [{ calibration: { a: { ratio: 1, errorPercent: 300 } } }, /^"calibration" of "a" must be a ratio/],
  ];
  for (const [value, problem] of cases) {
    test(JSON.stringify(value), () => {
      const { values, problems } = ofProject(value);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
      const kept = Object.values({ ...values.prices, ...values.queueTokens, ...values.calibration });
      assert.deepEqual(kept, []);
      assert.deepEqual(values.severity, {});
    });
  }
});

test('one entry that is malformed does not take the others along', () => {
  const { values } = ofProject({ prices: { a: { input: 'x', output: 2 }, b: { input: 1 } } });
  assert.deepEqual(Object.keys(values.prices ?? {}), ['a', 'b']);
  assert.equal(values.prices?.a?.output, 2);
});

test('a project can say a thousand models, not a million', () => {
  const prices = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`m${i}`, { input: 1 }]));
  const { values, problems } = ofProject({ prices });
  assert.equal(Object.keys(values.prices ?? {}).length, 1000);
  assert.match(problems[0] ?? '', /more than 1000 keys/);
});

test('later parts go first, key by key', () => {
  const config = configurationOf(
    { prices: { a: { input: 1 }, b: { input: 2 } }, queueTokens: { a: 1 } },
    { prices: { b: { input: 3 } }, calibration: {} },
  );
  assert.deepEqual(config.prices, { a: { input: 1 }, b: { input: 3 } });
  assert.deepEqual(config.queueTokens, { a: 1 });
});

test('whatever stands there, nothing throws and no problem repeats much of it', () => {
  const key = fc.constantFrom(
    ...[
      'provider',
      'model',
      'severity',
      'prices',
      'priceFile',
      'limits',
      'calibration',
      'anthropic',
      'x',
      '__proto__',
    ],
  );
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (value) => {
      const { values, problems } = ofProject(JSON.parse(JSON.stringify(value)));
      structuredClone(configurationOf(values));
      for (const problem of problems) assert.ok(problem.length < 400, problem);
    }),
  );
});
