// What an adapter's test says about its API, and how the contract talks to scripted servers.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchApi, batchApiOf, type Provider, type RemoteBatch } from '#core';
import type { Answer, BatchProvider, BatchSearch, CreateRequest, FoundBatch, UploadRequest } from '#jobs';
import { type Asked, json, type ScriptedServer, startScripted } from './scriptedServer.ts';

export type PortCall = keyof BatchProvider;

export interface ProviderFixture {
  readonly name: string;
  /** The adapter; `timeoutMs` is how long it waits for an answer. */
  connect(baseUrl: string, apiKey: string | null, timeoutMs?: number): Promise<BatchProvider>;
  /** A server that takes requests and runs batches within a second, by its own clock or by this one. */
  start(now?: () => number): Promise<{ readonly url: string; dispose(): Promise<void> }>;
  readonly provider: Provider;
  readonly endpoint: string;
  /** Of a batch, where its requests do not name one. */
  readonly model: string | null;
  /** Ids as this API writes them. */
  batchId(word: string): string;
  /** Of what results are fetched by. */
  fileId(word: string): string;
  /** A request that it answers. */
  requestLine(id: string): string;
  readonly wire: Wire;
}

export interface WireBatch {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputFileId: string;
  readonly requests: number;
}

export interface WireFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** How the API looks on the line, for servers that a test scripts. */
export interface Wire {
  /** Which call of the port was asked, `findBatch` for any listing of batches; null for what an adapter asks beside it. */
  callOf(asked: Asked): PortCall | null;
  /** A good answer to what an adapter asks beside the call. */
  besides(asked: Asked): unknown;
  headersBeside?(asked: Asked): Readonly<Record<string, string>>;
  /** A listing of nothing is an empty object. */
  readonly emptyIsList?: boolean;
  keyOf(asked: Asked): string | null;
  uploadOf(asked: Asked): { readonly name: string; readonly bytes: Buffer };
  /** What a create call says of its batch. */
  createOf(asked: Asked): Pick<CreateRequest, 'inputFileId' | 'endpoint'> & Pick<WireBatch, 'metadata'>;
  /** What of this it carries, as `createOf` tells it. */
  carried(metadata: WireBatch['metadata'], mark: CreateRequest['mark']): WireBatch['metadata'];
  /** The requests that go with a create call, where nothing is uploaded. */
  requestsOf?(asked: Asked): readonly unknown[];
  /** By which a batch is found again; empty where nothing of ours can go with it. */
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
  return startScripted(context, (asked, response) => {
    if (wire.callOf(asked) === null) answerBeside(wire, asked, response);
    else json(response, 200, answer(asked));
  });
}

export function answerBeside(wire: Wire, asked: Asked, response: ServerResponse): void {
  json(response, 200, wire.besides(asked), wire.headersBeside?.(asked));
}

/** What was asked for a call; batches are listed for more than one. */
export function ofCall({ asked }: ScriptedServer, wire: Wire, call: PortCall): readonly Asked[] {
  const route = call === 'list' || call === 'newestBatch' ? 'findBatch' : call;
  return asked.filter((one) => wire.callOf(one) === route);
}

/** What is looked for after a create that was not answered. */
export function searchOf(inputFileId: string | null, change: Partial<BatchSearch> = {}): BatchSearch {
  const bytes = { path: '', offset: 0, sizeBytes: 0 };
  return { mark, inputFileId, besides: [], fence: null, requests: 3, bytes, ...change };
}

/** @param upload the bytes of the part, for APIs to which they go with this call. */
export function createOf(
  { endpoint, model }: ProviderFixture,
  inputFileId: string | null,
  { bytes }: Pick<UploadRequest, 'bytes'>,
  change: Partial<CreateRequest> = {},
): CreateRequest {
  return { inputFileId, endpoint, model, bytes, metadata: {}, mark, ...change };
}

/** How the API that a fixture is of takes batches. */
export function apiOf({ provider }: ProviderFixture): BatchApi {
  const api = batchApiOf(provider);
  assert.ok(api);
  return api;
}

/** The upload's id; null where nothing is uploaded. */
export async function uploaded(
  fixture: ProviderFixture,
  provider: BatchProvider,
  upload: UploadRequest,
): Promise<string | null> {
  return apiOf(fixture).hasUpload ? answered(await provider.upload(upload, never)) : null;
}

/** Requests with these ids. */
export function linesOf({ requestLine }: ProviderFixture, ids: readonly string[]): string {
  return ids.map((id) => `${requestLine(id)}\n`).join('');
}

/** Looks until its results can be fetched. */
export async function ended(provider: BatchProvider, batchId: string): Promise<RemoteBatch> {
  let remote = answered(await provider.get(batchId, never));
  for (let tries = 0; remote.outputFileId === null && tries < 3_000; tries++) {
    await sleep(20);
    remote = answered(await provider.get(batchId, never));
  }
  return remote;
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
