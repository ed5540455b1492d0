// What is special about Gemini's API, for the contract that every adapter must keep.
import { accountOf, type BatchMark, providerFor } from '#jobs';
import { startSimulator } from '#simulator';
import type { ProviderFixture, Wire, WireBatch, WireFile } from './providerFixture.ts';
import type { Asked } from './scriptedServer.ts';

const endpoint = 'generateContent';

export const geminiFixture: ProviderFixture = {
  name: 'Gemini',
  async connect(baseUrl, apiKey, timeoutMs) {
    const answer = accountOf({ profile: 'gemini', provider: 'gemini', baseUrl, apiKey });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    const patience = timeoutMs === undefined ? undefined : { requestMs: timeoutMs, transferMs: timeoutMs };
    return providerFor(answer.account, patience);
  },
  start: (now = Date.now) => startSimulator({ latencyMs: 200, now }),
  provider: 'gemini',
  endpoint,
  model: 'gemini-3.8-flash',
  batchId: (word) => `batches/${word}`,
  fileId: (word) => `files/${word}`,
  requestLine: (id) => {
    const contents = [{ role: 'user', parts: [{ text: `Question ${id}` }] }];
    return JSON.stringify({ key: id, request: { contents } });
  },
  wire: {
    callOf: ({ method, url }) => callsByRoute.find(([route]) => route.test(`${method} ${url}`))?.[1] ?? null,
    // Where the bytes of an upload go says a header; and whether an upload is there is asked, too.
    besides: ({ method }) => (method === 'GET' ? fileOf({ id: 'files/1', name: 'a', sizeBytes: 3 }) : {}),
    headersBeside: (asked) => ({ 'x-goog-upload-url': placeOf(asked), 'x-goog-upload-status': 'active' }),
    emptyIsList: true,
    keyOf: ({ headers }) => headerOf(headers['x-goog-api-key']),
    uploadOf: ({ url, body }) => ({
      name: new URL(url, 'http://x').searchParams.get('name') ?? '',
      bytes: Buffer.from(body, 'latin1'),
    }),
    createOf: ({ url, body }) => {
      const { displayName, inputConfig } = JSON.parse(body).batch;
      const method = /:(\w+)$/.exec(url)?.[1] ?? '';
      const made = method === 'batchGenerateContent' ? endpoint : method;
      return { inputFileId: inputConfig.fileName, endpoint: made, metadata: { displayName } };
    },
    carried: (_, mark) => marksOf(mark),
    marks: marksOf,
    file: (file) => ({ file: fileOf(file) }),
    batch: operationOf,
    filePage: (asked, pages) => pageOf(asked, 'files', pages, fileOf),
    batchPage: (asked, pages) => pageOf(asked, 'operations', pages, operationOf),
    error: (code, message) => ({ error: { code, message, status: `STATUS_${code}` } }),
  },
};

const callsByRoute: readonly (readonly [RegExp, ReturnType<Wire['callOf']>])[] = [
  [/^POST \/upload\/v1beta\/files\?upload_id=/, 'upload'],
  [/^GET \/v1beta\/files(\?|$)/, 'findUploads'],
  [/^DELETE \/v1beta\/files\/[^/]+$/, 'deleteUpload'],
  [/^POST \/v1beta\/models\/[^/]+:(batchGenerateContent|asyncBatchEmbedContent)$/, 'create'],
  [/^GET \/v1beta\/batches(\?|$)/, 'findBatch'],
  [/^GET \/v1beta\/batches\/[^/]+$/, 'get'],
  [/^POST \/v1beta\/batches\/[^/]+:cancel$/, 'cancel'],
  [/^GET \/download\/v1beta\/files\/[^/]+:download\?alt=media$/, 'download'],
];

function headerOf(value: string | readonly string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Where the bytes of an upload go: elsewhere by its word, and with the name that the call before told. */
function placeOf({ body }: Asked): string {
  const name = body === '' ? '' : JSON.parse(Buffer.from(body, 'latin1').toString('utf8')).file?.displayName;
  return `https://upload.example/upload/v1beta/files?upload_id=1&name=${encodeURIComponent(name)}`;
}

function marksOf({ jobId, part, attempt }: BatchMark): WireBatch['metadata'] {
  return { displayName: `llm-batch/${jobId}/${part}/${attempt}` };
}

function fileOf({ id, name, sizeBytes }: WireFile): object {
  return { name: id, displayName: name, sizeBytes: String(sizeBytes), state: 'ACTIVE' };
}

function operationOf({ id, metadata, inputFileId, requests }: WireBatch): object {
  return {
    name: id,
    metadata: {
      displayName: metadata.displayName ?? 'of somebody else',
      inputConfig: { fileName: inputFileId },
      state: 'BATCH_STATE_PENDING',
      createTime: '2026-11-21T12:00:00.123456789Z',
      batchStats: { requestCount: String(requests), pendingRequestCount: String(requests) },
    },
  };
}

/** A list without members is left out, and so is the token behind the last page. */
function pageOf<T>(
  { url }: Asked,
  member: string,
  pages: readonly (readonly T[])[],
  toWire: (item: T) => object,
): object {
  const token = new URL(url, 'http://x').searchParams.get('pageToken');
  const index = token === null ? 0 : Number(token.slice('page-'.length));
  const items = (pages[index] ?? []).map(toWire);
  return {
    ...(items.length === 0 ? {} : { [member]: items }),
    ...(index < pages.length - 1 ? { nextPageToken: `page-${index + 1}` } : {}),
  };
}
