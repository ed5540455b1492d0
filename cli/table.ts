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

/**
 * The same without the last columns where a screen has no room for them.
 * @param needed how many stay, however narrow it is.
 * @param columns of the screen; null where there is none to fit.
 */
export function fittingLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  needed: number,
  columns: number | null,
): string[] {
  for (let count = head.length; ; count--) {
    const lines = tableLines(
      head.slice(0, count),
      rows.map((row) => row.slice(0, count)),
      alignments.slice(0, count),
    );
    if (columns === null || count <= needed || lines.every(({ length }) => length <= columns)) return lines;
  }
}
