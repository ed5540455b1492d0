// How many tokens Claude is estimated to read: by generation, images by patches, tools with the prompt that they bring.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { createTokenCounter, estimateRequest, findModel, type LineEstimate } from '#core';
import { tokensOfSize } from '../../core/tokens/anthropicImages.ts';
import { checkingAs } from '../checking.ts';

const counter = createTokenCounter(o200k);

function estimate(params: object, model = 'claude-haiku-5-5'): LineEstimate {
  const messages = [{ role: 'user', content: 'Hi' }];
  const request = { custom_id: 'a', params: { model, max_tokens: 10, messages, ...params } };
  return estimateRequest(request, () => counter, checkingAs('anthropic'));
}

const tokens = (params: object, model?: string): number => estimate(params, model).inputTokens ?? Number.NaN;
const saying = (content: unknown): object => ({ messages: [{ role: 'user', content }] });

const prose = 'The quick brown fox jumps over the lazy dog. '.repeat(200);

test('text counts by the generation of the model, and says how wrong it may be', () => {
  for (const id of ['claude-haiku-4-5', 'claude-opus-4-6', 'claude-opus-4-7', 'claude-haiku-5-5']) {
    const { tokenizer } = findModel(id, 'anthropic') ?? assert.fail(id);
    const { inputTokens, inputMethod, inputErrorPercent } = estimate(saying(prose), id);
    const expected = counter.count(prose) * tokenizer.ratio;
    assert.ok(Math.abs((inputTokens ?? 0) - expected) < 10, id);
    assert.equal(inputMethod, 'estimated');
    assert.ok((inputErrorPercent ?? 0) >= tokenizer.errorPercent, id);
  }
  assert.ok(tokens(saying(prose), 'claude-opus-4-7') > 1.2 * tokens(saying(prose), 'claude-opus-4-6'));
});

test('a system prompt counts, and is what a cache could keep', () => {
  const system = prose.repeat(3);
  const [plain, blocks] = [estimate({ system }), estimate({ system: [{ type: 'text', text: system }] })];
  assert.equal(plain.inputTokens, blocks.inputTokens);
  assert.ok((plain.cacheablePrefix?.tokens ?? 0) > 4096);
  assert.equal(plain.cacheablePrefix?.key, estimate({ system, ...saying('Other') }).cacheablePrefix?.key);
  const tools = [{ name: 'a', input_schema: { type: 'object' } }];
  assert.notEqual(plain.cacheablePrefix?.key, estimate({ system, tools }).cacheablePrefix?.key);
  assert.equal(estimate({ system: 'Short.' }).cacheablePrefix, null);
});

test('images are patches of 28 pixels, up to what the model sees', () => {
  assert.equal(tokensOfSize({ width: 28, height: 28 }, false), 1);
  assert.equal(tokensOfSize({ width: 29, height: 28 }, false), 2);
  assert.equal(tokensOfSize({ width: 1000, height: 1000 }, false), 36 * 36);
  // The long side is brought down to 1,568 pixels, and what is still too much counts 1,568.
  assert.equal(tokensOfSize({ width: 3136, height: 784 }, false), 56 * 14);
  assert.equal(tokensOfSize({ width: 4000, height: 3000 }, false), 1568);
  assert.equal(tokensOfSize({ width: 1568, height: 1568 }, true), 56 * 56);
  assert.equal(tokensOfSize({ width: 4000, height: 3000 }, true), 4784);
});

/** The head of a PNG of 1,400 by 1,400 pixels. */
const png = 'iVBORw0KGgoAAAANSUhEUgAABXgAAAV4CAIAAAA=';
const image = (source: object) => saying([{ type: 'image', source }]);

test('an image counts by its size, and one that is elsewhere by a guess that says so', () => {
  const inside = { type: 'base64', media_type: 'image/png', data: png };
  const bare = tokens(saying([]));
  assert.equal(tokens(image(inside), 'claude-opus-4-7') - tokens(saying([]), 'claude-opus-4-7'), 50 * 50);
  assert.equal(tokens(image(inside), 'claude-opus-4-6') - tokens(saying([]), 'claude-opus-4-6'), 1568);
  const away = estimate(image({ type: 'url', url: 'https://example.org/a.png' }));
  assert.ok((away.inputTokens ?? 0) > bare);
  assert.ok((away.inputErrorPercent ?? 0) > 90);
});

test('tools bring the prompt that is published for the model, more where one is forced', () => {
  const tools = [{ name: 'a', input_schema: { type: 'object' } }];
  const forced = { tools, tool_choice: { type: 'any' } };
  for (const [model, free, any] of [
    ['claude-opus-5', 286, 406],
    ['claude-opus-4-7', 675, 804],
    ['claude-sonnet-4-6', 497, 589],
    ['claude-haiku-4-5', 496, 588],
  ] as const) {
    assert.equal(tokens(forced, model) - tokens({ tools }, model), any - free, model);
    const definition = tokens({ tools }, model) - tokens({}, model) - free;
    assert.ok(definition > 5 && definition < 60, `${model}: ${definition}`);
  }
  const waiting = [{ ...tools[0], defer_loading: true }];
  assert.equal(tokens({ tools: waiting }, 'claude-opus-5') - tokens({}, 'claude-opus-5'), 286);
});

test('what the provider brings from elsewhere is unknown, not nothing', () => {
  const unknown = [
    { tools: [{ type: 'web_search_20260318', name: 'web_search' }] },
    { mcp_servers: [{ type: 'url', name: 'm', url: 'https://example.org' }] },
    saying([{ type: 'document', source: { type: 'file', file_id: 'file_1' } }]),
    saying([{ type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } }]),
  ];
  for (const params of unknown) {
    const { inputTokens, inputMethod, batchUsd } = estimate(params);
    assert.deepEqual([inputTokens, inputMethod, batchUsd.input], [null, 'unknown', null]);
  }
});

test('documents, results, thinking and answers in JSON count', () => {
  const bare = tokens(saying([]));
  const counted: readonly object[] = [
    saying([{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: prose } }]),
    saying([{ type: 'document', source: { type: 'content', content: [{ type: 'text', text: prose }] } }]),
    saying([
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0' } },
    ]),
    saying([{ type: 'search_result', source: 'a', title: 'b', content: [{ type: 'text', text: prose }] }]),
    saying([{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: prose }] }]),
    saying([{ type: 'tool_use', id: 'a', name: 'b', input: { text: prose } }]),
    saying([{ type: 'thinking', thinking: prose, signature: 'a' }]),
    saying([{ type: 'redacted_thinking', data: 'a'.repeat(4000) }]),
  ];
  for (const params of counted) assert.ok(tokens(params) > bare + 500, JSON.stringify(params).slice(0, 80));
  const schema = { type: 'object', properties: { answer: { type: 'string' } } };
  assert.ok(tokens({ output_config: { format: { type: 'json_schema', schema } } }) > tokens({}));
});

test('the most output is max_tokens, and its price with it', () => {
  const { outputMaxTokens, batchUsd } = estimate({ max_tokens: 1_000_000 }, 'claude-opus-5');
  assert.equal(outputMaxTokens, 1_000_000);
  assert.equal(batchUsd.outputMax, 12.5);
  assert.equal(estimate({ max_tokens: null }).outputMaxTokens, null);
});

test('no request makes it throw', () => {
  let nested: unknown = 'a';
  for (let depth = 0; depth < 2000; depth++) nested = [{ type: 'tool_result', content: nested }];
  const odd: readonly object[] = [
    saying(nested),
    { messages: [null, 1, [], { content: [null, 1, [], {}] }] },
    { messages: 5, system: 5, tools: [1, null, {}], tool_choice: 5, output_config: 5, container: [] },
    saying([{ type: 'image' }, { type: 'document' }, { type: 'web_search_tool_result', content: [null] }]),
  ];
  for (const params of odd) estimate(params);
});
