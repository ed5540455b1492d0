// How large may each bundle become? Measured with all it loads at once; figures are of 2026-11-21 plus about a third.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundles, closureOf } from './project.ts';

const kilobyte = 1000;
const budgetsKb: Readonly<Record<string, number>> = {
  'client.cjs': 680,
  'cli.js': 120,
  'languageServer.js': 1250,
  'worker.js': 10,
  'jobs.js': 1050,
  'files.js': 950,
  'simulator.js': 110,
};
/** Everything but the ranks of the encodings, which are what they are; the SDKs of three providers are 1,500 of it. */
const totalBudgetKb = 4700;

const all = bundles();

for (const [output, budgetKb] of Object.entries(budgetsKb)) {
  test(`${output} stays within ${budgetKb} kB`, () => {
    const sizeBytes = sum(closureOf(all, `dist/${output}`, { lazy: false }));
    assert.ok(sizeBytes > 0, 'not built');
    assert.ok(sizeBytes <= budgetKb * kilobyte, `${(sizeBytes / kilobyte).toFixed(0)} kB`);
  });
}

test(`all bundles without ranks stay within ${totalBudgetKb} kB`, () => {
  const sizeBytes = sum(Object.keys(all).filter((path) => !/_base-\w+\.js$/.test(path)));
  assert.ok(sizeBytes <= totalBudgetKb * kilobyte, `${(sizeBytes / kilobyte).toFixed(0)} kB`);
});

function sum(paths: readonly string[]): number {
  return paths.reduce((total, path) => total + (all[path]?.bytes ?? 0), 0);
}
