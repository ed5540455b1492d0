// How a job changes when something happens to it. Pure and total: every event in every state gives a job.
import { batchApiOf } from './batchApi.ts';
import { currentParts, isTerminal, type Job, type JobPart } from './job.ts';
import type { JobEvent } from './jobEvent.ts';
import { endStateOf, refusalOf, stateOf, stateWordsOf } from './jobState.ts';
import { endOf, isRemoteOver, isTurnedAway } from './remoteStatus.ts';

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
  if (event.kind === 'mergedAgain') return mergedAgain(job, event);
  if (isTerminal(job) || !fits(job, event)) return job;
  switch (event.kind) {
    case 'uploadStarted':
      return settled(changePart(job, event.part, { uploadStartedAt: at, heldUntil: null }), null);
    case 'uploaded':
      return settled(
        changePart(job, event.part, { inputFileId: event.inputFileId, holds: 0 }),
        event.message,
      );
    case 'createStarted': {
      const begun = { createStartedAt: at, fence: event.fence, heldUntil: null };
      return settled(changePart(job, event.part, begun), job.message);
    }
    case 'createNotSent': {
      const held = event.heldUntil ? holdOf(job, event.part, event.heldUntil) : {};
      const doubt = event.byHand ? { isDoubted: true } : {};
      return settled(changePart(job, event.part, { ...notBegun, ...held, ...doubt }), event.message);
    }
    case 'held':
      return settled(changePart(job, event.part, holdOf(job, event.part, event.until)), event.message);
    case 'uploadLost':
      return settled(changePart(job, event.part, uploadLost(job, event.part)), event.message);
    case 'createUnclear':
      return settled(changePart(job, event.part, { unclear: event.candidates }), event.message);
    case 'created':
      return seen(event.answered ? changePart(job, event.part, { answered: true }) : job, event, at);
    case 'remoteSeen':
      return seen(job, event, at);
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

const notBegun = { createStartedAt: null, unclear: null };

function holdOf(job: Job, number: number, heldUntil: string): Partial<JobPart> {
  return { heldUntil, holds: (partOf(job, number)?.holds ?? 0) + 1 };
}

/** As before the upload; what is uploaded next has nothing to do with it. */
function uploadLost(job: Job, number: number): Partial<JobPart> {
  const uploadsLost = (partOf(job, number)?.uploadsLost ?? 0) + 1;
  return { ...notBegun, uploadsLost, inputFileId: null, uploadStartedAt: null, uploadDeleted: false };
}

function partOf(job: Job, number: number): JobPart | undefined {
  return job.parts.find(({ part }) => part === number);
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

function mergedAgain(job: Job, event: Extract<JobEvent, { kind: 'mergedAgain' }>): Job {
  const { resultsPath, resultsSha256 } = event;
  return job.resultsReady && isTerminal(job) ? { ...job, resultsPath, resultsSha256 } : job;
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
    case 'uploadLost':
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

type Seen = Extract<JobEvent, { kind: 'created' | 'remoteSeen' }>;

function seen(job: Job, { part, remote }: Seen, at: string): Job {
  if (isTurnedAway(job.provider, remote) && isOfJob(job, part)) {
    return turnedAway(job, part, remote.batchId, at);
  }
  const refusal = endOf(job.provider, remote) === 'failed' ? refusalOf(remote) : null;
  return settled(changePart(job, part, { remote, refusal, unclear: null }), null);
}

/** One that somebody else sent was taken over without an upload: nobody agreed to send it again from here. */
function isOfJob(job: Job, number: number): boolean {
  const hasUpload = batchApiOf(job.provider)?.hasUpload ?? true;
  return !hasUpload || Boolean(partOf(job, number)?.inputFileId);
}

/** Half a minute the first time, at most half an hour: the queue empties as other batches end. */
const holdMinMs = 30_000;
const holdMaxMs = 1_800_000;

/** Nothing ran: the part is as it was before the call, but for the wait. Its upload is there still. */
function turnedAway(job: Job, number: number, batchId: string, at: string): Job {
  const part = partOf(job, number);
  if (part === undefined) return job;
  const holdMs = Math.min(holdMaxMs, holdMinMs * 2 ** part.turnedAway.length);
  const change = {
    ...{ remote: null, createStartedAt: null, unclear: null, fence: null, answered: undefined },
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
