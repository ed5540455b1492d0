// What must be done next for a job? Read from its record alone, so that a restart goes on where a crash left off.
import { batchApiOf } from './batchApi.ts';
import { currentParts, isTerminal, type Job, type JobPart } from './job.ts';
import { hasFilesToFetch, isPartOver } from './jobState.ts';
import { phaseOf } from './remoteStatus.ts';

export type JobAction =
  | { readonly kind: 'none' }
  /** Cancelled before anything was created. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'upload'; readonly part: JobPart }
  | { readonly kind: 'create'; readonly part: JobPart }
  /** A create was begun and its answer is not known: look for the batch, never send again on a guess. */
  | { readonly kind: 'settle'; readonly part: JobPart }
  | { readonly kind: 'cancel'; readonly part: JobPart }
  | { readonly kind: 'download'; readonly part: JobPart }
  /** Look at all that runs; sooner when a part that is held may be sent. */
  | { readonly kind: 'poll'; readonly parts: readonly JobPart[]; readonly notAfterMs: number | null }
  /** Nothing runs, and what is held may not be sent before. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'merge' }
  /** What was sent is not needed any more, and somebody wished it away. */
  | { readonly kind: 'deleteUpload'; readonly part: JobPart };

const none: JobAction = { kind: 'none' };

/** @param nowMs milliseconds since 1970. */
export function nextAction(job: Job, nowMs: number): JobAction {
  if (isTerminal(job)) return leftToDelete(job);
  const parts = currentParts(job);
  const begun = parts.find(({ remote, createStartedAt, refusal }) => !remote && !refusal && createStartedAt);
  if (begun !== undefined) return { kind: 'settle', part: begun };
  const unsent = parts.filter((part) => part.remote === null && !isPartOver(job, part));
  const ready = unsent.find((part) => heldUntilMs(part, nowMs) <= nowMs && hasRoom(job, part));
  if (ready !== undefined) return sendingOf(job, ready);
  const fetchable = parts.find((part) => hasFilesToFetch(job, part));
  if (fetchable !== undefined) return { kind: 'download', part: fetchable };
  const running = parts.filter((part) => part.remote !== null && !isPartOver(job, part));
  const stoppable = running.find(
    ({ remote }) => remote !== null && phaseOf(job.provider, remote) !== 'cancelling',
  );
  if (job.cancelRequested && stoppable !== undefined) return { kind: 'cancel', part: stoppable };
  const holds = unsent.map((part) => heldUntilMs(part, nowMs)).filter((untilMs) => untilMs > nowMs);
  const notAfterMs = holds.length === 0 ? null : Math.min(...holds);
  if (running.length > 0) return { kind: 'poll', parts: running, notAfterMs };
  if (notAfterMs !== null) return { kind: 'wait', untilMs: notAfterMs };
  return parts.every(({ remote, refusal }) => remote === null && refusal === null)
    ? { kind: 'drop' }
    : { kind: 'merge' };
}

/** Of all attempts: the job is over, and nothing reads them any more. */
function leftToDelete(job: Job): JobAction {
  const part = job.deletesUploads ? job.parts.find(isDeletable) : undefined;
  return part === undefined ? none : { kind: 'deleteUpload', part };
}

/** Not of a batch that may be at the provider without our knowing: it could be reading it. */
function isDeletable({
  inputFileId,
  uploadDeleted,
  uploadKept,
  createStartedAt,
  remote,
  refusal,
}: JobPart): boolean {
  const isSettled = createStartedAt === null || remote !== null || refusal !== null;
  return inputFileId !== null && !uploadDeleted && !uploadKept && isSettled;
}

/** Nothing asks for more than a day; a clock that was set back must not hold it for longer. */
export const longestHoldMs = 86_400_000;

function heldUntilMs({ heldUntil }: JobPart, nowMs: number): number {
  const until = heldUntil === null ? Number.NEGATIVE_INFINITY : Date.parse(heldUntil);
  return until > nowMs + longestHoldMs ? nowMs : until;
}

function sendingOf({ provider }: Job, part: JobPart): JobAction {
  const needsUpload = part.inputFileId === null && (batchApiOf(provider)?.hasUpload ?? true);
  return needsUpload ? { kind: 'upload', part } : { kind: 'create', part };
}

/** Whether the provider's queue has room for it beside what is there; what is too large for it goes alone. */
function hasRoom(job: Job, part: JobPart): boolean {
  const { queueTokens } = job;
  const inFlight = currentParts(job).filter((one) => one.remote !== null && !isPartOver(job, one));
  if (queueTokens === null || inFlight.length === 0) return true;
  const tokens = [part, ...inFlight].map(({ inputTokens }) => inputTokens);
  return tokens.every((one) => one !== null)
    ? tokens.reduce((sum, one) => sum + (one ?? 0), 0) <= queueTokens
    : false;
}
