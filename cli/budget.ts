// Is it within the limits that a person set for a job and a month? Above them consent is asked again, in words.
import { formatUsd, monthWords, overBudget } from '#core';
import { type JobStore, monthSpend, mostUsd, type Plan, readSettingsFile, simulatorProfile } from '#jobs';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface BudgetOptions {
  readonly yes?: true;
  readonly overBudget?: true;
}

/** Of a batch: what the simulator answers costs nothing. */
export async function isInBudget(
  plan: Plan,
  store: JobStore,
  options: BudgetOptions,
  terminal: Terminal,
): Promise<boolean> {
  const isFree = plan.account.profile === simulatorProfile;
  return mayPassBudget(isFree ? 0 : mostUsd(plan), store, options, terminal);
}

/**
 * Asked once somebody agreed to the plan. Says why when the answer is no.
 * @param mostUsd the most it can cost; null: without a bound.
 */
export async function mayPassBudget(
  mostUsd: number | null,
  store: JobStore,
  options: BudgetOptions,
  terminal: Terminal,
): Promise<boolean> {
  const { settings, problems } = readSettingsFile(store.home);
  // A limit that is written down wrongly is none; whoever wrote it must know before the money is spent.
  for (const problem of problems) terminal.note(printable(problem));
  const { budget } = settings;
  if (budget.perJobUsd === null && budget.perMonthUsd === null) return true;
  const month = await monthSpend(store, Date.now());
  if (month.kind === 'unreadable') terminal.note(printable(month.message));
  const words = overBudget(budget, mostUsd, month.kind === 'spend' ? month.spend : null);
  if (words.length === 0) {
    if (budget.perMonthUsd !== null && month.kind === 'spend') {
      terminal.note(`${monthWords(month.spend)} Your limit for a month is ${formatUsd(budget.perMonthUsd)}.`);
    }
    return true;
  }
  for (const line of words) terminal.note(line);
  if (options.overBudget) return true;
  if (options.yes || !terminal.canAsk) {
    terminal.note('Nothing was sent: add --over-budget to agree to that, too.');
    return false;
  }
  if (await terminal.confirm('Submit it above your limit?')) return true;
  terminal.note('Nothing was sent.');
  return false;
}
