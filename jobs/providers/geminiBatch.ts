// What does Gemini's long-running operation say of a batch? Read as REST has it; the SDK (3.1.0) drops counts and errors.
import {
  bareModel,
  isObject,
  type JsonObject,
  type RemoteBatch,
  type RemoteCounts,
  type RemoteError,
  rpcCodeName,
} from '#core';
import { StrangeAnswerError } from './calls.ts';
import type { BatchMark, ListedBatch } from './port.ts';

/** Names of resources go as they come, "batches/123" and "files/abc"; a person may leave out the first half. */
export function resourceName(kind: 'batches' | 'files', id: string): string {
  return id.startsWith(`${kind}/`) ? id : `${kind}/${id}`;
}

/** One segment of a path; ids are a person's input where a batch is adopted. */
export function resourcePath(kind: 'batches' | 'files', id: string): string {
  return `${kind}/${encodeURIComponent(resourceName(kind, id).slice(kind.length + 1))}`;
}

const markPrefix = 'llm-batch';

/** The display name is all that a batch carries of its job. */
export function displayNameOf({ jobId, part, attempt }: BatchMark): string {
  return `${markPrefix}/${jobId}/${part}/${attempt}`;
}

function markIn(displayName: string | null): BatchMark | null {
  const found = new RegExp(`^${markPrefix}/([^/]+)/(\\d+)/(\\d+)$`).exec(displayName ?? '');
  const [, jobId, part, attempt] = found ?? [];
  return jobId === undefined ? null : { jobId, part: Number(part), attempt: Number(attempt) };
}

/** @throws StrangeAnswerError. */
export function toRemote(operation: unknown): RemoteBatch {
  if (!isObject(operation) || typeof operation.name !== 'string') throw new StrangeAnswerError();
  const facts = factsOf(operation);
  const createdAt = toIso(facts.createTime);
  return {
    batchId: operation.name,
    status: typeof facts.state === 'string' ? facts.state : 'BATCH_STATE_UNSPECIFIED',
    counts: countsOf(facts.batchStats),
    outputFileId: outputOf(operation),
    errorFileId: null,
    errors: errorsOf(operation.error),
    createdAt,
    expiresAt: null,
    endedAt: toIso(facts.endTime),
  };
}

/** @throws StrangeAnswerError. */
export function toListed(operation: unknown): ListedBatch {
  const remote = toRemote(operation);
  const facts = isObject(operation) ? factsOf(operation) : {};
  const name = typeof facts.displayName === 'string' ? facts.displayName : null;
  const isOfVectors = /EmbedContentBatch$/.test(String(facts['@type']));
  return {
    ...{ remote, name, mark: markIn(name) },
    endpoint: isOfVectors ? 'embedContent' : 'generateContent',
    model: typeof facts.model === 'string' ? bareModel(facts.model) : null,
  };
}

/** The upload that a batch was made from, where the answer says it. */
export function inputFileOf(operation: unknown): string | null {
  const config = isObject(operation) ? factsOf(operation).inputConfig : null;
  return isObject(config) && typeof config.fileName === 'string' ? config.fileName : null;
}

/** The batch stands in the metadata of its operation; some answers are the batch itself. */
function factsOf(operation: JsonObject): JsonObject {
  return isObject(operation.metadata) ? operation.metadata : operation;
}

/** Counts are int64 and so come as texts; those that are 0 may be left out. */
function countsOf(stats: unknown): RemoteCounts | null {
  if (!isObject(stats) || stats.requestCount === undefined) return null;
  const count = (value: unknown): number => Number(value ?? 0);
  const counts = {
    total: count(stats.requestCount),
    completed: count(stats.successfulRequestCount),
    failed: count(stats.failedRequestCount),
  };
  return Object.values(counts).every(Number.isSafeInteger) ? counts : null;
}

/** Both places are documented; a batch of inline requests has its results in itself. */
function outputOf(operation: JsonObject): string | null {
  for (const output of outputsOf(operation)) {
    if (typeof output.responsesFile === 'string' && output.responsesFile !== '') return output.responsesFile;
  }
  return inlineResponses(operation) === null ? null : String(operation.name);
}

function outputsOf(operation: JsonObject): readonly JsonObject[] {
  return [operation.response, factsOf(operation).output].filter(isObject);
}

/** The results of a batch that was made of inline requests; null: it has none, or a file of them. */
export function inlineResponses(operation: unknown): readonly JsonObject[] | null {
  if (!isObject(operation)) return null;
  for (const output of outputsOf(operation)) {
    const wrapped = output.inlinedResponses ?? output.inlinedEmbedContentResponses;
    const list = isObject(wrapped) ? wrapped.inlinedResponses : wrapped;
    if (Array.isArray(list)) return list.filter(isObject);
  }
  return null;
}

/** As a line of a responses file. */
export function inlineLine({ metadata, ...result }: JsonObject): string {
  const key = isObject(metadata) ? metadata.key : undefined;
  return `${JSON.stringify({ ...(key === undefined ? {} : { key }), ...result })}\n`;
}

const cancelledCode = 1;

function errorsOf(error: unknown): readonly RemoteError[] {
  // That it was cancelled is its state, and no fault of the file.
  if (!isObject(error) || error.code === cancelledCode) return [];
  const code = typeof error.status === 'string' ? error.status : rpcCodeName(Number(error.code));
  const message = typeof error.message === 'string' ? error.message : '';
  return [{ code: code ?? String(error.code ?? 'unknown'), message, line: null }];
}

/** Of up to nine digits behind the second. */
function toIso(time: unknown): string | null {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
