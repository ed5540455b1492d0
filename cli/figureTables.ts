// Figures of several models under each other: those of a file, or the same requests as if to others.
import {
  approximate,
  type Cost,
  type EstimateTotals,
  formatCount,
  formatTokens,
  formatUsd,
  totalUsd,
} from '#core';
import type { ShownEstimate } from './estimate.ts';
import { printable } from './printable.ts';
import { tableLines } from './table.ts';

export const figureHeads: readonly string[] = ['input', 'output up to', 'batch up to', 'sync up to'];

export function figureCells(totals: EstimateTotals): string[] {
  return [
    `${mark(totals)}${formatTokens(totals.inputTokens)}`,
    totals.outputMaxTokens === null ? 'no limit' : formatTokens(totals.outputMaxTokens),
    usdWords(totals.batchUsd, mark(totals)),
    usdWords(totals.syncUsd, mark(totals)),
  ];
}

/** Shorter names tell no models apart. */
const shortestName = 20;

/**
 * The first column is a name, the others are figures.
 * @param columns of the screen, null where there is none to fit: long names lose their middle.
 */
export function figureTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | null,
): string[] {
  const alignments = head.map((_, column) => (column === 0 ? 'left' : 'right'));
  const lines = tableLines(head, rows, alignments).map((line) => `  ${line}`);
  const width = Math.max(...lines.map(({ length }) => length));
  if (columns === null || width <= columns) return lines;
  const longest = Math.max(...rows.map(([name = '']) => name.length));
  const fitting = Math.max(shortestName, longest - (width - columns));
  if (fitting >= longest) return lines;
  return figureTable(
    head,
    rows.map(([name = '', ...cells]) => [clippedName(name, fitting), ...cells]),
    null,
  );
}

function clippedName(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}…${name.slice(-end)}`;
}

/** "~" before what is not exact. */
export function mark(totals: EstimateTotals): string {
  return totals.inputTokens === null ? '' : approximate(totals.inputMethod);
}

/** Lines for a person. @param model what all requests are priced as, where that was asked. */
export function comparisonLines(
  { estimate, compared }: ShownEstimate,
  model: string | undefined,
  columns: number | null,
): string[] {
  const base = estimate.summary;
  const rows = [
    [model === undefined ? 'as it is' : `as if to ${printable(model)}`, base] as const,
    ...compared.map(({ model, summary }) => [printable(model), summary] as const),
  ];
  const cells = rows.map(([name, totals]) => [
    name,
    ...figureCells(totals),
    totals === base ? '' : against(totals, base),
  ]);
  return figureTable(['model', ...figureHeads, 'batch ×'], cells, columns);
}

function usdWords(cost: Cost, approximately: string): string {
  const usd = totalUsd(cost);
  if (usd !== null) return `${usd === 0 ? '' : approximately}${formatUsd(usd)}`;
  return cost.input === null ? 'unknown' : `${approximately}${formatUsd(cost.input)} + output`;
}

/** How many times as much the batch costs, at the bound: "1.3", "120". */
function against(totals: EstimateTotals, base: EstimateTotals): string {
  const [usd, baseUsd] = [totalUsd(totals.batchUsd), totalUsd(base.batchUsd)];
  if (usd === null || baseUsd === null || baseUsd === 0) return '?';
  const times = usd / baseUsd;
  return times >= 10 ? formatCount(Math.round(times)) : times.toPrecision(2);
}
