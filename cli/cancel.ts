// `llm-batch cancel`: stops a job at the provider; what is answered by then is kept, and billed.
import type { Command } from 'commander';
import { currentParts, isTerminal, type Job } from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { accountOptions, examples, type Format, formatOption } from './options.ts';
import { printable } from './printable.ts';
import { settleWords } from './settleWords.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, findJob, openWorkshop } from './workshop.ts';

interface CancelOptions extends AccountOptions {
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Asks the provider to stop a job. It may take minutes; what is answered by then is kept and billed.',
    )
    .argument('<job>', 'its id, or a beginning of it that fits no other');
  accountOptions(command);
  command.addOption(formatOption()).action(async (named: string, options: CancelOptions) => {
    terminal.status = await cancel(named, options, terminal);
  });
  examples(command, [
    ['cancel k3f9', 'stops it'],
    ['watch k3f9', 'afterwards: waits until it has stopped and fetches what was answered'],
  ]);
}

/** What was asked, and who has to do what now: nothing is stopped of which it is not known that it runs. */
function cancelledWords(job: Job): string {
  const id = printable(job.id);
  if (job.state === 'unclear') {
    return `It is stopped once it is known whether the provider has it: "llm-batch watch ${id}" goes on looking, ${settleWords(job)}`;
  }
  const isSent = currentParts(job).some(({ remote }) => remote !== null);
  return isSent
    ? `The provider is stopping it; "llm-batch watch ${id}" fetches what was answered.`
    : `Nothing more of it is sent; "llm-batch watch ${id}" ends it.`;
}

async function cancel(named: string, options: CancelOptions, terminal: Terminal): Promise<ExitCode> {
  const { stateWords } = await import('./jobWords.ts');
  const { driveAtOnce } = await import('./look.ts');
  const { showJob } = await import('./showJob.ts');
  const workshop = await openWorkshop(terminal, options);
  const job = await findJob(named, workshop);
  if (isTerminal(job) || job.state === 'finishing') {
    throw new CouldNotRun(`${job.name} is over (${stateWords(job)}); there is nothing to cancel.`, 'job');
  }
  await workshop.runner.cancel(job.id);
  const looked = await driveAtOnce(job, workshop, terminal, (now) => now.state !== 'finishing');
  const exit = await showJob(looked, options.format, terminal);
  if (exit === exitCode.couldNotRun) return exit;
  if (!looked.job.cancelRequested) {
    terminal.note('The process that follows this job was asked to cancel it.');
  } else if (!isTerminal(looked.job)) {
    terminal.note(cancelledWords(looked.job));
  }
  return exitCode.clean;
}
