// What embeddings, completions and moderations cost: inputs without framing, bounds of their own, and what is free.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  type Counters,
  createTokenCounter,
  estimateRequest,
  type LineEstimate,
  summarizeEstimates,
} from '#core';
import { checking } from '../checking.ts';

const byEncoding = { o200k_base: createTokenCounter(o200k), cl100k_base: createTokenCounter(cl100k) };
const counters: Counters = (encoding) => byEncoding[encoding];
const count = (text: string): number => byEncoding.cl100k_base.count(text);

function estimate(url: string, body: object): LineEstimate {
  return estimateRequest({ custom_id: 'a', method: 'POST', url, body }, counters, checking);
}

const embed = (input: unknown, model = 'text-embedding-3-small'): LineEstimate =>
  estimate('/v1/embeddings', { model, input });
const complete = (body: object, model = 'babbage-002'): LineEstimate =>
  estimate('/v1/completions', { model, prompt: 'Once', ...body });
const moderate = (input: unknown, model = 'omni-moderation-latest'): LineEstimate =>
  estimate('/v1/moderations', { model, input });

describe('embeddings', () => {
  const [short, long] = ['The food was delicious.', 'Der Kellner…\n\nだめ 🍣 <|endoftext|>'];

  test('are the tokens of their texts and the ids of their arrays, exactly', () => {
    const cases: readonly (readonly [unknown, number])[] = [
      [short, count(short)],
      [[short, long], count(short) + count(long)],
      [[9, 8, 7], 3],
      [[[1, 2], [3]], 3],
      [[], 0],
    ];
    for (const [input, tokens] of cases) {
      const { inputTokens, inputMethod, inputErrorPercent } = embed(input);
      assert.deepEqual(
        [inputTokens, inputMethod, inputErrorPercent],
        [tokens, 'exact', 0],
        JSON.stringify(input),
      );
    }
  });

  test('have no output, which is known and costs nothing', () => {
    const one = embed(new Array(1000).fill([1, 2, 3, 4]));
    assert.deepEqual([one.inputTokens, one.outputMaxTokens], [4000, 0]);
    assert.deepEqual(one.batchUsd, { input: 0.00004, outputMax: 0 });
    assert.deepEqual(one.syncUsd, { input: 0.00008, outputMax: 0 });
    assert.equal(summarizeEstimates([one]).savingsUsd, 0.00004);
  });

  test('of an unknown model: ids are counted all the same, texts about, and the price is not known', () => {
    const ids = embed([[1, 2]], 'my-embedder');
    assert.deepEqual(
      [ids.inputTokens, ids.inputMethod, ids.batchUsd],
      [2, 'exact', { input: null, outputMax: 0 }],
    );
    assert.equal(embed('Hello there', 'my-embedder').inputMethod, 'estimated');
  });

  test('without an input are unknown, not free', () => {
    for (const input of [undefined, null, 5, {}]) {
      const { inputTokens, inputMethod, batchUsd } = embed(input);
      assert.deepEqual([inputTokens, inputMethod, batchUsd.input], [null, 'unknown', null]);
    }
  });
});

describe('completions', () => {
  test('are the tokens of the prompt, exactly', () => {
    assert.equal(complete({ prompt: 'Once upon a time' }).inputTokens, count('Once upon a time'));
    assert.equal(
      complete({ prompt: ['Once', 'Twice upon'] }).inputTokens,
      count('Once') + count('Twice upon'),
    );
    assert.equal(complete({ prompt: [[1, 2], [3]] }).inputTokens, 3);
    assert.equal(complete({}).inputMethod, 'exact');
  });

  test('with a suffix, or without a prompt, are estimated', () => {
    const inserted = complete({ suffix: ' The end.' });
    assert.equal(inserted.inputTokens, count('Once') + count(' The end.'));
    assert.equal(inserted.inputMethod, 'estimated');
    const none = complete({ prompt: null });
    assert.deepEqual([none.inputTokens, none.inputMethod, none.inputErrorPercent], [1, 'estimated', 100]);
    assert.equal(complete({ prompt: ['a', 'b'], suffix: 'c' }).inputTokens, 4);
  });

  test('are bounded by max_tokens, by default 16, for each prompt and each candidate', () => {
    const cases: readonly (readonly [object, number | null])[] = [
      [{}, 16],
      [{ max_tokens: null, n: null, best_of: null }, 16],
      [{ max_tokens: 100 }, 100],
      [{ max_tokens: 0, echo: true }, 0],
      [{ max_tokens: 10, n: 3 }, 30],
      [{ max_tokens: 10, n: 2, best_of: 5 }, 50],
      [{ max_tokens: 10, best_of: 5 }, 50],
      [{ max_tokens: 10, prompt: ['a', 'b', 'c'], n: 2 }, 60],
      [{ max_tokens: 10, prompt: [1, 2, 3] }, 10],
      [{ max_tokens: 10, prompt: [[1], [2]] }, 20],
      [{ max_completion_tokens: 10 }, 16],
      [{ max_tokens: -1 }, null],
      [{ max_tokens: '5' }, null],
      [{ max_tokens: 5, n: 'x' }, null],
    ];
    for (const [body, bound] of cases)
      assert.equal(complete(body).outputMaxTokens, bound, JSON.stringify(body));
    assert.deepEqual(complete({ prompt: new Array(100).fill(1), max_tokens: 1000 }).batchUsd, {
      input: 0.00002,
      outputMax: 0.0002,
    });
  });
});

describe('moderations', () => {
  test('are free as the catalogue says, and their tokens are estimated', () => {
    const one = moderate(['Hello there', 'you']);
    assert.ok(one.inputTokens! > 2 && one.inputTokens! < 6);
    assert.deepEqual([one.inputMethod, one.outputMaxTokens], ['estimated', 0]);
    assert.deepEqual(
      [one.batchUsd, one.syncUsd],
      [
        { input: 0, outputMax: 0 },
        { input: 0, outputMax: 0 },
      ],
    );
  });

  test('with an image are of unknown length, and free all the same', () => {
    const one = moderate([
      { type: 'text', text: 'Hello' },
      { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
    ]);
    assert.deepEqual([one.inputTokens, one.inputMethod], [null, 'unknown']);
    assert.deepEqual(one.batchUsd, { input: 0, outputMax: 0 });
  });

  test('of an unknown model have no known price', () => {
    assert.deepEqual(moderate('Hello', 'my-moderator').batchUsd, { input: null, outputMax: 0 });
  });
});

test('whatever the body is, an estimate is made', () => {
  const url = fc.constantFrom('/v1/embeddings', '/v1/completions', '/v1/moderations');
  const field = fc.constantFrom(
    'input',
    'prompt',
    'suffix',
    'n',
    'best_of',
    'max_tokens',
    'model',
    '__proto__',
  );
  fc.assert(
    fc.property(url, fc.dictionary(field, fc.jsonValue(), { maxKeys: 6 }), (to, body) => {
      const { inputTokens, outputMaxTokens } = estimate(to, body);
      for (const tokens of [inputTokens, outputMaxTokens]) {
        assert.ok(tokens === null || (Number.isFinite(tokens) && tokens >= 0), String(tokens));
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

describe('images', () => {
  const draw = (fields: object): LineEstimate =>
    estimate('/v1/images/generations', { model: 'gpt-image-2', prompt: 'A bicycle', ...fields });
  const edit = (fields: object, model = 'gpt-image-1.5'): LineEstimate =>
    estimate('/v1/images/edits', { model, prompt: 'Blue', ...fields });

  test('what comes out is known by size and quality, as OpenAI’s calculator has it', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ['1024x1024', 'high', 7024],
      ['1536x1024', 'high', 5488],
      ['1024x1536', 'high', 5488],
      ['1792x1024', 'high', 5063],
      ['3584x2048', 'high', 12_329],
    ];
    for (const [size, quality, tokens] of cases) {
      assert.equal(draw({ size, quality }).outputMaxTokens, tokens, `${size} ${quality}`);
      assert.equal(draw({ size, quality, n: 3 }).outputMaxTokens, 3 * tokens);
    }
    assert.equal(draw({ size: '1024x1024' }).outputMaxTokens, 7024, 'at most, where the model chooses');
    assert.ok((draw({}).outputMaxTokens ?? 0) > 12_329, 'any size');
    assert.equal(edit({ size: '1024x1536', quality: 'medium' }).outputMaxTokens, 1584);
    assert.equal(edit({}).outputMaxTokens, 6240);
  });

  test('what nobody has published is unknown', () => {
    for (const fields of [
      { model: 'gpt-image-2.5-flare' },
      { model: 'gpt-image-1-mini' },
      { model: 'somebody-else' },
      { quality: 'max' },
      { size: 'large' },
      { output_format: 'gif' },
      { output_format: 'svg' },
      { n: 'two' },
      { model: 5 },
    ]) {
      assert.equal(draw(fields).outputMaxTokens, null, JSON.stringify(fields));
    }
  });

  test('what goes in is the prompt and the images, and is estimated', () => {
    const { inputTokens, inputMethod } = draw({});
    assert.ok(inputTokens !== null && inputTokens > 0 && inputTokens < 10);
    assert.equal(inputMethod, 'estimated');
    const file = { file_id: 'f' };
    const [one, two, masked] = [
      edit({ images: [file] }),
      edit({ images: [file, file] }),
      edit({ image: file, mask: file }),
    ];
    const step = (two.inputTokens ?? 0) - (one.inputTokens ?? 0);
    // 65 and one tile of 129: a square's short side of 512.
    assert.equal(step, 65 + 129);
    assert.equal(masked.inputTokens, two.inputTokens);
    const close = edit({ images: [file], input_fidelity: 'high' });
    assert.equal((close.inputTokens ?? 0) - (one.inputTokens ?? 0), 4160);
    for (const images of [null, 5, 'a', [null, 5, 'a', []]]) assert.ok(edit({ images }).inputTokens !== null);
  });
});
