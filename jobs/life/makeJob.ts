// Writes down the intent to pay: the record of a job and the bytes it will send, before anything is sent.
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AgreedEstimate, FilePart, Job, JobPart, ReusedResults } from '#core';
import { type Account, recordOf } from '../accounts/accounts.ts';
import { metadataProblem } from '../plan/metadata.ts';
import type { JobStore } from '../store/store.ts';
import { newPart, partsFrom } from './newParts.ts';
import { copyHashed } from './snapshot.ts';

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
  /** Answers that are kept instead of being asked for again. Left out: all requests are sent. */
  readonly reuse?: ReusedAnswers | undefined;
  /** Where what is sent is cut; one after the other they are all of it. Left out: one part. */
  readonly parts?: readonly FilePart[] | undefined;
  /** Input tokens that may wait at the provider at once; null or left out: no limit is known. */
  readonly queueTokens?: number | null | undefined;
  /** Attempts that are made by themselves for requests that failed and could succeed; none when left out. */
  readonly retries?: number | undefined;
  readonly deletesUploads?: boolean | undefined;
  /** Send again although a job of the same bytes is open: somebody said so. */
  readonly forceNew?: boolean | undefined;
}

/** What somebody agreed to leave out of what is sent, and what is left. */
export interface ReusedAnswers {
  /** The requests that are left, as they were checked and priced. */
  readonly restPath: string;
  readonly restSha256: string;
  readonly restRequests: number;
  /** Rows of the others. */
  readonly rowsPath: string;
  readonly rows: number;
  /** Ids of the jobs that paid for them. */
  readonly jobs: readonly string[];
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
  const problem = metadataProblem(request.account.provider, request.metadata);
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
  let copied: Copied | NotMade;
  try {
    copied = await copyAll(store.folderOf(id), request);
  } catch (error) {
    await discard();
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    const name = basename(request.file);
    const message = `${name} could not be copied to ${store.home}: the system reports ${error.code}. Nothing was sent.`;
    return { kind: 'problem', message };
  }
  if (copied.kind !== 'copied') {
    await discard();
    return copied;
  }
  const at = new Date(now).toISOString();
  return { kind: 'prepared', job: newJob(id, request, copied, at), release, discard };
}

interface Copied {
  readonly kind: 'copied';
  /** Of all requests. */
  readonly snapshot: string;
  readonly parts: readonly JobPart[];
  readonly reused: ReusedResults | null;
}

/** All requests; and where answers are kept, their rows and the requests that are left. */
async function copyAll(folder: string, request: SubmitRequest): Promise<Copied | NotMade> {
  const { file, checked, reuse } = request;
  const snapshot = join(folder, 'requests.jsonl');
  const whole = await copyHashed(file, snapshot);
  if (whole.sha256 !== checked.sha256) return changed(file);
  if (reuse === undefined) {
    const sent = { ...whole, snapshot, requests: checked.requests };
    return { kind: 'copied', snapshot, reused: null, parts: await partsOf(request, sent) };
  }
  const left = join(folder, 'requests-1.jsonl');
  const rest = await copyHashed(reuse.restPath, left);
  if (rest.sha256 !== reuse.restSha256) return changed(file);
  const path = join(folder, 'reused.jsonl');
  await copyHashed(reuse.rowsPath, path);
  const reused = { path, rows: reuse.rows, jobs: reuse.jobs };
  const sent = { ...rest, snapshot: left, requests: reuse.restRequests };
  return { kind: 'copied', snapshot, reused, parts: await partsOf(request, sent) };
}

function changed(file: string): NotMade {
  const message = `${basename(file)} changed since it was checked; nothing was sent. Submit it again.`;
  return { kind: 'changed', message };
}

interface Sent {
  readonly snapshot: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly requests: number;
}

async function partsOf({ parts, estimate }: SubmitRequest, sent: Sent): Promise<readonly JobPart[]> {
  const { snapshot } = sent;
  const first = { part: 1, attempt: 1, snapshot };
  if (parts === undefined || parts.length < 2) {
    const { inputTokens } = estimate;
    return [newPart({ ...first, ...sent, offset: 0, firstLine: 0, inputTokens })];
  }
  return partsFrom(parts, first);
}

function newJob(id: string, request: SubmitRequest, { snapshot, parts, reused }: Copied, at: string): Job {
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
    reused,
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

/** `X.jsonl` gives `X.results.jsonl`. */
export function defaultResultsPath(file: string): string {
  return `${file.replace(/\.jsonl$/i, '')}.results.jsonl`;
}

const idCount = 36 ** 4;

/** Sorts by time and can be typed: 20261121-083012-k3f9. */
function jobId(now: number, number: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const suffix = number.toString(36).padStart(4, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${suffix}`;
}
