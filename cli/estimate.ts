// `llm-batch estimate`: tokens and cost of batch files, as text or as the JSON of the contract.
import type { Command } from 'commander';
import type { Provider } from '#core';
import type { FileEstimate, WorkerPool } from '#files';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { asNamed, eachInput, type Input, withInputs } from './input.ts';
import { errorMember, examples, type Format, formatOption, providerOption } from './options.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

interface EstimateOptions {
  readonly provider: Provider | 'auto';
  readonly perLine?: true;
  readonly model?: string;
  readonly format: Format;
}

export interface ShownEstimate {
  readonly name: string;
  /** Null when the file is not of a dialect that can be priced. */
  readonly provider: Provider | null;
  readonly estimate: FileEstimate;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Counts tokens and prices them, in batch and synchronous. Every figure says whether it is exact, estimated (with its ' +
        'error) or unknown. The output is bounded by what each request allows; the price of what it will use is not known.',
    )
    .argument('<file...>', 'batch files; - reads standard input')
    .addOption(providerOption())
    .option('--model <model>', 'what if all requests went to this model')
    .option('--per-line', 'the figures of each request')
    .addOption(formatOption())
    .action(async (names: readonly string[], options: EstimateOptions) => {
      terminal.status = await estimate(names, options, terminal);
    });
  examples(command, [
    ['estimate reviews.jsonl', 'tokens, batch and synchronous price, what the batch saves'],
    ['estimate reviews.jsonl --model gpt-5.4-mini', 'the same requests to another model'],
    ['estimate - --per-line --format json < reviews.jsonl', 'one JSON document with a figure for each line'],
  ]);
}

async function estimate(
  names: readonly string[],
  options: EstimateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { WorkerPool } = await import('#files');
  const pool = new WorkerPool();
  try {
    return await withInputs(names, terminal, async (inputs) => {
      const { results: shown, failed } = await eachInput(inputs, terminal, (input) =>
        estimateInput(input, options, pool, terminal),
      );
      if (options.format === 'json') {
        const { toEstimateJson } = await import('#core');
        const files = shown.map(({ name, provider, estimate: { summary, lines } }) =>
          toEstimateJson(name, provider, summary, options.perLine ? lines : undefined),
        );
        terminal.printJson({ files, ...errorMember(failed[0]) });
      } else {
        const { estimateText } = await import('./estimateText.ts');
        for (const [index, one] of shown.entries()) {
          if (index > 0) terminal.print('');
          for (const line of estimateText(one, options, terminal.paint)) terminal.print(line);
        }
      }
      if (failed.length > 0) return exitCode.couldNotRun;
      return shown.every(isClean) ? exitCode.clean : exitCode.errors;
    });
  } finally {
    await pool.dispose();
  }
}

function isClean({ provider, estimate }: ShownEstimate): boolean {
  return provider !== null && estimate.unreadableLines === 0;
}

/** @param options `model`: prices all requests as if they named it. */
export async function estimateInput(
  input: Input,
  options: Pick<EstimateOptions, 'provider' | 'model'>,
  pool: WorkerPool,
  terminal: Terminal,
): Promise<ShownEstimate> {
  const { estimateFile } = await import('#files');
  const progress = await fileProgress(input, 'counting', terminal);
  try {
    const estimate = await asNamed(input, async () =>
      estimateFile(input.path, {
        pool,
        today: today(),
        provider: options.provider,
        config: await configurationFor(input, terminal),
        asModel: options.model,
        signal: terminal.signal,
        onProgress: progress.at,
      }),
    );
    return { name: input.name, provider: estimate.dialect?.provider ?? null, estimate };
  } finally {
    progress.stop();
  }
}
