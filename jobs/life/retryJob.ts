// The next attempt of a job: the requests that were not answered, byte for byte, as parts that the provider takes.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  configurationOf,
  currentParts,
  type EstimatedLine,
  type FilePart,
  formatNumberOf,
  isRefused,
  type Job,
  type JobEvent,
  type JobPart,
  type NoteCode,
} from '#core';
import { type FileFailure, FileFailureError, planParts, type RetryReport, writeRetry } from '#files';
import type { JobsEnvironment } from '../environment.ts';
import { downloadedResults, isWithoutResults } from './mergeJob.ts';
import { partsFrom } from './newParts.ts';
import { absencesOf } from './sourceLines.ts';

export interface RetryChoice {
  /** Also answers that are not what was asked for; they stay until a better one is there. */
  readonly notes?: readonly NoteCode[] | undefined;
  /** Leaves out requests of which it is known that they fail again. */
  readonly onlyHopeful?: boolean | undefined;
}

type AttemptEnvironment = Pick<JobsEnvironment, 'store' | 'now' | 'valuesFor'>;

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
  env: AttemptEnvironment,
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
  env: AttemptEnvironment,
  job: Job,
  choice: RetryChoice,
  signal?: AbortSignal,
): Promise<NextAttempt> {
  const first = Math.max(0, ...job.parts.map(({ part }) => part)) + 1;
  const snapshot = join(env.store.folderOf(job.id), `requests-${first}.jsonl`);
  const written = await writeUnanswered(job, snapshot, choice, signal);
  if (written.kind !== 'written') return { kind: 'problem', message: written.message };
  const { written: requests, hopeless } = written;
  if (requests === 0) return { kind: 'parts', parts: [], hopeless };
  const ranges = await cutAgain(env, job, { path: snapshot, requests, signal });
  const parts = await partsFrom(ranges, { part: first, attempt: job.attempt + 1, snapshot });
  return { kind: 'parts', parts, hopeless };
}

interface Again {
  readonly path: string;
  readonly requests: number;
  readonly signal?: AbortSignal | undefined;
}

/** As it was cut at first. Only a queue with a limit needs the tokens of each part: only for it they are counted. */
async function cutAgain(
  { now, valuesFor }: AttemptEnvironment,
  job: Job,
  { path, requests, signal }: Again,
): Promise<readonly Omit<FilePart, 'lines'>[]> {
  const { provider, model, queueTokens } = job;
  const own = queueTokens === null ? {} : { model, queueTokens: { '*': queueTokens } };
  const config = configurationOf((await valuesFor?.(job)) ?? {}, own);
  const today = new Date(now()).toISOString().slice(0, 10);
  let counted: readonly EstimatedLine[] | undefined;
  if (queueTokens !== null) {
    // Loaded where it is needed: few jobs have such a queue.
    const { estimateFile } = await import('#files');
    counted = (await estimateFile(path, { provider, config, today, perLine: true, signal })).lines;
  }
  const cut = await planParts({
    ...{ path, provider, config, split: 'auto', requests, model, estimates: counted, signal },
  });
  if (cut.parts.length > 0) return cut.parts;
  const { size: sizeBytes } = await stat(path);
  const known = (counted ?? []).flatMap(({ estimate: { inputTokens } }) => inputTokens ?? []);
  const tokens = known.reduce((sum, one) => sum + one, 0);
  return [
    { offset: 0, sizeBytes, firstLine: 0, requests, tokens, uncountedRequests: requests - known.length },
  ];
}

/**
 * What follows by itself when a job's results are merged: another attempt where that was agreed to and something can come
 * of it. Nothing is sent again of a job that somebody stopped.
 * @param job as it is once the merge is recorded.
 */
export async function retryByItself(
  env: AttemptEnvironment,
  job: Job,
  signal: AbortSignal,
): Promise<readonly JobEvent[]> {
  const mayRetry = job.retriesLeft > 0 && (job.state === 'done' || job.state === 'expired');
  // What was refused just now would be refused again.
  if (!mayRetry || isRefused(job) || job.cancelRequested || (await env.store.isAskedToCancel(job.id)))
    return [];
  if (currentParts(job).some(isWithoutResults)) {
    const why = 'what the provider no longer has was paid for once already.';
    return [noted(job, `No retry by itself: ${why}`)];
  }
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
