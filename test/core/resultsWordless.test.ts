// Results of embeddings, completions and moderations: what is shown, why it ended, what it used and cost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Outcome, readOutcome, usageUsd } from '#core';

function outcome(body: unknown): Outcome {
  const response = { status_code: 200, request_id: 'r', body };
  const result = readOutcome(JSON.stringify({ id: 'b', custom_id: 'a', response, error: null }));
  assert.equal(result.kind, 'outcome');
  return result as Outcome;
}

function embeddings(...vectors: readonly unknown[]): object {
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  const usage = { prompt_tokens: 8, total_tokens: 8 };
  return { object: 'list', data, model: 'text-embedding-3-small', usage };
}

function base64Of(dimensions: number): string {
  return Buffer.from(new Float32Array(dimensions).fill(0.1).buffer).toString('base64');
}

const floats = (dimensions: number): number[] => new Array<number>(dimensions).fill(0.1);

test('vectors are counted and measured, in either encoding', () => {
  const cases: readonly (readonly [object, string | null])[] = [
    [embeddings(floats(1536)), '1 vector of 1,536 dimensions'],
    [embeddings(floats(3), floats(3)), '2 vectors of 3 dimensions'],
    [embeddings(base64Of(1536)), '1 vector of 1,536 dimensions'],
    [embeddings(base64Of(256), base64Of(256)), '2 vectors of 256 dimensions'],
    [embeddings(base64Of(255)), '1 vector of 255 dimensions'],
    [embeddings(base64Of(254).replace(/=+$/, '')), '1 vector of 254 dimensions'],
    [embeddings(floats(1)), '1 vector of 1 dimension'],
    [embeddings(floats(2), floats(3)), '2 vectors of different dimensions'],
    [embeddings(null), '1 vector of unknown dimensions'],
    [embeddings('A'), '1 vector of unknown dimensions'],
    [embeddings(), null],
    [{ data: [{ b64_json: 'AAAA' }] }, null],
    [{ data: 'x' }, null],
  ];
  for (const [body, text] of cases) {
    const read = outcome(body);
    assert.deepEqual(
      [read.status, read.text, read.finishReason],
      ['succeeded', text, null],
      JSON.stringify(body).slice(0, 80),
    );
  }
});

test('embeddings use input only, and cost what it costs', () => {
  const { usage, model } = outcome(embeddings(floats(3)));
  assert.deepEqual(usage, {
    input_tokens: 8,
    output_tokens: 0,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
  });
  assert.equal(usageUsd(model, usage, '2026-11-21'), 8e-8);
  assert.equal(
    usageUsd('text-embedding-ada-002-v2', usage, '2026-11-21'),
    4e-7,
    'as OpenAI names it in answers',
  );
});

const verdict = (...flagged: readonly string[]): object => ({
  flagged: flagged.length > 0,
  categories: Object.fromEntries(
    ['harassment', 'hate', 'violence', '__proto__'].map((name) => [name, flagged.includes(name)]),
  ),
});

test('verdicts say what was flagged', () => {
  const moderation = (...results: readonly unknown[]): object => ({
    id: 'modr-1',
    model: 'omni-moderation-latest',
    results,
  });
  const cases: readonly (readonly [object, string | null])[] = [
    [moderation(verdict()), 'not flagged'],
    [moderation(verdict('violence', 'hate')), 'flagged: hate, violence'],
    [moderation({ flagged: true }), 'flagged'],
    [moderation(verdict(), verdict()), 'none of 2 flagged'],
    [
      moderation(verdict('hate'), verdict(), verdict('harassment', 'hate')),
      '2 of 3 flagged: hate, harassment',
    ],
    [moderation({ flagged: true, categories: { hate: 1, odd: 'yes' } }), 'flagged'],
    [moderation(), null],
    [moderation({ flagged: 'yes' }), null],
  ];
  for (const [body, text] of cases) {
    const read = outcome(body);
    assert.deepEqual([read.text, read.finishReason, read.usage], [text, null, null], JSON.stringify(body));
  }
});

test('moderations say no usage and are free as long as the catalogue says so', () => {
  assert.equal(usageUsd('omni-moderation-latest', null, '2026-11-21'), 0);
  assert.equal(usageUsd('omni-moderation-2024-09-26', null, '2026-11-21'), 0);
  assert.equal(usageUsd('my-moderator', null, '2026-11-21'), null);
  assert.equal(usageUsd('gpt-6-luna', null, '2026-11-21'), null, 'it costs, and nobody knows what');
  assert.equal(usageUsd('text-embedding-3-small', null, '2026-11-21'), null);
});

test('completions: text and reason of the first choice, and the usage of all', () => {
  const choice = (text: unknown, reason: unknown, index = 0): object => ({
    index,
    text,
    logprobs: null,
    finish_reason: reason,
  });
  const body = (...choices: readonly object[]): object => ({
    id: 'cmpl-1',
    object: 'text_completion',
    model: 'gpt-3.5-turbo-instruct:20230824-v2',
    choices,
    usage: { prompt_tokens: 10, completion_tokens: 16, total_tokens: 26 },
  });
  const cases: readonly (readonly [object, string | null, string | null])[] = [
    [body(choice('\n\nOnce', 'stop')), '\n\nOnce', 'stop'],
    [body(choice('', 'length')), '', 'length'],
    [body(choice('a', 'stop'), choice('b', 'length', 1)), 'a', 'stop'],
    [body(choice('', 'content_filter')), '', 'content_filter'],
    [body(choice(5, null)), null, null],
  ];
  for (const [result, text, reason] of cases) {
    const read = outcome(result);
    assert.deepEqual([read.text, read.finishReason], [text, reason]);
    assert.deepEqual([read.usage?.input_tokens, read.usage?.output_tokens], [10, 16]);
  }
});

test('any body at all is read without a throw', () => {
  const body = fc.dictionary(
    fc.constantFrom('data', 'results', 'choices', 'object', 'usage'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(body, (value) => {
      const { text } = outcome(value);
      assert.ok(text === null || typeof text === 'string');
    }),
    { seed: 3, numRuns: 500 },
  );
});
