// What a batch came to, as a page: the figures and words of `llm-batch report`. Pure.
import { formatCount, formatNumberOf, type Job, noteWords, type ReportFact, reportFacts } from '#core';
import type { FilesReport } from '#files';
import type { L10n } from './l10n.ts';
import { codeSpan, escapeMarkdown } from './tree/markdown.ts';

type Cells = readonly string[];

export function reportPage(report: FilesReport, job: Job, l10n: L10n): string {
  const facts: readonly ReportFact[] = reportFacts(report, job);
  const { unreadableLines } = report;
  return [
    `# ${escapeMarkdown(job.name)}`,
    table(
      ['', ''],
      [
        ['job', `${codeSpan(job.id)} (${job.provider})`],
        ['results', codeSpan(job.resultsPath)],
        ...joined(facts).map(([name, words]) => [name, escapeMarkdown(words)]),
      ],
    ),
    ...section(l10n.t('Why requests have no answer'), errorTable(report, l10n)),
    ...section(l10n.t('What is odd about answers'), noteTable(report, l10n)),
    ...(unreadableLines === 0
      ? []
      : [
          escapeMarkdown(
            `${formatNumberOf(unreadableLines, 'line is', 'lines are')} no results and in no figure.`,
          ),
        ]),
  ].join('\n\n');
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

function errorTable({ errors }: FilesReport, l10n: L10n): string | null {
  const rows = errors.map(({ status, code, count, message, example }) => [
    status,
    codeSpan(code),
    formatCount(count),
    escapeMarkdown(message),
    exampleWords(example, l10n),
  ]);
  const t = l10n.t;
  return rows.length === 0
    ? null
    : table([t('rows'), t('code'), '×', t('what is said'), t('for example')], rows, 2);
}

function noteTable({ notes }: FilesReport, l10n: L10n): string | null {
  const rows = notes.map(({ code, count, example }) => [
    noteWords[code],
    formatCount(count),
    exampleWords(example, l10n),
  ]);
  return rows.length === 0 ? null : table([l10n.t('answers'), '×', l10n.t('for example')], rows, 1);
}

interface Example {
  readonly line: number;
  readonly message: string;
}

function exampleWords({ line, message }: Example, l10n: L10n): string {
  return escapeMarkdown(l10n.t('line {0}: {1}', formatCount(line + 1), message));
}

/** @param numbers the column that has numbers in it. */
function table(head: Cells, rows: readonly Cells[], numbers: number | null = null): string {
  const line = (cells: Cells): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === numbers ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
