// `llm-batch submit`: check, price, ask, send; and on request wait for the results.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Job } from '#core';
import type { Plan } from '#jobs';
import { checkToSend } from './check.ts';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { exitOfAll, type Followed, followJobs, printFollowed, sayEnds, type WaitOptions } from './follow.ts';
import { type Input, withInputs } from './input.ts';
import {
  accountOptions,
  examples,
  type Format,
  formatOption,
  readPair,
  readUsd,
  waitOptions,
} from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, accountFor, openWorkshop, type Workshop } from './workshop.ts';

export interface SubmitOptions extends AccountOptions, WaitOptions {
  readonly yes?: true;
  readonly maxCost?: number;
  readonly wait?: true;
  readonly out?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly allowErrors?: true;
  readonly new?: true;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Checks the file, shows the plan with its price, asks, then sends exactly the bytes that were checked. ' +
        'The same bytes to the same account, while a job of them is open, go on with that job instead of paying twice.',
    )
    .argument('<file>', 'the batch file; - reads standard input')
    .option('--yes', 'agree to the plan without being asked')
    .option('--max-cost <usd>', 'do not send when the most it can cost is above this, or not known', readUsd)
    .option('--wait', 'wait until the merged results are there')
    .option('--out <file>', 'where the merged results go (default: X.results.jsonl beside X.jsonl)')
    .option('--name <name>', 'what the job is called (default: the name of the file)')
    .option('--metadata <key=value>', 'kept with the batch at the provider; may be repeated', readPair)
    .option(
      '--allow-errors',
      'send although some requests will fail (never when the whole file would be refused)',
    )
    .option('--new', 'send again although a job of the same bytes is open');
  accountOptions(command);
  waitOptions(command);
  command.addOption(formatOption()).action(async (name: string, options: SubmitOptions) => {
    terminal.status = await submit(name, options, terminal);
  });
  examples(command, [
    ['submit reviews.jsonl', 'shows the plan, asks, sends, and returns'],
    [
      'submit reviews.jsonl --yes --max-cost 2 --wait',
      'for scripts: at most 2 dollars, waits for reviews.results.jsonl',
    ],
    [
      'submit reviews.jsonl --wait --timeout 3600',
      'exit status 3 when it still runs after an hour; run it again to go on',
    ],
  ]);
}

async function submit(name: string, options: SubmitOptions, terminal: Terminal): Promise<ExitCode> {
  if (name === '-' && options.out === undefined) {
    throw new CouldNotRun(
      'Standard input has no name to put the results beside; say where they go with --out FILE.',
    );
  }
  const account = await accountFor(terminal, options);
  const workshop = await openWorkshop(terminal, options);
  return await withInputs([name], terminal, async ([input]) => {
    if (input === undefined) return exitCode.couldNotRun;
    const circumstances = { receiver: account.provider, account } as const;
    const config = await configurationFor(input, terminal, circumstances);
    const checked = await checkToSend(input, config, terminal);
    const open = options.new ? null : await workshop.runner.findOpen(checked.sha256, account);
    if (open !== null) {
      terminal.note(
        `These bytes are already job ${printable(open.id)}; going on with it (--new sends them again).`,
      );
      return await carryOn(open, options, workshop, terminal);
    }
    const { planOf } = await import('#jobs');
    const file = input.name === '-' ? 'standard input' : input.path;
    const plan = planOf(file, account, checked, checked.estimate.summary);
    const { mayBeSent } = await import('./consent.ts');
    if (!(await mayBeSent(plan, checked, options, terminal))) {
      if (options.format === 'json') terminal.printJson({ jobs: [] });
      return exitCode.noConsent;
    }
    const job = await intend(input, checked, plan, options, workshop);
    return await carryOn(job, options, workshop, terminal);
  });
}

/** Writes down what was agreed to; nothing is sent yet. */
async function intend(
  input: Input,
  checked: { readonly sha256: string },
  plan: Plan,
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
    checked: { sha256: checked.sha256, sizeBytes: plan.sizeBytes, requests: plan.requests },
    forceNew: options.new === true,
  });
  if (made.kind !== 'made') throw new CouldNotRun(made.message, made.kind === 'changed' ? 'file' : 'state');
  return made.job;
}

/** Sends what is not sent, and waits for the end where that was asked. */
async function carryOn(
  job: Job,
  options: SubmitOptions,
  workshop: Workshop,
  terminal: Terminal,
): Promise<ExitCode> {
  const until = options.wait ? 'end' : 'submitted';
  const followed = await followJobs([job], until, workshop, options, terminal);
  if (options.format === 'json') await printFollowed(followed, terminal);
  else if (options.wait || exitOfAll(followed) !== exitCode.clean) sayEnds(followed, terminal);
  else saySubmitted(followed, terminal);
  return exitOfAll(followed);
}

function saySubmitted([followed]: readonly Followed[], terminal: Terminal): void {
  if (followed === undefined) return;
  const id = printable(followed.job.id);
  terminal.print(`${printable(followed.job.name)} is submitted as job ${id}.`);
  terminal.print(`"llm-batch watch ${id}" waits for the results.`);
}
