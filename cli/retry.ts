// `llm-batch retry`: the requests that were not answered, byte for byte as they were, to be sent again.
import type { Command } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { type Input, withInputs } from './input.ts';
import { failed, type OutputOptions, outputOf } from './merge.ts';
import { examples, formatOption } from './options.ts';
import type { Terminal } from './terminal.ts';
import { shellWord, shownPath } from './words.ts';

interface RetryOptions extends OutputOptions {
  readonly force?: true;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Writes the failed, expired, cancelled and missing requests to a file: the same bytes, the same ids, the same order.',
    )
    .argument('<requests>', 'the file that was sent; - reads standard input')
    .argument('<results...>', "the provider's output and error files, or a merged file")
    .option(
      '-o, --output <file>',
      'where they go (default: X.retry.jsonl beside X.jsonl); - is standard output',
    )
    .option('--force', 'replace a file that is there')
    .addOption(formatOption())
    .action(async (requests: string, results: readonly string[], options: RetryOptions) => {
      terminal.status = await retry(requests, results, options, terminal);
    });
  examples(command, [
    ['retry reviews.jsonl reviews.results.jsonl -o again.jsonl', 'writes those that were not answered'],
    ['submit again.jsonl --wait', 'sends them, and merges what comes back'],
    ['merge reviews.jsonl reviews.results.jsonl again.results.jsonl', 'puts the new answers in their places'],
  ]);
}

async function retry(
  requests: string,
  results: readonly string[],
  options: RetryOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const out = outputOf(requests, options, (path) => `${path.replace(/\.jsonl$/i, '')}.retry.jsonl`);
  return await withInputs([requests, ...results], terminal, async (inputs) => {
    const written = await write(inputs, out, options.force === true, terminal);
    if (options.format === 'json') terminal.printJson({ out: written > 0 ? out : null, written });
    else await say(written, out, terminal);
    return exitCode.clean;
  });
}

async function write(
  inputs: readonly Input[],
  out: string | null,
  overwrite: boolean,
  terminal: Terminal,
): Promise<number> {
  const { writeRetry } = await import('#files');
  const [requests, ...results] = inputs;
  const report = await writeRetry(
    {
      requests: requests?.path ?? '',
      results: results.map(({ path }) => ({ path, attempt: 1 })),
      out: out ?? ((bytes) => terminal.write(bytes)),
      overwrite,
    },
    { signal: terminal.signal },
  );
  if (report.kind === 'notOurs' && out !== null && !overwrite) {
    throw new CouldNotRun(
      `${shownPath(out)} is already there; replace it with --force, or name another with -o.`,
      'file',
    );
  }
  if (report.kind !== 'written') throw failed(report, inputs);
  return report.written;
}

async function say(written: number, out: string | null, terminal: Terminal): Promise<void> {
  const { formatNumberOf } = await import('#core');
  const requests = formatNumberOf(written, 'request');
  if (written === 0) terminal.note('Every request was answered; there is nothing to send again.');
  else if (out === null) terminal.note(`${requests} to send again.`);
  else {
    terminal.print(`${requests} to send again in ${shownPath(out)}`);
    terminal.print(`Next: llm-batch submit ${shellWord(shownPath(out))}`);
  }
}
