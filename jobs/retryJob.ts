// The next attempt of a job: the requests that were not answered, byte for byte, as parts that the provider takes.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defaultConfiguration,
  formatNumberOf,
  type Job,
  type JobEvent,
  type JobPart,
  type NoteCode,
} from '#core';
import { type FileFailure, FileFailureError, planParts, type RetryReport, writeRetry } from '#files';
import type { JobsEnvironment } from './environment.ts';
import { newPart } from './makeJob.ts';
import { downloadedResults } from './mergeJob.ts';
import { hashOf } from './snapshot.ts';
import { absencesOf } from './sourceLines.ts';

export interface RetryChoice {
  /** Also answers that are not what was asked for; they stay until a better one is there. */
  readonly notes?: readonly NoteCode[] | undefined;
  /** Leaves out requests of which it is known that they fail again. */
  readonly onlyHopeful?: boolean | undefined;
}

export type NextAttempt =
  /** None when there is nothing to send again. */
  | { readonly kind: 'parts'; readonly parts: readonly JobPart[]; readonly hopeless: number }
  /** One sentence. */
  | { readonly kind: 'problem'; readonly message: string };

/** Writes what the next attempt would send; byte for byte what was sent before. @throws FileFailureError, AbortError. */
export async function writeUnanswered(
  job: Job,
  out: string,
  { notes, onlyHopeful }: RetryChoice,
  signal?: AbortSignal,
): Promise<RetryReport | FileFailure> {
  const absent = await absencesOf(job, signal);
  const results = downloadedResults(job);
  return writeRetry(
    { requests: job.requests, results, absent, out, overwrite: true, notes, onlyHopeful },
    { signal },
  );
}

/** For whoever holds the job's lock: its bytes are on disk afterwards, its record is as it was. @throws AbortError. */
export async function nextAttempt(
  env: Pick<JobsEnvironment, 'store'>,
  job: Job,
  choice: RetryChoice,
  signal?: AbortSignal,
): Promise<NextAttempt> {
  try {
    return await writeAttempt(env, job, choice, signal);
  } catch (error) {
    if (error instanceof FileFailureError) return { kind: 'problem', message: error.failure.message };
    throw error;
  }
}

async function writeAttempt(
  { store }: Pick<JobsEnvironment, 'store'>,
  job: Job,
  choice: RetryChoice,
  signal?: AbortSignal,
): Promise<NextAttempt> {
  const first = Math.max(0, ...job.parts.map(({ part }) => part)) + 1;
  const snapshot = join(store.folderOf(job.id), `requests-${first}.jsonl`);
  const written = await writeUnanswered(job, snapshot, choice, signal);
  if (written.kind !== 'written') return { kind: 'problem', message: written.message };
  const { written: requests, hopeless } = written;
  if (requests === 0) return { kind: 'parts', parts: [], hopeless };
  const { provider, model, attempt } = job;
  const request = {
    path: snapshot,
    provider,
    config: defaultConfiguration,
    split: 'auto',
    requests,
    model,
  } as const;
  const cut = await planParts({ ...request, signal });
  const { size: sizeBytes } = await stat(snapshot);
  const whole = { offset: 0, sizeBytes, firstLine: 0, requests };
  const parts: JobPart[] = [];
  for (const range of cut.parts.length > 0 ? cut.parts : [whole]) {
    const { offset, sizeBytes, firstLine, requests } = range;
    const { sha256 } = await hashOf({ path: snapshot, offset, sizeBytes });
    const bytes = { snapshot, offset, sizeBytes, sha256, firstLine };
    parts.push(
      newPart({ part: first + parts.length, attempt: attempt + 1, ...bytes, requests, inputTokens: null }),
    );
  }
  return { kind: 'parts', parts, hopeless };
}

/**
 * What follows by itself when a job's results are merged: another attempt where that was agreed to and something can come
 * of it. Nothing is sent again of a job that somebody stopped.
 * @param job as it is once the merge is recorded.
 */
export async function retryByItself(
  env: Pick<JobsEnvironment, 'store'>,
  job: Job,
  signal: AbortSignal,
): Promise<readonly JobEvent[]> {
  const mayRetry = job.retriesLeft > 0 && (job.state === 'done' || job.state === 'expired');
  if (!mayRetry || job.cancelRequested || (await env.store.isAskedToCancel(job.id))) return [];
  const next = await nextAttempt(env, job, { onlyHopeful: true }, signal);
  if (next.kind === 'problem') return [noted(job, `No retry by itself: ${next.message}`)];
  const { parts, hopeless } = next;
  if (parts.length > 0) return [{ kind: 'retried', parts, retriesLeft: job.retriesLeft - 1 }];
  return hopeless === 0 ? [] : [noted(job, hopelessWords(hopeless))];
}

/** "2 requests would fail again as they are, so they were not sent again by themselves." */
export function hopelessWords(hopeless: number): string {
  const they =
    hopeless === 1
      ? 'it is, so it was not sent again by itself'
      : 'they are, so they were not sent again by themselves';
  return `${formatNumberOf(hopeless, 'request')} would fail again as ${they}.`;
}

function noted({ message }: Job, more: string): JobEvent {
  return { kind: 'noted', message: message === null ? more : `${message} ${more}` };
}
