// How a job changes when something happens to it. Pure and total: every event in every state gives a job.

import type { RowCounts, Usage } from '../result.ts';
import { currentParts, isTerminal, type Job, type JobPart, type JobState, type RemoteBatch } from './job.ts';

export type JobEvent =
  | { readonly kind: 'uploadStarted'; readonly part: number }
  | {
      readonly kind: 'uploaded';
      readonly part: number;
      readonly inputFileId: string;
      readonly message: string | null;
    }
  | { readonly kind: 'createStarted'; readonly part: number }
  | { readonly kind: 'created'; readonly part: number; readonly remote: RemoteBatch }
  /** It is certain that no batch was made; the call may be repeated. */
  | { readonly kind: 'createNotSent'; readonly part: number; readonly message: string | null }
  /** No answer came: the provider may have made the batch. */
  | { readonly kind: 'createUnclear'; readonly part: number; readonly message: string }
  /** The provider refused the file or the batch; nothing runs and nothing is billed. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'remoteSeen'; readonly part: number; readonly remote: RemoteBatch }
  | {
      readonly kind: 'downloaded';
      readonly part: number;
      readonly outputPath: string | null;
      readonly errorPath: string | null;
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
  /** Something a person should know, such as a connection that is down; changes nothing else. */
  | { readonly kind: 'noted'; readonly message: string | null }
  | { readonly kind: 'cancelRequested' }
  /** Cancelled before anything was created. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'retried'; readonly parts: readonly JobPart[] };

/** @param at ISO time of the event. */
export function advance(job: Job, event: JobEvent, at: string): Job {
  const next = apply(job, event, at);
  return next === job ? job : { ...next, updatedAt: at };
}

function apply(job: Job, event: JobEvent, at: string): Job {
  if (event.kind === 'retried') return retried(job, event.parts);
  if (event.kind === 'noted') return job.message === event.message ? job : { ...job, message: event.message };
  if (isTerminal(job) || !fits(job, event)) return job;
  switch (event.kind) {
    case 'uploadStarted':
      return { ...changePart(job, event.part, { uploadStartedAt: at }), state: 'uploading', message: null };
    case 'uploaded':
      return { ...changePart(job, event.part, { inputFileId: event.inputFileId }), message: event.message };
    case 'createStarted':
      return changePart(job, event.part, { createStartedAt: at });
    case 'createNotSent':
      return {
        ...changePart(job, event.part, { createStartedAt: null }),
        state: 'uploading',
        message: event.message,
      };
    case 'createUnclear':
      return { ...job, state: 'unclear', message: event.message };
    case 'created':
    case 'remoteSeen':
      return seen(changePart(job, event.part, { remote: event.remote }));
    case 'refused':
      return { ...job, state: 'failed', message: event.message };
    case 'downloaded': {
      const { outputPath, errorPath } = event;
      const here = changePart(job, event.part, { downloaded: true, outputPath, errorPath });
      return { ...here, message: null };
    }
    case 'merged': {
      const { kind: _, ...results } = event;
      return { ...job, state: endState(job), resultsReady: true, ...results };
    }
    case 'cancelRequested':
      return { ...job, cancelRequested: true };
    case 'dropped':
      return { ...job, state: 'cancelled', message: droppedMessage(job) };
  }
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
      return part.remote === null;
    case 'created':
    case 'remoteSeen':
      return part.remote === null || part.remote.batchId === event.remote.batchId;
    case 'downloaded':
      return part.remote !== null && isRemoteOver(part.remote);
  }
}

/** Earlier attempts do not count: they are over. */
function isUnsent(job: Job): (part: JobPart) => boolean {
  return (part) => part.attempt !== job.attempt || (part.remote === null && part.createStartedAt === null);
}

function changePart(job: Job, part: number, change: Partial<JobPart>): Job {
  return { ...job, parts: job.parts.map((one) => (one.part === part ? { ...one, ...change } : one)) };
}

/** What each of the provider's words means for the job; a word that is not here keeps it running, and is shown. */
const remoteStates: Readonly<Record<string, 'submitted' | 'running' | 'over'>> = {
  validating: 'submitted',
  in_progress: 'running',
  finalizing: 'running',
  cancelling: 'running',
  completed: 'over',
  failed: 'over',
  expired: 'over',
  cancelled: 'over',
};

/** Whether the provider will do no more for this batch. */
export function isRemoteOver(remote: RemoteBatch): boolean {
  return Object.hasOwn(remoteStates, remote.status) && remoteStates[remote.status] === 'over';
}

function seen(job: Job): Job {
  const remotes = currentParts(job).map((part) => part.remote);
  const refused = remotes.find((remote) => remote?.status === 'failed');
  if (refused) return { ...job, state: 'failed', message: refusal(refused) };
  const isOver = (remote: RemoteBatch | null): boolean =>
    remote === null ? job.cancelRequested : isRemoteOver(remote);
  if (remotes.every(isOver)) return { ...job, state: 'finishing', message: null };
  const unknown = remotes.find((remote) => remote !== null && !Object.hasOwn(remoteStates, remote.status));
  const message = unknown
    ? `The provider calls this batch ${JSON.stringify(unknown.status)}, a word this version does not know.`
    : null;
  const validating = remotes.some((remote) => remote === null || remote.status === 'validating');
  return { ...job, state: validating ? 'submitted' : 'running', message };
}

/** The provider's own code and words, and how many more there are. */
function refusal({ errors }: RemoteBatch): string {
  const [first] = errors;
  if (first === undefined) return 'The provider refused the file without a reason.';
  const place = first.line === null ? '' : ` (line ${first.line + 1})`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The provider refused the file: ${first.code}${place}: ${first.message}${more}`;
}

function endState(job: Job): JobState {
  const statuses = currentParts(job).map((part) => part.remote?.status);
  if (statuses.includes('expired')) return 'expired';
  // A part that never became a batch was cancelled before it was sent.
  return statuses.includes('cancelled') || statuses.includes(undefined) ? 'cancelled' : 'done';
}

/** Only a job that is over can be tried again; its earlier attempts stay. */
function retried(job: Job, parts: readonly JobPart[]): Job {
  if (!isTerminal(job)) return job;
  return {
    ...job,
    state: 'intended',
    attempt: job.attempt + 1,
    parts: [...job.parts, ...parts],
    cancelRequested: false,
    message: null,
  };
}
