// What a batch came to, as a page: the figures and words of `llm-batch report`. Pure.
import { basename, dirname } from 'node:path';
import {
  dialectOf,
  formatCount,
  formatNumberOf,
  type Job,
  noteWords,
  type ReportFact,
  reportFacts,
} from '#core';
import type { FilesReport } from '#files';
import { isSimulated } from './jobWords.ts';
import type { L10n } from './l10n.ts';
import { codeSpan, escapeMarkdown } from './tree/markdown.ts';

type Cells = readonly string[];

export function reportPage(report: FilesReport, job: Job, l10n: L10n): string {
  const facts: readonly ReportFact[] = reportFacts(report, job);
  const { unreadableLines } = report;
  return [
    `# ${escapeMarkdown(job.name)}`,
    factTable([
      ['job', `${codeSpan(job.id)} (${providerWords(job, l10n)})`],
      ['results', codeSpan(resultsName(job))],
      // A name of two words would be the first thing to be folded.
      ...joined(facts).map(([name, words]) => [name.replaceAll(' ', '\u00a0'), escapeMarkdown(words)]),
    ]),
    ...section(l10n.t('Why requests have no answer'), errorList(report, l10n)),
    ...section(l10n.t('What is odd about answers'), noteList(report, l10n)),
    ...(unreadableLines === 0
      ? []
      : [
          escapeMarkdown(
            `${formatNumberOf(unreadableLines, 'line is', 'lines are')} no results and in no figure.`,
          ),
        ]),
  ].join('\n\n');
}

function providerWords(job: Job, l10n: L10n): string {
  const { title } = dialectOf(job.provider);
  return isSimulated(job)
    ? escapeMarkdown(l10n.t('Simulator, free; costs are those of {0}', title))
    : escapeMarkdown(title);
}

/** Beside the file of the requests, as they mostly are, their name says where they are. */
function resultsName({ file, resultsPath }: Job): string {
  return dirname(file) === dirname(resultsPath) ? basename(resultsPath) : resultsPath;
}

/** Where there is room for a line, what has the same name stands in one. */
function joined(facts: readonly ReportFact[]): readonly ReportFact[] {
  const names = [...new Set(facts.map(([name]) => name))];
  return names.map((name) => {
    const words = facts.flatMap(([other, said]) => (other === name ? [said] : []));
    return [name, words.join('; ')];
  });
}

function section(title: string, text: string | null): readonly string[] {
  return text === null ? [] : [`## ${title}`, text];
}

/** As the sidebar says it; lists fold where columns would be cut off. */
function errorList({ errors }: FilesReport, l10n: L10n): string | null {
  const items = errors.map(
    ({ status, code, count, example }) =>
      `${codeSpan(code)} × ${formatCount(count)}, ${status}; ${exampleWords(count, example, l10n)}`,
  );
  return list(items);
}

function noteList({ notes }: FilesReport, l10n: L10n): string | null {
  const items = notes.map(
    ({ code, count, example }) =>
      `${formatCount(count)} ${noteWords[code]}; ${exampleWords(count, example, l10n)}`,
  );
  return list(items);
}

interface Example {
  readonly line: number;
  readonly message: string;
}

function exampleWords(count: number, { line, message }: Example, l10n: L10n): string {
  const place = formatCount(line + 1);
  return escapeMarkdown(
    count === 1
      ? l10n.t('line {0}: {1}', place, message)
      : l10n.t('for example line {0}: {1}', place, message),
  );
}

function list(items: readonly string[]): string | null {
  return items.length === 0 ? null : items.map((item) => `- ${item}`).join('\n');
}

/** Markdown has no table without a head: the first row is it. */
function factTable(rows: readonly Cells[]): string {
  const [head = '', ...others] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, '|---|---|', ...others].join('\n');
}
