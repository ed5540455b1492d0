// Writes down the intent to pay: the record of a job and the bytes it will send, before anything is sent.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AgreedEstimate, Job, JobPart } from '#core';
import { type Account, recordOf } from './accounts.ts';
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
}

export type MadeJob =
  | { readonly kind: 'made'; readonly job: Job }
  /** The file is not what was checked. */
  | { readonly kind: 'changed'; readonly message: string };

/** @throws the file system's error when file or record cannot be read or kept; then nothing was sent. */
export async function makeJob(
  store: JobStore,
  request: SubmitRequest,
  now: number,
  random: number,
): Promise<MadeJob> {
  let number = Math.floor(random * idCount);
  while (!(await store.claim(jobId(now, number)))) number = (number + 1) % idCount;
  const id = jobId(now, number);
  const folder = store.folderOf(id);
  const snapshot = join(folder, 'requests.jsonl');
  const copied = await copyHashed(request.file, snapshot).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  if (copied.sha256 !== request.checked.sha256) {
    await rm(folder, { recursive: true, force: true });
    return {
      kind: 'changed',
      message: `${basename(request.file)} changed since it was checked; nothing was sent. Submit it again.`,
    };
  }
  const at = new Date(now).toISOString();
  const part = newPart({ part: 1, attempt: 1, snapshot, ...copied, requests: request.checked.requests });
  const job: Job = {
    version: 1,
    id,
    name: request.name ?? basename(request.file),
    file: request.file,
    provider: 'openai',
    account: recordOf(request.account),
    endpoint: request.endpoint,
    model: request.model,
    metadata: request.metadata,
    state: 'intended',
    attempt: 1,
    parts: [part],
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
  await store.write(job);
  return { kind: 'made', job };
}

/** `X.jsonl` gives `X.results.jsonl`. */
export function defaultResultsPath(file: string): string {
  return `${file.replace(/\.jsonl$/i, '')}.results.jsonl`;
}

type NewPart = Pick<JobPart, 'part' | 'attempt' | 'snapshot' | 'sha256' | 'sizeBytes' | 'requests'>;

export function newPart(facts: NewPart): JobPart {
  return {
    ...facts,
    uploadStartedAt: null,
    inputFileId: null,
    createStartedAt: null,
    remote: null,
    downloaded: false,
    outputPath: null,
    errorPath: null,
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

export async function hashOf(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
