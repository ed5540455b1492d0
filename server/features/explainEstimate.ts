// How a request's figures were found, in words: for the hint's tooltip and the hover.
import { approximate, type CountMethod, formatTokens, formatUsd, type LineEstimate, pricesAsOf } from '#core';

const methods: Readonly<Record<CountMethod, string>> = {
  exact: "counted with the model's own encoding",
  calibrated: 'counted, then corrected by earlier jobs',
  estimated: 'estimated',
  unknown: 'unknown',
};

/** Markdown. */
export function explainEstimate(estimate: LineEstimate): string {
  const error = estimate.inputErrorPercent === null ? '' : `, ± ${estimate.inputErrorPercent} %`;
  const tokens = `${approximate(estimate.inputMethod)}${formatTokens(estimate.inputTokens)}`;
  const bound = estimate.outputMaxTokens;
  const rows = [
    `**Input** ${tokens} tokens (${methods[estimate.inputMethod]}${error}): ${money(estimate.batchUsd.input)} in a batch, ${money(estimate.syncUsd.input)} at once`,
    bound === null
      ? '**Output** has no limit in this request, so its cost has no bound'
      : `**Output** up to ${formatTokens(bound)} tokens: up to ${money(estimate.batchUsd.outputMax)} in a batch, ${money(estimate.syncUsd.outputMax)} at once`,
    estimate.modelKnown
      ? `Prices of ${estimate.model ?? 'the model'} as of ${pricesAsOf}`
      : `The price of ${estimate.model === null ? 'a request without a model' : `\`${estimate.model.replaceAll('`', '')}\``} is unknown`,
  ];
  return rows.join('\n\n');
}

function money(usd: number | null): string {
  return usd === null ? 'price unknown' : formatUsd(usd);
}
