// The table of the last run, kept in the repository as ratios, so that the next run can say what has moved.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { figureOf, type Row, usualNoise } from './row.ts';
import { formatRatio } from './table.ts';

interface LastRow {
  readonly noise: number;
  /** By what the figure was compared with; a figure that is compared with nothing stands under its unit. */
  readonly ratios: Readonly<Record<string, number>>;
}

export interface LastTable {
  /** Ratios of another kind of machine, or of another Node, are no measure. */
  readonly machine: Machine;
  readonly rows: Readonly<Record<string, LastRow>>;
}

export interface Machine {
  readonly node: string;
  readonly cores: number;
}

export function thisTable(machine: Machine, rows: readonly Row[]): LastTable {
  return { machine, rows: Object.fromEntries(rows.map((row) => [row.what, lastRowOf(row)])) };
}

/** @returns null where there is none. */
export function readLastTable(path: string): LastTable | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LastTable) : null;
}

export function writeLastTable(path: string, table: LastTable): void {
  writeFileSync(path, `${JSON.stringify(table, null, 2)}\n`);
}

/** What differs by more than noise, one sentence each; rows that only one of the tables has are named. */
export function whatMoved(last: LastTable, now: LastTable): readonly string[] {
  const moved: string[] = [];
  for (const [what, row] of Object.entries(now.rows)) {
    const before = last.rows[what];
    if (before === undefined) {
      moved.push(`${what}: new`);
      continue;
    }
    const noise = Math.max(row.noise, before.noise);
    for (const [against, ratio] of Object.entries(row.ratios)) {
      const old = before.ratios[against];
      if (old === undefined || Math.abs(ratio / old - 1) <= noise) continue;
      const percent = Math.round((ratio / old - 1) * 100);
      const change = `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
      moved.push(`${what}: ${formatRatio(old)} → ${formatRatio(ratio)} ${wordOf(against)} (${change})`);
    }
  }
  for (const what of Object.keys(last.rows)) if (now.rows[what] === undefined) moved.push(`${what}: gone`);
  return moved;
}

const units = ['ms', 'MB', 'kB'];
const wordOf = (against: string): string => (units.includes(against) ? against : `× ${against}`);

function lastRowOf(row: Row): LastRow {
  const { value, unit } = figureOf(row);
  const ratios: Readonly<Record<string, number>> =
    row.against.length === 0
      ? { [unit]: rounded(value) }
      : Object.fromEntries(row.against.map(({ what, ratio }) => [what, rounded(ratio)]));
  return { noise: rounded(row.noise ?? usualNoise), ratios };
}

/** Digits that say nothing would change the file with each run. */
const rounded = (value: number): number => Number(value.toPrecision(3));
