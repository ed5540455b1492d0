// How are the problems of a file shown in a terminal? One line each, a summary always, and what to do next.
import {
  capital,
  dialectOf,
  type FileReport,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumberOf,
  isSendable,
  type Problem,
  type RelatedPlace,
  type Severity,
} from '#core';
import type { ShownCheck } from './check.ts';
import { printable } from './printable.ts';
import type { Paint } from './terminal.ts';
import { shellWord, wrapped } from './words.ts';

const colours = { error: 'red', warning: 'yellow', info: 'cyan', hint: 'dim' } as const;

interface TextOptions {
  /** Says whose summary it is, where there are several. */
  readonly named?: boolean;
  /** Of the screen; null where there is none to fit. */
  readonly columns?: number | null;
}

/** Lines for a person, without their ends. */
export function checkText(
  check: ShownCheck,
  paint: Paint,
  { named = false, columns = null }: TextOptions = {},
): string[] {
  return [
    ...problemLines(check.name, check.report.problems, paint, columns),
    summaryLine(check, paint, { named }),
    ...adviceLines(check).flatMap((line) => (columns === null ? [line] : wrapped(line, columns).split('\n'))),
  ];
}

/** `path:line:column severity code message`, aligned; other places of the same problem are indented below it. */
export function problemLines(
  name: string,
  problems: readonly Problem[],
  paint: Paint,
  columns: number | null = null,
): string[] {
  const path = printable(name);
  const placeOf = (at: { readonly line: number; readonly start: number }): string =>
    `${path}:${at.line + 1}:${at.start + 1}`;
  const widths = { place: 0, severity: 0, code: 0 };
  for (const problem of problems) {
    widths.place = Math.max(widths.place, placeOf(problem).length);
    widths.severity = Math.max(widths.severity, problem.severity.length);
    widths.code = Math.max(widths.code, problem.code.length);
  }
  const related = (place: RelatedPlace): string =>
    paint('dim', `    ${placeOf(place)} ${printable(place.message)}`);
  const messageAt = widths.place + 1 + widths.severity + 2 + widths.code + 2;
  return problems.flatMap((problem) => [
    `${placeOf(problem).padEnd(widths.place)} ${[
      paint(colours[problem.severity], problem.severity.padEnd(widths.severity)),
      problem.code.padEnd(widths.code),
      fitted(printable(problem.message), messageAt, columns),
    ].join('  ')}`,
    ...problem.related.map(related),
  ]);
}

/** Less room than this beside the place is no room to read in. */
const readableColumns = 36;

/** On a screen too narrow for one line a message goes on below itself, or begins below its place. */
function fitted(message: string, column: number, columns: number | null): string {
  if (columns === null || column + message.length <= columns) return message;
  if (columns - column >= readableColumns) {
    return wrapped(message, columns - column).replaceAll('\n', `\n${' '.repeat(column)}`);
  }
  return `\n    ${wrapped(message, columns - 4).replaceAll('\n', '\n    ')}`;
}

/** "2 errors in 4,812 requests (OpenAI /v1/chat/completions, 6.1 MB, 0.2 s)" */
export function summaryLine(
  { name, provider, content, report, elapsedMs }: ShownCheck,
  paint: Paint,
  { named = false } = {},
): string {
  const { error, warning } = report.counts;
  const kinds = (Object.keys(colours) as Severity[]).filter((severity) => report.counts[severity] > 0);
  const found = kinds.map((severity) =>
    severity === 'info'
      ? `${formatCount(report.counts.info)} info`
      : formatNumberOf(report.counts[severity], severity),
  );
  const words = found.length === 0 ? 'No problems' : found.join(', ');
  const colour = error > 0 ? 'red' : warning > 0 ? 'yellow' : 'green';
  const facts = [whose(provider, content, report), formatBytes(report.sizeBytes), formatDuration(elapsedMs)];
  const where = provider === null ? '' : ` in ${formatNumberOf(report.requests, content.replace(/s$/, ''))}`;
  const whole = `${paint(colour, words)}${where} (${facts.join(', ')})`;
  return named ? `${printable(name)}: ${whole}` : whole;
}

function whose(provider: ShownCheck['provider'], content: ShownCheck['content'], report: FileReport): string {
  if (provider === null) return 'no batch format we know';
  const title = capital(dialectOf(provider).title);
  if (content === 'results') return `${title} batch results`;
  return report.endpoint === null ? title : `${title} ${printable(report.endpoint)}`;
}

function adviceLines(check: ShownCheck): string[] {
  const mendable = check.fixed ? 0 : sumOf(check.report.fixable);
  if (mendable === 0) return consequenceLines(check);
  const total = sumOf(check.report.counts);
  const which =
    mendable < total ? `${formatCount(mendable)} of these problems` : total === 1 ? 'it' : 'them all';
  return [...consequenceLines(check), `"llm-batch check --fix ${namedInShell(check)}" mends ${which}.`];
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** To be typed after a verb. */
function namedInShell({ name }: ShownCheck): string {
  return name === '-' ? 'FILE' : shellWord(name);
}

function consequenceLines(check: ShownCheck): string[] {
  const { provider, content, report, unlisted } = check;
  const lines = unlisted > 0 ? [unlistedLine(report.problems.length, unlisted)] : [];
  const { file, row } = report.errorsByScope;
  if (provider === null || content === 'results' || file + row === 0) return lines;
  if (file > 0) {
    const { title } = dialectOf(provider);
    lines.push(`${capital(title)} would refuse the whole file; correct it and check it again.`);
    if (row > 0) lines.push(`${rowsWords(row)} only.`);
  } else {
    const asItIs = isSendable(dialectOf(provider))
      ? `, or send the file as it is with "llm-batch submit --allow-errors ${namedInShell(check)}"`
      : '';
    lines.push(`${rowsWords(row)} only; correct ${row === 1 ? 'it' : 'them'}${asItIs}.`);
  }
  return lines;
}

/** That there is more than can be seen. */
export function unlistedLine(listed: number, unlisted: number): string {
  const shown = formatNumberOf(listed, 'problem is', 'problems are');
  const more = formatNumberOf(unlisted, 'more is', 'more are');
  return `${shown} listed, ${more} not; --max-problems N lists more.`;
}

function rowsWords(errors: number): string {
  return errors === 1 ? '1 error would cost its row' : `${formatCount(errors)} errors would cost their rows`;
}
