// What would the same requests cost with other models? A table, the file as it is first.
import { type EstimateTotals, formatTokens, totalUsd } from '#core';
import type { ShownEstimate } from './estimate.ts';
import { boundWords, mark, totalWords } from './estimateText.ts';
import { printable } from './printable.ts';
import { tableLines } from './table.ts';

/** Lines for a person. @param model what all requests are priced as, where that was asked. */
export function comparisonLines({ estimate, compared }: ShownEstimate, model: string | undefined): string[] {
  const base = estimate.summary;
  const rows = [
    [model === undefined ? 'as it is' : `as if to ${printable(model)}`, base] as const,
    ...compared.map(({ model, summary }) => [printable(model), summary] as const),
  ];
  const cells = rows.map(([name, totals]) => [
    name,
    `${mark(totals)}${formatTokens(totals.inputTokens)}`,
    boundWords(totals.outputMaxTokens, formatTokens),
    totalWords(totals.batchUsd, mark(totals)),
    totalWords(totals.syncUsd, mark(totals)),
    totals === base ? '' : against(totals, base),
  ]);
  const head = ['model', 'input', 'output', 'batch', 'sync', 'batch ×'];
  return tableLines(head, cells, ['left', 'right', 'right', 'right', 'right', 'right']).map(
    (line) => `  ${line}`,
  );
}

/** How many times as much the batch costs, at the bound; by the input alone where there is none. */
function against(totals: EstimateTotals, base: EstimateTotals): string {
  const [usd, baseUsd] = [totalUsd(totals.batchUsd), totalUsd(base.batchUsd)];
  if (usd === null || baseUsd === null || baseUsd === 0) return '?';
  return (usd / baseUsd).toPrecision(2);
}
