// What is said of the results of a batch in the terminal: figures first, then why rows failed and what is odd about answers.
import { formatNumberOf, type Job, reportFacts } from '#core';
import type { FilesReport } from '#files';
import type { Input } from './input.ts';
import { errorLines, noteLines } from './mergeText.ts';
import { printable } from './printable.ts';
import { shownPath } from './words.ts';

export function reportLines(report: FilesReport, inputs: readonly Input[], job: Job | null): string[] {
  const rows: [string, string][] = [
    ...(job === null
      ? []
      : [['job', `${printable(job.id)} (${printable(job.name)}, ${job.provider})`] as [string, string]]),
    ['results', inputs.map(({ name }) => (name === '-' ? 'standard input' : shownPath(name))).join(', ')],
    ...reportFacts(report, job).map(([name, words]): [string, string] => [name, words]),
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

function unreadableLines({ unreadableLines: count }: FilesReport): string[] {
  return count === 0 ? [] : [`${formatNumberOf(count, 'line is', 'lines are')} no results and in no figure.`];
}
