// `npm run bench`: makes its files, proves that what is compared gives the same answers, then measures it in one run.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCounting } from './counting.ts';
import { measureEditing } from './editing.ts';
import { type Row, tableOf } from './table.ts';
import { measureWholeFile } from './wholeFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-batch-bench-'));
try {
  const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
    'a whole file': () => measureWholeFile(folder),
    'counting tokens': measureCounting,
    editing: measureEditing,
  };
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    console.error(`${name} …`);
    rows.push(...(await measure()));
  }
  console.log(`Node ${process.version}, ${availableParallelism()} cores; answers compared and equal.`);
  console.log(tableOf(rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
