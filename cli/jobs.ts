// `llm-batch jobs`: every job this computer knows of, from its records alone.
import type { Command } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { examples, type Format, formatOption } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { openWorkshop } from './workshop.ts';

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Lists the jobs of terminal and editor, the newest first, as they were when last looked at; asks no provider.',
    )
    .addOption(formatOption())
    .action(async (options: { readonly format: Format }) => {
      terminal.status = await listJobs(options.format, terminal);
    });
  examples(command, [
    ['jobs', 'a table'],
    ['jobs --format json', 'one JSON document, for scripts'],
  ]);
}

async function listJobs(format: Format, terminal: Terminal): Promise<ExitCode> {
  const { store } = await openWorkshop(terminal);
  const { jobs, unreadable } = await store.list();
  for (const { message } of unreadable) terminal.note(printable(message));
  if (format === 'json') {
    const { printJobs } = await import('./showJob.ts');
    await printJobs(jobs, null, terminal);
  } else if (jobs.length === 0) {
    terminal.print('There are no jobs yet; "llm-batch submit FILE" makes one.');
  } else {
    const { jobTable } = await import('./jobWords.ts');
    for (const line of jobTable(jobs, Date.now(), terminal.columns)) terminal.print(line);
  }
  return exitCode.clean;
}
