// How a request's figures were found, in words: for the hint's tooltip and the hover.
import { approximate, type CountMethod, formatTokens, formatUsd, type LineEstimate, pricesAsOf } from '#core';
import { escapeMarkdown } from './escapeMarkdown.ts';

const methods: Readonly<Record<CountMethod, string>> = {
  exact: "counted with the model's own encoding",
  calibrated: 'counted, then corrected by earlier jobs',
  estimated: 'estimated',
  unknown: 'unknown',
};

/** Markdown. */
export function explainEstimate(estimate: LineEstimate): string {
  return [input(estimate), output(estimate), source(estimate)].join('\n\n');
}

function input({ inputTokens, inputMethod, inputErrorPercent, batchUsd, syncUsd }: LineEstimate): string {
  if (inputTokens === null) return '**Input** tokens unknown';
  const error = inputErrorPercent === null || inputErrorPercent === 0 ? '' : `, ± ${inputErrorPercent} %`;
  const tokens = `${approximate(inputMethod)}${formatTokens(inputTokens)} tokens (${methods[inputMethod]}${error})`;
  return `**Input** ${tokens}${money('', batchUsd.input, syncUsd.input)}`;
}

function output({ outputMaxTokens, batchUsd, syncUsd }: LineEstimate): string {
  if (outputMaxTokens === null) return '**Output** has no limit in this request, so its cost has no bound';
  if (outputMaxTokens === 0) return '**Output** no tokens';
  const tokens = `up to ${formatTokens(outputMaxTokens)} tokens`;
  return `**Output** ${tokens}${money('up to ', batchUsd.outputMax, syncUsd.outputMax)}`;
}

function source({ model, modelKnown, inputTokens, batchUsd, syncUsd }: LineEstimate): string {
  const name = model === null ? 'a request without a model' : escapeMarkdown(model);
  const priced = batchUsd.input !== null || syncUsd.input !== null;
  return modelKnown && (priced || inputTokens === null)
    ? `Prices of ${name} as of ${pricesAsOf}`
    : `The price of ${name} is unknown`;
}

/** Nothing where neither is known: the last row says so once. */
function money(bound: string, batchUsd: number | null, syncUsd: number | null): string {
  if (batchUsd === null && syncUsd === null) return '';
  return `: ${bound}${formatUsd(batchUsd)} in a batch, ${formatUsd(syncUsd)} sync`;
}
