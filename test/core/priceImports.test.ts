// Price lists of others, each in its own format: what is taken, what is left, and that nothing is made up.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Configuration,
  configurationOf,
  modelFor,
  type PricedModel,
  type PriceImport,
  type Provider,
  priceChanges,
  pricesFor,
  priceTableOf,
  readPriceList,
} from '#core';
import { today } from '../checking.ts';

function imported(json: unknown): PriceImport {
  const list = readPriceList(json);
  assert.ok(list, 'not recognised');
  return list;
}

function configOf(json: unknown): Configuration {
  const { format, overrides } = imported(json);
  const file = { path: 'p.json', origin: 'file', asOf: null, keyedFreely: format === 'own' } as const;
  return configurationOf({ priceFile: priceTableOf(file, overrides) });
}

const looked = (json: unknown, name: string, provider: Provider = 'openai'): PricedModel | null =>
  modelFor(name, provider, configOf(json));

const litellm = {
  sample_spec: { input_cost_per_token: 0, litellm_provider: 'one of …', mode: 'one of …' },
  'gpt-6-luna': {
    ...{ litellm_provider: 'openai', mode: 'chat', max_input_tokens: 5 },
    ...{ input_cost_per_token: 2e-7, output_cost_per_token: 1e-6, cache_read_input_token_cost: 2e-8 },
    ...{ input_cost_per_token_above_272k_tokens: 4e-7, output_cost_per_token_above_272k_tokens: 1.5e-6 },
    ...{ input_cost_per_token_batches: 9e-8, output_cost_per_token_batches: 4.5e-7 },
  },
  'azure/gpt-6-luna': {
    litellm_provider: 'azure',
    mode: 'chat',
    input_cost_per_token: 3e-7,
    output_cost_per_token: 2e-6,
  },
  'gemini/gemini-3.8-flash': {
    litellm_provider: 'gemini',
    mode: 'chat',
    input_cost_per_token: 1e-6,
    output_cost_per_token: 4e-6,
  },
  'gemini-3.8-flash': {
    litellm_provider: 'vertex_ai-language-models',
    mode: 'chat',
    input_cost_per_token: 9e-6,
    output_cost_per_token: 9e-6,
  },
  'xai/grok-4.7': {
    ...{ litellm_provider: 'xai', mode: 'chat', input_cost_per_token: 2e-6, output_cost_per_token: 6e-6 },
    ...{ input_cost_per_token_above_200k_tokens: 5e-6, output_cost_per_token_above_200k_tokens: 12e-6 },
  },
  'text-embedding-3-small': { litellm_provider: 'openai', mode: 'embedding', input_cost_per_token: 3e-8 },
  'dall-e-3': { litellm_provider: 'openai', mode: 'image_generation', input_cost_per_pixel: 1e-8 },
  'github_copilot/gpt-6-luna': {
    litellm_provider: 'github_copilot',
    mode: 'chat',
    input_cost_per_token: 0,
    output_cost_per_token: 0,
  },
  'dashscope/qwen': {
    ...{
      litellm_provider: 'dashscope',
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 1e-6,
    },
    ...{ input_cost_per_token_above_32k_tokens: 2e-6, input_cost_per_token_above_128k_tokens: 3e-6 },
  },
  'openai/broken': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: -1,
    output_cost_per_token: 1,
  },
};

describe('LiteLLM', () => {
  test('is recognised by what is in it; what cannot be used is counted by its reason', () => {
    const { format, overrides, left } = imported(litellm);
    assert.equal(format, 'litellm');
    assert.deepEqual([...overrides.keys()].sort(), [
      'azure/gpt-6-luna',
      'gemini/gemini-3.8-flash',
      'openai/gpt-6-luna',
      'openai/text-embedding-3-small',
      'vertex_ai-language-models/gemini-3.8-flash',
      'xai/grok-4.7',
    ]);
    assert.deepEqual(Object.fromEntries(left), {
      'no price per token': 1,
      'a price of 0, which is seldom one': 1,
      'more than one long-context price': 1,
      'a price that is not understood': 1,
    });
  });

  test('prices are of a million tokens, without the noise of binary fractions', () => {
    const { standard, batch } = looked(litellm, 'gpt-6-luna')!;
    assert.deepEqual([standard?.input, standard?.output, standard?.cachedInput], [0.2, 1, 0.02]);
    assert.deepEqual([batch?.input, batch?.output], [0.09, 0.45]);
  });

  test('each provider has its own price of the same name', () => {
    assert.equal(looked(litellm, 'gpt-6-luna', 'azure')?.standard?.input, 0.3);
    assert.equal(looked(litellm, 'gemini-3.8-flash', 'gemini')?.standard?.input, 1, 'not that of Vertex');
    assert.equal(looked(litellm, 'grok-4.7', 'xai')?.standard?.output, 6);
  });

  test('the threshold lies where the provider says, on this side or that', () => {
    const luna = looked(litellm, 'gpt-6-luna')!;
    assert.equal(pricesFor(luna, today, 272_000).standard?.input, 0.2);
    assert.equal(pricesFor(luna, today, 272_001).standard?.input, 0.4);
    const grok = looked(litellm, 'grok-4.7', 'xai')!;
    assert.equal(pricesFor(grok, today, 199_999).standard?.input, 2);
    assert.equal(pricesFor(grok, today, 200_000).standard?.input, 5);
  });

  test('limits are not taken: a wrong one would be an error in every file', () => {
    assert.equal(looked(litellm, 'gpt-6-luna')?.contextTokens, 1_050_000);
  });

  test('a batch that costs as much as no batch is named', () => {
    const o3 = {
      o3: {
        litellm_provider: 'openai',
        mode: 'chat',
        input_cost_per_token: 2e-6,
        output_cost_per_token: 8e-6,
        input_cost_per_token_batches: 2e-6,
        output_cost_per_token_batches: 8e-6,
      },
    };
    assert.match(imported(o3).problems[0] ?? '', /^1 of its models cost as much in a batch as at once/);
    assert.deepEqual(imported(litellm).problems, []);
  });
});

describe('models.dev', () => {
  const api = {
    openai: {
      id: 'openai',
      models: {
        'gpt-6-luna': { id: 'gpt-6-luna', cost: { input: 0.3, output: 2, cache_read: 0.03 } },
        'gpt-free': { cost: { input: 0, output: 0 } },
      },
    },
    google: {
      id: 'google',
      models: {
        'gemini-3.1-pro-preview': {
          cost: { input: 3, output: 15, context_over_200k: { input: 6, output: 20 } },
        },
      },
    },
    xai: {
      id: 'xai',
      models: {
        'grok-4.7': {
          cost: { input: 3, output: 9, tiers: [{ tier: { size: 200_000 }, input: 6, output: 18 }] },
        },
        'grok-image': {},
      },
    },
  };

  test('standard prices; the batch follows by the share that the provider takes off', () => {
    assert.equal(imported(api).format, 'models.dev');
    const luna = looked(api, 'gpt-6-luna')!;
    assert.deepEqual([luna.standard?.input, luna.batch?.input, luna.batch?.output], [0.3, 0.15, 1]);
    const grok = looked(api, 'grok-4.7', 'xai')!;
    assert.deepEqual([grok.standard?.input, grok.batch], [3, null], 'xAI publishes no share');
    assert.deepEqual(Object.fromEntries(imported(api).left), {
      'a price of 0, which is seldom one': 1,
      'no price per token': 1,
    });
  });

  test('where it says the threshold twice, the exact one counts', () => {
    const long = { input: 10, output: 45 };
    const cost = { input: 6, output: 31, tiers: [{ ...long, tier: { type: 'context', size: 272_000 } }] };
    const twice = { openai: { models: { 'gpt-5.5': { cost: { ...cost, context_over_200k: long } } } } };
    const model = looked(twice, 'gpt-5.5')!;
    assert.equal(pricesFor(model, today, 272_000).standard?.input, 6);
    assert.equal(pricesFor(model, today, 272_001).standard?.input, 10);
  });

  test('what is priced by something else than length, or reasoning apart, is left', () => {
    const cost = { input: 6, output: 31 };
    const other = { ...cost, tiers: [{ ...cost, tier: { type: 'speed', size: 2 } }] };
    const list = {
      a: { models: { x: { cost: other }, y: { cost: { ...cost, reasoning: 3 } }, z: { cost } } },
    };
    assert.deepEqual(Object.fromEntries(imported(list).left), { 'a price that is not understood': 2 });
  });

  test('long requests, in its earlier words and in its later ones', () => {
    const gemini = looked(api, 'gemini-3.1-pro-preview', 'gemini')!;
    assert.equal(pricesFor(gemini, today, 200_000).standard?.input, 3);
    assert.deepEqual(
      [pricesFor(gemini, today, 200_001).standard?.input, pricesFor(gemini, today, 200_001).batch?.input],
      [6, 3],
    );
    assert.equal(pricesFor(looked(api, 'grok-4.7', 'xai')!, today, 200_000).standard?.output, 18);
  });
});

describe('genai-prices', () => {
  const data = [
    {
      id: 'google',
      models: [
        {
          id: 'gemini-3.8-flash',
          match: { starts_with: 'gemini-3.8-flash' },
          prices: [
            { prices: { input_mtok: 0.8, output_mtok: 4, cache_read_mtok: 0.08 } },
            { constraint: { start_date: '2026-12-15' }, prices: { input_mtok: 1.6, output_mtok: 8 } },
          ],
        },
      ],
    },
    {
      id: 'openai',
      models: [
        {
          id: 'gpt-6-luna',
          match: {
            or: [
              { equals: 'gpt-6-luna' },
              { equals: 'gpt-6-luna-2026-09-03' },
              { starts_with: 'gpt-6-luna-' },
            ],
          },
          prices: {
            input_mtok: { base: 0.2, tiers: [{ start: 271_999, price: 0.5 }] },
            output_mtok: { base: 1, tiers: [{ start: 271_999, price: 1.5 }] },
          },
          price_variants: [
            { when: { service_tier: 'batch' }, prices: { input_mtok: 0.08, output_mtok: 0.4 } },
          ],
        },
        { id: 'whisper', match: { equals: 'whisper' }, prices: { audio_hours: 1 } },
        {
          id: 'night',
          match: { equals: 'night' },
          prices: [
            {
              constraint: { start_time: '00:00', end_time: '06:00' },
              prices: { input_mtok: 1, output_mtok: 1 },
            },
          ],
        },
      ],
    },
  ];

  test('prices by date, by length and by variant; only names that are equal', () => {
    const { format, overrides, left } = imported(data);
    assert.equal(format, 'genai-prices');
    assert.deepEqual(
      [...overrides.keys()],
      ['gemini/gemini-3.8-flash', 'openai/gpt-6-luna', 'openai/gpt-6-luna-2026-09-03'],
    );
    assert.deepEqual(Object.fromEntries(left), { 'no price per token': 1, 'a price by the time of day': 1 });
    const flash = looked(data, 'gemini-3.8-flash', 'gemini')!;
    assert.equal(pricesFor(flash, '2026-12-14', 1).batch?.input, 0.4);
    assert.equal(pricesFor(flash, '2026-12-15', 1).batch?.input, 0.8);
    const luna = looked(data, 'gpt-6-luna')!;
    assert.deepEqual([luna.batch?.input, luna.batch?.output], [0.08, 0.4]);
    assert.equal(pricesFor(luna, today, 272_001).standard?.input, 0.5);
  });
});

describe('our own', () => {
  const own = {
    asOf: '2026-11-01',
    prices: { 'my-*': { input: 3, output: 12 }, 'gpt-6-luna': { input: 0.07 }, bad: { input: 'x' } },
  };

  test('keys as in settings, globs too; what is malformed is named', () => {
    const { format, asOf, problems } = imported(own);
    assert.deepEqual([format, asOf], ['own', '2026-11-01']);
    assert.match(problems.join('\n'), /^"prices" of "bad": "input" must be a number/);
    assert.equal(looked(own, 'my-tuned-one')?.standard?.output, 12);
    assert.equal(looked(own, 'gpt-6-luna')?.standard?.input, 0.07);
  });

  test('what a person sets goes before what a file says', () => {
    const config = { ...configOf(own), prices: { 'gpt-6-luna': { output: 9 } } };
    const { standard } = modelFor('gpt-6-luna', 'openai', config)!;
    assert.deepEqual([standard?.input, standard?.output], [0.07, 9]);
  });
});

test('a model of a gateway is no model of OpenAI’s that has its name', () => {
  const list = {
    'openai/gpt-oss-20b': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 1e-6,
    },
  };
  assert.equal(looked(list, 'openai/gpt-oss-20b', 'groq')?.standard?.input, 0.075);
  const other = {
    'deepseek/deepseek-chat': {
      litellm_provider: 'deepseek',
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
    },
  };
  assert.equal(looked(other, 'deepseek/deepseek-chat', 'openai-compatible')?.standard?.output, 2);
  assert.equal(looked(other, 'deepseek-chat', 'openai-compatible'), null);
});

test('images are not priced as text', () => {
  const list = {
    'gpt-image-2': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 5e-6,
      output_cost_per_token: 1e-5,
    },
  };
  assert.equal(looked(list, 'gpt-image-2')?.standard, null);
});

test('what a file would change is told before it is used', () => {
  const { priceFile } = configOf(litellm);
  const { changed, same, added } = priceChanges(priceFile!, today);
  assert.deepEqual(
    changed.map(({ provider, model, before, after }) => [
      provider,
      model,
      before.standard?.input,
      after.standard?.input,
    ]),
    [
      ['openai', 'gpt-6-luna', 0.1, 0.2],
      ['openai', 'text-embedding-3-small', 0.02, 0.03],
      ['gemini', 'gemini-3.8-flash', 0.75, 1],
    ],
  );
  assert.deepEqual([same, added], [1, 1]);
});

test('anything else is in none of the formats, and nothing throws', () => {
  for (const json of [
    null,
    1,
    'x',
    [],
    {},
    [[]],
    { a: {} },
    { models: [] },
    [{ id: 'openai' }],
    { prices: [] },
  ]) {
    assert.equal(readPriceList(json), null, JSON.stringify(json));
  }
  const key = fc.constantFrom(
    ...[
      'prices',
      'models',
      'id',
      'cost',
      'input',
      'input_cost_per_token',
      'litellm_provider',
      'mode',
      'tiers',
      'match',
      '__proto__',
    ],
    ...[
      'input_mtok',
      'base',
      'start',
      'price',
      'constraint',
      'start_date',
      'or',
      'equals',
      'tier',
      'size',
      'a',
    ],
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, 1, -1, 1e300, 'x', true, '2026-01-01'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (json) => {
      const list = readPriceList(JSON.parse(JSON.stringify(json) ?? 'null'));
      for (const override of list?.overrides.values() ?? []) {
        for (const usd of [override.input, override.batchInput]) assert.ok(usd === undefined || usd >= 0);
      }
    }),
    { numRuns: 500 },
  );
});
