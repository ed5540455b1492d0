// The counting endpoints of the three providers, asked without an SDK: what they count, and how they say no.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator';

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator();
});
after(() => simulator.dispose());

async function post(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number;
  readonly json: Record<string, unknown> & { error?: Record<string, unknown> };
}> {
  const response = await fetch(`http://127.0.0.1:${simulator.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as never };
}

const text = 'x'.repeat(60);

test('OpenAI: responses alone, four bytes a token', async () => {
  const path = '/v1/responses/input_tokens';
  const { status, json } = await post(path, { model: 'gpt-6-luna', input: text });
  assert.deepEqual([status, json], [200, { object: 'response.input_tokens', input_tokens: 3 + 3 + 15 }]);
  const chat = await post(path, { model: 'gpt-6-luna', messages: [] });
  assert.deepEqual([chat.status, chat.json.error?.code], [400, 'unknown_parameter']);
  const gone = await post(path, { model: 'nobody', input: text });
  assert.deepEqual([gone.status, gone.json.error?.code], [404, 'model_not_found']);
  assert.equal((await post(path, '{')).status, 400);
  const key = await post(path, {}, { authorization: 'Bearer sk-invalid-1' });
  assert.deepEqual([key.status, key.json.error?.code], [401, 'invalid_api_key']);
});

test('Anthropic: a version, a model, messages, and nothing that does not count', async () => {
  const path = '/v1/messages/count_tokens';
  const version = { 'anthropic-version': '2023-06-01' };
  const body = { model: 'claude-haiku-5-5', messages: [{ role: 'user', content: [{ type: 'text', text }] }] };
  assert.deepEqual((await post(path, body, version)).json, { input_tokens: 3 + 4 + 20 });
  const errorOf = async (
    asked: unknown,
    headers: Readonly<Record<string, string>> = version,
  ): Promise<unknown[]> => {
    const { status, json } = await post(path, asked, headers);
    assert.equal(json.type, 'error');
    assert.match(String(json.request_id), /^req_/);
    return [status, json.error?.type, json.error?.message];
  };
  const invalid = 'invalid_request_error';
  assert.deepEqual(await errorOf(body, {}), [400, invalid, 'anthropic-version: header is required']);
  assert.deepEqual(await errorOf({ ...body, max_tokens: 5 }), [
    ...[400, invalid, 'max_tokens: Extra inputs are not permitted'],
  ]);
  assert.deepEqual(await errorOf({ messages: [] }), [400, invalid, 'model: Field required']);
  assert.deepEqual(await errorOf({ ...body, model: 'nobody' }), [404, 'not_found_error', 'model: nobody']);
  const refused = [401, 'authentication_error', 'invalid x-api-key'];
  assert.deepEqual(await errorOf(body, { ...version, 'x-api-key': 'sk-invalid-1' }), refused);
  assert.deepEqual(await errorOf(body, { ...version, authorization: 'Bearer sk-invalid-1' }), refused);
});

test('Gemini: contents, or the whole request, five bytes a token; under v1beta alone', async () => {
  const path = '/v1beta/models/gemini-3.8-flash:countTokens';
  const contents = [{ role: 'user', parts: [{ text }] }];
  const whole = { model: 'models/gemini-3.8-flash', contents, systemInstruction: { parts: [{ text }] } };
  assert.equal((await post(path, { contents })).json.totalTokens, 12);
  assert.equal((await post(path, { generateContentRequest: whole })).json.totalTokens, 24);
  const statusOf = async (asked: unknown, at = path): Promise<unknown[]> => {
    const { status, json } = await post(at, asked);
    return [status, json.error?.status ?? null];
  };
  const invalid = [400, 'INVALID_ARGUMENT'];
  assert.deepEqual(await statusOf({ contents, generateContentRequest: whole }), invalid);
  assert.deepEqual(await statusOf({ contents, systemInstruction: {} }), invalid);
  assert.deepEqual(await statusOf({ generateContentRequest: { ...whole, model: 'models/other' } }), invalid);
  assert.deepEqual(await statusOf({ contents }, '/v1beta/models/nobody:countTokens'), [404, 'NOT_FOUND']);
  assert.equal((await statusOf({ contents }, '/v1/models/gemini-3.8-flash:countTokens'))[0], 404);
  const key = await post(path, { contents }, { 'x-goog-api-key': 'sk-invalid-1' });
  assert.deepEqual([key.status, key.json.error?.status], [400, 'INVALID_ARGUMENT']);
  assert.match(JSON.stringify(key.json.error?.details), /API_KEY_INVALID/);
});
