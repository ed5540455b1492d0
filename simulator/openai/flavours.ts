// Which servers that speak OpenAI's API are simulated, and what is different at each? Azure, and gateways for anybody's models.
import { type Api, type ApiOptions, type Call, json, type Reply, type Route } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { createOpenAiApi } from './api.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { type ErrorBody, invalidRequest, refusal } from './errors.ts';

/** OpenAI's endpoints for models of any name: gateways take their own, and at Azure they are names of deployments. */
const anyModel: readonly Endpoint[] = endpoints.map(({ findOwnProblem, ...endpoint }) => ({
  ...endpoint,
  ...{ anyModel: true, findOwnProblem, findProblem: findOwnProblem },
}));

/** A gateway, at `/compatible/v1`. */
export function createCompatibleApi(options: ApiOptions): Api {
  const api = createOpenAiApi(options, { endpoints: anyModel, hasEmptyFiles: false });
  return { ...api, routes: api.routes.map((route) => ({ ...route, path: `/compatible${route.path}` })) };
}

/** Azure OpenAI: the newer form of its API at `/openai/v1`, the older one at `/openai` with a version in the query. */
export function createAzureApi(options: ApiOptions): Api {
  const api = createOpenAiApi(options, { endpoints: azureEndpoints, hasEmptyFiles: true });
  const pending = new Set<string>();
  const routes = api.routes.flatMap((route): readonly Route[] => {
    const path = route.path.replace(/^\/v1/, '');
    const handle = (isOlder: boolean) => (call: Call) => answer(route, call, pending, isOlder);
    return [
      { ...route, path: `/openai/v1${path}`, handle: handle(false) },
      { ...route, path: `/openai${path}`, handle: handle(true) },
    ];
  });
  return { ...api, routes, guard: (call) => keyRefusal(call) ?? api.guard(call) };
}

/**
 * One batch takes lines of both; which is which the service reads from each. Create takes chat completions alone (live test
 * by others, 2026-08; any-llm #1348, 2026-09).
 */
const azureEndpoints: readonly Endpoint[] = ['/v1/chat/completions', '/chat/completions'].map((path) => {
  const of = (body: Json): Endpoint => {
    const wanted = body.input === undefined ? '/v1/chat/completions' : '/v1/responses';
    return anyModel.find((endpoint) => endpoint.path === wanted) as Endpoint;
  };
  return {
    ...(anyModel.find((endpoint) => endpoint.path === '/v1/chat/completions') as Endpoint),
    path,
    urls: ['/v1/chat/completions', '/chat/completions', '/v1/responses'],
    isComplete: (body) => of(body).isComplete(body),
    findProblem: (body) => of(body).findProblem(body),
    answer: (body, context) => of(body).answer(body, context),
  };
});

/** Its own header holds the key; what stands in that of OpenAI is taken for a token of Microsoft Entra. */
function keyRefusal({ request }: Call): Reply | null {
  const { authorization, 'api-key': key } = request.headers;
  if (authorization === undefined && !String(key ?? '').startsWith('sk-invalid')) return null;
  const message =
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.';
  return refusal(401, { ...invalidRequest(message, null, '401'), type: '' });
}

async function answer(route: Route, call: Call, pending: Set<string>, isOlder: boolean): Promise<Reply> {
  if (isOlder && !/^\d{4}-\d{2}-\d{2}/.test(call.url.searchParams.get('api-version') ?? ''))
    return refusal(404, missingVersion);
  if (route.method === 'GET' && route.path === '/v1/files/*') pending.delete(call.id);
  const isCreate = route.method === 'POST' && route.path === '/v1/batches';
  // Which file it is made of is in the body, which the handler reads; one that nobody asked after is still pending.
  if (isCreate && pending.size > 0) return refusal(400, notProcessed);
  const reply = await route.handle(call);
  if (reply.kind !== 'json' || reply.status !== 200 || !isObject(reply.body)) return reply;
  if (route.method === 'POST' && route.path === '/v1/files') {
    pending.add(String(reply.body.id));
    return json(200, { ...reply.body, status: 'pending' });
  }
  return isOlder ? json(200, inOlderForm(reply.body)) : reply;
}

const missingVersion: ErrorBody = { ...invalidRequest('Resource not found', null, '404'), type: '' };
/** That it is refused is known (openai-dotnet #312), its wording is not. */
const notProcessed = invalidRequest('The input file is not in the processed state.', 'input_file_id', null);

/** As older samples have it: dates as text, states with a capital, no counts at first. */
function inOlderForm(body: Json): Json {
  if (Array.isArray(body.data)) return { ...body, data: body.data.map((one) => inOlderForm(one as Json)) };
  if (body.object !== 'batch') return body;
  const entries = Object.entries(body).map(([name, value]) => [
    name,
    name.endsWith('_at') && typeof value === 'number' ? new Date(value * 1000).toISOString() : value,
  ]);
  const status = String(body.status);
  return {
    ...Object.fromEntries(entries),
    status: status.slice(0, 1).toUpperCase() + status.slice(1),
    request_counts: status === 'validating' ? null : body.request_counts,
  };
}
