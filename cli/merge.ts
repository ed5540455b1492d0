// `llm-batch merge`: joins requests and results from files, without a job.
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { FileFailure, MergeReport } from '#files';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { type Input, withInputs } from './input.ts';
import { unanswered } from './jobWords.ts';
import { examples, type Format, formatOption } from './options.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

export interface OutputOptions {
  readonly output?: string;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Joins the results to their requests: one row for each request, in source order, each succeeded, failed, expired, ' +
        'cancelled or missing. Results in any order, output and error files alike, merged files too. Of two results for one ' +
        'request the one that succeeded wins, then the file named later; results of no request are kept in X.surplus.jsonl.',
    )
    .argument('<requests>', 'the file that was sent; - reads standard input')
    .argument('<results...>', "the provider's output and error files")
    .option(
      '-o, --output <file>',
      'where the rows go (default: X.results.jsonl beside X.jsonl); - is standard output',
    )
    .addOption(formatOption())
    .action(async (requests: string, results: readonly string[], options: OutputOptions) => {
      terminal.status = await merge(requests, results, options, terminal);
    });
  examples(command, [
    ['merge reviews.jsonl output.jsonl errors.jsonl', 'writes reviews.results.jsonl'],
    [
      'merge reviews.jsonl reviews.results.jsonl again.results.jsonl',
      'puts the answers of a retry in their places',
    ],
    ["merge reviews.jsonl output.jsonl -o - | jq -r '.text'", 'the answers alone, in source order'],
  ]);
}

async function merge(
  requests: string,
  results: readonly string[],
  options: OutputOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { defaultResultsPath } = await import('#jobs');
  const out = outputOf(requests, options, defaultResultsPath);
  return await withInputs([requests, ...results], terminal, async ([request, ...others]) => {
    if (request === undefined) return exitCode.couldNotRun;
    const report =
      out === null
        ? await mergeToStdout(request, others, terminal)
        : await mergeTo(out, request, others, terminal);
    await sayReport(report, requests, out, options.format, terminal);
    return unanswered(report.rows) > 0 ? exitCode.errors : exitCode.clean;
  });
}

/** Null is standard output, which is also where requests from standard input go on to. */
export function outputOf(
  requests: string,
  { output, format }: OutputOptions,
  defaultPath: (requests: string) => string,
): string | null {
  const out = output ?? (requests === '-' ? '-' : defaultPath(requests));
  if (out !== '-') return resolve(out);
  if (format === 'json') {
    throw new CouldNotRun(
      'Standard output cannot hold both the lines and the JSON report; name a file with -o.',
    );
  }
  return null;
}

async function mergeTo(
  out: string,
  requests: Input,
  results: readonly Input[],
  terminal: Terminal,
): Promise<MergeReport> {
  const files = await import('#files');
  const report = await files.merge(
    {
      requests: requests.path,
      results: results.map(({ path }) => ({ path, attempt: 1 })),
      out,
      surplusOut: files.surplusPathOf(out),
      today: today(),
      config: await configurationFor(requests, terminal),
    },
    { signal: terminal.signal },
  );
  if (report.kind !== 'merged') throw failed(report, [requests, ...results]);
  return report;
}

async function mergeToStdout(
  requests: Input,
  results: readonly Input[],
  terminal: Terminal,
): Promise<MergeReport> {
  const { openTemporaryFolder } = await import('#files');
  const folder = await openTemporaryFolder();
  try {
    const out = join(folder.path, 'merged.results.jsonl');
    const report = await mergeTo(out, requests, results, terminal);
    for await (const chunk of createReadStream(out)) await terminal.write(chunk as Uint8Array);
    return { ...report, surplusOut: null };
  } finally {
    await folder.dispose();
  }
}

/** Speaks of standard input by its name, not by where its bytes were kept. */
export function failed(failure: FileFailure, inputs: readonly Input[]): CouldNotRun {
  const input = inputs.find(({ path }) => path === failure.path);
  const name = input?.name === '-' ? 'Standard input' : input?.name;
  return new CouldNotRun(
    name === undefined ? failure.message : failure.message.replaceAll(failure.path, () => name),
    'file',
  );
}

async function sayReport(
  report: MergeReport,
  requests: string,
  out: string | null,
  format: Format,
  terminal: Terminal,
): Promise<void> {
  if (format === 'json') {
    const { toMergeReportJson } = await import('#files');
    terminal.printJson(toMergeReportJson(report));
    return;
  }
  const { mergeLines } = await import('./mergeText.ts');
  for (const line of mergeLines(report, requests, out)) {
    if (out === null) terminal.note(line);
    else terminal.print(line);
  }
}
