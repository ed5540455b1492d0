// `llm-batch download`: fetches and merges the results of a job that is over; makes the merged file again when it is gone.
import type { Command } from 'commander';
import { isTerminal, type Job, nextAction } from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { exitOfAll, followJobs, printFollowed } from './follow.ts';
import { accountOptions, examples, type Format, formatOption } from './options.ts';
import type { Terminal } from './terminal.ts';
import { shownPath } from './words.ts';
import { type AccountOptions, findJob, openWorkshop, type Workshop } from './workshop.ts';

interface DownloadOptions extends AccountOptions {
  readonly deleteUploads?: true;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Fetches the results of a job that is over and merges them in source order; does not wait for one that runs.',
    )
    .argument('<job>', 'its id, or a beginning of it that fits no other')
    .option('--delete-uploads', 'also delete what was uploaded for it at the provider');
  accountOptions(command);
  command.addOption(formatOption()).action(async (named: string, options: DownloadOptions) => {
    terminal.status = await download(named, options, terminal);
  });
  examples(command, [
    ['download k3f9', 'exit status 3 while it still runs; "llm-batch watch k3f9" waits'],
    ['download k3f9 --delete-uploads', 'also deletes the uploaded requests at the provider'],
  ]);
}

async function download(named: string, options: DownloadOptions, terminal: Terminal): Promise<ExitCode> {
  const { lookAt } = await import('./look.ts');
  const { showJob } = await import('./showJob.ts');
  const workshop = await openWorkshop(terminal, options);
  const looked = await lookAt(await findJob(named, workshop), workshop, terminal);
  let job = await askedFor(looked.job, options, workshop);
  if (looked.problem !== null) return await showJob({ ...looked, job }, options.format, terminal);
  const isToDo = nextAction(job, Date.now()).kind !== 'none';
  if (isTerminal(job)) job = await mergeAgain(job, workshop, terminal);
  if (job.state === 'finishing' || (isTerminal(job) && isToDo)) {
    const followed = await followJobs([job], 'end', workshop, {}, terminal);
    job = followed[0]?.job ?? job;
    if (!isTerminal(job)) {
      if (options.format === 'json') await printFollowed(followed, terminal);
      else await showJob({ job, problem: null }, options.format, terminal);
      return exitOfAll(followed);
    }
  }
  const exit = await showJob({ job, problem: null }, options.format, terminal);
  return isTerminal(job) ? exit : exitCode.stillRunning;
}

/** What is asked beside the results: uploads away, and files that were not found are looked for once more. */
async function askedFor(
  job: Job,
  { deleteUploads }: DownloadOptions,
  { environment }: Workshop,
): Promise<Job> {
  const { askOf } = await import('#jobs');
  const asked = [
    ...(deleteUploads ? (['deletionAsked'] as const) : []),
    ...(job.parts.some(({ gone = [] }) => gone.length > 0) ? (['fetchAgain'] as const) : []),
  ];
  let now = job;
  for (const kind of asked) {
    const answer = await askOf(environment, job.id, kind);
    if (answer.kind === 'problem') throw new CouldNotRun(answer.message, 'job');
    now = answer.job;
  }
  return now;
}

/** From what was downloaded before, when the merged file is not, or not any more, what the job wrote. */
async function mergeAgain(job: Job, { environment }: Workshop, terminal: Terminal): Promise<Job> {
  if (!job.resultsReady) return job;
  const { learnFromJob, mergedAgain } = await import('#jobs');
  const again = await mergedAgain(environment, job.id, terminal.signal);
  if (again.kind === 'problem') throw new CouldNotRun(again.message, 'file');
  if (again.kind === 'own') return again.job;
  await learnFromJob(environment, again.job, terminal.signal);
  const [before, now] = [shownPath(job.resultsPath), shownPath(again.job.resultsPath)];
  const what = {
    missing: `The merged results were gone from ${before}`,
    replaced: `${before} holds the results of a newer job`,
    changed: `${before} was changed since and stays as it is`,
  }[again.was];
  terminal.note(`${what}; those of this job are made again${now === before ? '' : `, in ${now}`}.`);
  return again.job;
}
