// `llm-batch run`: the same file at once, against the synchronous endpoints, several requests at a time.
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Configuration, PaceLimits, Provider } from '#core';
import type { RunFolder, RunIdentity, RunPlan } from '#jobs';
import { checkToSend } from './check.ts';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { asNamed, type Input, withInputs } from './input.ts';
import {
  accountOptions,
  examples,
  type Format,
  formatOption,
  providerOption,
  readAmount,
  readUsd,
} from './options.ts';
import { receiverFor } from './receiver.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';
import { type AccountOptions, accountFor, homeOf, useProxy } from './workshop.ts';

export interface RunOptions extends AccountOptions {
  readonly provider: Provider | 'auto';
  readonly model?: string;
  readonly concurrency: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly yes?: true;
  readonly maxCost?: number;
  readonly overBudget?: true;
  readonly out?: string;
  readonly allowErrors?: true;
  readonly new?: true;
  readonly format: Format;
}

const usualConcurrency = 16;
/** Each holds its request and answer in memory. */
const mostConcurrency = 1000;

function readConcurrency(text: string): number {
  const concurrency = readAmount(text);
  if (concurrency > mostConcurrency) throw new InvalidArgumentError(`At most ${mostConcurrency}.`);
  return concurrency;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Sends the requests one by one, several at a time, and answers at once; dearer than a batch, and no waiting for it. ' +
        'Works with every server that has the endpoints, such as Ollama or vLLM. Each answer is on disk as soon as it is ' +
        'there: run it again after it was interrupted, and only what has no answer is sent.',
    )
    .argument('<file>', 'the batch file; - reads standard input')
    .addOption(providerOption())
    .option('--model <model>', "of requests that name none, and of all of Gemini's")
    .option(
      '--concurrency <n>',
      'requests under way at the same time, at most',
      readConcurrency,
      usualConcurrency,
    )
    .option('--rpm <n>', 'requests a minute, at most (default: as many as the provider takes)', readAmount)
    .option('--tpm <n>', 'tokens a minute, at most, of input and output', readAmount)
    .option('--yes', 'agree to the plan without being asked')
    .option('--max-cost <usd>', 'do not send when the most it can cost is above this, or not known', readUsd)
    .option('--over-budget', 'agree to a price above the limits of your settings, too')
    .option('--out <file>', 'where the merged results go (default: X.results.jsonl beside X.jsonl)')
    .option('--allow-errors', 'send although some requests will fail')
    .option('--new', 'send everything again although answers of the same bytes are here');
  accountOptions(command);
  command.addOption(formatOption()).action(async (name: string, options: RunOptions) => {
    terminal.status = await run(name, options, terminal);
  });
  examples(command, [
    ['run reviews.jsonl', 'shows the plan with its price, asks, sends, and writes reviews.results.jsonl'],
    [
      'run reviews.jsonl --yes --max-cost 2 --rpm 300',
      'for scripts: at most 2 dollars, at most 300 requests a minute',
    ],
    [
      'run reviews.jsonl --base-url http://localhost:11434/v1',
      'at a model on this computer, such as one of Ollama',
    ],
  ]);
}

async function run(name: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  if (name === '-' && options.out === undefined) {
    throw new CouldNotRun(
      'Standard input has no name to put the results beside; say where they go with --out FILE.',
    );
  }
  await useProxy(terminal);
  return await withInputs([name], terminal, async ([input]) => {
    if (input === undefined) return exitCode.couldNotRun;
    const prepared = await prepare(input, options, terminal);
    const { mayBeRun } = await import('./runConsent.ts');
    if (!(await mayBeRun(prepared, options, terminal))) {
      if (options.format === 'json') terminal.printJson({ runs: [] });
      return exitCode.noConsent;
    }
    const { sendAndShow } = await import('./runShow.ts');
    return await sendAndShow(prepared, options, terminal);
  });
}

export interface PreparedRun {
  readonly input: Input;
  readonly plan: RunPlan;
  readonly identity: RunIdentity;
  readonly folder: RunFolder;
  readonly config: Configuration;
  /** Absolute. */
  readonly out: string;
  /** Problems of the file, for a person. */
  readonly checked: Awaited<ReturnType<typeof checkToSend>>;
}

/** Everything that is known before anybody is asked; nothing is sent or written. */
async function prepare(input: Input, options: RunOptions, terminal: Terminal): Promise<PreparedRun> {
  const { configurationOf, defaultModel, dialectOf } = await import('#core');
  const { checkedFor, defaultResultsPath, estimateRest, lookAtRun, notOfRuns, runFolderOf } = await import(
    '#jobs'
  );
  const receiver = await receiverFor(terminal, options);
  const config = configurationOf(
    await configurationFor(input, terminal, receiver),
    { severity: notOfRuns },
    options.model === undefined ? {} : { model: options.model },
  );
  const checked = await checkToSend(input, config, terminal);
  const provider = receiver.receiver ?? checked.provider ?? 'auto';
  const account = checkedFor(await accountFor(terminal, { ...options, provider }), config);
  const dialect = dialectOf(checked.provider ?? account.provider);
  const model = defaultModel(dialect, config);
  const home = await homeOf(terminal);
  const identity: RunIdentity = { home, sha256: checked.sha256, account, provider: dialect.provider, model };
  const folder = await runFolderOf(identity, options.new === true);
  const earlier = await lookAtRun(folder);
  if (earlier.kind === 'problem') throw new CouldNotRun(earlier.message, 'state');
  const rest =
    earlier.sessions === 0
      ? { requests: checked.report.requests, summary: checked.estimate.summary }
      : await asNamed(input, () =>
          estimateRest(input.path, earlier.states, { dialect, config, model, today: today() }),
        );
  const plan: RunPlan = {
    ...{ file: input.name === '-' ? 'standard input' : input.path, account, checked },
    ...{ estimate: rest.summary, requests: rest.requests, earlier: earlier.states.counts },
    limits: limitsOf(options),
  };
  const out = resolve(options.out ?? defaultResultsPath(input.path));
  return { input, plan, identity, folder, config, out, checked };
}

function limitsOf({ concurrency, rpm, tpm }: RunOptions): PaceLimits {
  return { concurrency, requestsPerMinute: rpm ?? null, tokensPerMinute: tpm ?? null };
}
