// `llm-batch resolve`: a person says what became of a job of which it is unclear whether it was sent.
import type { Command } from 'commander';
import { currentParts, type Job } from '#core';
import type { ExitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { accountOptions, examples, type Format, formatOption } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, findJob, openWorkshop } from './workshop.ts';

interface ResolveOptions extends AccountOptions {
  readonly adopt?: string;
  readonly notSent?: true;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Settles a job whose create call was not answered and that cannot be settled by itself: names the batch that it became, ' +
        'or says that there is none. Look at the list of your provider first, or at "llm-batch jobs --remote": a batch that is ' +
        'said not to be there, and is, would be paid for twice. Nothing is sent by this verb.',
    )
    .argument('<job>', 'its id, or a beginning of it that fits no other')
    .option('--adopt <batch-id>', 'the batch that it became')
    .option('--not-sent', 'the provider has none; it is sent again when the job goes on');
  accountOptions(command);
  command.addOption(formatOption()).action(async (named: string, options: ResolveOptions) => {
    terminal.status = await resolve(named, options, terminal);
  });
  examples(command, [
    ['resolve k3f9 --adopt msgbatch_013Zva2C', 'it is that one; "llm-batch watch k3f9" fetches its results'],
    [
      'resolve k3f9 --not-sent',
      'there is none; "llm-batch watch k3f9" sends it, "llm-batch cancel k3f9" drops it',
    ],
  ]);
}

async function resolve(named: string, options: ResolveOptions, terminal: Terminal): Promise<ExitCode> {
  const { adopt, notSent } = options;
  if ((adopt === undefined) === (notSent === undefined)) {
    throw new CouldNotRun('Say one of the two: --adopt BATCH_ID, or --not-sent.');
  }
  const { resolveJob } = await import('#jobs');
  const { showJob } = await import('./showJob.ts');
  const workshop = await openWorkshop(terminal, options);
  const job = await findJob(named, workshop);
  const answer = await resolveJob(
    workshop.environment,
    job.id,
    adopt === undefined ? { kind: 'notSent' } : { kind: 'adopt', batchId: adopt },
  );
  if (answer.kind === 'problem') throw new CouldNotRun(answer.message, 'job');
  const exit = await showJob({ job: answer.job, problem: null }, options.format, terminal);
  terminal.note(nextStep(answer.job));
  return exit;
}

function nextStep(job: Job): string {
  const { id, parts, cancelRequested } = job;
  const name = printable(id);
  const isSent = currentParts(job).some(({ remote }) => remote !== null);
  if (cancelRequested) {
    return isSent
      ? `It is to be cancelled: "llm-batch watch ${name}" has the provider stop it and fetches what was answered.`
      : `It is to be cancelled: "llm-batch watch ${name}" ends it, and nothing is sent.`;
  }
  return parts.some(({ remote }) => remote === null)
    ? `"llm-batch watch ${name}" sends what is not sent, "llm-batch cancel ${name}" drops it.`
    : `"llm-batch watch ${name}" waits for the results.`;
}
