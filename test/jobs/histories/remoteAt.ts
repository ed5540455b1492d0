// How a batch looks from outside at a moment: each kind of API has its own words, counts and files.
import type { RemoteBatch, RemoteCounts } from '#core';
import type { ApiKind, Ending } from './fates.ts';
import type { TrueBatch } from './memoryProvider.ts';

export function remoteAt(kind: ApiKind, batch: TrueBatch, nowMs: number): RemoteBatch {
  const { id, madeAtMs, ended } = batch;
  const files =
    kind === 'openai' ? openaiFiles(batch) : { outputFileId: oneFile(kind, batch), errorFileId: null };
  return {
    ...{ batchId: id, status: statusAt(kind, batch, nowMs), counts: countsOf(kind, batch), ...files },
    errors: errorsOf(ended?.ending.end),
    createdAt: new Date(madeAtMs).toISOString(),
    expiresAt: new Date(madeAtMs + 86_400_000).toISOString(),
    endedAt: ended === null ? null : new Date(ended.atMs).toISOString(),
  };
}

/** `prefix`: two for the same, as servers have them. */
const endWords: Readonly<Record<ApiKind, Readonly<Record<Ending['end'], string>>>> = {
  openai: {
    completed: 'completed',
    expired: 'expired',
    failed: 'failed',
    turnedAway: 'failed',
    cancelled: 'cancelled',
  },
  anthropic: {
    completed: 'ended',
    expired: 'ended',
    failed: 'ended',
    turnedAway: 'ended',
    cancelled: 'ended',
  },
  gemini: {
    completed: 'BATCH_STATE_SUCCEEDED',
    expired: 'JOB_STATE_EXPIRED',
    failed: 'BATCH_STATE_FAILED',
    turnedAway: 'BATCH_STATE_FAILED',
    cancelled: 'JOB_STATE_CANCELLED',
  },
};

const openWords: Readonly<Record<ApiKind, { readonly [K in 'first' | 'running' | 'cancelling']: string }>> = {
  openai: { first: 'validating', running: 'in_progress', cancelling: 'cancelling' },
  anthropic: { first: 'in_progress', running: 'in_progress', cancelling: 'canceling' },
  gemini: { first: 'BATCH_STATE_PENDING', running: 'JOB_STATE_RUNNING', cancelling: 'BATCH_STATE_RUNNING' },
};

function statusAt(kind: ApiKind, { ended, cancelledAtMs, madeAtMs, fate }: TrueBatch, nowMs: number): string {
  if (ended !== null) return endWords[kind][ended.ending.end];
  const words = openWords[kind];
  if (cancelledAtMs !== null) return words.cancelling;
  return nowMs - madeAtMs < fate.durationMs / 4 ? words.first : words.running;
}

/** As it counts itself; now and then wrong by one. */
function countsOf(kind: ApiKind, { ids, ended, fate }: TrueBatch): RemoteCounts | null {
  const total = ids.length;
  if (ended === null) return { total, completed: 0, failed: 0 };
  if (ended.ending.end === 'failed' || ended.ending.end === 'turnedAway') {
    return { total: 0, completed: 0, failed: 0 };
  }
  const answered = Math.round(ended.ending.share * total);
  const failed = ids.slice(0, answered).filter((id) => fate.found.get(id) === 'failed').length;
  const completed = answered - failed - (fate.miscounts && answered > failed ? 1 : 0);
  if (kind !== 'anthropic') return { total, completed, failed };
  const rest = total - answered;
  const isExpired = ended.ending.end === 'expired';
  return { total, completed, failed, expired: isExpired ? rest : 0, cancelled: isExpired ? 0 : rest };
}

function openaiFiles({ id, ended }: TrueBatch): Pick<RemoteBatch, 'outputFileId' | 'errorFileId'> {
  const has = (text: string | null | undefined): boolean => typeof text === 'string';
  return {
    outputFileId: has(ended?.results.output) ? `output:${id}` : null,
    errorFileId: has(ended?.results.errors) ? `errors:${id}` : null,
  };
}

function oneFile(kind: ApiKind, { id, ended }: TrueBatch): string | null {
  if (ended?.results.output === null || ended === null) return null;
  return kind === 'anthropic' ? `results:${id}` : `output:${id}`;
}

function errorsOf(end: Ending['end'] | undefined): RemoteBatch['errors'] {
  if (end === 'turnedAway') {
    return [{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached.', line: null }];
  }
  return end === 'failed' ? [{ code: 'invalid_file', message: 'It is not right.', line: null }] : [];
}
