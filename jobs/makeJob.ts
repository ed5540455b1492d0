// Writes down the intent to pay: the record of a job and the bytes it will send, before anything is sent.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type AgreedEstimate, type FilePart, type Job, type JobPart, openaiLimits } from '#core';
import { type Account, recordOf } from './accounts.ts';
import type { PartBytes } from './port.ts';
import type { JobStore } from './store.ts';

export interface SubmitRequest {
  /** Absolute path. */
  readonly file: string;
  readonly account: Account;
  readonly endpoint: string;
  readonly model: string | null;
  /** Shown to people; default the file's name. */
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absolute path of the merged results; default beside the file. */
  readonly resultsPath: string | null;
  readonly estimate: AgreedEstimate;
  /** What was checked and agreed to: only exactly these bytes are sent. */
  readonly checked: { readonly sha256: string; readonly sizeBytes: number; readonly requests: number };
  /** Where it is cut; one after the other they are the file. Left out: one part. */
  readonly parts?: readonly FilePart[] | undefined;
  /** Input tokens that may wait at the provider at once; null or left out: no limit is known. */
  readonly queueTokens?: number | null | undefined;
  /** Attempts that are made by themselves for requests that failed and could succeed; none when left out. */
  readonly retries?: number | undefined;
  readonly deletesUploads?: boolean | undefined;
  /** Send again although a job of the same bytes is open: somebody said so. */
  readonly forceNew?: boolean | undefined;
}

/** Nothing was sent. */
export type NotMade =
  /** The file is not what was checked. */
  | { readonly kind: 'changed'; readonly message: string }
  /** Something must be put right first: the file, the metadata, or the place of the records. */
  | { readonly kind: 'problem'; readonly message: string };

export interface PreparedJob {
  readonly kind: 'prepared';
  /** Its bytes are on disk, its record is not. */
  readonly job: Job;
  /** Until then it is this process that works on it. */
  release(): Promise<void>;
  discard(): Promise<void>;
}

/** Copies the bytes that were checked. @throws StoreError. */
export async function prepareJob(
  store: JobStore,
  request: SubmitRequest,
  now: number,
  random: number,
): Promise<PreparedJob | NotMade> {
  const problem = metadataProblem(request.metadata);
  if (problem !== null) return { kind: 'problem', message: problem };
  let number = Math.floor(random * idCount);
  let lock = await store.claim(jobId(now, number));
  while (lock === null) {
    number = (number + 1) % idCount;
    lock = await store.claim(jobId(now, number));
  }
  const id = jobId(now, number);
  const { release } = lock;
  const discard = async (): Promise<void> => {
    // Another process may look through it meanwhile; what is left then goes with the next job.
    await rm(store.folderOf(id), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    await release();
  };
  const snapshot = join(store.folderOf(id), 'requests.jsonl');
  const name = basename(request.file);
  let copied: { readonly sha256: string; readonly sizeBytes: number };
  try {
    copied = await copyHashed(request.file, snapshot);
  } catch (error) {
    await discard();
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    const message = `${name} could not be copied to ${store.home}: the system reports ${error.code}. Nothing was sent.`;
    return { kind: 'problem', message };
  }
  if (copied.sha256 !== request.checked.sha256) {
    await discard();
    return {
      kind: 'changed',
      message: `${name} changed since it was checked; nothing was sent. Submit it again.`,
    };
  }
  const parts = await partsOf(request, snapshot, copied);
  const at = new Date(now).toISOString();
  return { kind: 'prepared', job: newJob(id, request, { snapshot, parts }, at), release, discard };
}

async function partsOf(
  { parts, checked, estimate }: SubmitRequest,
  snapshot: string,
  whole: { readonly sha256: string; readonly sizeBytes: number },
): Promise<readonly JobPart[]> {
  const first = { part: 1, attempt: 1, snapshot };
  if (parts === undefined || parts.length < 2) {
    const { requests } = checked;
    const { inputTokens } = estimate;
    return [newPart({ ...first, ...whole, offset: 0, firstLine: 0, requests, inputTokens })];
  }
  const made: JobPart[] = [];
  for (const [at, { offset, sizeBytes, firstLine, requests, tokens, uncountedRequests }] of parts.entries()) {
    const { sha256 } = await hashOf({ path: snapshot, offset, sizeBytes });
    const inputTokens = uncountedRequests === 0 ? tokens : null;
    const bytes = { offset, sizeBytes, sha256, firstLine };
    made.push(newPart({ ...first, part: at + 1, ...bytes, requests, inputTokens }));
  }
  return made;
}

function newJob(
  id: string,
  request: SubmitRequest,
  { snapshot, parts }: { readonly snapshot: string; readonly parts: readonly JobPart[] },
  at: string,
): Job {
  return {
    version: 2,
    id,
    name: request.name ?? basename(request.file),
    file: request.file,
    provider: request.account.provider,
    account: recordOf(request.account),
    endpoint: request.endpoint,
    model: request.model,
    metadata: request.metadata,
    state: 'intended',
    attempt: 1,
    requests: snapshot,
    sha256: request.checked.sha256,
    parts,
    reused: null,
    queueTokens: request.queueTokens ?? null,
    retriesLeft: request.retries ?? 0,
    deletesUploads: request.deletesUploads ?? false,
    estimate: request.estimate,
    resultsPath: request.resultsPath ?? defaultResultsPath(request.file),
    resultsReady: false,
    rows: null,
    costUsd: null,
    cancelRequested: false,
    message: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Three pairs of a batch's metadata are ours. Lengths: openai SDK 7.55. */
const maxOwnPairs = openaiLimits.maxMetadataPairs - 3;
const maxKeyLength = 64;
const maxValueLength = 512;

/** What the provider would refuse, in one sentence, or null. */
function metadataProblem(metadata: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(metadata);
  if (pairs.length > maxOwnPairs) {
    return `A batch takes ${maxOwnPairs} pairs of metadata, and there are ${pairs.length}; leave some out.`;
  }
  const reserved = pairs.find(([key]) => key.startsWith('llm_batch_'));
  if (reserved) return `Metadata called ${reserved[0]} is kept for LLM Batch itself; call it something else.`;
  const long = pairs.find(([key, value]) => key.length > maxKeyLength || value.length > maxValueLength);
  if (long === undefined) return null;
  const name = long[0].slice(0, maxKeyLength);
  return `The metadata ${name} is too long; a key takes ${maxKeyLength} characters, a value ${maxValueLength}.`;
}

/** `X.jsonl` gives `X.results.jsonl`. */
export function defaultResultsPath(file: string): string {
  return `${file.replace(/\.jsonl$/i, '')}.results.jsonl`;
}

type NewPart = Pick<
  JobPart,
  | 'part'
  | 'attempt'
  | 'snapshot'
  | 'offset'
  | 'sizeBytes'
  | 'sha256'
  | 'firstLine'
  | 'requests'
  | 'inputTokens'
>;

/** Nothing of it is sent yet. */
export function newPart(facts: NewPart): JobPart {
  return {
    ...facts,
    turnedAway: [],
    heldUntil: null,
    uploadStartedAt: null,
    inputFileId: null,
    createStartedAt: null,
    fence: null,
    unclear: null,
    remote: null,
    refusal: null,
    downloaded: false,
    outputPath: null,
    errorPath: null,
    uploadDeleted: false,
  };
}

const idCount = 36 ** 4;

/** Sorts by time and can be typed: 20261121-083012-k3f9. */
function jobId(now: number, number: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const suffix = number.toString(36).padStart(4, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${suffix}`;
}

async function copyHashed(
  from: string,
  to: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    createReadStream(from, { highWaterMark: 1 << 20 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to, { mode: 0o600, flush: true }),
  );
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Of a range of a file; where the file ends before, of what there is. */
export async function hashOf({ path, offset, sizeBytes }: PartBytes): Promise<{ readonly sha256: string }> {
  const hash = createHash('sha256');
  const range = { start: offset, end: offset + sizeBytes - 1, highWaterMark: 1 << 20 };
  const chunks = sizeBytes === 0 ? [] : createReadStream(path, range);
  for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
  return { sha256: hash.digest('hex') };
}
