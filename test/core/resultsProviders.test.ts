// Are result lines of Anthropic and Gemini read as they are meant: status, words, reason, usage, price, and what is odd?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  defaultConfiguration,
  type Outcome,
  outcomeUsd,
  type Provider,
  readOutcome,
  skimCustomId,
} from '#core';

function outcome(line: unknown): Outcome {
  const result = readOutcome(typeof line === 'string' ? line : JSON.stringify(line));
  assert.equal(result.kind, 'outcome', JSON.stringify(result));
  return result as Outcome;
}

function spanOf({ responseAt }: Outcome, text: string): string | null {
  return responseAt === null ? null : text.slice(responseAt.start, responseAt.end);
}

function usd(
  read: Outcome,
  asked: string | null,
  provider: Provider,
  batchModel: string | null = null,
): number | null {
  const config = defaultConfiguration;
  return outcomeUsd(read, asked, { today: '2026-11-21', provider, config, batchModel });
}

const claudeUsage = { input_tokens: 100, output_tokens: 50 };

function message(content: unknown, reason: string | null = 'end_turn', usage: object = claudeUsage): object {
  const inner = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-opus-5', content };
  return {
    custom_id: 'a',
    result: { type: 'succeeded', message: { ...inner, stop_reason: reason, usage } },
  };
}

const words = (text: string): object => ({ type: 'text', text });

test('Anthropic: what each reason to stop means, and what is noted', () => {
  const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
  const thought = { type: 'thinking', thinking: 'hm', signature: '' };
  const cases: readonly [unknown, string | null, string | null, string | null, string | null][] = [
    [[words('Hello')], 'end_turn', 'Hello', 'stop', null],
    [[thought, words('a'), words('b')], 'stop_sequence', 'ab', 'stop', null],
    [[words('ha')], 'max_tokens', 'ha', 'length', 'truncated'],
    [[thought], 'max_tokens', null, 'length', 'truncated'],
    [[words('ha')], 'model_context_window_exceeded', 'ha', 'length', 'truncated'],
    [[call], 'tool_use', null, 'tool_calls', null],
    [[words('No.')], 'refusal', 'No.', 'refusal', 'refused'],
    [[], 'refusal', null, 'refusal', 'refused'],
    [[words('so far')], 'pause_turn', 'so far', 'other', 'truncated'],
    [[], 'end_turn', null, 'stop', 'empty'],
    [[words(' \n')], 'end_turn', ' \n', 'stop', 'empty'],
    [[words('x')], 'something_new', 'x', 'other', null],
    [[words('x')], null, 'x', null, null],
  ];
  for (const [content, reason, text, finish, note] of cases) {
    const read = outcome(message(content, reason));
    const got = [read.status, read.text, read.finishReason, read.note?.code ?? null];
    assert.deepEqual(got, ['succeeded', text, finish, note], `${reason} ${JSON.stringify(content)}`);
  }
});

test('Anthropic: cache is beside the input, an hour in it costs twice, the US a tenth more', () => {
  const usage = {
    ...{ input_tokens: 100, cache_read_input_tokens: 1000, cache_creation_input_tokens: 400 },
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 300 },
    ...{ output_tokens: 50, output_tokens_details: { thinking_tokens: 20 }, service_tier: 'batch' },
  };
  const read = outcome(message([words('x')], 'end_turn', usage));
  assert.deepEqual(read.usage, {
    ...{ input_tokens: 1500, output_tokens: 50, cached_input_tokens: 1000 },
    ...{ cache_write_tokens: 400, reasoning_tokens: 20 },
  });
  // claude-opus-5 in batch: 2.5 in, 0.25 read, 12.5 out; writing 1.25 and 2 times the input.
  const expected = (100 * 2.5 + 1000 * 0.25 + 100 * 3.125 + 300 * 5 + 50 * 12.5) / 1e6;
  assert.ok(Math.abs((usd(read, null, 'anthropic') ?? 0) - expected) < 1e-12);
  const there = outcome(message([words('x')], 'end_turn', { ...usage, inference_geo: 'us' }));
  assert.ok(Math.abs((usd(there, null, 'anthropic') ?? 0) - 1.1 * expected) < 1e-12);
  const nowhere = outcome(message([words('x')], 'end_turn', { output_tokens: 5 }));
  assert.deepEqual([nowhere.usage, usd(nowhere, null, 'anthropic')], [null, null], 'unknown is not 0');
});

test('Anthropic: a compaction is beside the sums, the advice of another model has no price, nor has haste', () => {
  const usage = { input_tokens: 100, output_tokens: 50 };
  const iteration = (type: string): object => ({
    type,
    ...usage,
    cache_read_input_tokens: 10,
    cache_creation_input_tokens: 0,
  });
  const read = outcome(
    message([words('x')], 'end_turn', {
      ...usage,
      iterations: [iteration('compaction'), iteration('message')],
    }),
  );
  assert.deepEqual(
    [read.usage?.input_tokens, read.usage?.cached_input_tokens, read.usage?.output_tokens],
    [210, 10, 100],
  );
  const advised = outcome(
    message([words('x')], 'end_turn', { ...usage, iterations: [iteration('advisor_message')] }),
  );
  assert.equal(usd(advised, null, 'anthropic'), null);
  const fast = outcome(message([words('x')], 'end_turn', { ...usage, speed: 'fast' }));
  const atOnce = {
    today: '2026-11-21',
    provider: 'anthropic',
    config: defaultConfiguration,
    batchModel: null,
  } as const;
  assert.equal(outcomeUsd(fast, null, { ...atOnce, kind: 'standard' }), null);
});

test('OpenAI: what was served by another tier does not cost the standard price', () => {
  const answered = (service_tier: string): Outcome =>
    outcome({
      custom_id: 'a',
      response: {
        status_code: 200,
        body: {
          ...{ model: 'gpt-6-luna', service_tier },
          choices: [{ message: { content: 'x' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 100_000, completion_tokens: 0, total_tokens: 100_000 },
        },
      },
      error: null,
    });
  const by = {
    today: '2026-11-21',
    provider: 'openai',
    config: defaultConfiguration,
    batchModel: null,
  } as const;
  const costs = (tier: string, kind: 'batch' | 'standard'): number | null =>
    outcomeUsd(answered(tier), null, { ...by, kind });
  assert.deepEqual(
    [
      costs('default', 'standard'),
      costs('flex', 'standard'),
      costs('priority', 'standard'),
      costs('default', 'batch'),
    ],
    [0.01, 0.005, null, 0.005],
  );
  assert.deepEqual(
    [costs('flex', 'batch'), costs('priority', 'batch')],
    [0.005, 0.005],
    'a batch has its own price',
  );
});

test('sound that costs more than words has no price, whoever heard it', () => {
  const heard = (modelVersion: string, sound: string | number): Outcome =>
    outcome({
      key: 'k',
      response: {
        ...{ modelVersion, candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] },
        usageMetadata: {
          ...{ promptTokenCount: 100, candidatesTokenCount: 1 },
          promptTokensDetails: [
            { modality: 'TEXT', tokenCount: 10 },
            { modality: 'AUDIO', tokenCount: sound },
          ],
        },
      },
    });
  assert.equal(usd(heard('gemini-2.5-flash', '90'), null, 'gemini'), null);
  assert.notEqual(usd(heard('gemini-2.5-flash', 0), null, 'gemini'), null);
  assert.notEqual(usd(heard('gemini-2.5-pro', 90), null, 'gemini'), null, 'one price for all');
  const body = (audio_tokens: number): object => ({
    ...{ model: 'gpt-6-luna', choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] },
    usage: { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { audio_tokens } },
  });
  const costs = (sound: number): number | null =>
    usd(outcome({ custom_id: 'a', response: { status_code: 200, body: body(sound) } }), null, 'openai');
  assert.equal(costs(5), null);
  assert.notEqual(costs(0), null);
});

test('Anthropic: what was not answered costs nothing and says why', () => {
  const error = { type: 'invalid_request_error', message: 'max_tokens: Field required' };
  const errored = `{"custom_id":"b","result": {"type":"errored","error":{"type":"error","error":${JSON.stringify(error)},"request_id":"req_1"}} }`;
  const read = outcome(errored);
  assert.deepEqual(
    [read.customId, read.status, read.error, read.text, read.usage, read.note],
    ['b', 'failed', { code: error.type, message: error.message }, null, null, null],
  );
  assert.ok(spanOf(read, errored)?.includes('"request_id":"req_1"'));
  for (const [type, status] of [
    ['canceled', 'cancelled'],
    ['expired', 'expired'],
  ] as const) {
    const unrun = outcome({ custom_id: 'c', result: { type } });
    assert.deepEqual([unrun.status, unrun.error?.code, unrun.responseAt], [status, type, null]);
  }
  const odd: readonly [unknown, string, string][] = [
    [{ type: 'errored', error }, 'failed', 'invalid_request_error'],
    [{ type: 'errored', error: 'gone' }, 'failed', 'unknown_error'],
    [{ type: 'errored' }, 'failed', 'unknown_error'],
    [{ type: 'paused' }, 'failed', 'unknown_result'],
    [{}, 'failed', 'unknown_result'],
    [null, 'failed', 'unknown_result'],
    [{ type: 'succeeded', message: null }, 'failed', 'no_message'],
    [{ type: 'succeeded', message: {} }, 'failed', 'no_message'],
  ];
  for (const [result, status, code] of odd) {
    const { status: got, error: said } = outcome({ custom_id: 'd', result });
    assert.deepEqual([got, said?.code], [status, code], JSON.stringify(result));
  }
});

function candidate(parts: unknown, finishReason?: string, more: object = {}): object {
  return {
    key: 'r1',
    response: {
      candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
      modelVersion: 'gemini-2.5-flash',
      ...more,
    },
  };
}

test('Gemini: what each reason to stop means, and what is noted', () => {
  const cases: readonly [object, string | null, string | null, string | null][] = [
    [candidate([{ text: 'a' }, { text: 'b' }], 'STOP'), 'ab', 'stop', null],
    [candidate([{ text: 'hm', thought: true }, { text: 'b' }], 'STOP'), 'b', 'stop', null],
    [candidate([{ functionCall: { name: 'f', args: {} } }], 'STOP'), null, 'tool_calls', null],
    [candidate([{ inlineData: { mimeType: 'image/png', data: '' } }], 'STOP'), null, 'stop', null],
    [candidate([{ text: 'ha' }], 'MAX_TOKENS'), 'ha', 'length', 'truncated'],
    [candidate(undefined, 'MAX_TOKENS'), null, 'length', 'truncated'],
    [candidate(undefined, 'SAFETY'), null, 'content_filter', 'blocked'],
    [candidate([{ text: 'x' }], 'RECITATION'), 'x', 'content_filter', 'blocked'],
    [candidate(undefined, 'PROHIBITED_CONTENT'), null, 'content_filter', 'blocked'],
    [candidate(undefined, 'MALFORMED_FUNCTION_CALL'), null, 'other', 'empty'],
    [candidate(undefined, 'STOP'), null, 'stop', 'empty'],
    [
      { key: 'r1', response: { promptFeedback: { blockReason: 'SAFETY' } } },
      null,
      'content_filter',
      'blocked',
    ],
    [{ key: 'r1', response: { candidates: [] } }, null, null, 'empty'],
    [
      { key: 'r1', response: { embedding: { values: [0.1, 0.2, 0.3] } } },
      '1 vector of 3 dimensions',
      null,
      null,
    ],
  ];
  for (const [line, text, finish, note] of cases) {
    const read = outcome(line);
    const got = [read.customId, read.status, read.text, read.finishReason, read.note?.code ?? null];
    assert.deepEqual(got, ['r1', 'succeeded', text, finish, note], JSON.stringify(line));
  }
  const blocked = outcome({ key: 'r1', response: { prompt_feedback: { block_reason: 'OTHER' } } });
  assert.match(blocked.note?.message ?? '', /OTHER/);
});

test('Gemini: thoughts are output, tools that ran are input, what is in the cache is part of the input', () => {
  const usageMetadata = {
    ...{ promptTokenCount: 1000, cachedContentTokenCount: 400, candidatesTokenCount: 50 },
    ...{ thoughtsTokenCount: 200, toolUsePromptTokenCount: 30, totalTokenCount: 1280 },
  };
  const usage = {
    ...{ input_tokens: 1030, output_tokens: 250, cached_input_tokens: 400 },
    ...{ cache_write_tokens: 0, reasoning_tokens: 200 },
  };
  const read = outcome(candidate([{ text: 'x' }], 'STOP', { usageMetadata }));
  assert.deepEqual(read.usage, usage);
  // gemini-2.5-flash in batch: 0.15 in, 1.25 out; cached tokens cost what they do at once, 0.03.
  const expected = (630 * 0.15 + 400 * 0.03 + 250 * 1.25) / 1e6;
  assert.ok(Math.abs((usd(read, null, 'gemini') ?? 0) - expected) < 1e-12, String(usd(read, null, 'gemini')));
  const renamed = outcome(
    candidate([{ text: 'x' }], 'STOP', { usageMetadata, modelVersion: 'gemini-new-001' }),
  );
  assert.equal(usd(renamed, 'ignored', 'gemini', 'gemini-2.5-flash'), usd(read, null, 'gemini'));
  const counted = (more: object): unknown =>
    outcome({ key: 'r', response: { candidates: [], ...more } }).usage;
  const strings = { prompt_token_count: '1000', thoughts_token_count: '200', total_token_count: '1250' };
  assert.deepEqual(counted({ usage_metadata: strings }), {
    ...{ input_tokens: 1000, output_tokens: 250, cached_input_tokens: 0 },
    ...{ cache_write_tokens: 0, reasoning_tokens: 200 },
  });
  assert.equal(counted({}), null);
  const vector = outcome({ key: 'r', response: { embedding: { values: [1] }, tokenCount: '7' } });
  assert.deepEqual([vector.usage?.input_tokens, vector.usage?.output_tokens], [7, 0]);
});

test('Gemini: errors by status, by name of their number, by number; inline lines have their key in metadata', () => {
  const cases: readonly [object | string, string, string][] = [
    [{ code: 400, message: 'Bad.', status: 'INVALID_ARGUMENT' }, 'failed', 'INVALID_ARGUMENT'],
    [{ code: 13, message: 'Internal.' }, 'failed', 'INTERNAL'],
    [{ code: 6, message: 'It is there.' }, 'failed', 'ALREADY_EXISTS'],
    [{ code: 429, message: 'Slow.' }, 'failed', 'http_429'],
    [{ code: 1, message: 'Stopped.' }, 'cancelled', 'CANCELLED'],
    [{ message: 'x' }, 'failed', 'unknown_error'],
    ['words', 'failed', 'unknown_error'],
  ];
  for (const [error, status, code] of cases) {
    const read = outcome({ key: 'k', error });
    assert.deepEqual([read.customId, read.status, read.error?.code, read.note], ['k', status, code, null]);
  }
  for (const error of [{}, { code: 0 }, { code: 0, message: '', details: [] }]) {
    const response = { candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] };
    assert.equal(outcome({ key: 'k', response, error }).status, 'succeeded', 'OK is no error');
    assert.equal(outcome({ key: 'k', error }).status, 'failed', 'neither answer nor error');
  }
  const inline = `{"response": {"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]},"metadata":{"key":"m"}}`;
  const read = outcome(inline);
  assert.deepEqual([read.customId, read.text], ['m', 'x']);
  assert.ok(spanOf(read, inline)?.startsWith('{"candidates"'));
  assert.equal(outcome({ key: 'k', response: null, error: null }).error?.code, 'no_response');
});

test('ids are found without parsing, whoever wrote the line', () => {
  const cases: readonly [string, string | undefined][] = [
    ['{"custom_id":"a","result":{"custom_id":"no"}}', 'a'],
    ['{"response":{"key":"no"},"key":"k\\u0041"}', 'kA'],
    ['{"response":{},"metadata":{"key":"m"}}', 'm'],
    ['{"key":"k","custom_id":"c","key":"l"}', 'c'],
    ['{"key":7}', undefined],
    ['{"custom_id":null,"key":"k"}', undefined],
    ['["key"]', undefined],
    ['', undefined],
    ['{"key":"k', undefined],
  ];
  for (const [text, id] of cases) assert.equal(skimCustomId(text), id, text);
});

test('whatever it holds, a line is read without a throw, and skimming finds the id that reading finds', () => {
  const value = fc.jsonValue();
  const line = fc.oneof(
    fc.record({
      custom_id: fc.string(),
      result: fc.record({ type: fc.constantFrom('succeeded', 'errored'), message: value, error: value }),
    }),
    fc.record({ key: fc.string(), response: value }, { requiredKeys: ['response'] }),
    fc.record({
      key: fc.string(),
      response: fc.record({ candidates: value, promptFeedback: value, usageMetadata: value }),
    }),
    fc.record({ key: fc.string(), error: value }),
    fc.dictionary(fc.constantFrom('custom_id', 'key', 'result', 'response', 'error', 'metadata'), value),
  );
  fc.assert(
    fc.property(line, (one) => {
      const text = JSON.stringify(one);
      const read = readOutcome(text);
      if (read.kind !== 'outcome') return;
      assert.equal(skimCustomId(text) ?? null, read.customId);
      assert.equal(read.error === null, read.status === 'succeeded');
      assert.ok(read.note === null || read.status === 'succeeded');
    }),
    { seed: 6, numRuns: 1000 },
  );
});
