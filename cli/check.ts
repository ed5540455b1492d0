// `llm-batch check`: what is wrong in batch files, as text or as the JSON of the contract.
import { type Command, Option } from 'commander';
import type { Configuration, FileReport, Problem, Provider, Severity } from '#core';
import type { CheckFileOptions, FileCheck, FullCheck } from '#files';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import type { Fixed } from './fixFiles.ts';
import { asNamed, eachInput, type Input, withInputs } from './input.ts';
import { examples, providerOption, readCount } from './options.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { today } from './words.ts';

const formats = ['text', 'json', 'sarif', 'github'] as const;
export type CheckFormat = (typeof formats)[number];

interface CheckOptions {
  readonly provider: Provider | 'auto';
  readonly severity: Severity;
  readonly maxProblems: number;
  readonly format: CheckFormat;
  readonly fix?: true;
  readonly dryRun?: true;
}

/** A file's report with the problems that are to be shown. */
export interface ShownCheck {
  readonly name: string;
  readonly provider: Provider | null;
  readonly content: FileCheck['content'];
  /** Null where nobody asked for it. */
  readonly sha256: string | null;
  readonly report: FileReport;
  /** How many of the severities asked for were left out by --max-problems. */
  readonly unlisted: number;
  readonly elapsedMs: number;
  /** With --fix: what was mended before, or would be. */
  readonly fixed?: Fixed;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Checks each line as the provider would: the envelope, the JSON, the body against its schema, ids, models, limits. ' +
        'A file that is named is always checked, whatever its name. Severities can be changed in .llm-batch.json.',
    )
    .argument('<file...>', 'batch files; - reads standard input')
    .addOption(providerOption())
    .addOption(
      new Option('--severity <level>', 'the lowest severity shown')
        .choices(['error', 'warning', 'info', 'hint'])
        .default('hint'),
    )
    .option('--max-problems <n>', 'how many problems are listed for a file, the worst first', readCount, 1000)
    .addOption(
      new Option('--format <format>', 'how to answer; sarif and github are for code scanning and CI')
        .choices(formats)
        .default('text'),
    )
    .option('--fix', 'mend what can be mended without asking (safe fixes), then check')
    .addOption(
      new Option('--dry-run', 'print a patch of what --fix would change, and change nothing').implies({
        fix: true,
      }),
    )
    .action(async (names: readonly string[], options: CheckOptions) => {
      terminal.status = await check(names, options, terminal);
    });
  examples(command, [
    ['check reviews.jsonl', 'problems as path:line:column, a summary; exit status 1 for errors'],
    ['check --severity error batches/*.jsonl', 'errors only, in several files'],
    ['check - --format json < reviews.jsonl', 'one JSON document from standard input'],
    ['check --fix reviews.jsonl', 'mends ids, urls, encodings, misspelt fields …, lists what is left'],
    ['check --fix --dry-run reviews.jsonl > fixes.patch', 'what it would change, for git apply or patch -p1'],
    ['check --format github batches/*.jsonl', 'annotations in the log of a GitHub workflow'],
    ['check --format sarif batches/*.jsonl > check.sarif', 'for code scanning'],
  ]);
}

async function check(names: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  return await withInputs(names, terminal, async (inputs) => {
    const act = options.fix ? await fixFirst(inputs, options, terminal) : checkAsAsked;
    const { results, failed } = await eachInput(inputs, terminal, (input) => act(input, options, terminal));
    const hasErrors = results.some(({ report }) => report.counts.error > 0);
    const exit = failed.length > 0 ? exitCode.couldNotRun : hasErrors ? exitCode.errors : exitCode.clean;
    const { answerCheck } = await import('./checkAnswer.ts');
    await answerCheck({ shown: results, failed, exit }, options.format, terminal);
    return exit;
  });
}

/** Mends a file, then checks what has become of it; standard input goes on to standard output. */
async function fixFirst(
  inputs: readonly Input[],
  { format, dryRun = false }: { readonly format: CheckFormat; readonly dryRun?: boolean },
  terminal: Terminal,
): Promise<typeof checkAsAsked> {
  const { assertFixable, fixInput } = await import('./fixFiles.ts');
  assertFixable(inputs, format, dryRun);
  return async (input, options) => {
    const config = await configurationFor(input, terminal);
    const { provider } = options;
    const settings = { provider, config, today: today(), dryRun, showPatch: format === 'text' };
    const fixed = await fixInput(input, settings, terminal);
    return { ...(await checkAsAsked(input, options, terminal, config)), fixed };
  };
}

/** Checks one file with the configuration of its project. */
async function checkAsAsked(
  input: Input,
  options: CheckOptions,
  terminal: Terminal,
  config?: Configuration,
): Promise<ShownCheck> {
  const { checkFile } = await import('#files');
  const sha256 = options.format === 'sarif';
  return await showing(input, options, terminal, async (shared) =>
    checkFile(input.path, {
      ...{ ...shared, sha256, provider: options.provider },
      config: config ?? (await configurationFor(input, terminal)),
    }),
  );
}

export type FullShownCheck = ShownCheck & Pick<FullCheck, 'sha256' | 'estimate'>;

/** With all that must be known of a file before it is sent. */
export async function checkToSend(
  input: Input,
  config: Configuration,
  terminal: Terminal,
): Promise<FullShownCheck> {
  const { checkFile } = await import('#files');
  const { areTokensLimited } = await import('#core');
  return await showing(input, { severity: 'error', maxProblems: 10 }, terminal, (shared) =>
    checkFile(input.path, {
      ...shared,
      config,
      provider: 'auto',
      sha256: true,
      estimate: areTokensLimited(config, {}) ? 'lines' : 'summary',
    }),
  );
}

type SharedOptions = Omit<CheckFileOptions, 'provider' | 'config' | 'sha256' | 'estimate'>;

/** Shows progress where it takes long. */
async function showing<Check extends FileCheck>(
  input: Input,
  { severity, maxProblems }: Pick<CheckOptions, 'severity' | 'maxProblems'>,
  terminal: Terminal,
  check: (shared: SharedOptions) => Promise<Check>,
): Promise<Omit<ShownCheck, 'sha256'> & Pick<Check, 'sha256' | 'estimate'>> {
  const { WorkerPool } = await import('#files');
  // Starts threads only for a file that is worth it.
  const pool = new WorkerPool();
  const startedAt = performance.now();
  const progress = await fileProgress(input, 'checking', terminal);
  const { signal } = terminal;
  try {
    const { provider, content, report, sha256, estimate } = await asNamed(input, () =>
      check({ maxProblems, pool, signal, today: today(), onProgress: progress.at }),
    );
    const elapsedMs = performance.now() - startedAt;
    const { name } = input;
    return { ...{ name, provider, content, sha256, estimate, elapsedMs }, ...limitTo(severity, report) };
  } finally {
    progress.stop();
    await pool.dispose();
  }
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
