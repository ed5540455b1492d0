// What does a Batch object say, whose servers write it a little differently each? And which job of ours made it?
import type OpenAI from 'openai';
import { isObject, type RemoteBatch, type RemoteCounts, type RemoteError } from '#core';
import { StrangeAnswerError } from './calls.ts';
import type { BatchMark, BatchSearch } from './port.ts';

/** In the batch's metadata: which job made it. */
const jobKey = 'llm_batch_job';
const partKey = 'llm_batch_part';
const attemptKey = 'llm_batch_attempt';

export function marked(metadata: Readonly<Record<string, string>>, mark: BatchMark): Record<string, string> {
  return {
    ...metadata,
    [jobKey]: mark.jobId,
    [partKey]: String(mark.part),
    [attemptKey]: String(mark.attempt),
  };
}

export function markOf({ metadata }: OpenAI.Batch): BatchMark | null {
  const [jobId, part, attempt] = [metadata?.[jobKey], metadata?.[partKey], metadata?.[attemptKey]];
  return jobId === undefined ? null : { jobId, part: Number(part), attempt: Number(attempt) };
}

export function isMeant(batch: OpenAI.Batch, { mark, inputFileId, besides }: BatchSearch): boolean {
  if (besides.includes(batch.id)) return false;
  const { metadata } = batch;
  const isMarked = metadata?.[jobKey] === mark.jobId && metadata[partKey] === String(mark.part);
  // Servers that drop metadata still say which file.
  return isMarked || batch.input_file_id === inputFileId;
}

/** Members as a server may write them: Azure's older samples have ISO dates and no counts, others "" for "no file". */
type Loose = { readonly [Name in keyof OpenAI.Batch]?: unknown };

/** @throws StrangeAnswerError. */
export function toRemote(answer: OpenAI.Batch): RemoteBatch {
  const batch: Loose | null = answer;
  if (typeof batch?.id !== 'string' || typeof batch.status !== 'string') throw new StrangeAnswerError();
  const ended = batch.completed_at ?? batch.failed_at ?? batch.expired_at ?? batch.cancelled_at;
  return {
    batchId: batch.id,
    status: batch.status,
    counts: countsOf(batch.request_counts),
    outputFileId: textOf(batch.output_file_id),
    errorFileId: textOf(batch.error_file_id),
    errors: errorsOf(batch.errors),
    createdAt: isoOf(batch.created_at),
    expiresAt: isoOf(batch.expires_at),
    endedAt: isoOf(ended),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Null until they are there; a count that is missing is not known to be 0. */
function countsOf(value: unknown): RemoteCounts | null {
  if (!isObject(value)) return null;
  const { total, completed, failed } = value;
  const known = [total, completed, failed].every((count) => Number.isSafeInteger(count));
  return known ? (value as unknown as RemoteCounts) : null;
}

/** A list object, as OpenAI has it, or the list alone. */
function errorsOf(value: unknown): readonly RemoteError[] {
  const list: unknown = isObject(value) ? value.data : value;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map(({ code, message, line }) => ({
    code: textOf(code) ?? 'unknown',
    message: textOf(message) ?? '',
    line: typeof line === 'number' ? line - 1 : null,
  }));
}

/** Seconds since 1970, whichever way a time is written; NaN where there is none. */
export function secondsOf(time: unknown): number {
  if (typeof time === 'number') return time;
  return typeof time === 'string' ? Date.parse(time) / 1000 : Number.NaN;
}

function isoOf(time: unknown): string | null {
  const ms = secondsOf(time) * 1000;
  // Go's zero time stands for none.
  return Math.abs(ms) <= 8.64e15 && ms > 0 ? new Date(ms).toISOString() : null;
}
