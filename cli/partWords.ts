// How far is each part of a job? One line for each, where it has several.
import {
  batchApiOf,
  currentParts,
  formatCount,
  formatNumberOf,
  isRemoteOver,
  type Job,
  type JobPart,
} from '#core';
import { formatWait } from './words.ts';

/** "part 2 of 5" and what is to be said of it. */
export function partRows(job: Job, now: number): [string, string | null][] {
  const parts = currentParts(job);
  return parts.map((part) => [
    parts.length === 1 ? 'batch' : `part ${part.part}`,
    part.remote === null && parts.length === 1 && unsentWords(part, job, now) === 'not sent yet'
      ? null
      : partWords(part, job, now, parts.length > 1),
  ]);
}

function partWords(part: JobPart, job: Job, now: number, hasOthers: boolean): string {
  const { remote, requests } = part;
  const size = hasOthers ? `, ${formatNumberOf(requests, 'request')}` : '';
  if (remote === null) return `${unsentWords(part, job, now)}${size}`;
  const { counts, batchId, status } = remote;
  const countsLater = batchApiOf(job.provider)?.countsAtEnd === true && !isRemoteOver(job.provider, remote);
  const figures = countsLater
    ? ', counted when it ends'
    : !hasOthers || counts === null
      ? ''
      : `, ${formatCount(counts.completed + counts.failed)} of ${formatCount(requests)}`;
  if (part.lost) return `${batchId}, not known to the provider any more`;
  const here = part.downloaded && hasOthers ? ', results here' : '';
  return `${batchId}, ${status}${figures}${here}`;
}

function unsentWords(
  { refusal, unclear, heldUntil, turnedAway, createStartedAt, uploadStartedAt }: JobPart,
  job: Job,
  now: number,
): string {
  if (refusal !== null) return 'refused';
  if (unclear !== null) {
    return unclear.length === 0
      ? 'unclear whether it was sent'
      : `unclear; it may be ${unclear.join(' or ')}`;
  }
  if (job.cancelRequested) return 'not sent';
  const waitS = heldUntil === null ? 0 : Math.ceil((Date.parse(heldUntil) - now) / 1000);
  if (turnedAway.length > 0) {
    const when = waitS > 0 ? `, tried again in ${formatWait(waitS)}` : '';
    return `waits for room in the provider's queue${when}`;
  }
  if (waitS > 0) return `not taken by the provider now, tried again in ${formatWait(waitS)}`;
  if (createStartedAt !== null || uploadStartedAt !== null) return 'being sent';
  const inFlight = currentParts(job).some(
    ({ remote }) => remote !== null && !isRemoteOver(job.provider, remote),
  );
  return inFlight && job.queueTokens !== null ? 'waits until others leave room in the queue' : 'not sent yet';
}
