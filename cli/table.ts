// Columns for a person: aligned also for wide letters and colours, without borders.
import Table from 'cli-table3';

/** Which columns hold figures, and so end at the right. */
export type Alignment = 'left' | 'right';

const none = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Lines without their ends. @param rows cells must be printable. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): string[] {
  const table = new Table({
    chars: none,
    colAligns: [...alignments],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push([...head], ...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
