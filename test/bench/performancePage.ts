// The table of the last run in docs/performance.md, between two marks; the words around it are written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from './lastTable.ts';
import type { Row } from './row.ts';
import { markdownOf } from './table.ts';

const begin = '<!-- figures of npm run bench -->';
const end = '<!-- end of figures -->';

/** The rows of one part of the bench, under a heading. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** @throws when the page does not have both marks. */
export function writeFigures(path: string, machine: Machine, sections: readonly Section[]): void {
  const page = readFileSync(path, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no place for the figures.`);
  writeFileSync(path, page.slice(0, from) + figures(machine, sections) + page.slice(to));
}

function figures({ node, cores }: Machine, sections: readonly Section[]): string {
  const tables = sections.map(({ title, rows }) => `### ${title}\n\n${markdownOf(rows)}\n`);
  return `${begin}\n\nNode ${node}, ${cores} cores.\n\n${tables.join('\n')}\n`;
}
