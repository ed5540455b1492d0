// What was spent this month, and how much of it a person allowed: for the list of jobs.
import { formatUsd, type MonthSpend, monthWords } from '#core';
import { type JobStore, monthSpend, readSettingsFile } from '#jobs';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface MonthJson {
  readonly month: string;
  readonly usd: number;
  readonly open_usd: number;
  readonly unbounded_jobs: number;
  readonly limit_usd: number | null;
}

export interface Month {
  /** Null where it cannot be read. */
  readonly spend: MonthSpend | null;
  readonly limitUsd: number | null;
}

export async function readMonth(store: JobStore, terminal: Terminal): Promise<Month> {
  const { settings } = readSettingsFile(store.home);
  const answer = await monthSpend(store, Date.now());
  if (answer.kind === 'unreadable') terminal.note(printable(answer.message));
  return {
    spend: answer.kind === 'spend' ? answer.spend : null,
    limitUsd: settings.budget.perMonthUsd,
  };
}

export function monthJson({ spend, limitUsd }: Month): MonthJson | null {
  if (spend === null) return null;
  const { month, usd, openUsd, unboundedJobs } = spend;
  return { month, usd, open_usd: openUsd, unbounded_jobs: unboundedJobs, limit_usd: limitUsd };
}

/** Null where nothing was spent and nobody set a limit: of the simulator alone there is nothing to say. */
export function monthLine({ spend, limitUsd }: Month): string | null {
  const isSpent = spend !== null && (spend.usd > 0 || spend.openUsd > 0 || spend.unboundedJobs > 0);
  if (!isSpent && limitUsd === null) return null;
  const limit = limitUsd === null ? '' : ` Your limit for a month is ${formatUsd(limitUsd)}.`;
  return `${monthWords(spend)}${limit}`;
}
