// Whose file is it? Each shape that a first line can have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectFile, type Provider } from '#core';

const messages = [{ role: 'user', content: 'Hi' }];
const line = (url: string, model?: string): object => ({
  custom_id: '1',
  method: 'POST',
  url,
  body: { ...(model === undefined ? {} : { model }), messages },
});
const bare = (body: object): object => ({ custom_id: '1', body });

function kindOf(value: object, preferred: Provider | 'auto' = 'auto'): string {
  const found = detectFile([JSON.stringify(value)], preferred);
  if (found === null) return 'nothing';
  if (found.kind === 'requests') return found.dialect.provider;
  return found.kind === 'results' ? `results: ${found.name}` : found.name;
}

const chat = '/v1/chat/completions';

for (const [value, expected] of [
  [{ line: 1, status: 'succeeded', attempt: 1, request: {}, response: {} }, 'merged results'],
  [{ custom_id: '1', params: { messages } }, 'anthropic'],
  [{ key: '1', request: { contents: [] } }, 'gemini'],
  [{ request: { contents: [] } }, 'requests for Gemini on Vertex AI'],
  [{ id: 1, request: { contents: [] } }, 'requests for Gemini on Vertex AI'],
  [
    { custom_id: '1', request: { anthropic_version: 'vertex-2023-10-16', messages } },
    'requests for Claude on Vertex AI',
  ],
  [{ recordId: '1', modelInput: {} }, 'Bedrock records'],
  [{ modelInput: {} }, 'Bedrock records'],
  [line(chat, 'gpt-6-luna'), 'openai'],
  [line(chat), 'openai'],
  [line('/chat/completions', 'my-deployment'), 'azure'],
  [line(chat, 'llama-3.3-70b-versatile'), 'groq'],
  [line(chat, 'groq/compound'), 'groq'],
  [line(chat, 'grok-4.3'), 'xai'],
  [line('/v1/videos/generations', 'grok-imagine-video'), 'xai'],
  [line('/v1/score', 'reranker'), 'openai-compatible'],
  [line(chat, 'meta-llama/Meta-Llama-3-8B-Instruct'), 'openai-compatible'],
  [line(chat, 'ft:gpt-4o-mini-2024-07-18:acme::a1'), 'openai'],
  [bare({ model: 'mistral-small-latest', messages }), 'mistral'],
  [bare({ messages }), 'mistral'],
  [bare({ document: {} }), 'mistral'],
  [bare({ model: 'gpt-6-luna', messages }), 'openai'],
  [bare({}), 'openai'],
  [
    bare({ model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo', messages }),
    'requests for Together, Fireworks or Novita',
  ],
  [{ custom_id: '1', method: 'FILE', body: { file: 'https://example.com/a.mp3' } }, 'requests for Together'],
  [{ id: 'batch_req_1', custom_id: '1', response: { status_code: 200 } }, 'results: OpenAI batch results'],
  [{ id: 'batch_req_1', custom_id: '1', error: {} }, 'results: OpenAI batch results'],
  [{ id: 'vllm-1', error: {} }, 'results: OpenAI batch results'],
  [{ custom_id: '1', result: { type: 'expired' } }, 'results: Anthropic batch results'],
  [{ key: '1', response: {} }, 'results: Gemini batch results'],
  [{ key: '1', error: {} }, 'results: Gemini batch results'],
  [{ recordId: '1', modelInput: {}, modelOutput: {} }, 'Bedrock batch results'],
  [{ recordId: '1', modelInput: {}, error: { errorCode: 400 } }, 'Bedrock batch results'],
  [{ request: {}, response: {}, status: '' }, 'Vertex AI batch results'],
  [{ messages }, 'fine-tuning examples'],
  [{ level: 'info', url: 'https://example.com', body: 'text' }, 'nothing'],
] as const) {
  test(`${JSON.stringify(value).slice(0, 90)}: ${expected}`, () => {
    assert.equal(kindOf(value), expected);
  });
}

for (const [value, preferred, expected] of [
  [bare({ messages }), 'openai', 'openai'],
  [bare({ messages }), 'groq', 'groq'],
  [bare({ messages }), 'mistral', 'mistral'],
  [bare({ model: 'gpt-6-luna', messages }), 'mistral', 'mistral'],
  [bare({ model: 'mistral-small-latest', messages }), 'openai', 'mistral'],
  [line(chat, 'gpt-6-luna'), 'azure', 'azure'],
  [line(chat, 'meta-llama/Meta-Llama-3-8B-Instruct'), 'openai', 'openai'],
  [line(chat, 'gpt-6-luna'), 'mistral', 'openai'],
  [{ custom_id: '1', params: {} }, 'openai', 'anthropic'],
] as const) {
  test(`${JSON.stringify(value).slice(0, 60)} where settings say ${preferred}: ${expected}`, () => {
    assert.equal(kindOf(value, preferred), expected);
  });
}

test('one model that only Groq has makes a file Groq’s, whatever servers have the others', () => {
  const models = ['openai/gpt-oss-120b', 'openai/gpt-oss-120b', 'llama-3.3-70b-versatile'];
  const found = detectFile(
    models.map((model) => JSON.stringify(line(chat, model))),
    'auto',
  );
  assert.equal(found?.kind === 'requests' ? found.dialect.provider : null, 'groq');
});
