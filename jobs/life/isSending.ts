// Is something of a job sent now or in a moment? Whoever only submits goes as soon as it is not.
import { briefHoldMs, currentParts, isRefused, type Job, type JobAction } from '#core';

/** After so many tries in a row it is no hiccup: with the usual waits that is a minute. */
export const briefHolds = 6;

/** Also while it is found out what became of a call. What may last for hours is not waited for. @param nowMs since 1970. */
export function isSending(job: Job, action: JobAction, nowMs: number): boolean {
  const { kind } = action;
  if (kind === 'poll' || kind === 'wait') return heldUntilOf(job, action, nowMs) !== null;
  // All of it was refused: what earlier attempts brought is said at once, for there is nothing to come back to.
  if (kind === 'merge') return isRefused(job);
  return kind === 'upload' || kind === 'create' || kind === 'settle';
}

/** When a part that the provider could not take a moment ago is sent, in milliseconds since 1970; null: there is none. */
export function heldUntilOf(job: Job, action: JobAction, nowMs: number): number | null {
  if (action.kind !== 'poll' && action.kind !== 'wait') return null;
  const ends = currentParts(job).flatMap((part): number[] => {
    const { remote, refusal, heldUntil, turnedAway, holds = 0 } = part;
    if (remote !== null || refusal !== null || heldUntil === null) return [];
    const untilMs = Date.parse(heldUntil);
    // A full queue may last for hours.
    const isBrief = turnedAway.length === 0 && holds <= briefHolds && untilMs <= nowMs + briefHoldMs;
    return isBrief && untilMs > nowMs ? [untilMs] : [];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}
