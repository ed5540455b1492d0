// One job as the answer of a verb: lines for a person, or the JSON of the contract.
import { isTerminal, type Job } from '#core';
import type { JobJson } from '#jobs';
import { alertReader, sayAlerts } from './alertWords.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import type { Failure } from './failure.ts';
import { exitOf, jobLines, refusalOf } from './jobWords.ts';
import type { Looked } from './look.ts';
import type { MonthJson } from './monthWords.ts';
import { errorMember, type Format } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** @returns what it means for the shell: a job that is not over is no error. */
export async function showJob(
  { job, problem }: Looked,
  format: Format,
  terminal: Terminal,
): Promise<ExitCode> {
  if (format === 'json') {
    const failure = problem === null ? refusalOf(job) : ({ code: 'provider', message: problem } as const);
    await printJobs([job], failure, terminal);
  } else {
    for (const line of jobLines(job, Date.now())) terminal.print(line);
    await sayAlerts([job], terminal);
  }
  if (problem !== null) {
    if (problem !== job.message || format === 'json') terminal.note(printable(problem));
    return exitCode.couldNotRun;
  }
  return isTerminal(job) ? exitOf(job) : exitCode.clean;
}

/** The JSON of the contract. @param failure set when the command ends with "could not run". */
export async function printJobs(
  jobs: readonly Job[],
  failure: Failure | null,
  terminal: Terminal,
  more: { readonly spend?: MonthJson | null } = {},
): Promise<void> {
  terminal.printJson({ jobs: await jobsJson(jobs, terminal), ...more, ...errorMember(failure) });
}

export async function jobsJson(jobs: readonly Job[], terminal: Terminal): Promise<readonly JobJson[]> {
  const { toJobJson } = await import('#jobs');
  const alertsOf = await alertReader(terminal);
  return jobs.map((job) => toJobJson(job, alertsOf(job)));
}
