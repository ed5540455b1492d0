// May this be run? The plan is shown with its price, limits are kept, and where nothing was agreed to a person is asked.
import {
  JobStore,
  mostRunUsd,
  type RunPlan,
  runBlockedBy,
  runPlanLines,
  runTitle,
  simulatorProfile,
} from '#jobs';
import { problemLines } from './checkText.ts';
import { isAgreed } from './consent.ts';
import { printable } from './printable.ts';
import type { PreparedRun, RunOptions } from './run.ts';
import type { Terminal } from './terminal.ts';
import { homeOf } from './workshop.ts';

/** Says why when the answer is no; all of it goes to stderr. A run that has nothing left to send needs no consent. */
export async function mayBeRun(
  { plan, checked }: Pick<PreparedRun, 'plan' | 'checked'>,
  options: RunOptions,
  terminal: Terminal,
): Promise<boolean> {
  const blocked = runBlockedBy(plan, options.allowErrors === true);
  if (blocked !== null) {
    for (const line of problemLines(checked.name, checked.report.problems, terminal.paintNote))
      terminal.note(line);
    const isOfRows = checked.report.errorsByScope.file === 0 && checked.report.errorsByScope.row > 0;
    const advice = isOfRows ? 'Nothing was sent: correct them, or add --allow-errors.' : 'Nothing was sent.';
    terminal.note(`${blocked} ${advice}`);
    return false;
  }
  if (plan.requests === 0) return true;
  const title = runTitle(plan);
  terminal.note(printable(options.yes ? title.replace(/\?$/, ':') : title));
  for (const line of runPlanLines(plan)) terminal.note(`  ${printable(line)}`);
  return (
    (await isAgreed('Run it?', { usd: mostRunUsd(plan) }, options, terminal)) &&
    (await isWithinBudget(plan, options, terminal))
  );
}

/** What the simulator answers costs nothing. */
async function isWithinBudget(plan: RunPlan, options: RunOptions, terminal: Terminal): Promise<boolean> {
  if (plan.account.profile === simulatorProfile) return true;
  const { mayPassBudget } = await import('./budget.ts');
  return await mayPassBudget(mostRunUsd(plan), new JobStore(await homeOf(terminal)), options, terminal);
}
