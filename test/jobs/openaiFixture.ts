// What is special about OpenAI's API, for the contract that every adapter must keep.
import { accountOf, type BatchMark, providerFor } from '#jobs';
import { startSimulator } from '#simulator';
import type { ProviderFixture, Wire, WireBatch, WireFile } from './providerFixture.ts';
import type { Asked } from './scriptedServer.ts';

const endpoint = '/v1/chat/completions';

export const openaiFixture: ProviderFixture = {
  name: 'OpenAI',
  async connect(baseUrl, apiKey, timeoutMs) {
    const answer = accountOf({ profile: 'openai', provider: 'openai', baseUrl, apiKey });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    const patience = timeoutMs === undefined ? undefined : { requestMs: timeoutMs, transferMs: timeoutMs };
    return providerFor(answer.account, patience);
  },
  start: (now = Date.now) => startSimulator({ latencyMs: 200, now }),
  provider: 'openai',
  endpoint,
  model: null,
  batchId: (word) => `batch_${word}`,
  fileId: (word) => `file_${word}`,
  requestLine: (id) => {
    const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content: `Question ${id}` }] };
    return JSON.stringify({ custom_id: id, method: 'POST', url: endpoint, body });
  },
  wire: {
    callOf: ({ method, url }) => callsByRoute.find(([route]) => route.test(`${method} ${url}`))?.[1] ?? null,
    besides: () => fileOf({ id: 'file_1', name: 'job-1-1-1.jsonl', sizeBytes: 20 }),
    keyOf: ({ headers }) => /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? null,
    uploadOf,
    createOf: ({ body }) => {
      const { input_file_id: inputFileId, metadata, ...rest } = JSON.parse(body);
      return { inputFileId, metadata, endpoint: rest.endpoint };
    },
    carried: (metadata, mark) => ({ ...metadata, ...marksOf(mark) }),
    marks: marksOf,
    file: fileOf,
    batch: batchOf,
    filePage: (asked, pages) => pageOf(asked, pages, fileOf),
    batchPage: (asked, pages) => pageOf(asked, pages, batchOf),
    error: (status, message) => ({ error: { message, type: 'error', param: null, code: `code_${status}` } }),
  },
};

const callsByRoute: readonly (readonly [RegExp, ReturnType<Wire['callOf']>])[] = [
  [/^POST \/v1\/files$/, 'upload'],
  [/^GET \/v1\/files(\?|$)/, 'findUploads'],
  [/^DELETE \/v1\/files\/[^/]+$/, 'deleteUpload'],
  [/^POST \/v1\/batches$/, 'create'],
  [/^GET \/v1\/batches(\?|$)/, 'findBatch'],
  [/^GET \/v1\/batches\/[^/]+$/, 'get'],
  [/^POST \/v1\/batches\/[^/]+\/cancel$/, 'cancel'],
  [/^GET \/v1\/files\/[^/]+\/content$/, 'download'],
];

function marksOf({ jobId, part, attempt }: BatchMark): WireBatch['metadata'] {
  return {
    llm_batch_job: jobId,
    llm_batch_part: String(part),
    llm_batch_attempt: String(attempt),
  };
}

function fileOf({ id, name, sizeBytes }: WireFile): object {
  return { id, object: 'file', filename: name, bytes: sizeBytes, purpose: 'batch', created_at: 270 };
}

function batchOf({ id, metadata, inputFileId }: WireBatch): object {
  const facts = { id, object: 'batch', status: 'validating', created_at: 280, endpoint };
  return { ...facts, input_file_id: inputFileId, metadata };
}

/** The cursor is the id of the last item of the page before. */
function pageOf<T extends { readonly id: string }>(
  { url }: Asked,
  pages: readonly (readonly T[])[],
  toWire: (item: T) => object,
): object {
  const after = new URL(url, 'http://x').searchParams.get('after');
  const index = after === null ? 0 : pages.findIndex((page) => page.at(-1)?.id === after) + 1;
  return { object: 'list', data: (pages[index] ?? []).map(toWire), has_more: index < pages.length - 1 };
}

function uploadOf({ body }: Asked): ReturnType<Wire['uploadOf']> {
  const name = /name="file"; filename="([^"]*)"/.exec(body)?.[1] ?? '';
  if (!/name="purpose"\r\n\r\nbatch\r\n/.test(body)) throw new Error('The purpose is missing.');
  const boundary = body.slice(0, body.indexOf('\r\n'));
  const start = body.indexOf('\r\n\r\n', body.indexOf('name="file"')) + 4;
  const bytes = Buffer.from(body.slice(start, body.indexOf(`\r\n${boundary}`, start)), 'latin1');
  return { name, bytes };
}
