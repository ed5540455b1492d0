// What do the parts of a job say together? Its state is read from them, never kept beside them.
import { formatNumberOf } from '../figures.ts';
import { currentParts, type Job, type JobPart, type JobState, type RemoteBatch } from './job.ts';
import { endOf, isRemoteOver, phaseOf } from './remoteStatus.ts';

/** Whether nothing more happens to it: over at the provider, not taken by it, or not to be sent any more. */
export function isPartOver(job: Job, part: JobPart): boolean {
  if (part.refusal !== null || part.lost) return true;
  if (part.remote !== null) return isRemoteOver(job.provider, part.remote);
  return job.cancelRequested && part.createStartedAt === null;
}

/** Whether the provider may have something for it that is not here yet. */
export function hasFilesToFetch({ provider }: Job, part: JobPart): boolean {
  const { remote, downloaded, refusal, lost } = part;
  if (remote === null || lost || downloaded || !isRemoteOver(provider, remote)) return false;
  // A batch that failed as a whole seldom has any; asking for what is not there would hold up the others.
  return refusal === null || remote.outputFileId !== null || remote.errorFileId !== null;
}

/** Of a job that is not merged. */
export function stateOf(job: Job): JobState {
  const parts = currentParts(job);
  if (parts.some(({ unclear }) => unclear !== null)) return 'unclear';
  if (parts.every((part) => isPartOver(job, part))) {
    const hasNothing = parts.every((part) => part.refusal !== null && !mayHaveRows(part));
    return hasNothing && !hasEarlierResults(job) ? 'failed' : 'finishing';
  }
  const phases = parts.flatMap(({ remote }) => (remote === null ? [] : [phaseOf(job.provider, remote)]));
  if (phases.length === 0) {
    return parts.some(({ uploadStartedAt, createStartedAt }) => uploadStartedAt ?? createStartedAt)
      ? 'uploading'
      : 'intended';
  }
  return phases.every((phase) => phase === 'waiting') ? 'submitted' : 'running';
}

function mayHaveRows({ remote }: JobPart): boolean {
  return remote !== null && (remote.outputFileId !== null || remote.errorFileId !== null);
}

/** An attempt that was refused takes nothing away from those before it: their results are what the job has. */
function hasEarlierResults({ attempt, resultsReady }: Job): boolean {
  return attempt > 1 && resultsReady;
}

/** Once its results are merged. */
export function endStateOf(job: Job): JobState {
  const parts = currentParts(job);
  const ends = parts.map(({ remote }) => (remote === null ? null : endOf(job.provider, remote)));
  if (ends.includes('expired')) return 'expired';
  const isCancelled = (part: JobPart, at: number): boolean =>
    ends[at] === 'cancelled' ||
    (part.remote === null && part.refusal === null) ||
    (Boolean(part.lost) && job.cancelRequested);
  if (parts.some(isCancelled)) return 'cancelled';
  return isRefused(job) && !hasEarlierResults(job) ? 'failed' : 'done';
}

/** Whether the provider took nothing of the attempt. */
export function isRefused(job: Job): boolean {
  return currentParts(job).every(({ refusal }) => refusal !== null);
}

/** What a person should know of the state, in one sentence; null when the state says it all. */
export function stateWordsOf(job: Job): string | null {
  const parts = currentParts(job);
  const refused = refusalWordsOf(job);
  if (refused !== null) return refused;
  const held = parts.filter((part) => part.remote === null && part.turnedAway.length > 0);
  if (held.length > 0 && !job.cancelRequested) {
    const full = "the provider's queue is full.";
    if (held.length > 1) {
      return `Parts ${held.map(({ part }) => part).join(', ')} wait: ${full} They are sent when there is room.`;
    }
    const what = parts.length === 1 ? 'The batch' : `Part ${held[0]?.part}`;
    return `${what} waits: ${full} It is sent when there is room.`;
  }
  const late = parts.find((part) => isHeldForLong(job, part));
  if (late !== undefined && !job.cancelRequested) {
    const what = parts.length === 1 ? 'The batch' : `Part ${late.part}`;
    return `${what} waits: the provider does not take it now. It is sent at ${timeWords(late.heldUntil ?? '')}.`;
  }
  const unknown = parts.find(
    ({ remote }) => remote !== null && phaseOf(job.provider, remote) === 'unknown',
  )?.remote;
  return unknown
    ? `The provider calls this batch ${JSON.stringify(unknown.status)}, a word this version does not know.`
    : null;
}

/** For less than this nobody needs to be told. */
export const briefHoldMs = 60_000;

function isHeldForLong({ updatedAt }: Job, { remote, refusal, heldUntil }: JobPart): boolean {
  if (remote !== null || refusal !== null || heldUntil === null) return false;
  return Date.parse(heldUntil) - Date.parse(updatedAt) > briefHoldMs;
}

/** "2026-11-21 14:05 UTC" @param iso time. */
export function timeWords(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Why the provider did not take it, or parts of it; null where it did. */
export function refusalWordsOf(job: Job): string | null {
  const parts = currentParts(job);
  const [first, ...others] = parts.filter(({ refusal }) => refusal !== null);
  if (first === undefined) return null;
  if (parts.length === 1) return first.refusal;
  const more = others.length > 0 ? ` (and ${formatNumberOf(others.length, 'part')} more)` : '';
  return `Part ${first.part}${more}: ${first.refusal}`;
}

/** The provider's own code and words, and how many more there are. */
export function refusalOf({ errors }: RemoteBatch): string {
  const [first] = errors;
  if (first === undefined) return 'The provider refused the file without a reason.';
  const place = first.line === null ? '' : ` (line ${first.line + 1})`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The provider refused the file: ${first.code}${place}: ${first.message}${more}`;
}
