// What is said of the results of a batch in the terminal: figures first, then why rows failed and what is odd about answers.
import {
  compareJob,
  comparisonWords,
  formatCount,
  formatNumberOf,
  formatTokens,
  formatUsd,
  type Job,
  jobDurationMs,
} from '#core';
import type { FilesReport } from '#files';
import type { Input } from './input.ts';
import { rowsWords } from './jobWords.ts';
import { errorLines, noteLines } from './mergeText.ts';
import { printable } from './printable.ts';
import { formatDuration, shownPath } from './words.ts';

export function reportLines(report: FilesReport, inputs: readonly Input[], job: Job | null): string[] {
  const rows: [string, string][] = [
    ...(job === null
      ? []
      : [['job', `${printable(job.id)} (${printable(job.name)}, ${job.provider})`] as [string, string]]),
    ['results', inputs.map(({ name }) => (name === '-' ? 'standard input' : shownPath(name))).join(', ')],
    ['requests', requestWords(report)],
    ...durationRow(job),
    ['tokens', tokenWords(report)],
    ['cost', costWords(report)],
    ['at once', syncWords(report)],
    ...estimateRows(job),
    ...reasonRow(report),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, words]) => `${name.padEnd(width)}  ${words}`),
    ...section('Why requests have no answer:', errorLines(report.errors)),
    ...section('What is odd about answers:', noteLines(report.notes)),
    ...section('', unreadableLines(report)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...(title === '' ? [] : [title]), ...lines];
}

function requestWords({ requests, rows, completionPercent, reusedRows }: FilesReport): string {
  const share = completionPercent === null ? '' : ` (${completionPercent} %)`;
  const [answered = '', ...others] = rowsWords({ ...rows, surplus: 0 }).split(', ');
  const reused = reusedRows === 0 ? [] : [`${formatCount(reusedRows)} of them answered by earlier jobs`];
  return `${formatCount(requests)}: ${[`${answered}${share}`, ...others, ...reused].join(', ')}`;
}

function durationRow(job: Job | null): [string, string][] {
  const durationMs = job === null ? null : jobDurationMs(job);
  return durationMs === null ? [] : [['duration', `${formatDuration(durationMs)} at the provider`]];
}

function tokenWords({ usage, rows, reusedRows }: FilesReport): string {
  if (usage === null) return 'not known: some answers do not say what they used';
  const answers = Math.max(1, rows.succeeded - reusedRows);
  const cached =
    usage.cached_input_tokens === 0 ? '' : ` (${formatTokens(usage.cached_input_tokens)} from a cache)`;
  const thought =
    usage.reasoning_tokens === 0 ? '' : ` (${formatTokens(usage.reasoning_tokens)} of reasoning)`;
  const mean = (tokens: number): string => formatTokens(Math.round(tokens / answers));
  const each = `${mean(usage.input_tokens)} in and ${mean(usage.output_tokens)} out an answer`;
  return `${formatTokens(usage.input_tokens)} in${cached}, ${formatTokens(usage.output_tokens)} out${thought}; ${each}`;
}

function costWords({ costUsd, costPerRequestUsd, unpricedRows }: FilesReport): string {
  if (costUsd === null) return `not known: ${formatNumberOf(unpricedRows, 'row')} without a known price`;
  const each = costPerRequestUsd === null ? '' : `, ${formatUsd(costPerRequestUsd)} a request`;
  return `${formatUsd(costUsd)}${each}`;
}

function syncWords({ syncUsd, savedUsd, savedPercent }: FilesReport): string {
  if (syncUsd === null) return 'not known: the price of some rows at once is not known';
  if (savedUsd === null || savedUsd <= 0) return `${formatUsd(syncUsd)}; nothing was saved`;
  const percent = savedPercent === null ? '' : ` (${savedPercent} %)`;
  return `${formatUsd(syncUsd)}; ${formatUsd(savedUsd)}${percent} saved`;
}

function estimateRows(job: Job | null): [string, string][] {
  const comparison = job === null ? null : compareJob(job);
  return comparison === null ? [] : comparisonWords(comparison).map((words) => ['estimate', words]);
}

function reasonRow({ finishReasons }: FilesReport): [string, string][] {
  const counts = Object.entries(finishReasons).sort(([, a], [, b]) => b - a);
  const words = counts.map(
    ([reason, count]) => `${reason === 'none' ? 'not said' : reason} ${formatCount(count)}`,
  );
  return counts.length === 0 ? [] : [['ended by', words.join(', ')]];
}

function unreadableLines({ unreadableLines: count }: FilesReport): string[] {
  return count === 0 ? [] : [`${formatNumberOf(count, 'line is', 'lines are')} no results and in no figure.`];
}
