// Does each bundle stay within its budget?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetsKb, totalBudgetKb } from './budgets.ts';
import { bundles, closureOf, sizeOf, withoutRanks } from './project.ts';

const kilobyte = 1000;
const all = bundles();

for (const [output, budgetKb] of Object.entries(budgetsKb)) {
  test(`${output} stays within ${budgetKb} kB`, () => {
    const sizeBytes = sizeOf(all, closureOf(all, `dist/${output}`, { lazy: false }));
    assert.ok(sizeBytes > 0, 'not built');
    assert.ok(sizeBytes <= budgetKb * kilobyte, `${(sizeBytes / kilobyte).toFixed(0)} kB`);
  });
}

test(`all bundles without ranks stay within ${totalBudgetKb} kB`, () => {
  const sizeBytes = sizeOf(all, withoutRanks(all));
  assert.ok(sizeBytes <= totalBudgetKb * kilobyte, `${(sizeBytes / kilobyte).toFixed(0)} kB`);
});
