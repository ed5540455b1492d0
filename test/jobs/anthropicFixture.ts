// What is special about Anthropic's API, for the contract that every adapter must keep.
import { accountOf, type BatchProvider, providerFor } from '#jobs';
import { startSimulator } from '#simulator';
import type { ProviderFixture, Wire, WireBatch } from './providerFixture.ts';
import type { Asked } from './scriptedServer.ts';

/** @param url of a scripted server or of the simulator, which end in the path of OpenAI's API. */
export async function connectAnthropic(
  url: string,
  apiKey: string | null,
  more: { readonly timeoutMs?: number | undefined; readonly apiVersion?: string | undefined } = {},
): Promise<BatchProvider> {
  const baseUrl = url.replace(/\/v1$/, '');
  const { apiVersion = null, timeoutMs } = more;
  const answer = accountOf({ profile: 'anthropic', provider: 'anthropic', baseUrl, apiKey, apiVersion });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const patience = timeoutMs === undefined ? undefined : { requestMs: timeoutMs, transferMs: timeoutMs };
  return providerFor(answer.account, patience);
}

export const anthropicFixture: ProviderFixture = {
  name: 'Anthropic',
  connect: (url, apiKey, timeoutMs) => connectAnthropic(url, apiKey, { timeoutMs }),
  start: (now = Date.now) => startSimulator({ latencyMs: 200, now }),
  provider: 'anthropic',
  endpoint: '/v1/messages',
  model: null,
  batchId: (word) => `msgbatch_${word}`,
  fileId: (word) => `msgbatch_${word}`,
  requestLine: (id) => {
    const messages = [{ role: 'user', content: `Question ${id}` }];
    return JSON.stringify({
      custom_id: id,
      params: { model: 'claude-haiku-5-5', max_tokens: 100, messages },
    });
  },
  wire: {
    callOf: ({ method, url }) => callsByRoute.find(([route]) => route.test(`${method} ${url}`))?.[1] ?? null,
    besides: () => ({}),
    keyOf: ({ headers }) => /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? null,
    uploadOf: () => {
      throw new Error('Nothing is uploaded.');
    },
    createOf: () => ({ inputFileId: null, endpoint: '/v1/messages', metadata: {} }),
    carried: () => ({}),
    marks: () => ({}),
    file: () => {
      throw new Error('There are no files.');
    },
    batch: batchOf,
    filePage: () => {
      throw new Error('There are no files.');
    },
    batchPage: pageOf,
    error: (status, message) => ({
      ...{ type: 'error', request_id: 'req_1' },
      error: { type: typesByStatus.get(status) ?? 'api_error', message },
    }),
  },
};

const typesByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
]);

const callsByRoute: readonly (readonly [RegExp, ReturnType<Wire['callOf']>])[] = [
  [/^POST \/v1\/messages\/batches$/, 'create'],
  [/^GET \/v1\/messages\/batches(\?|$)/, 'findBatch'],
  [/^GET \/v1\/messages\/batches\/[^/]+$/, 'get'],
  [/^POST \/v1\/messages\/batches\/[^/]+\/cancel$/, 'cancel'],
  [/^GET \/v1\/messages\/batches\/[^/]+\/results$/, 'download'],
];

export function batchOf({ id, requests }: Pick<WireBatch, 'id' | 'requests'>, more: object = {}): object {
  return {
    ...{ id, type: 'message_batch', processing_status: 'in_progress' },
    request_counts: { processing: requests, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    ...{ created_at: '2026-11-20T10:00:00.000000+00:00', expires_at: '2026-11-21T10:00:00.000000+00:00' },
    ...{ ended_at: null, cancel_initiated_at: null, archived_at: null, results_url: null },
    ...more,
  };
}

/** The cursor is the id of the last item of the page before. */
function pageOf({ url }: Asked, pages: readonly (readonly WireBatch[])[]): object {
  const after = new URL(url, 'http://x').searchParams.get('after_id');
  const index = after === null ? 0 : pages.findIndex((page) => page.at(-1)?.id === after) + 1;
  const data = (pages[index] ?? []).map((batch) => batchOf(batch));
  const [firstId, lastId] = [pages[index]?.at(0)?.id ?? null, pages[index]?.at(-1)?.id ?? null];
  return { data, has_more: index < pages.length - 1, first_id: firstId, last_id: lastId };
}
