// Is an answer that broke off, or in which there is nothing, said to be so, and a whole one left alone, whoever gave it?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfiguration, type Outcome, outcomeUsd, type Provider, readOutcome } from '#core';

function outcome(line: object): Outcome {
  const result = readOutcome(JSON.stringify(line));
  assert.equal(result.kind, 'outcome', JSON.stringify(result));
  return result as Outcome;
}

function answered(body: unknown): Outcome {
  return outcome({ custom_id: 'a', response: { status_code: 200, body }, error: null });
}

function chat(message: object, reason: string): Outcome {
  return answered({ model: 'gpt-6-luna', choices: [{ index: 0, message, finish_reason: reason }] });
}

function gemini(parts: readonly object[], reason?: string): Outcome {
  const candidate = { content: { role: 'model', parts }, finishReason: reason };
  return outcome({ key: 'a', response: { candidates: [candidate], modelVersion: 'gemini-3.8-flash' } });
}

function claude(content: readonly object[], reason: string, usage: object = {}): Outcome {
  const all = { input_tokens: 1000, output_tokens: 0, ...usage };
  const message = { type: 'message', model: 'claude-opus-5', content, stop_reason: reason, usage: all };
  return outcome({ custom_id: 'a', result: { type: 'succeeded', message } });
}

function said({ finishReason, note }: Outcome): readonly [string | null, string | null] {
  return [finishReason, note?.code ?? null];
}

test('servers of models and gateways have words of their own for an answer that broke off', () => {
  const text = { role: 'assistant', content: 'so far' };
  const cases: readonly [reason: string, finish: string, note: string | null][] = [
    ['model_length', 'length', 'truncated'],
    ['MAX_TOKENS', 'length', 'truncated'],
    ['error', 'other', 'truncated'],
    ['abort', 'other', 'truncated'],
    ['insufficient_system_resource', 'other', 'truncated'],
    ['content_filter: PROHIBITED_CONTENT', 'content_filter', 'blocked'],
    ['STOP', 'stop', null],
    ['something_new', 'other', null],
  ];
  for (const [reason, ...expected] of cases) assert.deepEqual(said(chat(text, reason)), expected, reason);
  const filtered = (reason: string): string | undefined => chat(text, reason).note?.message;
  assert.equal(
    filtered('content_filter: SPII'),
    "The provider's content filter stopped the answer (content_filter: SPII).",
  );
  assert.equal(filtered('content_filter'), "The provider's content filter stopped the answer.");
  assert.equal(filtered('error'), 'The answer was stopped before its end (error); look at the response.');
});

test('Gemini: an answer that stopped for anything but its end is noted', () => {
  const broken = ['OTHER', 'LANGUAGE', 'CONTINUATION', 'MALFORMED_RESPONSE', 'TOO_MANY_TOOL_CALLS'];
  for (const reason of broken) {
    assert.deepEqual(said(gemini([{ text: 'so far' }], reason)), ['other', 'truncated'], reason);
  }
  for (const reason of ['FINISH_REASON_UNSPECIFIED', 'SOMETHING_NEW']) {
    assert.deepEqual(said(gemini([{ text: 'all' }], reason)), ['other', null], reason);
  }
  assert.deepEqual(said(gemini([], 'OTHER')), ['other', 'empty']);
});

test('Gemini: what belongs to thought, and code that ran at the provider, is no answer', () => {
  const silent: readonly object[] = [
    { thoughtSignature: 'c2ln' },
    { thought_signature: 'c2ln', text: '' },
    { executableCode: { code: '1+1' } },
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
  ];
  for (const part of silent) {
    assert.deepEqual(said(gemini([part], 'STOP')), ['stop', 'empty'], JSON.stringify(part));
  }
  const image = { inlineData: { mimeType: 'image/png', data: 'aa' }, thoughtSignature: 'c2ln' };
  assert.deepEqual(said(gemini([image], 'STOP')), ['stop', null]);
  const call = { functionCall: { name: 'f' }, thoughtSignature: 'c2ln' };
  assert.deepEqual(said(gemini([call], 'STOP')), ['tool_calls', null]);
});

test('Anthropic: where no higher limit helps nobody is told to raise one; a refusal may say nothing', () => {
  const full = claude([{ type: 'text', text: 'so far' }], 'model_context_window_exceeded');
  assert.deepEqual(said(full), ['length', 'truncated']);
  assert.match(full.note?.message ?? '', /context window was full; make the request shorter/);
  assert.deepEqual(said(claude([{ type: 'compaction' }], 'compaction')), ['other', 'truncated']);
  assert.equal(
    claude([], 'refusal').note?.message,
    'The model refused to answer and said no more; look at the response.',
  );
});

test('a body with no vector, no image, or nothing at all is empty', () => {
  for (const body of [{ object: 'list', data: [] }, { created: 1, data: [] }, {}]) {
    assert.deepEqual(said(answered(body)), [null, 'empty'], JSON.stringify(body));
  }
  assert.deepEqual(said(answered({ created: 1, data: [{ b64_json: 'aa' }] })), [null, null]);
  assert.deepEqual(said(answered({ results: [{ flagged: false }] })), [null, null]);
});

function atOnceUsd(read: Outcome, provider: Provider, asked: string | null = null): number | null {
  const config = defaultConfiguration;
  const kind = 'standard';
  return outcomeUsd(read, asked, { today: '2026-11-21', provider, config, batchModel: asked, kind });
}

test('ways to be served at once that no list prices have no price; flex is half at OpenAI alone', () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 1000 };
  const choices = [{ message: { content: 'x' }, finish_reason: 'stop' }];
  const tiered = (model: string, tier: string): Outcome =>
    answered({ model, choices, usage, service_tier: tier });
  assert.equal(atOnceUsd(tiered('gpt-6-luna', 'default'), 'openai'), 0.0006);
  assert.equal(atOnceUsd(tiered('gpt-6-luna', 'flex'), 'openai'), 0.0003);
  assert.equal(atOnceUsd(tiered('gpt-6-luna', 'ultrafast'), 'openai'), null);
  assert.equal(atOnceUsd(tiered('gpt-6-luna', 'scale'), 'openai'), null);
  const groq = 'openai/gpt-oss-20b';
  const usual = atOnceUsd(tiered(groq, 'on_demand'), 'groq');
  assert.ok(usual !== null && usual > 0);
  assert.equal(atOnceUsd(tiered(groq, 'flex'), 'groq'), usual);
});

test('Gemini: traffic of another kind, and sound or images that come out, have no price', () => {
  const used = { promptTokenCount: 1000, candidatesTokenCount: 1000 };
  const of = (more: object, model: string): Outcome => {
    const candidates = [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }];
    return outcome({
      key: 'a',
      response: { candidates, usageMetadata: { ...used, ...more }, modelVersion: model },
    });
  };
  const usd = (more: object): number | null => atOnceUsd(of(more, 'gemini-3.8-flash'), 'gemini');
  assert.equal(usd({ trafficType: 'ON_DEMAND' }), 0.0045);
  assert.equal(usd({ trafficType: 'ON_DEMAND_PRIORITY' }), null);
  assert.equal(usd({ trafficType: 'ON_DEMAND_FLEX' }), null);
  assert.equal(usd({ candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 1000 }] }), 0.0045);
  assert.equal(usd({ candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 900 }] }), null);
  assert.equal(usd({ candidates_tokens_details: [{ modality: 'IMAGE', token_count: '900' }] }), null);
});

test('Anthropic: what was written to the cache counts also where its sum is left out', () => {
  const written = { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 1000 };
  const read = claude([{ type: 'text', text: 'x' }], 'end_turn', { cache_creation: written });
  assert.deepEqual([read.usage?.input_tokens, read.usage?.cache_write_tokens], [3000, 2000]);
  const config = defaultConfiguration;
  const usd = outcomeUsd(read, null, {
    today: '2026-11-21',
    provider: 'anthropic',
    config,
    batchModel: null,
  });
  // At $2.50 in a batch: 1,000 as they are, 1,000 at 1.25 times, 1,000 at twice.
  assert.equal(usd, (1000 * 2.5 + 1000 * 3.125 + 1000 * 5) / 1e6);
});
