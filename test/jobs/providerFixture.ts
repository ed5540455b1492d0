// What an adapter's test says about its API, and how the contract talks to scripted servers.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Answer, BatchProvider, BatchSearch, CreateRequest, FoundBatch, UploadRequest } from '#jobs';
import { type Asked, json, type ScriptedServer, startScripted } from './scriptedServer.ts';

export type PortCall = keyof BatchProvider;

export interface ProviderFixture {
  readonly name: string;
  /** The adapter; `timeoutMs` is how long it waits for an answer. */
  connect(baseUrl: string, apiKey: string | null, timeoutMs?: number): Promise<BatchProvider>;
  /** A server that takes files and runs batches within a second. */
  start(): Promise<{ readonly url: string; dispose(): Promise<void> }>;
  readonly endpoint: string;
  /** A request that it answers. */
  requestLine(id: string): string;
  readonly wire: Wire;
}

export interface WireBatch {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputFileId: string;
}

export interface WireFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** How the API looks on the line, for servers that a test scripts. */
export interface Wire {
  /** Which call of the port was asked; null for what an adapter asks beside it. */
  callOf(asked: Asked): PortCall | null;
  /** A good answer to what an adapter asks beside the call. */
  besides(asked: Asked): unknown;
  keyOf(asked: Asked): string | null;
  uploadOf(asked: Asked): { readonly name: string; readonly bytes: Buffer };
  createOf(asked: Asked): Pick<CreateRequest, 'inputFileId' | 'endpoint'> & Pick<WireBatch, 'metadata'>;
  /** The metadata by which a batch is found again. */
  marks(mark: CreateRequest['mark']): WireBatch['metadata'];
  file(file: WireFile): unknown;
  batch(batch: WireBatch): unknown;
  /** The page that was asked for, of a listing in pages. */
  filePage(asked: Asked, pages: readonly (readonly WireFile[])[]): unknown;
  batchPage(asked: Asked, pages: readonly (readonly WireBatch[])[]): unknown;
  error(status: number, message: string): unknown;
}

export const mark = { jobId: 'job-1', part: 1, attempt: 1 };
/** Nobody gives up. */
export const never: AbortSignal = new AbortController().signal;

export function answering(
  context: TestContext,
  wire: Wire,
  answer: (asked: Asked) => unknown,
): Promise<ScriptedServer> {
  return startScripted(context, (asked, response) =>
    json(response, 200, wire.callOf(asked) === null ? wire.besides(asked) : answer(asked)),
  );
}

export function ofCall({ asked }: ScriptedServer, wire: Wire, call: PortCall): readonly Asked[] {
  return asked.filter((one) => wire.callOf(one) === call);
}

/** What is looked for after a create that was not answered. */
export function searchOf(inputFileId: string, change: Partial<BatchSearch> = {}): BatchSearch {
  const bytes = { path: '', offset: 0, sizeBytes: 0 };
  return { mark, inputFileId, besides: [], fence: null, requests: 3, bytes, ...change };
}

export function createOf(
  inputFileId: string,
  endpoint: string,
  change: Partial<CreateRequest> = {},
): CreateRequest {
  const bytes = { path: '', offset: 0, sizeBytes: 0 };
  return { inputFileId, endpoint, model: null, bytes, metadata: {}, mark, ...change };
}

/** The id of the batch that was found; null where it is proven that there is none. */
export function foundId(answer: Answer<FoundBatch>): string | null {
  const found = answered(answer);
  assert.notEqual(found.kind, 'perhaps');
  return found.kind === 'found' ? found.remote.batchId : null;
}

export async function uploadOf(here: string, text: string): Promise<UploadRequest> {
  const path = join(here, 'requests.jsonl');
  await writeFile(path, text);
  return { name: 'job-1-1-1.jsonl', bytes: { path, offset: 0, sizeBytes: Buffer.byteLength(text) } };
}

export async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'llm-batch-adapter-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

export function answered<T>(answer: Answer<T>): T {
  if (answer.kind === 'ok') return answer.value;
  throw new assert.AssertionError({ message: `${answer.problem.kind}: ${answer.problem.message}` });
}

export function kindOf(answer: Answer<unknown>): string {
  return answer.kind === 'ok' ? 'ok' : answer.problem.kind;
}
