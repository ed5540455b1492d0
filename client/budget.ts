// Is it within the limits that a person set for a job and a month? Above them it is asked once more, in words.
import * as vscode from 'vscode';
import { overBudget } from '#core';
import type { Plan } from '#jobs';
import type { Parts } from './parts.ts';
import { ask } from './say.ts';
import { readPersonalSettings } from './settings.ts';

/** Asked once somebody agreed to the plan, just before it is sent. */
export async function mayPassBudget(parts: Parts, plan: Plan): Promise<boolean> {
  const { mostUsd, simulatorProfile } = await parts.engine.jobs();
  return mayPassBudgetOf(parts, plan.account.profile === simulatorProfile ? 0 : mostUsd(plan), {
    title: vscode.l10n.t('Submit it above your limit?'),
    yes: vscode.l10n.t('Submit Above Limit'),
  });
}

interface Asked {
  readonly title: string;
  readonly yes: string;
}

/** @param most that it can cost, in USD; null: without a bound. */
export async function mayPassBudgetOf(
  { engine }: Pick<Parts, 'engine'>,
  most: number | null,
  { title, yes }: Asked,
): Promise<boolean> {
  const { monthSpend, readSettings } = await engine.jobs();
  const { budget } = readSettings(readPersonalSettings()).settings;
  if (budget.perJobUsd === null && budget.perMonthUsd === null) return true;
  const { store } = await engine.desk();
  const month = await monthSpend(store, Date.now());
  const words = overBudget(budget, most, month.kind === 'spend' ? month.spend : null);
  if (words.length === 0) return true;
  return (await ask(title, words.join('\n\n'), [yes])) === yes;
}
