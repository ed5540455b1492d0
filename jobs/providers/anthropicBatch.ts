// What Anthropic says of a batch, as read from answers that may be anything.
import { isObject, type RemoteBatch, type RemoteCounts } from '#core';
import { StrangeAnswerError } from './calls.ts';

/** A message batch; only its id and its status are sure to be there (@anthropic-ai/sdk 1.12.0, MessageBatch). */
export interface AnthropicBatch {
  readonly id: string;
  readonly processing_status: string;
  readonly request_counts?: unknown;
  readonly created_at?: unknown;
  readonly expires_at?: unknown;
  readonly ended_at?: unknown;
}

export interface BatchPage {
  readonly data: readonly AnthropicBatch[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

/** Whatever is no list must not be taken for an empty one: none means "pay again". @throws StrangeAnswerError. */
export function readPage(value: unknown): BatchPage {
  if (!isObject(value) || !Array.isArray(value.data) || typeof value.has_more !== 'boolean') {
    throw new StrangeAnswerError();
  }
  const data: readonly unknown[] = value.data;
  const lastId = typeof value.last_id === 'string' ? value.last_id : null;
  return { data: data.map(readBatch), has_more: value.has_more, last_id: lastId };
}

function readBatch(value: unknown): AnthropicBatch {
  const isBatch =
    isObject(value) && typeof value.id === 'string' && typeof value.processing_status === 'string';
  if (!isBatch) throw new StrangeAnswerError();
  return value as unknown as AnthropicBatch;
}

/** @throws StrangeAnswerError for what is no batch. */
export function toRemote(value: unknown): RemoteBatch {
  const batch = readBatch(value);
  return {
    batchId: batch.id,
    status: batch.processing_status,
    counts: countsOf(batch.request_counts),
    // Also when it is archived and its results are gone: asking for them says so.
    outputFileId: batch.processing_status === 'ended' ? batch.id : null,
    errorFileId: null,
    errors: [],
    createdAt: timeOf(batch.created_at),
    expiresAt: timeOf(batch.expires_at),
    endedAt: timeOf(batch.ended_at),
  };
}

/** All but `processing` stay 0 until the batch ended; together they are always the requests of the batch. */
function countsOf(value: unknown): RemoteCounts | null {
  if (!isObject(value)) return null;
  const { processing, succeeded, errored, expired, canceled } = value;
  const counts = [processing, succeeded, errored, expired, canceled];
  if (!counts.every((count) => typeof count === 'number')) return null;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    total,
    completed: Number(succeeded),
    failed: Number(errored),
    expired: Number(expired),
    cancelled: Number(canceled),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** As an ISO time; the API writes RFC 3339, with microseconds and an offset. */
function timeOf(value: unknown): string | null {
  const text = textOf(value);
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}
