// From a plan to a job at the provider: consent, budget, the record of the job, and what is said of it.
import { resolve } from 'node:path';
import { currentParts, type Job } from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { exitOfAll, type Followed, followJobs, printFollowed, sayEnds } from './follow.ts';
import type { Input } from './input.ts';
import { printable } from './printable.ts';
import type { SubmitOptions } from './submit.ts';
import type { ToSend } from './submitReuse.ts';
import type { Terminal } from './terminal.ts';
import type { Workshop } from './workshop.ts';

/** @param what all of it, or what is left when answers are kept. */
export async function agreeAndSend(
  input: Input,
  all: ToSend,
  what: ToSend,
  options: SubmitOptions,
  workshop: Workshop,
  terminal: Terminal,
): Promise<ExitCode> {
  const { mayBeSent } = await import('./consent.ts');
  const { isInBudget } = await import('./budget.ts');
  const isAgreed =
    (await mayBeSent(what.plan, what.checked, options, terminal)) &&
    (await isInBudget(what.plan, workshop.store, options, terminal));
  if (!isAgreed) {
    if (options.format === 'json') terminal.printJson({ jobs: [] });
    return exitCode.noConsent;
  }
  const job = await intend(input, all, what, options, workshop);
  return await carryOn(job, options, workshop, terminal);
}

/** Writes down what was agreed to; nothing is sent yet. */
async function intend(
  input: Input,
  all: ToSend,
  { plan, reuse }: ToSend,
  options: SubmitOptions,
  { runner }: Workshop,
): Promise<Job> {
  const made = await runner.intend({
    file: input.path,
    account: plan.account,
    endpoint: plan.endpoint ?? '',
    model: plan.model,
    name: options.name ?? (input.name === '-' ? 'standard input' : null),
    metadata: options.metadata ?? {},
    resultsPath: options.out === undefined ? null : resolve(options.out),
    estimate: plan.estimate,
    checked: { sha256: all.checked.sha256, sizeBytes: all.plan.sizeBytes, requests: all.plan.requests },
    reuse,
    retries: options.retryFailed ?? 0,
    parts: plan.cut.parts,
    queueTokens: plan.cut.queueTokens,
    deletesUploads: options.deleteUploads === true,
    forceNew: options.new === true,
  });
  if (made.kind !== 'made') throw new CouldNotRun(made.message, made.kind === 'changed' ? 'file' : 'state');
  return made.job;
}

/** Sends what is not sent, and waits for the end where that was asked. */
export async function carryOn(
  job: Job,
  options: SubmitOptions,
  workshop: Workshop,
  terminal: Terminal,
): Promise<ExitCode> {
  const until = options.wait ? 'end' : 'submitted';
  const followed = await followJobs([job], until, workshop, options, terminal);
  if (options.format === 'json') await printFollowed(followed, terminal);
  else if (options.wait || exitOfAll(followed) !== exitCode.clean) await sayEnds(followed, terminal);
  else saySubmitted(followed, terminal);
  return exitOfAll(followed);
}

function saySubmitted([followed]: readonly Followed[], terminal: Terminal): void {
  if (followed === undefined) return;
  const id = printable(followed.job.id);
  terminal.print(`${printable(followed.job.name)} is submitted as job ${id}.`);
  const waiting = unsentParts(followed.job);
  if (waiting > 0) {
    const all = currentParts(followed.job).length;
    terminal.print(
      `${all - waiting} of ${all} parts ${all - waiting === 1 ? 'is' : 'are'} at the provider; the others are sent as its queue allows, while "llm-batch watch ${id}" or the editor runs.`,
    );
  } else terminal.print(`"llm-batch watch ${id}" waits for the results.`);
}

function unsentParts(job: Job): number {
  return currentParts(job).filter(({ remote, refusal }) => remote === null && refusal === null).length;
}
