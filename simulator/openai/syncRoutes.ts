// What do the endpoints answer that a batch would call, asked one request at a time? The same as in a batch, with the limits of
// an account: requests and tokens per minute, said in headers, and 429 beyond them.

import { createAnswerContext, tokensOf } from '../answerContext.ts';
import { strikesNow } from '../faults.ts';
import { json, type Reply, type Route, readBody } from '../http.ts';
import { type Json, parseObject } from '../json.ts';
import { RateLimit } from '../rateLimit.ts';
import type { AccountContext } from './context.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { type ErrorBody, invalidRequest, refusal, serverError } from './errors.ts';
import { struckBy } from './results.ts';

const limitBytes = 64 * 1024 * 1024;

/** One for each endpoint, all under the same limits. */
export function syncRoutes(context: AccountContext): readonly Route[] {
  const limit = new RateLimit(context.faults);
  return endpoints.map((endpoint) => ({
    method: 'POST',
    path: endpoint.path,
    handle: async ({ request }) => answerTo(await readBody(request, limitBytes), endpoint, limit, context),
  }));
}

function answerTo(text: string | null, endpoint: Endpoint, limit: RateLimit, context: AccountContext): Reply {
  const body = parseObject(text);
  if (text === null || body === null) {
    const message = 'We could not parse the JSON body of your request. The API expects a JSON payload.';
    return refusal(400, invalidRequest(message, null, null));
  }
  const taken = limit.take(tokensOf(text), context.now());
  if (taken.waitMs !== null) return tooMany(taken.waitMs, taken.lacking ?? 'requests', body, taken.headers);
  const struck = strike(text, body, context);
  if (struck !== null) return refusal(struck.status, struck.error, taken.headers);
  const problem = findProblem(body, endpoint);
  if (problem !== null) {
    return refusal(problem.code === 'model_not_found' ? 404 : 400, problem, taken.headers);
  }
  const answer = endpoint.answer(body, createAnswerContext(text, Math.floor(context.now() / 1000)));
  if (context.counter.strikes('drop-answer', context.faults['drop-answer'])) return { kind: 'drop' };
  return json(200, answer.body, taken.headers);
}

function findProblem(body: Json, endpoint: Endpoint): ErrorBody | null {
  if (typeof body.model !== 'string') {
    return invalidRequest('you must provide a model parameter', null, null);
  }
  if (body.stream === true) {
    return invalidRequest('The simulator answers at once only.', 'stream', 'unsupported_value');
  }
  if (!endpoint.isComplete(body)) {
    const message = `Missing required parameter: '${endpoint.needs}'.`;
    return invalidRequest(message, endpoint.needs, 'missing_required_parameter');
  }
  return endpoint.findProblem(body);
}

/** For reasons as providers have them; null: this request does not fail. */
function strike(
  text: string,
  body: Json,
  { faults, counter }: AccountContext,
): { readonly status: number; readonly error: ErrorBody } | null {
  if (!strikesNow(text, faults, counter)) return null;
  const reason = struckBy(text, String(body.model), faults.seed);
  return reason.status === 429 ? { status: 500, error: serverError } : reason;
}

function tooMany(
  waitMs: number,
  lacking: 'requests' | 'tokens',
  body: Json,
  headers: Readonly<Record<string, string>>,
): Reply {
  const per = lacking === 'requests' ? 'requests per min (RPM)' : 'tokens per min (TPM)';
  const message = `Rate limit reached for ${String(body.model)} in organization org-simulator on ${per}. Please try again in ${waitMs}ms.`;
  const error = { message, type: lacking, param: null, code: 'rate_limit_exceeded' };
  const again = { 'retry-after': String(Math.ceil(waitMs / 1000)), 'retry-after-ms': String(waitMs) };
  return refusal(429, error, { ...headers, ...again });
}
