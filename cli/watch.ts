// `llm-batch watch`: follows jobs to their end and fetches their results.
import type { Command } from 'commander';
import { type Job, nextAction } from '#core';
import type { ExitCode } from './exitCode.ts';
import { exitOfAll, followJobs, printFollowed, sayEnds, type WaitOptions } from './follow.ts';
import { accountOptions, examples, type Format, formatOption, waitOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, findJob, isOfNamedAccount, openWorkshop, type Workshop } from './workshop.ts';

interface WatchOptions extends AccountOptions, WaitOptions {
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Waits until jobs are over, fetches their results and merges them. Goes on with a job that was interrupted, ' +
        'wherever it was. Ctrl-C stops the waiting only, never the batch.',
    )
    .argument('[job...]', 'ids, or beginnings of them (default: all open jobs)');
  accountOptions(command);
  waitOptions(command);
  command.addOption(formatOption()).action(async (named: readonly string[], options: WatchOptions) => {
    terminal.status = await watch(named, options, terminal);
  });
  examples(command, [
    ['watch', 'all open jobs'],
    ['watch k3f9 --timeout 600', 'one job, for ten minutes; exit status 3 when it still runs'],
  ]);
}

async function watch(named: readonly string[], options: WatchOptions, terminal: Terminal): Promise<ExitCode> {
  const workshop = await openWorkshop(terminal, options);
  const jobs = await meant(named, workshop);
  const followed = await followJobs(jobs, 'end', workshop, options, terminal);
  if (options.format === 'json') await printFollowed(followed, terminal);
  else if (jobs.length === 0) terminal.print('No job is open; "llm-batch jobs" lists those that are over.');
  else await sayEnds(followed, terminal);
  return exitOfAll(followed);
}

async function meant(named: readonly string[], workshop: Workshop): Promise<readonly Job[]> {
  if (named.length === 0) {
    return (await workshop.store.list()).jobs.filter(
      (job) => nextAction(job, Date.now()).kind !== 'none' && isOfNamedAccount(job, workshop),
    );
  }
  const jobs = new Map<string, Job>();
  for (const one of named) {
    const job = await findJob(one, workshop);
    jobs.set(job.id, job);
  }
  return [...jobs.values()];
}
