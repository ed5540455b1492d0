// `llm-batch report`: what a batch came to: how much was answered, how long it took, what it cost, and why rows failed.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Configuration, Job } from '#core';
import type { FilesReport } from '#files';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { type Input, withInputs } from './input.ts';
import { failed } from './merge.ts';
import { examples, type Format, formatOption } from './options.ts';
import type { Terminal } from './terminal.ts';
import { shownPath, today } from './words.ts';
import { findJob, openWorkshop, valuesOfJob } from './workshop.ts';

interface ReportOptions {
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Says what a batch came to: completion rate, duration, tokens, cost per request, savings against the same requests at ' +
        'once, why rows failed, what is odd about answers, and how far the estimate was off. Asks no provider.',
    )
    .argument(
      '<job-or-results...>',
      "a job's id (or a beginning of it that fits no other); or files of results, counted together: merged ones, or the " +
        "provider's output and error files",
    )
    .addOption(formatOption())
    .action(async (named: readonly string[], options: ReportOptions) => {
      terminal.status = await report(named, options, terminal);
    });
  examples(command, [
    ['report k3f9', 'a job, with its duration and the estimate that was agreed to'],
    ['report reviews.results.jsonl', 'merged results, of whatever jobs'],
    ['report output.jsonl errors.jsonl --format json', "the provider's own files, as one JSON document"],
  ]);
}

async function report(
  named: readonly string[],
  { format }: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = '', ...others] = named;
  const isJob = others.length === 0 && first !== '-' && !existsSync(first);
  return isJob
    ? await reportJob(await jobNamed(first, terminal), format, terminal)
    : await withInputs(named, terminal, async (inputs) => reportFiles(inputs, format, terminal));
}

async function jobNamed(named: string, terminal: Terminal): Promise<Job> {
  // A path that is not there shall not be called an unknown job.
  if (/[\\/]|\.jsonl$/i.test(named))
    throw new CouldNotRun(`${named} is not there; name a file or a job.`, 'file');
  return await findJob(named, await openWorkshop(terminal));
}

async function reportJob(job: Job, format: Format, terminal: Terminal): Promise<ExitCode> {
  if (!job.resultsReady) {
    const message = `The results of ${job.id} are not here yet; "llm-batch watch ${job.id}" waits for them.`;
    throw new CouldNotRun(message, 'job');
  }
  const path = job.resultsPath;
  if (!existsSync(path)) {
    const message = `${shownPath(path)} is gone; "llm-batch download ${job.id}" makes it again.`;
    throw new CouldNotRun(message, 'file');
  }
  const { isReplaced } = await import('#jobs');
  if (await isReplaced(job, (await (await openWorkshop(terminal)).store.list()).jobs)) {
    const message = `${shownPath(path)} holds the results of a newer job; "llm-batch download ${job.id}" makes those of this one again, beside it.`;
    throw new CouldNotRun(message, 'file');
  }
  const input: Input = { name: path, path, configPath: resolve(job.file) };
  const config = await configurationFor(input, terminal, { values: await valuesOfJob(job, terminal) });
  const by = { provider: job.provider, model: job.model, today: job.createdAt.slice(0, 10) };
  return await say(await figuresOf([input], { ...by, config }, terminal), [input], job, format, terminal);
}

async function reportFiles(inputs: readonly Input[], format: Format, terminal: Terminal): Promise<ExitCode> {
  const [first] = inputs;
  if (first === undefined) return exitCode.couldNotRun;
  const config = await configurationFor(first, terminal);
  return await say(
    await figuresOf(inputs, { today: today(), config }, terminal),
    inputs,
    null,
    format,
    terminal,
  );
}

async function figuresOf(
  inputs: readonly Input[],
  by: { readonly today: string; readonly config: Configuration } & Partial<Pick<Job, 'provider' | 'model'>>,
  terminal: Terminal,
): Promise<FilesReport> {
  const { reportResults } = await import('#files');
  const paths = inputs.map(({ path }) => path);
  const figures = await reportResults({ paths, ...by }, { signal: terminal.signal });
  if (figures.kind !== 'report') throw failed(figures, inputs);
  return figures;
}

async function say(
  figures: FilesReport,
  inputs: readonly Input[],
  job: Job | null,
  format: Format,
  terminal: Terminal,
): Promise<ExitCode> {
  if (format === 'json') await sayJson(figures, inputs, job, terminal);
  else {
    const { reportLines } = await import('./reportText.ts');
    for (const line of reportLines(figures, inputs, job)) terminal.print(line);
  }
  return figures.rows.succeeded < figures.requests ? exitCode.errors : exitCode.clean;
}

async function sayJson(
  figures: FilesReport,
  inputs: readonly Input[],
  job: Job | null,
  terminal: Terminal,
): Promise<void> {
  const [{ jobDurationMs, withJobCost }, { toReportJson }] = await Promise.all([
    import('#core'),
    import('#files'),
  ]);
  const durationMs = job === null ? null : jobDurationMs(job);
  const jobJson = job === null ? null : (await import('#jobs')).toJobJson(job, []);
  terminal.printJson({
    job:
      jobJson === null
        ? null
        : { id: jobJson.id, name: jobJson.name, provider: jobJson.provider, state: jobJson.state },
    results: inputs.map(({ path }) => path),
    duration_seconds: durationMs === null ? null : durationMs / 1000,
    ...toReportJson(job === null ? figures : withJobCost(figures, job.costUsd)),
    comparison: jobJson?.comparison ?? null,
  });
}
