// What is known of a model, for the hover on its name: price, limits, dates, and how far to trust them.
import {
  type Configuration,
  formatCount,
  formatTokens,
  modelFor,
  type PricedModel,
  type PriceOrigin,
  type PricePair,
  type Provider,
  pricesAsOf,
  pricesFor,
  type TokenPrices,
} from '#core';
import { escapeMarkdown } from './escapeMarkdown.ts';

/** Markdown. @param today ISO date; prices and dates are those of that day. */
export function modelCard(id: string, provider: Provider, today: string, config: Configuration): string {
  const model = modelFor(id, provider, config);
  if (model === null) {
    return `**${escapeMarkdown(id)}** is not in the model list of ${pricesAsOf}; its price and limits are unknown.`;
  }
  return [
    `**${escapeMarkdown(model.id)}**${model.id === id ? '' : ` (named here as ${escapeMarkdown(id)})`}`,
    priceTable(model, today),
    ...facts(model, today),
    ...priceNotes(model, today),
    `${escapeMarkdown(model.source)}, ${model.asOf}${model.confidence === 'high' ? '' : ` · confidence ${model.confidence}`}`,
  ].join('\n\n');
}

/** A column for each price there is: long requests have their own. */
function priceTable(model: PricedModel, today: string): string {
  const now = pricesFor(model, today, null);
  const long = model.longContext;
  const pairs: readonly PricePair[] = long === null ? [now] : [now, long];
  const from = long === null ? '' : ` from ${formatTokens(long.fromTokens)}`;
  const head = [
    'USD per 1 M tokens',
    'batch',
    'sync',
    ...(long === null ? [] : [`batch${from}`, `sync${from}`]),
  ];
  const row = (label: string, key: keyof TokenPrices): string =>
    `| ${[label, ...pairs.flatMap(({ batch, standard }) => [price(batch?.[key]), price(standard?.[key])])].join(' | ')} |`;
  return [
    `| ${head.join(' | ')} |`,
    `|---|${'---:|'.repeat(head.length - 1)}`,
    row('input', 'input'),
    row('cached input', 'cachedInput'),
    row('output', 'output'),
  ].join('\n');
}

const origins: Readonly<Record<PriceOrigin, string>> = {
  settings: 'Priced by your settings',
  project: "Priced by the project's .llm-batch.json",
  file: 'Priced by your file of prices',
};

function priceNotes(model: PricedModel, today: string): string[] {
  const lines: string[] = [];
  if (model.longContext !== null) {
    const from = formatCount(model.longContext.fromTokens);
    lines.push(`From ${from} input tokens the whole request has the higher price.`);
  }
  const change = model.schedule.find((one) => one.from > today);
  if (change !== undefined) {
    const { batch, standard } = change;
    lines.push(
      `Its price changes on ${change.from}: input ${price(batch?.input)} and output ${price(batch?.output)} in a batch, ${price(standard?.input)} and ${price(standard?.output)} sync.`,
    );
  }
  if (model.pricedBy !== undefined) {
    const listed = model.listed ? pricesFor(model.listed, today, null).batch : null;
    const list =
      listed === null
        ? 'the list that ships has none'
        : `by the list that ships input is ${price(listed.input)} and output ${price(listed.output)} in a batch`;
    lines.push(`${origins[model.pricedBy]}; ${list}.`);
  }
  return lines;
}

function facts(model: PricedModel, today: string): string[] {
  const lines: string[] = [];
  const limits = [
    model.contextTokens === null ? null : `context ${formatTokens(model.contextTokens)} tokens`,
    model.maxOutputTokens === null ? null : `output up to ${formatTokens(model.maxOutputTokens)}`,
  ].filter((fact) => fact !== null);
  if (limits.length > 0) lines.push(limits.join(' · '));
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
