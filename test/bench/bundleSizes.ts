// How large are the bundles? With all that each loads at once; the budgets are those of the house tests.
import { budgetsKb, totalBudgetKb } from '../house/budgets.ts';
import { bundles, closureOf, sizeOf, withoutRanks } from '../house/project.ts';
import type { Row } from './row.ts';

/** The same sources make the same bytes. */
const noise = 0.01;

export function measureBundles(): readonly Row[] {
  const all = bundles();
  const rows = Object.entries(budgetsKb).map(([output, atMost]): Row => {
    const paths = closureOf(all, `dist/${output}`, { lazy: false });
    const note = paths.length === 1 ? '' : `in ${paths.length} files`;
    return { what: `dist/${output}`, kilobytes: sizeOf(all, paths) / 1000, against: [], note, atMost, noise };
  });
  const whole: Row = {
    what: 'all bundles',
    kilobytes: sizeOf(all, withoutRanks(all)) / 1000,
    against: [],
    note: 'without the ranks of the encodings',
    ...{ atMost: totalBudgetKb, noise },
  };
  return [...rows, whole];
}
