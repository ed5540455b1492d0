// `llm-batch retry`: the requests that were not answered, byte for byte as they were, to be sent again.
import { type Command, InvalidArgumentError } from 'commander';
import type { NoteCode } from '#core';
import type { RetryReport } from '#files';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import type { WaitOptions } from './follow.ts';
import { type Input, withInputs } from './input.ts';
import { failed, type OutputOptions, outputOf } from './merge.ts';
import { accountOptions, examples, type Format, formatOption, readUsd, waitOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { shellWord, shownPath } from './words.ts';
import type { AccountOptions } from './workshop.ts';

interface RetryOptions extends OutputOptions, AccountOptions, WaitOptions {
  readonly force?: true;
  readonly also?: readonly NoteCode[];
  readonly yes?: true;
  readonly maxCost?: number;
  readonly overBudget?: true;
  readonly wait?: true;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Writes the failed, expired, cancelled and missing requests to a file: the same bytes, the same ids, the same order. ' +
        'Of a job alone, sends them as its next attempt, once their price is agreed to.',
    )
    .argument('<requests>', 'the file that was sent; - reads standard input. Or, alone, a job that is over')
    .argument('[results...]', "the provider's output and error files, or a merged file")
    .option(
      '--also <notes>',
      'requests that were answered, but not as they should be, too: truncated, refused, blocked, empty, schema_invalid',
      readNotes,
    )
    .option(
      '-o, --output <file>',
      'where they go (default: X.retry.jsonl beside X.jsonl); - is standard output',
    )
    .option('--force', 'replace a file that is there')
    .option('--yes', 'of a job: agree to the plan without being asked')
    .option('--max-cost <usd>', 'of a job: do not send when the most it can cost is above this', readUsd)
    .option('--over-budget', 'of a job: agree to a price above the limits of your settings, too')
    .option('--wait', 'of a job: wait until the merged results are there');
  accountOptions(command);
  waitOptions(command);
  command
    .addOption(formatOption())
    .action(async (requests: string, results: readonly string[], options: RetryOptions) => {
      terminal.status = await retry(requests, results, options, terminal);
    });
  examples(command, [
    ['retry k3f9 --wait', 'sends what was not answered again, as the next attempt of the job'],
    ['retry reviews.jsonl reviews.results.jsonl -o again.jsonl', 'writes those that were not answered'],
    ['submit again.jsonl --wait', 'sends them, and merges what comes back'],
    ['merge reviews.jsonl reviews.results.jsonl again.results.jsonl', 'puts the new answers in their places'],
  ]);
}

const noteNames: Readonly<Record<NoteCode, true>> = {
  ...{ truncated: true, refused: true, blocked: true, empty: true, schema_invalid: true },
};

/** As `--also truncated,schema_invalid`. */
function readNotes(text: string): readonly NoteCode[] {
  return text.split(',').map((name) => {
    const note = name.trim();
    if (Object.hasOwn(noteNames, note)) return note as NoteCode;
    throw new InvalidArgumentError(`It must be some of ${Object.keys(noteNames).join(', ')}.`);
  });
}

async function retry(
  requests: string,
  results: readonly string[],
  options: RetryOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (results.length === 0) {
    if (requests === '-' || /[\\/]|\.jsonl$/i.test(requests)) {
      const message = `${requests} names no job; name the results beside it as well: llm-batch retry ${shellWord(requests)} RESULTS…`;
      throw new CouldNotRun(message);
    }
    const { retryJob } = await import('./retryJob.ts');
    return await retryJob(requests, { notes: options.also }, options, terminal);
  }
  const out = outputOf(requests, options, (path) => `${path.replace(/\.jsonl$/i, '')}.retry.jsonl`);
  return await withInputs([requests, ...results], terminal, async (inputs) => {
    const report = await write(inputs, out, options, terminal);
    const { written, hopeless } = report;
    if (options.format === 'json') terminal.printJson({ out: written > 0 ? out : null, written, hopeless });
    else await say(report, out, terminal);
    return exitCode.clean;
  });
}

async function write(
  inputs: readonly Input[],
  out: string | null,
  { force, also: notes }: RetryOptions,
  terminal: Terminal,
): Promise<RetryReport> {
  const { writeRetry } = await import('#files');
  const [requests, ...results] = inputs;
  const overwrite = force === true;
  const report = await writeRetry(
    {
      requests: requests?.path ?? '',
      results: results.map(({ path }) => ({ path, attempt: 1 })),
      out: out ?? ((bytes) => terminal.write(bytes)),
      overwrite,
      notes,
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
  return report;
}

async function say(
  { written, hopeless }: RetryReport,
  out: string | null,
  terminal: Terminal,
): Promise<void> {
  const { formatCount, formatNumberOf } = await import('#core');
  const requests = formatNumberOf(written, 'request');
  if (written === 0) terminal.note('Every request was answered; there is nothing to send again.');
  else if (out === null) terminal.note(`${requests} to send again.`);
  else {
    terminal.print(`${requests} to send again in ${shownPath(out)}`);
    if (hopeless > 0) terminal.print(`${formatCount(hopeless)} of them would fail again as they are.`);
    terminal.print(`Next: llm-batch submit ${shellWord(shownPath(out))}`);
  }
}
