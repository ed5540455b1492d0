// `npm run bench`: makes its files, proves that what is compared gives the same answers, then measures it in one run.
// With words after `--`: only the parts whose name has one of them, and nothing is written down.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundleSizes.ts';
import { measureCounting } from './counting.ts';
import { measureEditing } from './editing.ts';
import { measureHugeFile } from './hugeFile.ts';
import { measureJoining } from './joining.ts';
import { type Machine, readLastTable, thisTable, whatMoved, writeLastTable } from './lastTable.ts';
import { projectFile } from './measure.ts';
import { type Section, writeFigures } from './performancePage.ts';
import type { Row } from './row.ts';
import { measureSending } from './sending.ts';
import { measureStarting } from './starting.ts';
import { tableOf } from './table.ts';
import { measureWholeFile } from './wholeFile.ts';

type Measure = (folder: string) => readonly Row[] | Promise<readonly Row[]>;

/** Starts come first, while this process is small: a large one takes longer to start others. */
const parts: Readonly<Record<string, Measure>> = {
  'Starting up': measureStarting,
  'A whole file': measureWholeFile,
  'Counting tokens': measureCounting,
  'In the editor': () => measureEditing(),
  'Joining and splitting': measureJoining,
  Submitting: measureSending,
  'Bundle sizes': measureBundles,
};

/** They take too long to be measured each time. */
const onRequest: Readonly<Record<string, Measure>> = { 'Two gigabytes': measureHugeFile };

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const asked = Object.entries({ ...parts, ...onRequest }).filter(([title]) =>
  words.length === 0 ? title in parts : words.some((word) => title.toLowerCase().includes(word)),
);
const sections = await measure(asked);
const machine: Machine = {
  node: process.version.replace(/^v(\d+).*/, '$1'),
  cores: availableParallelism(),
};
console.log(`Node ${machine.node}, ${machine.cores} cores; answers compared and equal.`);
for (const { title, rows } of sections) console.log(`\n${title}\n${tableOf(rows)}`);
compare(sections);

async function measure(some: readonly (readonly [string, Measure])[]): Promise<readonly Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-batch-bench-'));
  const measured: Section[] = [];
  try {
    for (const [title, work] of some) {
      console.error(`${title} …`);
      measured.push({ title, rows: await work(folder) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return measured;
}

/** Says what moved since the last whole run, and writes down this one when it is whole. */
function compare(all: readonly Section[]): void {
  const rows = all.flatMap((section) => section.rows);
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length, 'Two rows have one name.');
  const path = projectFile('test/bench/last.json');
  const last = readLastTable(path);
  const now = thisTable(machine, rows);
  if (last === null) console.log('\nThere is no last table to compare with.');
  else if (last.machine.node !== machine.node || last.machine.cores !== machine.cores) {
    console.log(
      `\nThe last table is of Node ${last.machine.node} on ${last.machine.cores} cores: not compared.`,
    );
  } else {
    const moved = whatMoved(last, now).filter((line) => words.length === 0 || !line.endsWith(': gone'));
    console.log(moved.length === 0 ? '\nNothing moved since the last table.' : '\nSince the last table:');
    for (const line of moved) console.log(`  ${line}`);
  }
  if (words.length > 0) return;
  writeLastTable(path, now);
  writeFigures(projectFile('docs/performance.md'), machine, all);
}
