// `llm-batch status`: one look at the provider for one job.
import type { Command } from 'commander';
import type { ExitCode } from './exitCode.ts';
import { accountOptions, examples, type Format, formatOption } from './options.ts';
import { printable } from './printable.ts';
import { lookWords, settleWords } from './settleWords.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, findJob, openWorkshop } from './workshop.ts';

interface StatusOptions extends AccountOptions {
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Asks the provider once how a job is doing; settles one of which it is unclear whether it was sent.',
    )
    .argument('<job>', 'its id, or a beginning of it that fits no other');
  accountOptions(command);
  command.addOption(formatOption()).action(async (named: string, options: StatusOptions) => {
    terminal.status = await status(named, options, terminal);
  });
  examples(command, [
    ['status 20261121-083012-k3f9', 'its state, counts, batch id and files'],
    ['status k3f9 --format json', 'one JSON document; the last part of the id will do'],
  ]);
}

async function status(named: string, options: StatusOptions, terminal: Terminal): Promise<ExitCode> {
  const { lookAt } = await import('./look.ts');
  const { showJob } = await import('./showJob.ts');
  const workshop = await openWorkshop(terminal, options);
  const looked = await lookAt(await findJob(named, workshop), workshop, terminal);
  const exit = await showJob(looked, options.format, terminal);
  if (looked.job.state === 'unclear') {
    const id = printable(looked.job.id);
    terminal.note(`"llm-batch watch ${id}" goes on looking for it, and ${settleWords(looked.job)}`);
    terminal.note(lookWords(looked.job));
  }
  return exit;
}
