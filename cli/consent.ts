// May this be sent? The plan is shown, limits are kept, and where nothing was agreed to beforehand a person is asked.
import { formatUsd } from '#core';
import { blockedBy, mostUsd, type Plan, planLines, planTitle, unfitToSend, wrongReceiver } from '#jobs';
import type { ShownCheck } from './check.ts';
import { problemLines } from './checkText.ts';
import { printable } from './printable.ts';
import type { SubmitOptions } from './submit.ts';
import type { Terminal } from './terminal.ts';
import { shellWord } from './words.ts';

/** Says why what was checked can never be sent, by whomever; false where it can. */
export function mayNeverBeSent(checked: ShownCheck, terminal: Terminal): boolean {
  const unfit = unfitToSend(checked);
  if (unfit === null) return false;
  for (const line of problemLines(checked.name, checked.report.problems, terminal.paintNote))
    terminal.note(line);
  terminal.note(`${unfit} Nothing was sent.`);
  return true;
}

/** Says why when the answer is no. The plan is part of the conversation, not of the answer: it goes to stderr. */
export async function mayBeSent(
  plan: Plan,
  checked: ShownCheck,
  options: SubmitOptions,
  terminal: Terminal,
): Promise<boolean> {
  const blocked = blockedBy(plan, options.allowErrors === true);
  if (blocked !== null) {
    for (const line of problemLines(checked.name, checked.report.problems, terminal.paintNote))
      terminal.note(line);
    terminal.note(`${blocked} ${blockedAdvice(plan, checked)}`);
    return false;
  }
  const title = planTitle(plan);
  terminal.note(printable(options.yes ? title.replace(/\?$/, ':') : title));
  for (const line of planLines(plan)) terminal.note(`  ${printable(line)}`);
  // A project's own prices and calibrations are somebody's word; the limit is yours.
  const by = plan.aboveProjectUsd > 0 ? ' without what .llm-batch.json says' : '';
  return await isAgreed('Submit?', { usd: mostUsd(plan), by }, options, terminal);
}

/**
 * Whether it may cost what it can cost, and somebody agrees. Says why when the answer is no.
 * @param most that it can cost, in USD; null: not known. `by` follows the figure.
 */
export async function isAgreed(
  question: string,
  most: { readonly usd: number | null; readonly by?: string },
  { yes, maxCost }: Pick<SubmitOptions, 'yes' | 'maxCost'>,
  terminal: Terminal,
): Promise<boolean> {
  const tooMuch = overMaxCost(most, maxCost);
  if (tooMuch !== null) {
    terminal.note(tooMuch);
    return false;
  }
  if (yes) return true;
  if (!terminal.canAsk) {
    terminal.note(
      'Nothing was sent: nobody is here to ask. Add --yes to agree to this plan, and --max-cost USD to limit it.',
    );
    return false;
  }
  if (await terminal.confirm(question)) return true;
  terminal.note('Nothing was sent.');
  return false;
}

function blockedAdvice(plan: Plan, checked: ShownCheck): string {
  if (wrongReceiver(plan) !== null) return 'Nothing was sent.';
  const file = checked.name === '-' ? 'FILE' : shellWord(checked.name);
  if (plan.errors.file === 0 && plan.errors.row > 0) {
    const them = plan.errors.row === 1 ? 'it' : 'them';
    return `Nothing was sent: correct ${them}, or add --allow-errors to send the file as it is.`;
  }
  return `Nothing was sent; "llm-batch check ${file}" lists all problems.`;
}

function overMaxCost(
  { usd, by = '' }: { readonly usd: number | null; readonly by?: string },
  maxUsd: number | undefined,
): string | null {
  if (maxUsd === undefined) return null;
  if (usd === null) {
    return `Nothing was sent: the most it can cost is not known, so it cannot be kept under ${formatUsd(maxUsd)}.`;
  }
  return usd > maxUsd
    ? `Nothing was sent: it can cost ${formatUsd(usd)}${by}, more than the ${formatUsd(maxUsd)} of --max-cost.`
    : null;
}
