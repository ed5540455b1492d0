// `llm-batch split`: cuts a batch file into parts that its provider takes.
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Configuration, EstimatedLine, GivenLimits, PartLimits, Provider } from '#core';
import type { SplitReport } from '#files';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { asNamed, type Input, withInputs } from './input.ts';
import { failed } from './merge.ts';
import { examples, type Format, formatOption, providerOption, readAmount, readBytes } from './options.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

interface SplitOptions {
  readonly output?: string;
  readonly provider: Provider | 'auto';
  readonly maxRequests?: number;
  readonly maxBytes?: number;
  readonly maxTokens?: number;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Cuts a file into parts within what its provider takes in one file, or within smaller limits. The lines stay as they ' +
        'are, byte for byte and in their order, each in exactly one part: X.part-01.jsonl, X.part-02.jsonl and so on. What ' +
        'is wrong with a line does not matter here. A file in the place of a part is only replaced when it is a part of the same file.',
    )
    .argument('<file>', 'a batch file; - reads standard input')
    .option('-o, --output <dir>', 'where the parts go; made where there is none (default: beside the file)')
    .option('--max-requests <n>', "requests in a part (default: the provider's limit)", readAmount)
    .option('--max-bytes <size>', "as 500000, 150MB or 1.5GiB (default: the provider's limit)", readBytes)
    .option(
      '--max-tokens <n>',
      'input tokens in a part (default: "limits.queueTokens" of .llm-batch.json for its models, if there is one)',
      readAmount,
    )
    .addOption(providerOption())
    .addOption(formatOption())
    .action(async (name: string, options: SplitOptions) => {
      terminal.status = await split(name, options, terminal);
    });
  examples(command, [
    ['split reviews.jsonl', 'writes reviews.part-01.jsonl and so on, each within the limits of its provider'],
    ['split reviews.jsonl -o parts --max-requests 1000', 'parts of a thousand requests, in the folder parts'],
    ['split reviews.jsonl --max-tokens 2000000', 'each with no more input tokens than may wait in the queue'],
    [
      'merge reviews.jsonl reviews.part-*.results.jsonl',
      'afterwards: the results of all parts, in the order of the whole file',
    ],
  ]);
}

async function split(name: string, options: SplitOptions, terminal: Terminal): Promise<ExitCode> {
  return await withInputs([name], terminal, async ([input]) => {
    if (input === undefined) return exitCode.couldNotRun;
    const report = await splitInput(input, options, terminal);
    const { splitJson, splitLines } = await import('./splitAnswer.ts');
    const shown = { name: input.name, given: givenLimits(options), report };
    if (options.format === 'json') terminal.printJson(splitJson(shown));
    else for (const line of splitLines(shown)) terminal.print(line);
    return report.cut.passed.length > 0 ? exitCode.errors : exitCode.clean;
  });
}

function givenLimits({ maxRequests, maxBytes, maxTokens }: SplitOptions): GivenLimits {
  return { requests: maxRequests, bytes: maxBytes, tokens: maxTokens };
}

async function splitInput(input: Input, options: SplitOptions, terminal: Terminal): Promise<SplitReport> {
  const { splitFile } = await import('#files');
  const config = await configurationFor(input, terminal);
  const given = givenLimits(options);
  const estimates = await tokensOf(input, config, options, terminal);
  const progress = await fileProgress(input, 'splitting', terminal);
  try {
    const report = await splitFile(input.path, {
      ...{ provider: options.provider, config, given, estimates, signal: terminal.signal },
      folder: resolve(options.output ?? dirname(input.configPath)),
      name: basename(input.configPath),
      // Each byte is read and copied.
      onProgress: (done) => progress.at(done / 2),
      accepts: ({ dialect, limits }) => {
        if (isLimited(limits) || estimates !== undefined) return;
        const give = 'give --max-requests, --max-bytes or --max-tokens';
        throw new CouldNotRun(
          dialect === null
            ? `Nothing in the file says whose requests these are; ${give}, or name the provider with --provider.`
            : `No limits of ${dialect.title} are known; ${give}.`,
        );
      },
    });
    if (report.kind !== 'split') throw failed(report, [input]);
    return report;
  } finally {
    progress.stop();
  }
}

function isLimited({ requests, bytes, tokens }: PartLimits): boolean {
  return requests !== null || bytes !== null || tokens !== null;
}

/** Only where they are limited, for counting takes longer than cutting. */
async function tokensOf(
  input: Input,
  config: Configuration,
  options: SplitOptions,
  terminal: Terminal,
): Promise<readonly EstimatedLine[] | undefined> {
  const { areTokensLimited } = await import('#core');
  if (!areTokensLimited(config, givenLimits(options))) return undefined;
  const { estimateFile, WorkerPool } = await import('#files');
  const pool = new WorkerPool();
  const progress = await fileProgress(input, 'counting', terminal);
  try {
    const { lines } = await asNamed(input, () =>
      estimateFile(input.path, {
        ...{ pool, today: today(), provider: options.provider, config, perLine: true },
        ...{ signal: terminal.signal, onProgress: progress.at },
      }),
    );
    return lines;
  } finally {
    progress.stop();
    await pool.dispose();
  }
}
