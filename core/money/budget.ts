// Is what a batch can cost within what a person set as a limit for a job and for a month? Beyond it consent is asked again, in words.
import { formatNumberOf, formatUsd } from '../figures.ts';

/** In USD; null: no limit. */
export interface Budget {
  readonly perJobUsd: number | null;
  readonly perMonthUsd: number | null;
}

/** What one job has cost, or can have cost, in a month. */
export interface JobSpend {
  /** Null while it is not known. */
  readonly usd: number | null;
  /** The most that is possible, which stands in as long as the cost is not known; null: without a bound. */
  readonly mostUsd: number | null;
}

/** Of all jobs that were agreed to. */
export interface MonthSpend {
  /** `2026-11`. */
  readonly month: string;
  /** By what they used. */
  readonly usd: number;
  /** The most that jobs can cost, of which it is not known yet or will never be. */
  readonly openUsd: number;
  /** Of these, jobs without a bound. They are in neither sum. */
  readonly unboundedJobs: number;
}

export function monthSpendOf(month: string, jobs: readonly JobSpend[]): MonthSpend {
  const spend = { month, usd: 0, openUsd: 0, unboundedJobs: 0 };
  for (const { usd, mostUsd } of jobs) {
    if (usd !== null) spend.usd += usd;
    else if (mostUsd !== null) spend.openUsd += mostUsd;
    else spend.unboundedJobs++;
  }
  return spend;
}

/**
 * Why consent must be asked once more: a sentence for each limit that is, or may be, passed.
 * @param mostUsd the most that the job can cost; null: without a bound, and so above any limit.
 * @param month null where what was spent cannot be read.
 */
export function overBudget(
  { perJobUsd, perMonthUsd }: Budget,
  mostUsd: number | null,
  month: MonthSpend | null,
): readonly string[] {
  const words: string[] = [];
  if (perJobUsd !== null && (mostUsd === null || mostUsd > perJobUsd)) {
    words.push(`${costWords(mostUsd)} Your limit for a job is ${formatUsd(perJobUsd)}.`);
  }
  // What costs nothing is within any limit, also within one that is used up.
  if (perMonthUsd !== null && mostUsd !== 0) {
    const sum = month === null || mostUsd === null ? null : month.usd + month.openUsd + mostUsd;
    if (month === null || sum === null || month.unboundedJobs > 0 || sum > perMonthUsd) {
      words.push(
        `${words.length === 0 ? `${costWords(mostUsd)} ` : ''}${monthWords(month)} Your limit for a month is ${formatUsd(perMonthUsd)}.`,
      );
    }
  }
  return words;
}

function costWords(mostUsd: number | null): string {
  return mostUsd === null ? 'The most it can cost is not known.' : `It can cost ${formatUsd(mostUsd)}.`;
}

/** "In 2026-11 $3.20 is spent, and jobs that are not settled can cost up to $1.00." */
export function monthWords(month: MonthSpend | null): string {
  if (month === null) return 'What was spent this month cannot be read.';
  const { usd, openUsd, unboundedJobs } = month;
  const open = openUsd > 0 ? `, and jobs that are not settled can cost up to ${formatUsd(openUsd)}` : '';
  const unbounded =
    unboundedJobs > 0 ? `; the cost of ${formatNumberOf(unboundedJobs, 'other job')} is not known` : '';
  return `In ${month.month} ${formatUsd(usd)} is spent${open}${unbounded}.`;
}
