// How long did a job take at the provider?
import type { Job } from '../job/job.ts';

/** From the making of its first batch to the end of its last, of all attempts; null while that is not known. */
export function jobDurationMs({ parts }: Pick<Job, 'parts'>): number | null {
  const batches = parts.flatMap(({ remote }) => (remote === null ? [] : [remote]));
  const begun = batches.map(({ createdAt }) => Date.parse(createdAt ?? ''));
  const ended = batches.map(({ endedAt }) => Date.parse(endedAt ?? ''));
  if (batches.length === 0 || [...begun, ...ended].some(Number.isNaN)) return null;
  return Math.max(0, Math.max(...ended) - Math.min(...begun));
}
