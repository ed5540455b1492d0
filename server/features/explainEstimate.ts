// How a request's figures were found, in words: for the hint's tooltip and the hover.
import {
  approximate,
  type CountMethod,
  formatGrounds,
  formatTokens,
  formatUsd,
  type LineEstimate,
  type PriceOrigin,
  pricesAsOf,
} from '#core';
import { escapeMarkdown } from './escapeMarkdown.ts';

const methods: Readonly<Record<CountMethod, string>> = {
  exact: "counted with the model's own encoding",
  calibrated: 'estimated, then corrected by earlier counts or as settings say',
  estimated: 'estimated',
  unknown: 'unknown',
};

const priceSources: Readonly<Record<PriceOrigin, string>> = {
  settings: 'Your own prices of',
  project: "The prices that the project's .llm-batch.json has of",
  file: 'The prices that your file of prices has of',
};

/** Markdown. */
export function explainEstimate(estimate: LineEstimate): string {
  return [
    input(estimate),
    output(estimate),
    ...expected(estimate),
    ...cache(estimate),
    source(estimate),
  ].join('\n\n');
}

function input(estimate: LineEstimate): string {
  const { inputTokens, inputMethod, inputErrorPercent, batchUsd, syncUsd } = estimate;
  if (inputTokens === null) return '**Input** tokens unknown';
  const how =
    inputMethod === 'calibrated' && estimate.calibratedByProject
      ? "estimated, then corrected as the project's .llm-batch.json says"
      : methods[inputMethod];
  const error = inputErrorPercent === null || inputErrorPercent === 0 ? '' : `, ± ${inputErrorPercent} %`;
  const tokens = `${approximate(inputMethod)}${formatTokens(inputTokens)} tokens (${how}${error})`;
  return `**Input** ${tokens}${money('', batchUsd.input, syncUsd.input)}`;
}

function output({ outputMaxTokens, batchUsd, syncUsd }: LineEstimate): string {
  if (outputMaxTokens === null) return '**Output** has no limit in this request, so its cost has no bound';
  if (outputMaxTokens === 0) return '**Output** no tokens';
  const tokens = `up to ${formatTokens(outputMaxTokens)} tokens`;
  return `**Output** ${tokens}${money('up to ', batchUsd.outputMax, syncUsd.outputMax)}`;
}

/** An expectation is no figure of this request: it says what it rests on. */
function expected({ outputExpected, expectedUsd }: LineEstimate): string[] {
  if (outputExpected === null) return [];
  const tokens = `about ${formatTokens(outputExpected.tokens)} tokens, ${formatGrounds(outputExpected.rows)}`;
  return [`**Expected output** ${tokens}${money('about ', expectedUsd.batch, expectedUsd.sync)}`];
}

/** Possible, and part of no figure. */
function cache({ cacheablePrefix, cacheWriteUsd }: LineEstimate): string[] {
  const lines: string[] = [];
  if (cacheablePrefix !== null) {
    const { tokens, savesUsd } = cacheablePrefix;
    const saves = savesUsd.batch === null ? '' : `: up to ${formatUsd(savesUsd.batch)} less in a batch`;
    lines.push(`**Opening** ${formatTokens(tokens)} tokens could come from the provider's cache${saves}`);
  }
  if (cacheWriteUsd.batch !== null && cacheWriteUsd.batch > 0) {
    lines.push(`**Writing to the cache** can add up to ${formatUsd(cacheWriteUsd.batch)} in a batch`);
  }
  return lines;
}

function source({ model, modelKnown, inputTokens, batchUsd, syncUsd, pricedBy }: LineEstimate): string {
  const name = model === null ? 'a request without a model' : escapeMarkdown(model);
  const priced = batchUsd.input !== null || syncUsd.input !== null;
  if (pricedBy !== null) return `${priceSources[pricedBy]} ${name}`;
  return modelKnown && (priced || inputTokens === null)
    ? `Prices of ${name} as of ${pricesAsOf}`
    : `The price of ${name} is unknown`;
}

/** Nothing where neither is known: the last row says so once. */
function money(bound: string, batchUsd: number | null, syncUsd: number | null): string {
  if (batchUsd === null && syncUsd === null) return '';
  return `: ${bound}${formatUsd(batchUsd)} in a batch, ${formatUsd(syncUsd)} sync`;
}
