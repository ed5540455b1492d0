// What does the provider's own word for a batch mean? The word is kept as it came; this reads it.
import type { Provider } from '../dialects/dialect.ts';
import { formatNumberOf } from '../figures.ts';
import { batchApiOf } from './batchApi.ts';
import type { RemoteBatch } from './job.ts';

/** `unknown`: a word that this version does not know; the batch is looked at again. */
export type RemotePhase = 'waiting' | 'running' | 'cancelling' | 'over' | 'unknown';

/** `failed`: the provider refused it or gave up on it as a whole. */
export type RemoteEnd = 'completed' | 'failed' | 'expired' | 'cancelled';

interface Meaning {
  readonly phase: RemotePhase;
  readonly end: RemoteEnd | null;
}

const waiting: Meaning = { phase: 'waiting', end: null };
const running: Meaning = { phase: 'running', end: null };
const cancelling: Meaning = { phase: 'cancelling', end: null };
const unknown: Meaning = { phase: 'unknown', end: null };

function over(end: RemoteEnd): Meaning {
  return { phase: 'over', end };
}

/** openai SDK 7.55; some servers and older samples of Azure write them in capitals. */
const openaiWords: ReadonlyMap<string, Meaning> = new Map([
  ['validating', waiting],
  ['in_progress', running],
  ['finalizing', running],
  ['cancelling', cancelling],
  ['completed', over('completed')],
  ['failed', over('failed')],
  ['expired', over('expired')],
  ['cancelled', over('cancelled')],
]);

/** @google/genai 3.1.0, JobState: with JOB_STATE_ or BATCH_STATE_ before it, whichever a server likes. */
const geminiWords: ReadonlyMap<string, Meaning> = new Map([
  ['QUEUED', waiting],
  ['PENDING', waiting],
  ['RUNNING', running],
  ['PAUSED', running],
  ['UPDATING', running],
  ['CANCELLING', cancelling],
  ['SUCCEEDED', over('completed')],
  ['PARTIALLY_SUCCEEDED', over('completed')],
  ['FAILED', over('failed')],
  ['CANCELLED', over('cancelled')],
  ['EXPIRED', over('expired')],
]);

function meaningOf(provider: Provider, remote: RemoteBatch): Meaning {
  switch (batchApiOf(provider)?.kind) {
    case 'anthropic':
      return anthropicMeaning(remote);
    case 'gemini':
      return geminiWords.get(remote.status.replace(/^[A-Z]+_STATE_/, '')) ?? unknown;
    default:
      return openaiWords.get(remote.status.toLowerCase()) ?? unknown;
  }
}

/** "ended" says of itself only that it is over: the counts, which are right by then, say how. */
function anthropicMeaning({ status, counts }: RemoteBatch): Meaning {
  switch (status) {
    case 'in_progress':
      return running;
    case 'canceling':
      return cancelling;
    case 'ended':
      if (counts?.cancelled) return over('cancelled');
      return over(counts?.expired ? 'expired' : 'completed');
    default:
      return unknown;
  }
}

export function phaseOf(provider: Provider, remote: RemoteBatch): RemotePhase {
  return meaningOf(provider, remote).phase;
}

/** How it ended; null while it has not. */
export function endOf(provider: Provider, remote: RemoteBatch): RemoteEnd | null {
  return meaningOf(provider, remote).end;
}

/** Whether the provider will do no more for this batch. */
export function isRemoteOver(provider: Provider, remote: RemoteBatch): boolean {
  return phaseOf(provider, remote) === 'over';
}

/**
 * Codes with which a batch is turned away because too much waits already: nothing ran, nothing is billed, and it can be
 * sent again when there is room (OpenAI and Azure report them on a batch that "failed").
 */
const queueFullCodes: ReadonlySet<string> = new Set(['token_limit_exceeded']);

export function isTurnedAway(provider: Provider, remote: RemoteBatch): boolean {
  return endOf(provider, remote) === 'failed' && remote.errors.some(({ code }) => queueFullCodes.has(code));
}

/**
 * Whether it is over with answers, which may have been billed, and names no file of them. Of what expires at Gemini nothing
 * comes back (batch guide, 2026-09).
 */
export function isWithheld(provider: Provider, remote: RemoteBatch): boolean {
  const end = endOf(provider, remote);
  if (end === null || remote.outputFileId !== null) return false;
  if (remote.counts === null) return end === 'completed' && remote.errorFileId === null;
  return remote.counts.completed > 0 && !(end === 'expired' && batchApiOf(provider)?.kind === 'gemini');
}

export function withheldWords({ batchId, counts }: RemoteBatch): string {
  const has = counts === null ? 'all its answers' : formatNumberOf(counts.completed, 'answer');
  return `${batchId} is over and has ${has} by the provider's count, but it names no file of them.`;
}
