// May this be run? The plan is shown with its price, limits are kept, and where nothing was agreed to a person is asked.
import { formatUsd } from '#core';
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
  const tooMuch = overLimit(plan, options.maxCost);
  if (tooMuch !== null) {
    terminal.note(tooMuch);
    return false;
  }
  return (await isAgreed(options, terminal)) && (await isWithinBudget(plan, options, terminal));
}

async function isAgreed(options: RunOptions, terminal: Terminal): Promise<boolean> {
  if (options.yes) return true;
  if (!terminal.canAsk) {
    terminal.note(
      'Nothing was sent: nobody is here to ask. Add --yes to agree to this plan, and --max-cost USD to limit it.',
    );
    return false;
  }
  if (await terminal.confirm('Run it?')) return true;
  terminal.note('Nothing was sent.');
  return false;
}

/** What the simulator answers costs nothing. */
async function isWithinBudget(plan: RunPlan, options: RunOptions, terminal: Terminal): Promise<boolean> {
  if (plan.account.profile === simulatorProfile) return true;
  const { mayPassBudget } = await import('./budget.ts');
  return await mayPassBudget(mostRunUsd(plan), new JobStore(await homeOf(terminal)), options, terminal);
}

function overLimit(plan: RunPlan, maxUsd: number | undefined): string | null {
  if (maxUsd === undefined) return null;
  const most = mostRunUsd(plan);
  if (most === null) {
    return `Nothing was sent: the most it can cost is not known, so it cannot be kept under ${formatUsd(maxUsd)}.`;
  }
  return most > maxUsd
    ? `Nothing was sent: it can cost ${formatUsd(most)}, more than the ${formatUsd(maxUsd)} of --max-cost.`
    : null;
}
