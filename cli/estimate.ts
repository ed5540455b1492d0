// `llm-batch estimate`: tokens and cost of batch files, as text or as the JSON of the contract.
import type { Command } from 'commander';
import type { FileEstimate, FileLine, WorkerPool } from '#files';
import { type ExitCode, exitCode } from './exitCode.ts';
import { asNamed, eachInput, type Input, withInputs } from './input.ts';
import { errorMember, examples, type Format, formatOption, providerOption } from './options.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

interface EstimateOptions {
  readonly provider: 'auto' | 'openai';
  readonly perLine?: true;
  readonly model?: string;
  readonly format: Format;
}

export interface ShownEstimate {
  readonly name: string;
  /** Null when the file is not of a dialect that can be priced. */
  readonly provider: 'openai' | null;
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
  const { estimateBatches, readLines } = await import('#files');
  const { detectDialect } = await import('#core');
  const progress = await fileProgress(input, 'counting', terminal);
  // The first lines say whose file it is; the rest follows from the same pass.
  let provider: ShownEstimate['provider'] = options.provider === 'openai' ? 'openai' : null;
  let isFirst = true;
  async function* batches(): AsyncGenerator<readonly FileLine[]> {
    for await (const batch of readLines(input.path, { signal: terminal.signal })) {
      if (isFirst && detectDialect(batch.map(({ text }) => text))?.kind === 'openai') provider = 'openai';
      isFirst = false;
      const { model } = options;
      yield model === undefined
        ? batch
        : batch.map((line) => ({ ...line, text: withModel(line.text, model) }));
    }
  }
  try {
    const estimate = await asNamed(input, () =>
      estimateBatches(batches(), {
        pool,
        today: today(),
        provider: 'openai',
        signal: terminal.signal,
        onProgress: progress.at,
      }),
    );
    return { name: input.name, provider, estimate };
  } finally {
    progress.stop();
  }
}

/** The same request to another model; text that is no request stays as it is. */
function withModel(text: string, model: string): string {
  try {
    const request: unknown = JSON.parse(text);
    if (typeof request !== 'object' || request === null || !('body' in request)) return text;
    const { body } = request;
    if (typeof body !== 'object' || body === null) return text;
    return JSON.stringify({ ...request, body: { ...body, model } });
  } catch {
    return text;
  }
}
