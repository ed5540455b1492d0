// One job as the answer of a verb: lines for a person, or the JSON of the contract.
import { isTerminal } from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import { exitOf, jobLines } from './jobWords.ts';
import type { Looked } from './look.ts';
import type { Format } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** @returns what it means for the shell: a job that is not over is no error. */
export async function showJob(
  { job, problem }: Looked,
  format: Format,
  terminal: Terminal,
): Promise<ExitCode> {
  if (format === 'json') {
    const { toJobJson } = await import('#jobs');
    terminal.printJson({ jobs: [toJobJson(job)] });
  } else {
    for (const line of jobLines(job, Date.now())) terminal.print(line);
  }
  if (problem !== null) {
    if (problem !== job.message || format === 'json') terminal.note(printable(problem));
    return exitCode.couldNotRun;
  }
  return isTerminal(job) ? exitOf(job) : exitCode.clean;
}
