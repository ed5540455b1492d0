// `llm-batch retry JOB`: what was not answered goes out again as the next attempt of the same job, priced and agreed to like a
// first submission.
import { join } from 'node:path';
import type { Job } from '#core';
import type { RetryChoice } from '#jobs';
import { checkToSend } from './check.ts';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import type { Input } from './input.ts';
import { printable } from './printable.ts';
import { printJobs } from './showJob.ts';
import type { SubmitOptions } from './submit.ts';
import { carryOn } from './submitAgreed.ts';
import { cutOf, withoutMended } from './submitParts.ts';
import type { Terminal } from './terminal.ts';
import { findJob, openWorkshop, valuesOfJob, type Workshop } from './workshop.ts';

export async function retryJob(
  named: string,
  choice: RetryChoice,
  options: SubmitOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { isTerminal } = await import('#core');
  const workshop = await openWorkshop(terminal, options);
  const job = await findJob(named, workshop);
  if (!isTerminal(job)) {
    const id = printable(job.id);
    throw new CouldNotRun(`${id} is not over yet; "llm-batch watch ${id}" waits for it.`, 'job');
  }
  const { openTemporaryFolder } = await import('#files');
  const folder = await openTemporaryFolder();
  try {
    const rest = join(folder.path, 'rest.jsonl');
    const wanted = await writeRest(job, rest, choice, terminal);
    if (wanted === 0) {
      terminal.note('Every request was answered; there is nothing to send again.');
      if (options.format === 'json') await printJobs([job], null, terminal);
      return exitCode.clean;
    }
    const input = { name: job.name, path: rest, configPath: job.file };
    if (!(await isAgreed(job, input, options, workshop, terminal))) {
      if (options.format === 'json') terminal.printJson({ jobs: [] });
      return exitCode.noConsent;
    }
  } finally {
    await folder.dispose();
  }
  const begun = await workshop.runner.retryFailed(job.id, choice);
  if (begun.kind === 'problem') throw new CouldNotRun(begun.message, 'job');
  return await carryOn(begun.job, options, workshop, terminal);
}

/** @returns how many there are. */
async function writeRest(job: Job, path: string, choice: RetryChoice, terminal: Terminal): Promise<number> {
  const { writeUnanswered } = await import('#jobs');
  const { formatCount, formatNumberOf } = await import('#core');
  const written = await writeUnanswered(job, path, choice, terminal.signal);
  if (written.kind !== 'written') throw new CouldNotRun(written.message, 'file');
  if (written.written > 0) {
    const doubt =
      written.hopeless > 0 ? `; ${formatCount(written.hopeless)} of them would fail again as they are` : '';
    terminal.note(
      `${formatNumberOf(written.written, 'request')} of ${printable(job.id)} to send again${doubt}.`,
    );
  }
  return written.written;
}

async function isAgreed(
  job: Job,
  input: Input,
  options: SubmitOptions,
  workshop: Workshop,
  terminal: Terminal,
): Promise<boolean> {
  const { planOf } = await import('#jobs');
  const answer = await workshop.environment.accountFor(job);
  if (answer.kind === 'problem') throw new CouldNotRun(answer.problem.message, 'account');
  const { account } = answer;
  const config = await configurationFor(input, terminal, {
    ...{ receiver: job.provider, account },
    values: await valuesOfJob(job, terminal),
  });
  const checked = await checkToSend(input, await withoutMended(config, {}), terminal);
  const cut = await cutOf(input, checked, config, {}, terminal);
  const plan = {
    ...planOf(job.file, account, checked, checked.estimate.summary, cut),
    endpoint: job.endpoint,
    model: job.model,
  };
  const { mayBeSent } = await import('./consent.ts');
  const { isInBudget } = await import('./budget.ts');
  // They were sent as they are once, with whatever is wrong in them.
  const consent = { ...options, allowErrors: true } as const;
  return (
    (await mayBeSent(plan, checked, consent, terminal)) &&
    (await isInBudget(plan, workshop.store, options, terminal))
  );
}
