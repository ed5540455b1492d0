// `llm-batch estimate`: tokens and cost of batch files, as text or as the JSON of the contract.
import type { Command } from 'commander';
import type { Configuration, EstimateSummary, PriceTable, Provider } from '#core';
import type { FileEstimate, WorkerPool } from '#files';
import type { FileCount } from '#jobs';
import { configurationFor, namedPrices } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { asNamed, eachInput, type Input, withInputs } from './input.ts';
import {
  accountOptions,
  errorMember,
  examples,
  type Format,
  formatOption,
  providerOption,
  readCount,
  readModels,
} from './options.ts';
import { printable } from './printable.ts';
import { fileProgress } from './progress.ts';
import { receiverFor } from './receiver.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';
import type { AccountOptions } from './workshop.ts';

interface EstimateOptions extends AccountOptions {
  readonly provider: Provider | 'auto';
  readonly perLine?: true;
  readonly model?: string;
  readonly compare?: readonly string[];
  readonly prices?: string;
  readonly count?: number;
  readonly format: Format;
}

export interface ShownEstimate {
  readonly name: string;
  /** Null when the file is not of a dialect that can be priced. */
  readonly provider: Provider | null;
  readonly estimate: FileEstimate;
  readonly config: Configuration;
  /** With `--count`. */
  readonly counted?: FileCount;
  /** The same requests as if to each of these models. */
  readonly compared: readonly ComparedModel[];
}

export interface ComparedModel {
  readonly model: string;
  readonly summary: EstimateSummary;
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
    .option('--compare <models>', 'the same for several models side by side, as M,M', readModels)
    .option('--per-line', 'the figures of each request')
    .option(
      '--prices <file>',
      'prices of a file: of LiteLLM, models.dev or genai-prices, or as in .llm-batch.json',
    )
    .option(
      '--count <n>',
      'send so many of the requests to be counted by the provider, which is free; estimates are better from then on',
      readCount,
    );
  accountOptions(command);
  command.addOption(formatOption()).action(async (names: readonly string[], options: EstimateOptions) => {
    terminal.status = await estimate(names, options, terminal);
  });
  examples(command, [
    ['estimate reviews.jsonl', 'tokens, batch and synchronous price, what the batch saves'],
    ['estimate reviews.jsonl --model gpt-5.4-mini', 'the same requests to another model'],
    ['estimate reviews.jsonl --compare gpt-6-luna,claude-haiku-5-5', 'what each of them would cost'],
    [
      'estimate reviews.jsonl --count 20',
      'asks the provider to count 20 of the requests, then estimates by that',
    ],
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
    const prices = options.prices === undefined ? undefined : await namedPrices(options.prices, terminal);
    return await withInputs(names, terminal, async (inputs) => {
      const pricing = { ...options, prices };
      const { results: shown, failed } = await eachInput(inputs, terminal, async (input) => {
        const first = await estimateInput(input, pricing, pool, terminal);
        const { count } = options;
        return count ? withCount(input, first, { ...pricing, count }, pool, terminal) : first;
      });
      if (options.format === 'json') {
        const { toEstimateJson } = await import('#core');
        const { countedJson } = await import('./countTokens.ts');
        const files = shown.map(({ name, provider, estimate: { summary, lines }, compared, counted }) => ({
          ...toEstimateJson(name, provider, summary, options.perLine ? (lines ?? []) : undefined, compared),
          ...(counted && { counted: countedJson(counted) }),
        }));
        terminal.printJson({ files, ...errorMember(failed[0]) });
      } else {
        const { estimateText } = await import('./estimateText.ts');
        const { countLines } = await import('#jobs');
        for (const [index, one] of shown.entries()) {
          if (index > 0) terminal.print('');
          if (one.counted) for (const line of countLines(one.counted)) terminal.print(printable(line));
          for (const line of estimateText(one, options, terminal)) terminal.print(line);
        }
      }
      if (failed.length > 0) return exitCode.couldNotRun;
      return shown.every(isClean) ? exitCode.clean : exitCode.errors;
    });
  } finally {
    await pool.dispose();
  }
}

/** Counted first, so that the figures shown go by what was learnt. */
async function withCount(
  input: Input,
  first: ShownEstimate,
  options: PricingOptions & { readonly count: number },
  pool: WorkerPool,
  terminal: Terminal,
): Promise<ShownEstimate> {
  const { countInput } = await import('./countTokens.ts');
  const counted = await countInput(input, first, options, terminal);
  if (counted.kept?.kind !== 'kept') return { ...first, counted };
  return { ...(await estimateInput(input, options, pool, terminal)), counted };
}

function isClean({ provider, estimate }: ShownEstimate): boolean {
  return provider !== null && estimate.unreadableLines === 0;
}

interface PricingOptions extends AccountOptions {
  readonly provider: Provider | 'auto';
  /** Prices all requests as if they named it. */
  readonly model?: string;
  readonly compare?: readonly string[];
  readonly perLine?: true;
  /** With it the figures of each request are needed. */
  readonly count?: number;
  /** Before those of the project. */
  readonly prices?: PriceTable | undefined;
}

async function estimateInput(
  input: Input,
  options: PricingOptions,
  pool: WorkerPool,
  terminal: Terminal,
): Promise<ShownEstimate> {
  const { estimateFile } = await import('#files');
  const progress = await fileProgress(input, 'counting', terminal);
  try {
    return await asNamed(input, async () => {
      const { profile, baseUrl, prices } = options;
      const receiver = await receiverFor(terminal, {
        ...(profile === undefined ? {} : { profile }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
      });
      const config = await configurationFor(input, terminal, { ...receiver, prices });
      const { signal } = terminal;
      const asIf = (asModel: string | undefined, perLine = false): Promise<FileEstimate> =>
        estimateFile(input.path, {
          ...{ pool, today: today(), provider: options.provider, config, asModel, perLine, signal },
          onProgress: progress.at,
        });
      const isPerLine = options.perLine === true || options.count !== undefined;
      const estimate = await asIf(options.model, isPerLine);
      const compared: ComparedModel[] = [];
      for (const model of options.compare ?? []) {
        compared.push({ model, summary: (await asIf(model)).summary });
      }
      const provider = estimate.dialect?.provider ?? null;
      return { name: input.name, provider, estimate, config, compared };
    });
  } finally {
    progress.stop();
  }
}
