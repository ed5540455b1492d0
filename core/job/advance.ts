// How a job changes when something happens to it. Pure and total: every event in every state gives a job.
import type { RowCounts, Usage } from '../result.ts';
import { currentParts, isTerminal, type Job, type JobPart, type RemoteBatch } from './job.ts';
import { endStateOf, refusalOf, stateOf, stateWordsOf } from './jobState.ts';
import { endOf, isRemoteOver, isTurnedAway } from './remoteStatus.ts';

export type JobEvent =
  | { readonly kind: 'uploadStarted'; readonly part: number }
  | {
      readonly kind: 'uploaded';
      readonly part: number;
      readonly inputFileId: string;
      readonly message: string | null;
    }
  /** @param fence the newest batch of the account, where batches carry no mark. */
  | { readonly kind: 'createStarted'; readonly part: number; readonly fence: string | null }
  | { readonly kind: 'created'; readonly part: number; readonly remote: RemoteBatch }
  /** It is certain that no batch was made; the call may be repeated. @param heldUntil ISO time: not before. */
  | {
      readonly kind: 'createNotSent';
      readonly part: number;
      readonly message: string | null;
      readonly heldUntil?: string | null | undefined;
    }
  /** The provider does not take it now; the others go on meanwhile. @param until ISO time. */
  | { readonly kind: 'held'; readonly part: number; readonly until: string; readonly message: string }
  /** No answer came: the provider may have made the batch, perhaps as one of the candidates. */
  | {
      readonly kind: 'createUnclear';
      readonly part: number;
      readonly candidates: readonly string[];
      readonly message: string;
    }
  /** The provider refused the file or the batch; nothing runs and nothing is billed. */
  | { readonly kind: 'refused'; readonly part: number; readonly message: string }
  | { readonly kind: 'remoteSeen'; readonly part: number; readonly remote: RemoteBatch }
  | {
      readonly kind: 'downloaded';
      readonly part: number;
      readonly outputPath: string | null;
      readonly errorPath: string | null;
      /** Files that the provider no longer has. */
      readonly gone?: readonly string[] | undefined;
    }
  | {
      readonly kind: 'merged';
      readonly rows: RowCounts;
      readonly costUsd: number | null;
      readonly usage: Usage | null;
      /** Where they are; another place than agreed when that was taken. */
      readonly resultsPath: string;
      readonly message: string | null;
    }
  /** The provider does not know the batch any more; what it answered is lost. */
  | { readonly kind: 'batchLost'; readonly part: number; readonly message: string }
  | { readonly kind: 'uploadDeleted'; readonly part: number }
  | { readonly kind: 'uploadKept'; readonly part: number; readonly message: string }
  /** Somebody wishes the uploads away. */
  | { readonly kind: 'deletionAsked' }
  /** Files that the provider did not have are asked for once more. */
  | { readonly kind: 'fetchAgain' }
  /** Something a person should know, such as a connection that is down; changes nothing else. */
  | { readonly kind: 'noted'; readonly message: string | null }
  | { readonly kind: 'cancelRequested' }
  /** Cancelled before anything was created. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'retried'; readonly parts: readonly JobPart[]; readonly retriesLeft: number };

/** @param at ISO time of the event. */
export function advance(job: Job, event: JobEvent, at: string): Job {
  const next = apply(job, event, at);
  return next === job ? job : { ...next, updatedAt: at };
}

function apply(job: Job, event: JobEvent, at: string): Job {
  if (event.kind === 'retried') return retried(job, event);
  if (event.kind === 'noted') return job.message === event.message ? job : { ...job, message: event.message };
  // What is left at the provider can be put away long after the job is over.
  if (event.kind === 'uploadDeleted')
    return changePart(job, event.part, { uploadDeleted: true, uploadKept: null });
  if (event.kind === 'uploadKept') return changePart(job, event.part, { uploadKept: event.message });
  if (event.kind === 'deletionAsked') return deletionAsked(job);
  if (event.kind === 'fetchAgain') return fetchAgain(job);
  if (isTerminal(job) || !fits(job, event)) return job;
  switch (event.kind) {
    case 'uploadStarted':
      return settled(changePart(job, event.part, { uploadStartedAt: at }), null);
    case 'uploaded':
      return settled(changePart(job, event.part, { inputFileId: event.inputFileId }), event.message);
    case 'createStarted':
      return settled(changePart(job, event.part, { createStartedAt: at, fence: event.fence }), job.message);
    case 'createNotSent':
      return settled(changePart(job, event.part, notSent(event.heldUntil)), event.message);
    case 'held':
      return settled(changePart(job, event.part, { heldUntil: event.until }), event.message);
    case 'createUnclear':
      return settled(changePart(job, event.part, { unclear: event.candidates }), event.message);
    case 'created':
    case 'remoteSeen':
      return seen(job, event.part, event.remote, at);
    case 'batchLost':
      return settled(changePart(job, event.part, { lost: event.message }), event.message);
    case 'refused':
      return settled(
        changePart(job, event.part, { refusal: event.message, createStartedAt: null, unclear: null }),
        null,
      );
    case 'downloaded': {
      const { outputPath, errorPath, gone } = event;
      return settled(changePart(job, event.part, { downloaded: true, outputPath, errorPath, gone }), null);
    }
    case 'merged': {
      const { kind: _, ...results } = event;
      return { ...job, state: endStateOf(job), resultsReady: true, ...results };
    }
    case 'cancelRequested':
      return { ...job, cancelRequested: true };
    case 'dropped':
      return { ...job, state: 'cancelled', message: droppedMessage(job) };
  }
}

function notSent(heldUntil: string | null | undefined): Partial<JobPart> {
  const change = { createStartedAt: null, unclear: null };
  return heldUntil ? { ...change, heldUntil } : change;
}

function deletionAsked(job: Job): Job {
  const parts = job.parts.map((part) => (part.uploadKept ? { ...part, uploadKept: null } : part));
  return { ...job, deletesUploads: true, parts };
}

/** As it was before they were found to be gone; what is here stays. */
function fetchAgain(job: Job): Job {
  if (!isTerminal(job) || !currentParts(job).some(isWithoutFiles)) return job;
  const parts = job.parts.map((part) =>
    part.attempt === job.attempt && isWithoutFiles(part) ? { ...part, downloaded: false, gone: [] } : part,
  );
  return settled({ ...job, parts }, null);
}

function isWithoutFiles({ gone = [] }: JobPart): boolean {
  return gone.length > 0;
}

/** The state is what the parts say together. */
function settled(job: Job, message: string | null): Job {
  const state = stateOf(job);
  return { ...job, state, message: message ?? stateWordsOf({ ...job, state }) };
}

function droppedMessage(job: Job): string {
  const parts = currentParts(job);
  const uploads = parts.flatMap(({ inputFileId }) => (inputFileId === null ? [] : [inputFileId]));
  if (uploads.length > 0) {
    return `Cancelled before a batch was made; the upload ${uploads.join(', ')} is still at the provider and can be deleted.`;
  }
  return parts.every(({ uploadStartedAt }) => uploadStartedAt === null)
    ? 'Cancelled before anything was sent.'
    : `Cancelled before a batch was made; an upload whose name begins with ${job.id} may be at the provider and can be deleted.`;
}

/** An event of a part that is not of this attempt, or of what comes before a batch when there is one, says nothing. */
function fits(job: Job, event: JobEvent): boolean {
  if (!('part' in event)) return event.kind !== 'dropped' || job.parts.every(isUnsent(job));
  const part = currentParts(job).find((one) => one.part === event.part);
  if (part === undefined) return false;
  switch (event.kind) {
    case 'uploadStarted':
    case 'uploaded':
    case 'createStarted':
    case 'createNotSent':
    case 'createUnclear':
    case 'held':
    case 'refused':
      return part.remote === null && part.refusal === null;
    case 'created':
    case 'remoteSeen':
      return part.remote === null
        ? !part.turnedAway.includes(event.remote.batchId)
        : part.remote.batchId === event.remote.batchId;
    case 'batchLost':
      return part.remote !== null && !isRemoteOver(job.provider, part.remote);
    case 'downloaded':
      return part.remote !== null && isRemoteOver(job.provider, part.remote);
    default:
      return true;
  }
}

/** Earlier attempts do not count: they are over. */
function isUnsent(job: Job): (part: JobPart) => boolean {
  return (part) => part.attempt !== job.attempt || (part.remote === null && part.createStartedAt === null);
}

function changePart(job: Job, part: number, change: Partial<JobPart>): Job {
  return { ...job, parts: job.parts.map((one) => (one.part === part ? { ...one, ...change } : one)) };
}

function seen(job: Job, part: number, remote: RemoteBatch, at: string): Job {
  if (isTurnedAway(job.provider, remote)) return turnedAway(job, part, remote.batchId, at);
  const refusal = endOf(job.provider, remote) === 'failed' ? refusalOf(remote) : null;
  return settled(changePart(job, part, { remote, refusal, unclear: null }), null);
}

/** Half a minute the first time, at most half an hour: the queue empties as other batches end. */
const holdMinMs = 30_000;
const holdMaxMs = 1_800_000;

/** Nothing ran: the part is as it was before the call, but for the wait. Its upload is there still. */
function turnedAway(job: Job, number: number, batchId: string, at: string): Job {
  const part = job.parts.find((one) => one.part === number);
  if (part === undefined) return job;
  const holdMs = Math.min(holdMaxMs, holdMinMs * 2 ** part.turnedAway.length);
  const change = {
    ...{ remote: null, createStartedAt: null, unclear: null, fence: null },
    turnedAway: [...part.turnedAway, batchId],
    heldUntil: new Date(Date.parse(at) + holdMs).toISOString(),
  };
  return settled(changePart(job, number, change), null);
}

/** Only a job that is over can be tried again; its earlier attempts stay. */
function retried(job: Job, { parts, retriesLeft }: Extract<JobEvent, { kind: 'retried' }>): Job {
  if (!isTerminal(job)) return job;
  return {
    ...job,
    state: 'intended',
    attempt: job.attempt + 1,
    parts: [...job.parts, ...parts],
    retriesLeft,
    cancelRequested: false,
    message: null,
  };
}
