// The figures of a run, as a table for a terminal: ratios first, for times drift from machine to machine.
import Table from 'cli-table3';
import { formatCount } from '#core';

export interface Row {
  readonly what: string;
  readonly ms: number;
  readonly against: readonly { readonly what: string; readonly ratio: number }[];
  readonly note: string;
}

export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['what', 'ratio', 'ms', 'note'],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { what, ms, against, note } of rows) {
    const ratios = against.map((one) => `${one.ratio.toFixed(2)} × ${one.what}`).join('\n');
    table.push([what, ratios, formatMs(ms), note]);
  }
  return table.toString();
}

function formatMs(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : formatCount(Math.round(ms));
}
