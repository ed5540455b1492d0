// What is known of a model, for the hover on its name: price, limits, dates, and how far to trust them.
import {
  findModel,
  formatTokens,
  type Model,
  type Provider,
  pricesAsOf,
  pricesFor,
  type TokenPrices,
} from '#core';
import { escapeMarkdown } from './escapeMarkdown.ts';

/** Markdown. @param today ISO date; prices and dates are those of that day. */
export function modelCard(id: string, provider: Provider, today: string): string {
  const model = findModel(id, provider);
  if (model === null) {
    return `**${escapeMarkdown(id)}** is not in the model list of ${pricesAsOf}; its price and limits are unknown.`;
  }
  const prices = pricesFor(model, today, null);
  const rows = [
    `**${escapeMarkdown(model.id)}**${model.id === id ? '' : ` (named here as ${escapeMarkdown(id)})`}`,
    [
      '| USD per 1 M tokens | batch | sync |',
      '|---|---:|---:|',
      ...priceRows(prices.batch, prices.standard),
    ].join('\n'),
    ...facts(model, today),
    `${model.source}, ${model.asOf}${model.confidence === 'high' ? '' : ` · confidence ${model.confidence}`}`,
  ];
  return rows.join('\n\n');
}

function priceRows(batch: TokenPrices | null, standard: TokenPrices | null): string[] {
  const row = (label: string, key: keyof TokenPrices): string =>
    `| ${label} | ${price(batch?.[key])} | ${price(standard?.[key])} |`;
  return [row('input', 'input'), row('cached input', 'cachedInput'), row('output', 'output')];
}

function facts(model: Model, today: string): string[] {
  const lines: string[] = [];
  const limits = [
    model.contextTokens === null ? null : `context ${formatTokens(model.contextTokens)} tokens`,
    model.maxOutputTokens === null ? null : `output up to ${formatTokens(model.maxOutputTokens)}`,
  ].filter((fact) => fact !== null);
  if (limits.length > 0) lines.push(limits.join(' · '));
  if (model.longContext !== null) {
    lines.push(
      `From ${formatTokens(model.longContext.fromTokens)} input tokens the whole request costs more.`,
    );
  }
  const change = model.schedule.find((one) => one.from > today);
  if (change !== undefined) lines.push(`Its price changes on ${change.from}.`);
  if (model.shutdownDate !== null) {
    const verb = model.shutdownDate <= today ? 'Was shut down' : 'Shuts down';
    lines.push(
      `${verb} on ${model.shutdownDate}${model.replacement === null ? '' : `; replacement ${escapeMarkdown(model.replacement)}`}.`,
    );
  }
  if (model.batchSupported === false) lines.push('Does not answer in a batch.');
  return lines;
}

function price(usd: number | null | undefined): string {
  return usd === null || usd === undefined ? 'unknown' : `$${usd}`;
}
