// What do /v1/messages and its count answer, asked one at a time? The same as in a batch, with the limits of an account.
import { type FaultCounter, type Faults, strikesNow } from '../faults.ts';
import { type Call, json, type Reply, type Route, readBody } from '../http.ts';
import { type Json, parseObject } from '../json.ts';
import { hash32 } from '../random.ts';
import { RateLimit } from '../rateLimit.ts';
import { type ErrorBody, invalid, notFound, refusal, serverError, tooLarge } from './errors.ts';
import { inputTokensOf, tokensOf } from './inputTokens.ts';
import { answerMessage } from './messages.ts';
import { findParamsProblem } from './paramsProblem.ts';

/** Of a call about one message (API reference, 2026-08); a batch may have 256 MB. */
const limitBytes = 32 * 1024 * 1024;

/** @anthropic-ai/sdk 1.12.0, MessageCountTokensParams. */
const countParameters = new Set([
  ...['messages', 'model', 'cache_control', 'output_config', 'speed', 'system', 'thinking'],
  ...['tool_choice', 'tools'],
]);

export interface MessagesContext {
  readonly faults: Faults;
  readonly counter: FaultCounter;
  readonly now: () => number;
}

export function messageRoutes(context: MessagesContext): readonly Route[] {
  const limit = new RateLimit(context.faults);
  return [
    {
      method: 'POST',
      path: '/v1/messages',
      handle: (call) => withBody(call, (body, text) => answer(body, text, call, limit, context)),
    },
    { method: 'POST', path: '/v1/messages/count_tokens', handle: (call) => withBody(call, countTokens) },
  ];
}

async function withBody({ request }: Call, handle: (body: Json, text: string) => Reply): Promise<Reply> {
  const text = await readBody(request, limitBytes);
  if (text === null) return refusal(tooLarge);
  const body = parseObject(text);
  return body === null ? refusal(invalid('The request body is not valid JSON')) : handle(body, text);
}

function answer(
  body: Json,
  text: string,
  { request }: Call,
  limit: RateLimit,
  context: MessagesContext,
): Reply {
  const nowMs = context.now();
  const taken = limit.take(tokensOf(text), nowMs);
  const headers = limitHeaders(taken.headers, nowMs);
  if (taken.waitMs !== null) {
    const message = `This request would exceed your rate limit of ${taken.lacking ?? 'requests'} per minute.`;
    const again = { 'retry-after': String(Math.ceil(taken.waitMs / 1000)) };
    return refusal({ type: 'rate_limit_error', message }, { ...headers, ...again });
  }
  const use = {
    version: String(request.headers['anthropic-version']),
    hasBeta: request.headers['anthropic-beta'] !== undefined,
    inBatch: false,
  };
  const problem = strike(text, context) ?? findParamsProblem(body, use);
  if (problem !== null) return refusal(problem, headers);
  const message = answerMessage(body, { seed: text, tier: 'standard' });
  if (context.counter.strikes('drop-answer', context.faults['drop-answer'])) return { kind: 'drop' };
  return json(200, message, headers);
}

/** Null: this request does not fail. */
function strike(text: string, { faults, counter }: MessagesContext): ErrorBody | null {
  if (!strikesNow(text, faults, counter)) return null;
  const overloaded = { type: 'overloaded_error', message: 'Overloaded' };
  const reasons = [overloaded, serverError, invalid('prompt is too long: 214803 tokens > 200000 maximum')];
  return reasons[hash32(`${text}/reason`, faults.seed) % reasons.length] ?? overloaded;
}

/** Anthropic's own names, and a time where others say how long (page on rate limits, 2026-08). */
function limitHeaders(headers: Readonly<Record<string, string>>, nowMs: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const [, fact, of] = /^x-ratelimit-(\w+)-(\w+)$/.exec(name) ?? [];
      const reset = new Date(nowMs + Number.parseFloat(value)).toISOString();
      return [`anthropic-ratelimit-${of}-${fact}`, fact === 'reset' ? reset : value];
    }),
  );
}

function countTokens(body: Json): Reply {
  const unknown = Object.keys(body).find((name) => !countParameters.has(name));
  if (unknown !== undefined) return refusal(invalid(`${unknown}: Extra inputs are not permitted`));
  const missing = ['model', 'messages'].find((name) => body[name] === undefined);
  if (missing !== undefined) return refusal(invalid(`${missing}: Field required`));
  if (!Array.isArray(body.messages)) return refusal(invalid('messages: Input should be a valid list'));
  if (!String(body.model).startsWith('claude-')) return refusal(notFound(`model: ${String(body.model)}`));
  return json(200, { input_tokens: inputTokensOf(body) });
}
