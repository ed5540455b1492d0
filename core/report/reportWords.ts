// What is said of the results of a batch, in pairs of a name and words: the same in terminal and editor.
import { formatCount, formatDuration, formatNumberOf, formatTokens, formatUsd } from '../figures.ts';
import type { Job } from '../job/job.ts';
import { compareJob, comparisonWords } from '../money/comparison.ts';
import type { RowStatus } from '../result.ts';
import { jobDurationMs } from './duration.ts';
import { type ResultsReport, withJobCost } from './reportTally.ts';

export type ReportFact = readonly [name: string, words: string];

/** @param job whose results they are; null: of files alone. */
export function reportFacts(ofRows: ResultsReport, job: Job | null): readonly ReportFact[] {
  const report = job === null ? ofRows : withJobCost(ofRows, job.costUsd);
  return [
    ['requests', requestWords(report)],
    ...durationFact(job),
    ['tokens', tokenWords(report)],
    ['cost', costWords(report)],
    ['at once', syncWords(report)],
    ...estimateFacts(job),
    ...reasonFact(report),
  ];
}

/** "4,798 answered, 14 failed"; what did not happen is not mentioned. */
export function rowsWords(rows: Readonly<Record<RowStatus, number>>): string {
  const words = [`${formatCount(rows.succeeded)} answered`];
  for (const status of ['failed', 'expired', 'cancelled', 'missing'] as const) {
    if (rows[status] > 0) words.push(`${formatCount(rows[status])} ${status}`);
  }
  return words.join(', ');
}

function requestWords({ requests, rows, completionPercent, reusedRows }: ResultsReport): string {
  const share = completionPercent === null ? '' : ` (${completionPercent} %)`;
  const [answered = '', ...others] = rowsWords(rows).split(', ');
  const reused = reusedRows === 0 ? [] : [`${formatCount(reusedRows)} of them answered by earlier jobs`];
  return `${formatCount(requests)}: ${[`${answered}${share}`, ...others, ...reused].join(', ')}`;
}

function durationFact(job: Job | null): ReportFact[] {
  const durationMs = job === null ? null : jobDurationMs(job);
  return durationMs === null ? [] : [['duration', `${formatDuration(durationMs)} at the provider`]];
}

function tokenWords({ usage, rows, reusedRows }: ResultsReport): string {
  if (usage === null) return 'not known: some answers do not say what they used';
  const answers = Math.max(1, rows.succeeded - reusedRows);
  const cached =
    usage.cached_input_tokens === 0 ? '' : ` (${formatTokens(usage.cached_input_tokens)} from a cache)`;
  const thought =
    usage.reasoning_tokens === 0 ? '' : ` (${formatTokens(usage.reasoning_tokens)} of reasoning)`;
  const mean = (tokens: number): string => formatTokens(Math.round(tokens / answers));
  const each = `; ${mean(usage.input_tokens)} in and ${mean(usage.output_tokens)} out an answer`;
  const isAnyAnswered = rows.succeeded > reusedRows;
  return `${formatTokens(usage.input_tokens)} in${cached}, ${formatTokens(usage.output_tokens)} out${thought}${isAnyAnswered ? each : ''}`;
}

function costWords({ costUsd, costPerRequestUsd, unpricedRows }: ResultsReport): string {
  if (costUsd === null && unpricedRows === 0)
    return 'not known: some answers that were paid for are not here';
  if (costUsd === null) return `not known: ${formatNumberOf(unpricedRows, 'row')} without a known price`;
  const each = costPerRequestUsd === null ? '' : `, ${formatUsd(costPerRequestUsd)} a request`;
  return `${formatUsd(costUsd)}${each}`;
}

function syncWords({ syncUsd, savedUsd, savedPercent, isAtOnce }: ResultsReport): string {
  if (isAtOnce) return 'all of it was: this is no batch';
  if (syncUsd === null) return 'not known: the price of some rows at once is not known';
  if (savedUsd === null) return formatUsd(syncUsd);
  if (savedUsd <= 0) return `${formatUsd(syncUsd)}; nothing was saved`;
  const percent = savedPercent === null ? '' : ` (${savedPercent} %)`;
  return `${formatUsd(syncUsd)}; ${formatUsd(savedUsd)}${percent} saved`;
}

function estimateFacts(job: Job | null): ReportFact[] {
  const comparison = job === null ? null : compareJob(job);
  return comparison === null ? [] : comparisonWords(comparison).map((words) => ['estimate', words] as const);
}

function reasonFact({ finishReasons }: ResultsReport): ReportFact[] {
  const counts = Object.entries(finishReasons).sort(([, a], [, b]) => b - a);
  const words = counts.map(
    ([reason, count]) => `${reason === 'none' ? 'not said' : reason} ${formatCount(count)}`,
  );
  return counts.length === 0 ? [] : [['ended by', words.join(', ')]];
}
