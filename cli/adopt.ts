// `llm-batch adopt`: a batch that somebody else sent becomes a job, so that its results are fetched, merged and watched over.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkToSend } from './check.ts';
import { configurationFor } from './configuration.ts';
import type { ExitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { type Input, withInputs } from './input.ts';
import { accountOptions, examples, type Format, formatOption } from './options.ts';
import { printable } from './printable.ts';
import { type Receiver, receiverFor } from './receiver.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, accountFor, openWorkshop } from './workshop.ts';

interface AdoptOptions extends AccountOptions {
  readonly out?: string;
  readonly name?: string;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Takes over a batch that was sent with another tool, on another computer, or whose record is lost. FILE holds the ' +
        'requests it was made of; results are joined to them. Nothing is sent and nothing is paid.',
    )
    .argument('<batch-id>', "the provider's id of the batch")
    .argument('<file>', 'the requests it was made of')
    .option('--out <file>', 'where the merged results go (default: X.results.jsonl beside X.jsonl)')
    .option('--name <name>', 'what the job is called (default: the name of the file)');
  accountOptions(command);
  command.addOption(formatOption()).action(async (batchId: string, name: string, options: AdoptOptions) => {
    terminal.status = await adopt(batchId, name, options, terminal);
  });
  examples(command, [
    ['adopt batch_68f1c2 reviews.jsonl', 'makes a job of it; "llm-batch watch" then fetches its results'],
    ['jobs --remote', 'before: lists the batches at the provider'],
  ]);
}

async function adopt(
  batchId: string,
  name: string,
  options: AdoptOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (name === '-') throw new CouldNotRun('Name the file of the requests; standard input is not kept.');
  const receiver = await receiverFor(terminal, options);
  const workshop = await openWorkshop(terminal, options);
  return await withInputs([name], terminal, async ([input]) => {
    const { provider, ...request } = await requestOf(input as Input, receiver, options, terminal);
    const account = await accountFor(terminal, { ...options, provider: receiver.receiver ?? provider });
    const { adoptBatch } = await import('#jobs');
    const answer = await adoptBatch(workshop.environment, batchId, { ...request, account });
    if (answer.kind === 'problem') throw new CouldNotRun(answer.message, 'job');
    const { showJob } = await import('./showJob.ts');
    const exit = await showJob({ job: answer.job, problem: null }, options.format, terminal);
    terminal.note(`"llm-batch watch ${printable(answer.job.id)}" waits for the results.`);
    return exit;
  });
}

/** The check says what the requests are; what is wrong with them is of no account any more. */
async function requestOf(input: Input, receiver: Receiver, options: AdoptOptions, terminal: Terminal) {
  const config = await configurationFor(input, terminal, receiver);
  const { content, provider, report, estimate, sha256 } = await checkToSend(input, config, terminal);
  if (content === 'results' || provider === null) {
    throw new CouldNotRun(
      `${input.name} has no requests of a known form; name the file that was sent.`,
      'file',
    );
  }
  const { inputTokens, outputMaxTokens, batchUsd } = estimate.summary;
  return {
    provider,
    file: input.path,
    endpoint: report.endpoint ?? '',
    model: report.models[0] ?? null,
    name: options.name ?? null,
    metadata: {},
    resultsPath: options.out === undefined ? null : resolve(options.out),
    estimate: { inputTokens, outputMaxTokens, batchUsd },
    checked: { sha256, sizeBytes: report.sizeBytes, requests: report.requests },
  };
}
