// What must be done next for a job? Read from its record alone, so that a restart goes on where a crash left off.
import { isRemoteOver } from './advance.ts';
import { currentParts, isTerminal, type Job, type JobPart } from './job.ts';

export type JobAction =
  | { readonly kind: 'none' }
  /** Cancelled before anything was created. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'upload'; readonly part: JobPart }
  | { readonly kind: 'create'; readonly part: JobPart }
  /** A create was begun and its answer is not known: look for the batch, never send again on a guess. */
  | { readonly kind: 'settle'; readonly part: JobPart }
  | { readonly kind: 'cancel'; readonly part: JobPart }
  | { readonly kind: 'poll'; readonly part: JobPart }
  | { readonly kind: 'download'; readonly part: JobPart }
  | { readonly kind: 'merge' };

const none: JobAction = { kind: 'none' };

export function nextAction(job: Job): JobAction {
  if (isTerminal(job)) return none;
  const parts = currentParts(job);
  for (const part of parts) {
    if (part.remote !== null) continue;
    if (part.createStartedAt !== null) return { kind: 'settle', part };
    if (job.cancelRequested) continue;
    return part.inputFileId === null ? { kind: 'upload', part } : { kind: 'create', part };
  }
  const sent = parts.filter((part) => part.remote !== null);
  if (sent.length === 0) return { kind: 'drop' };
  for (const part of sent) {
    if (part.remote === null || isRemoteOver(part.remote)) continue;
    return job.cancelRequested && part.remote.status !== 'cancelling'
      ? { kind: 'cancel', part }
      : { kind: 'poll', part };
  }
  const part = sent.find((one) => !one.downloaded);
  return part === undefined ? { kind: 'merge' } : { kind: 'download', part };
}
