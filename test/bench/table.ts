// The figures of a run as a table: for a terminal, and in Markdown for the documents.
import Table from 'cli-table3';
import { formatCount } from '#core';
import { type Figure, figureOf, type Row, verdictOf } from './row.ts';

export type { Row } from './row.ts';

const head = ['what', 'ratio', 'figure', 'target', '', 'note'] as const;

export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: [...head],
    colAligns: ['left', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows) table.push([...cellsOf(row, '\n')]);
  return table.toString();
}

export function markdownOf(rows: readonly Row[]): string {
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    lineOf(head),
    '|---|---:|---:|---:|---|---|',
    ...rows.map((row) => lineOf(cellsOf(row, '<br>'))),
  ].join('\n');
}

function cellsOf(row: Row, newline: string): readonly string[] {
  const verdict = verdictOf(row);
  return [
    row.what,
    row.against.map(({ what, ratio }) => `${formatRatio(ratio)} × ${what}`).join(newline),
    formatFigure(figureOf(row)),
    targetsOf(row).join(newline),
    verdict === 'no target' ? '' : verdict,
    row.note,
  ];
}

function targetsOf(row: Row): readonly string[] {
  return [
    ...row.against.flatMap(({ what, atMost, atLeast }) => [
      ...(atMost === undefined ? [] : [`≤ ${atMost} × ${what}`]),
      ...(atLeast === undefined ? [] : [`≥ ${atLeast} × ${what}`]),
    ]),
    ...(row.atMost === undefined ? [] : [`≤ ${formatCount(row.atMost)} ${figureOf(row).unit}`]),
  ];
}

export function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio < 100 ? ratio.toFixed(1) : formatCount(Math.round(ratio));
}

function formatFigure({ value, unit }: Figure): string {
  return `${unit === 'ms' && value < 100 ? value.toFixed(1) : formatCount(Math.round(value))} ${unit}`;
}
