// `llm-batch check`: what is wrong in batch files, as text or as the JSON of the contract.
import { type Command, Option } from 'commander';
import type { FileReport, Problem, Severity, SeverityOverrides } from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import { asNamed, type Input, withInputs } from './input.ts';
import { examples, type Format, formatOption, providerOption, readCount } from './options.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

interface CheckOptions {
  readonly provider: 'auto' | 'openai';
  readonly severity: Severity;
  readonly maxProblems: number;
  readonly format: Format;
}

/** A file's report with the problems that are to be shown. */
export interface ShownCheck {
  readonly name: string;
  readonly provider: 'openai' | null;
  readonly sha256: string;
  readonly report: FileReport;
  /** How many of the severities asked for were left out by --max-problems. */
  readonly unlisted: number;
  readonly elapsedMs: number;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Checks each line as the provider would: the envelope, the JSON, the body against its schema, ids, models, limits.\n' +
        'An explicit file is always checked. Severities can be changed in .llm-batch.json.',
    )
    .argument('<file...>', 'batch files; - reads standard input')
    .addOption(providerOption())
    .addOption(
      new Option('--severity <level>', 'the lowest severity shown')
        .choices(['error', 'warning', 'info', 'hint'])
        .default('hint'),
    )
    .option('--max-problems <n>', 'how many problems are listed for a file, the worst first', readCount, 1000)
    .addOption(formatOption())
    .action(async (names: readonly string[], options: CheckOptions) => {
      terminal.status = await check(names, options, terminal);
    });
  examples(command, [
    ['check reviews.jsonl', 'problems as path:line:column, a summary, exit status 1 when there are errors'],
    ['check --severity error batches/*.jsonl', 'errors only, in several files'],
    ['check - --format json < reviews.jsonl', 'one JSON document from standard input'],
  ]);
}

async function check(names: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  return await withInputs(names, terminal, async (inputs) => {
    const shown: ShownCheck[] = [];
    for (const input of inputs) shown.push(await checkInput(input, options, terminal));
    if (options.format === 'json') {
      const { toCheckJson } = await import('#core');
      terminal.printJson({ files: shown.map((one) => toCheckJson(one.name, one.provider, one.report)) });
    } else {
      const { checkText } = await import('./checkText.ts');
      for (const [index, one] of shown.entries()) {
        if (index > 0) terminal.print('');
        for (const line of checkText(one, terminal.paint)) terminal.print(line);
      }
    }
    return shown.some(({ report }) => report.counts.error > 0) ? exitCode.errors : exitCode.clean;
  });
}

/** Checks one file with the severities of its project; shows progress where it takes long. */
export async function checkInput(
  input: Input,
  options: Pick<CheckOptions, 'provider' | 'severity' | 'maxProblems'>,
  terminal: Terminal,
): Promise<ShownCheck> {
  const { checkFile } = await import('#files');
  const startedAt = performance.now();
  const progress = await fileProgress(input, 'checking', terminal);
  try {
    const { provider, report, sha256 } = await asNamed(input, async () =>
      checkFile(input.path, {
        provider: options.provider,
        severity: await severityOverrides(input, terminal),
        maxProblems: options.maxProblems,
        today: today(),
        signal: terminal.signal,
        onProgress: progress.at,
      }),
    );
    const elapsedMs = performance.now() - startedAt;
    return { name: input.name, provider, sha256, elapsedMs, ...limitTo(options.severity, report) };
  } finally {
    progress.stop();
  }
}

async function severityOverrides(input: Input, terminal: Terminal): Promise<SeverityOverrides> {
  const { findProjectConfig } = await import('#files');
  const { printable } = await import('./printable.ts');
  const config = await findProjectConfig(input.configPath);
  if (config.problem !== null) terminal.note(printable(config.problem));
  return config.severity;
}

/** Leaves out the problems below a severity; the counts stay those of all problems. */
function limitTo(lowest: Severity, report: FileReport): Pick<ShownCheck, 'report' | 'unlisted'> {
  const wanted = severities.slice(0, severities.indexOf(lowest) + 1);
  const problems = report.problems.filter((problem: Problem) => wanted.includes(problem.severity));
  const total = wanted.reduce((sum, severity) => sum + report.counts[severity], 0);
  const unlisted = total - problems.length;
  return { report: { ...report, problems, truncated: unlisted > 0 }, unlisted };
}

const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];
