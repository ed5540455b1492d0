// How are the provider's own batches listed? With the jobs of ours that they belong to.
import { formatCount } from '#core';
import type { RemoteListing } from '#jobs';
import { printable } from './printable.ts';
import { fittingLines } from './table.ts';
import { formatAge } from './words.ts';

/** A batch is known by these. */
const neededColumns = 2;

/** One line for each batch, in the provider's order. @param columns of the screen; null where there is none to fit. */
export function remoteTable(
  batches: readonly RemoteListing[],
  now: number,
  columns: number | null = null,
): string[] {
  return fittingLines(
    ['batch', 'state', 'requests', 'job', 'made', 'name'],
    batches.map(({ batch: { remote, name, mark }, job }) => [
      printable(remote.batchId),
      printable(remote.status),
      remote.counts === null ? '' : formatCount(remote.counts.total),
      printable(job?.id ?? (mark === null ? '' : `${mark.jobId} (in no record here)`)),
      remote.createdAt === null ? '' : formatAge(remote.createdAt, now),
      printable(name ?? ''),
    ]),
    ['left', 'left', 'right', 'left', 'left', 'left'],
    neededColumns,
    columns,
  );
}

/** snake_case, as in the contract. */
export function remoteJson({ batch: { remote, name, mark, endpoint, model }, job }: RemoteListing): object {
  const { batchId, status, counts, createdAt, expiresAt, endedAt } = remote;
  const { total, completed, failed } = counts ?? {};
  return {
    batch_id: batchId,
    remote_status: status,
    counts: counts === null ? null : { total, completed, failed },
    name,
    endpoint,
    model,
    job: job?.id ?? null,
    made_by: mark?.jobId ?? null,
    created_at: createdAt,
    expires_at: expiresAt,
    ended_at: endedAt,
  };
}
