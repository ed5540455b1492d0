// How is an estimate shown in a terminal? A table by model, then in words what the figures rest on.
import {
  approximate,
  type Cost,
  type EstimateTotals,
  type Expectation,
  formatCount,
  formatGrounds,
  formatNumberOf,
  formatPercent,
  formatTokens,
  formatUsd,
  type ModelEstimate,
  totalUsd,
} from '#core';
import type { ShownEstimate } from './estimate.ts';
import { cacheRows, cacheSentences, priceSentences } from './estimateNotes.ts';
import { comparisonLines, figureCells, figureHeads, figureTable, mark } from './figureTables.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { today, wrapped } from './words.ts';

interface TextOptions {
  readonly perLine?: true;
  readonly model?: string;
}

/** Lines for a person, without their ends. */
export function estimateText(
  shown: ShownEstimate,
  options: TextOptions,
  { paint, columns }: Pick<Terminal, 'paint' | 'columns'>,
): string[] {
  const { summary } = shown.estimate;
  const fit = (sentence: string): string => (columns === null ? sentence : wrapped(sentence, columns));
  return [
    ...(options.perLine ? [...perLineLines(shown), ''] : []),
    paint('bold', title(shown, options)),
    ...(summary.requests === 0 ? [] : totalLines(summary, columns)),
    ...(summary.models.length > 1 ? ['', ...modelTable(summary.models, columns), ''] : []),
    ...(shown.compared.length > 0 ? ['', ...comparisonLines(shown, options.model, columns), ''] : []),
    ...sentences(shown).map(fit),
  ];
}

/** "reviews.jsonl: 4,812 requests to gpt-6-luna" */
function title({ name, estimate: { summary } }: ShownEstimate, options: TextOptions): string {
  const requests = `${printable(name)}: ${formatNumberOf(summary.requests, 'request')}`;
  if (options.model !== undefined) return `${requests}, as if to ${printable(options.model)}`;
  const [first, ...others] = summary.models;
  if (first === undefined) return requests;
  return `${requests} to ${others.length > 0 ? formatNumberOf(summary.models.length, 'model') : modelName(first)}`;
}

function modelName({ model }: ModelEstimate): string {
  return model === null ? 'no model' : printable(model);
}

function totalLines(total: EstimateTotals, columns: number | null): string[] {
  const rows = [
    ['input tokens', `${mark(total)}${formatTokens(total.inputTokens)}${methodWords(total)}`],
    ['output tokens', boundWords(total.outputMaxTokens, formatTokens)],
    ['batch', costWords(total.batchUsd, mark(total))],
    ['sync', costWords(total.syncUsd, mark(total))],
    ...(total.expected === null ? [] : [['expected', expectedWords(total.expected)]]),
    ['batch saves', savingsWords(total)],
    ...cacheRows(total),
  ];
  const indent = ' '.repeat(17);
  return rows.flatMap(([name = '', words = '']) => {
    const text = columns === null ? words : wrapped(words, columns - indent.length);
    return `  ${name.padEnd(13)}  ${text.replaceAll('\n', `\n${indent}`)}`.split('\n');
  });
}

/** "about 12 k output tokens by 40 earlier answers; in all about $0.21 in a batch" */
function expectedWords({ outputTokens, rows, batchUsd }: Expectation): string {
  const output = `about ${formatTokens(outputTokens)} output tokens ${formatGrounds(rows)}`;
  return batchUsd === null ? output : `${output}; in all about ${formatUsd(batchUsd)} in a batch`;
}

function modelTable(models: readonly ModelEstimate[], columns: number | null): string[] {
  const rows = models.map((model) => [modelName(model), formatCount(model.requests), ...figureCells(model)]);
  return figureTable(['model', 'requests', ...figureHeads], rows, columns);
}

function boundWords(bound: number | null, format: (figure: number) => string): string {
  if (bound === null) return 'no limit set';
  return bound === 0 ? '0' : `up to ${format(bound)}`;
}

/** "~$0.06 input + up to $0.60 output, in all up to about $0.66" */
function costWords({ input, outputMax }: Cost, approximately: string): string {
  if (input === null) return 'price unknown';
  const known = `${input === 0 ? '' : approximately}${formatUsd(input)}`;
  if (outputMax === 0) return known;
  if (outputMax === null) return `${known} input; the output is not bounded`;
  const all = `in all up to ${approximately === '' ? '' : 'about '}${formatUsd(input + outputMax)}`;
  return `${known} input + up to ${formatUsd(outputMax)} output, ${all}`;
}

function savingsWords(totals: EstimateTotals): string {
  const sync = totalUsd(totals.syncUsd);
  if (totals.savingsUsd === null || sync === null) return 'unknown';
  return sync === 0 ? '$0' : `${formatUsd(totals.savingsUsd)} (${formatPercent(totals.savingsUsd / sync)})`;
}

function sentences({ provider, estimate, compared }: ShownEstimate): string[] {
  const { summary, unreadableLines } = estimate;
  const said: string[] = [];
  if (provider === null) said.push('This is no batch file we can price; "llm-batch check" says more.');
  if (unreadableLines > 0) {
    const left = unreadableLines === 1 ? 'is no request and is' : 'are no requests and are';
    said.push(`${formatNumberOf(unreadableLines, 'line')} ${left} left out; "llm-batch check" says why.`);
  }
  if (summary.requests === 0) return said;
  said.push(...cacheSentences(summary));
  if (summary.outputMaxTokens === null) {
    said.push('Some requests set no limit on output tokens, so the price of the output is not known.');
  }
  const uncounted = summary.models.filter(
    ({ inputTokens, batchUsd }) => inputTokens === null && batchUsd.input === null,
  );
  if (uncounted.length > 0) {
    said.push(`Not all requests can be counted, so their price is unknown: ${namesOf(uncounted)}.`);
  }
  const unpriced = summary.models.filter(
    ({ inputTokens, batchUsd }) => inputTokens !== null && batchUsd.input === null,
  );
  said.push(...unpricedSentences(unpriced), ...unknownSentences(compared));
  said.push(...priceSentences(summary));
  said.push(`Prices of ${summary.pricesAsOf}, in US dollars.`);
  const ageDays = daysBetween(summary.pricesAsOf, today());
  if (ageDays > oldDays) said.push(`They are ${ageDays} days old; --prices FILE takes newer ones.`);
  return said;
}

/** What has a price at once is priced; that of its batches alone is not published. */
function unpricedSentences(unpriced: readonly ModelEstimate[]): string[] {
  const batchOnly = unpriced.filter(({ syncUsd }) => syncUsd.input !== null);
  const unknown = unpriced.filter(({ syncUsd }) => syncUsd.input === null);
  const advice = unknown.some(({ model }) => model === null) ? '; --model MODEL prices them' : '';
  return [
    ...(batchOnly.length > 0 ? [`Price in a batch unknown: ${namesOf(batchOnly)}.`] : []),
    ...(unknown.length > 0 ? [`Price unknown: ${namesOf(unknown)}${advice}.`] : []),
  ];
}

/** A slip in a name of --compare. */
function unknownSentences(compared: ShownEstimate['compared']): string[] {
  const unknown = compared.flatMap(({ summary }) => summary.models.filter(({ known }) => !known));
  return unknown.length > 0 ? [`Not in the list of models: ${namesOf(unknown)}.`] : [];
}

/** Prices change every few weeks. */
const oldDays = 60;

function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function methodWords({ inputMethod, inputErrorPercent }: EstimateTotals): string {
  if (inputMethod === 'unknown') return '';
  if (inputMethod === 'exact') return ' (exact)';
  return ` (${inputMethod}, within about ${inputErrorPercent ?? 0} %)`;
}

function namesOf(models: readonly ModelEstimate[]): string {
  const names = models.map(({ model }) => (model === null ? 'requests without a model' : printable(model)));
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

/** One line for each request; the id stands last, for it may be of any width. */
function perLineLines({ estimate }: ShownEstimate): string[] {
  const cells = (estimate.lines ?? []).map(({ line, estimate: one }) => [
    formatCount(line + 1),
    `${one.inputTokens === null ? '' : approximate(one.inputMethod)}${formatTokens(one.inputTokens)}`,
    one.outputMaxTokens === null ? 'no limit' : formatTokens(one.outputMaxTokens),
    formatUsd(totalUsd(one.batchUsd)),
    one.customId === null ? 'no id' : printable(one.customId),
  ]);
  const all = [['line', 'input', 'output up to', 'batch up to', 'custom_id'], ...cells];
  const widths = [0, 1, 2, 3].map((column) =>
    all.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return all.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}
