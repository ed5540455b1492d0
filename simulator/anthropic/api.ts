// The simulated Anthropic account: so far it counts tokens, and says no as Anthropic does.

import { randomBytes } from 'node:crypto';
import { FaultCounter } from '../faults.ts';
import { type Api, type ApiOptions, type Call, json, type Reply, readBody } from '../http.ts';
import { jsonBytes } from '../jsonBytes.ts';
import { isObject, type Json, parseObject } from '../openai/json.ts';

const limitBytes = 32 * 1024 * 1024;

/** @anthropic-ai/sdk 1.12.0, MessageCountTokensParams. */
const parameters = new Set([
  ...['messages', 'model', 'cache_control', 'output_config', 'speed', 'system', 'thinking'],
  ...['tool_choice', 'tools'],
]);

export function createAnthropicApi({ faults }: ApiOptions): Api {
  const counter = new FaultCounter();
  const struck = (): Reply | null => {
    if (counter.strikes('429', faults['429'])) {
      const headers = { 'retry-after': String(faults['retry-after']) };
      return refusal(429, 'rate_limit_error', 'This request would exceed your rate limit.', headers);
    }
    if (counter.strikes('500', faults['500'])) return serverError();
    return counter.strikes('stall', faults.stall) ? { kind: 'stall' } : null;
  };
  return {
    routes: [{ method: 'POST', path: '/v1/messages/count_tokens', handle: countTokens }],
    guard: (call) => headerRefusal(call) ?? struck(),
    unknown: () => refusal(404, 'not_found_error', 'Not found'),
    failure: serverError,
    stats: () => ({ batches: 0, files: 0 }),
    dispose: async () => {},
  };
}

/** Any key will do, and none; one that begins `sk-invalid` is there to see what a wrong key looks like. */
function headerRefusal({ request: { headers } }: Call): Reply | null {
  // The SDK sends it as a bearer (1.12.0), others in the header of its own.
  const key = String(headers['x-api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, '');
  if (key.startsWith('sk-invalid')) {
    return refusal(401, 'authentication_error', 'invalid x-api-key');
  }
  if (headers['anthropic-version'] === undefined) {
    return refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
  }
  return null;
}

async function countTokens({ request }: Call): Promise<Reply> {
  const text = await readBody(request, limitBytes);
  if (text === null) {
    return refusal(413, 'request_too_large', 'Request exceeds the maximum size');
  }
  const body = parseObject(text);
  if (body === null) {
    return refusal(400, 'invalid_request_error', 'The request body is not valid JSON');
  }
  const unknown = Object.keys(body).find((name) => !parameters.has(name));
  if (unknown !== undefined) {
    return refusal(400, 'invalid_request_error', `${unknown}: Extra inputs are not permitted`);
  }
  const missing = ['model', 'messages'].find((name) => body[name] === undefined);
  if (missing !== undefined) return refusal(400, 'invalid_request_error', `${missing}: Field required`);
  if (!Array.isArray(body.messages)) {
    return refusal(400, 'invalid_request_error', 'messages: Input should be a valid list');
  }
  if (!String(body.model).startsWith('claude-')) {
    return refusal(404, 'not_found_error', `model: ${String(body.model)}`);
  }
  return json(200, { input_tokens: countOf(body, body.messages) });
}

/** Three bytes a token, four tokens around each message, the JSON of tools as it is and 300 tokens to explain them. */
function countOf(body: Json, messages: readonly unknown[]): number {
  const said = messages.filter(isObject).map((message) => 4 + tokensOf(textOf(message.content)));
  const system = body.system === undefined ? 0 : tokensOf(textOf(body.system));
  const tools =
    Array.isArray(body.tools) && body.tools.length > 0 ? 300 + Math.ceil(jsonBytes(body.tools) / 3) : 0;
  return said.reduce((sum, tokens) => sum + tokens, 3 + system + tools);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block) => (isObject(block) && typeof block.text === 'string' ? block.text : ''))
    .join('');
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

function serverError(): Reply {
  return refusal(500, 'api_error', 'Internal server error');
}

/** The error object of Anthropic's HTTP answers (API reference, 2026). */
function refusal(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const requestId = `req_${randomBytes(12).toString('hex')}`;
  return json(status, { type: 'error', error: { type, message }, request_id: requestId }, headers);
}
