// The model catalogue is sound, and a name finds its own entry or none.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { allModels, findModel, pricesAsOf, pricesFor, providerFacts, tokenizerOf } from '#core';
import catalogue from '#schemas/models.json' with { type: 'json' };
import schema from '#schemas/models.schema.json' with { type: 'json' };

const today = '2026-11-21';

describe('the catalogue', () => {
  test('is valid by its schema', () => {
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
    assert.ok(validate(catalogue), JSON.stringify(validate.errors?.slice(0, 5)));
  });

  test('has one model a line, so that a change shows as one line', () => {
    const file = readFileSync(new URL('../../schemas/models.json', import.meta.url), 'utf8');
    const lines = file.split('\n').filter((line) => line.startsWith('{"id":'));
    assert.equal(lines.length, allModels().length);
    assert.ok(file.length < 70_000, 'it is in every bundle');
  });

  test('resolves every name it uses', () => {
    for (const model of allModels()) {
      assert.ok(providerFacts[model.provider], model.id);
      assert.ok(model.source && model.endpoints.length > 0 && model.tokenizer.encoding, model.id);
      assert.notEqual(model.params, undefined, model.id);
      assert.ok(model.asOf <= pricesAsOf, model.id);
    }
  });

  test('names a model once per provider', () => {
    const seen = new Set<string>();
    for (const model of allModels()) {
      for (const name of [model.id, ...model.aliases, ...model.snapshots]) {
        assert.ok(!seen.has(`${model.provider} ${name}`), name);
        seen.add(`${model.provider} ${name}`);
      }
    }
  });

  test('agrees with itself on dates and batch prices', () => {
    for (const model of allModels()) {
      if (model.status === 'shut-down') assert.ok((model.shutdownDate ?? '') <= pricesAsOf, model.id);
      if (model.batchSupported === false) assert.equal(model.batch, null, model.id);
      const { batchDiscount } = providerFacts[model.provider]!;
      if (model.batch?.input == null || model.standard?.input == null || batchDiscount === null) continue;
      assert.ok(Math.abs(model.batch.input - model.standard.input * (1 - batchDiscount)) < 1e-9, model.id);
      assert.ok(
        Math.abs(model.batch.output! - model.standard.output! * (1 - batchDiscount)) < 1e-9,
        model.id,
      );
    }
  });

  test('has the prices people know', () => {
    const priceOf = (id: string): unknown => {
      const { standard, batch } = findModel(id)!;
      return [standard?.input, standard?.output, batch?.input, batch?.output];
    };
    assert.deepEqual(priceOf('gpt-4o'), [2.5, 10, 1.25, 5]);
    assert.deepEqual(priceOf('gpt-4o-mini'), [0.15, 0.6, 0.075, 0.3]);
    assert.deepEqual(priceOf('gpt-6-luna'), [0.1, 0.5, 0.05, 0.25]);
    assert.deepEqual(priceOf('claude-haiku-5-5'), [0.1, 0.5, 0.05, 0.25]);
    assert.deepEqual(priceOf('text-embedding-3-small'), [0.02, 0, 0.01, 0]);
    assert.equal(findModel('gpt-6-luna')?.batch?.cachedInput, 0.005);
    assert.equal(findModel('gpt-4o')?.batch?.cachedInput, null);
    assert.equal(findModel('grok-4.7')?.batch, null, 'not published is not known');
  });
});

describe('findModel', () => {
  const idOf = (name: string, provider?: string): string | null => findModel(name, provider)?.id ?? null;

  test('finds ids, aliases and snapshots', () => {
    assert.equal(idOf('gpt-5.6'), 'gpt-5.6-sol');
    assert.equal(idOf('gpt-4o-2024-11-20'), 'gpt-4o');
    assert.equal(idOf('gpt-4-0613'), 'gpt-4');
    assert.equal(idOf('claude-haiku-4-5'), 'claude-haiku-4-5-20251001');
    assert.equal(idOf('mistral-large-latest'), 'mistral-large-2512');
  });

  test('leaves a date away where the dated name is not listed', () => {
    assert.equal(idOf('gpt-6-luna-2026-09-22'), 'gpt-6-luna');
    assert.equal(idOf('claude-opus-5-5-20260922'), 'claude-opus-5-5');
    assert.equal(idOf('gpt-4o-2024-05-13'), 'gpt-4o-2024-05-13', 'a listed one has its own price');
  });

  test('never takes one version for another', () => {
    for (const name of [
      'gpt-5.9',
      'gpt-5-',
      'gpt-6',
      'gpt-4o-mini-tts',
      'claude-sonnet-5-6',
      'gpt-4o-2024',
      'GPT-4o',
      'gpt',
    ]) {
      assert.equal(idOf(name), null, name);
    }
    assert.equal(idOf('gpt-5.6-luna'), 'gpt-5.6-luna');
    assert.equal(idOf('gemini-1.5-flash-8b'), 'gemini-1.5-flash-8b');
  });

  test('knows tuned models by their base', () => {
    assert.equal(idOf('ft:gpt-4o-mini-2024-07-18:acme:tickets:abc123'), 'ft:gpt-4o-mini-2024-07-18');
    assert.equal(idOf('ft:gpt-6-luna:acme::abc123'), null, 'its price is not known');
    assert.equal(tokenizerOf('ft:gpt-4o:acme::abc123').errorPercent, 0, 'its encoding is');
  });

  test('looks through the prefixes of gateways', () => {
    assert.equal(idOf('openai/gpt-4o'), 'gpt-4o');
    assert.equal(idOf('azure/gpt-4o-mini-2024-07-18'), 'gpt-4o-mini');
    assert.equal(idOf('models/gemini-2.5-flash'), 'gemini-2.5-flash');
    assert.equal(findModel('groq/openai/gpt-oss-120b')?.provider, 'groq');
    assert.equal(idOf('anthropic/gpt-4o'), null);
    assert.equal(idOf('somewhere/gpt-4o'), null);
  });

  test('does not choose between providers, but keeps to the one it is told', () => {
    assert.equal(idOf('openai/gpt-oss-20b'), null);
    assert.equal(findModel('openai/gpt-oss-20b', 'groq')?.standard?.input, 0.075);
    assert.equal(findModel('openai/gpt-oss-20b', 'together')?.standard?.input, 0.05);
    assert.equal(idOf('claude-opus-5', 'openai'), null);
    assert.equal(idOf('gpt-4o', 'azure'), 'gpt-4o');
    assert.equal(idOf('claude-opus-5', 'openai-compatible'), 'claude-opus-5');
  });

  test('is at ease with any name', () => {
    for (const name of [
      '',
      '__proto__',
      'constructor',
      'toString',
      '/',
      'ft:',
      'ft::',
      'openai/',
      '-2024-01-01',
      'x'.repeat(1e6),
    ]) {
      assert.equal(findModel(name), null, name.slice(0, 20));
      assert.equal(tokenizerOf(name).encoding, 'o200k_base');
    }
    fc.assert(
      fc.property(fc.string(), (name) => findModel(name) === null),
      { seed: 1 },
    );
  });
});

describe('pricesFor', () => {
  test('changes on the day announced', () => {
    const model = findModel('gemini-4-carbon')!;
    assert.equal(pricesFor(model, '2026-11-30', 10).batch?.input, 1);
    assert.equal(pricesFor(model, '2026-12-01', 10).batch?.input, 2);
    assert.equal(pricesFor(model, '2027-06-01', 10).standard?.output, 20);
  });

  test('takes long-context prices for the whole request', () => {
    const model = findModel('gpt-6-luna')!;
    assert.equal(pricesFor(model, today, 272_000).standard?.input, 0.1);
    assert.equal(pricesFor(model, today, 272_001).standard?.input, 0.2);
    assert.equal(pricesFor(model, today, 272_001).batch?.output, 0.375);
    assert.equal(pricesFor(findModel('grok-4.7')!, today, 200_000).standard?.input, 4);
    assert.equal(pricesFor(findModel('grok-4.7')!, today, 199_999).standard?.input, 2);
    assert.equal(pricesFor(model, today, null).standard?.input, 0.1);
  });
});
