// What a plan says of requests that keep their answers instead of being sent.
import { formatCount, formatUsd } from '#core';

export interface PlannedReuse {
  /** Requests that keep their answers. */
  readonly rows: number;
  /** Ids of the jobs whose answers they are. */
  readonly jobs: readonly string[];
  /** By how much the most it can cost goes down, in USD; null when not known. */
  readonly savedUsd: number | null;
}

/** "1,200 requests are unchanged since job 20261121-083012-k3f9 and keep their answers, which saves up to $0.42" */
export function reuseLine({ rows, jobs, savedUsd }: PlannedReuse): string {
  const which = jobs.length === 1 ? `job ${jobs[0]}` : `${jobs.length} earlier jobs`;
  const are = rows === 1 ? 'request is unchanged' : 'requests are unchanged';
  const keep = rows === 1 ? 'keeps its answer' : 'keep their answers';
  const saves = savedUsd === null ? '' : `, which saves up to ${formatUsd(savedUsd)}`;
  return `${formatCount(rows)} ${are} since ${which} and ${keep}${saves}`;
}
