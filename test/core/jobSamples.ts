// Jobs in every state, for tests of the state machine.
import type { Job, JobPart, JobState, RemoteBatch } from '#core';

export const at = '2026-11-21T10:00:00.000Z';

export const allStates: readonly JobState[] = [
  'intended',
  'uploading',
  'submitted',
  'running',
  'finishing',
  'done',
  'failed',
  'expired',
  'cancelled',
  'unclear',
];

export function remoteOf(status: string, change: Partial<RemoteBatch> = {}): RemoteBatch {
  return {
    batchId: 'batch_1',
    status,
    counts: null,
    outputFileId: null,
    errorFileId: null,
    errors: [],
    createdAt: null,
    expiresAt: null,
    endedAt: null,
    ...change,
  };
}

export function partOf(change: Partial<JobPart> = {}): JobPart {
  return {
    part: 1,
    attempt: 1,
    snapshot: '/home/jobs/j/requests.jsonl',
    sha256: 'a'.repeat(64),
    offset: 0,
    sizeBytes: 100,
    firstLine: 0,
    requests: 3,
    inputTokens: 40,
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
    ...change,
  };
}

export function jobOf(change: Partial<Job> = {}): Job {
  return {
    version: 2,
    id: '20261121-100000-abcd',
    name: 'a.jsonl',
    file: '/data/a.jsonl',
    provider: 'openai',
    account: { profile: 'openai', baseUrl: 'https://api.openai.com/v1', keyFingerprint: null },
    endpoint: '/v1/chat/completions',
    model: null,
    metadata: {},
    state: 'intended',
    attempt: 1,
    requests: '/home/jobs/j/requests.jsonl',
    sha256: 'a'.repeat(64),
    parts: [partOf()],
    reused: null,
    queueTokens: null,
    retriesLeft: 0,
    deletesUploads: false,
    estimate: { inputTokens: null, batchUsd: { input: null, outputMax: null } },
    resultsPath: '/data/a.results.jsonl',
    resultsReady: false,
    rows: null,
    costUsd: null,
    cancelRequested: false,
    message: null,
    createdAt: at,
    updatedAt: at,
    ...change,
  };
}

const uploading = { uploadStartedAt: at };
const uploaded = { ...uploading, inputFileId: 'file_1' };
const sent = { ...uploaded, createStartedAt: at };
const over = { ...sent, remote: remoteOf('completed') };

/** One job for each state, as its history would have left it. */
export const jobInState: Readonly<Record<JobState, Job>> = {
  intended: jobOf(),
  uploading: jobOf({ state: 'uploading', parts: [partOf(uploading)] }),
  unclear: jobOf({ state: 'unclear', parts: [partOf({ ...sent, unclear: [] })] }),
  submitted: jobOf({ state: 'submitted', parts: [partOf({ ...sent, remote: remoteOf('validating') })] }),
  running: jobOf({ state: 'running', parts: [partOf({ ...sent, remote: remoteOf('in_progress') })] }),
  finishing: jobOf({ state: 'finishing', parts: [partOf(over)] }),
  done: jobOf({ state: 'done', parts: [partOf({ ...over, downloaded: true })], resultsReady: true }),
  failed: jobOf({ state: 'failed', parts: [partOf({ ...sent, remote: remoteOf('failed'), refusal: 'no' })] }),
  expired: jobOf({ state: 'expired', parts: [partOf({ ...sent, remote: remoteOf('expired') })] }),
  cancelled: jobOf({ state: 'cancelled', parts: [partOf({ ...sent, remote: remoteOf('cancelled') })] }),
};
