// Was the estimate right? What a person agreed to beside what a job used, and how far apart the two are.
import { formatPercent, formatTokens, formatUsd } from '../figures.ts';
import type { Job } from '../job/job.ts';
import { cleanUsd } from './prices.ts';

/** An estimate and what came of it. */
export interface Compared {
  readonly estimate: number | null;
  readonly actual: number | null;
  /** How far the actual is above (or below) the estimate, in percent of it; null when not all rows were answered. */
  readonly differencePercent: number | null;
}

export interface Comparison {
  /** Every request of the file was answered, so that the figures are of the same requests. */
  readonly complete: boolean;
  readonly inputTokens: Compared;
  /** `most` is the bound that was agreed to; the estimate is the expectation by earlier answers. */
  readonly outputTokens: Compared & { readonly most: number | null };
  readonly usd: Compared & { readonly most: number | null };
}

/** Null until the results are here, and where they do not say what was used. */
export function compareJob(
  job: Pick<Job, 'rows' | 'usage' | 'costUsd' | 'estimate' | 'resultsReady'>,
): Comparison | null {
  const { rows, usage, estimate, costUsd } = job;
  if (!job.resultsReady || rows === null || !usage) return null;
  const { input, outputMax } = estimate.batchUsd;
  const complete = rows.failed + rows.expired + rows.cancelled + rows.missing === 0 && rows.succeeded > 0;
  const compared = (estimated: number | null, actual: number | null): Compared => ({
    estimate: estimated,
    actual,
    differencePercent: complete ? difference(estimated, actual) : null,
  });
  return {
    complete,
    inputTokens: compared(estimate.inputTokens, usage.input_tokens),
    outputTokens: {
      most: estimate.outputMaxTokens ?? null,
      ...compared(estimate.expected?.outputTokens ?? null, usage.output_tokens),
    },
    usd: {
      most: input === null || outputMax === null ? null : cleanUsd(input + outputMax),
      ...compared(estimate.expected?.batchUsd ?? null, costUsd),
    },
  };
}

function difference(estimate: number | null, actual: number | null): number | null {
  if (estimate === null || actual === null || estimate === 0) return null;
  return Number((((actual - estimate) / estimate) * 100).toPrecision(3));
}

/**
 * ["tokens in: ~1.21 M estimated, 1.25 M used (+3 %)", "out: up to 600 k, about 130 k expected, 120 k used (−8 %)",
 * "cost: at most $0.66, about $0.21 expected, $0.20 in fact (−5 %)"]
 */
export function comparisonWords(comparison: Comparison): readonly string[] {
  const { inputTokens, outputTokens, usd, complete } = comparison;
  // Where nothing was answered, that nothing was used says nothing of the estimate.
  if (!complete && !inputTokens.actual && !outputTokens.actual && !usd.actual) return [];
  const words: string[] = [];
  if (inputTokens.estimate !== null) {
    const used = `${formatTokens(inputTokens.actual)} used${percentWords(inputTokens)}`;
    words.push(`tokens in: ${formatTokens(inputTokens.estimate)} estimated, ${used}`);
  }
  if (outputTokens.actual) {
    words.push(
      `out: ${agreedWords(outputTokens, formatTokens)}${formatTokens(outputTokens.actual)} used${percentWords(outputTokens)}`,
    );
  }
  if (usd.actual !== null) {
    words.push(`cost: ${agreedWords(usd, formatUsd)}${formatUsd(usd.actual)} in fact${shareWords(usd)}`);
  }
  if (!complete && words.length > 0)
    words.push('estimated for all requests, used by those that were answered');
  return words;
}

/** "up to $0.66, about $0.21 expected, " */
function agreedWords(
  { most, estimate }: Comparison['usd'],
  format: (figure: number | null) => string,
): string {
  const bound = most === null ? '' : `up to ${format(most)}, `;
  return estimate === null ? bound : `${bound}about ${format(estimate)} expected, `;
}

/** Without an expectation, how much of the bound it was. */
function shareWords(usd: Comparison['usd']): string {
  if (usd.estimate !== null || !usd.most || usd.actual === null) return percentWords(usd);
  return ` (${formatPercent(usd.actual / usd.most)} of the bound)`;
}

/** " (+3 %)"; nothing where there is no estimate of the same requests. */
function percentWords({ differencePercent }: Compared): string {
  if (differencePercent === null) return '';
  const sign = differencePercent < 0 ? '−' : '+';
  return ` (${differencePercent === 0 ? '' : sign}${formatPercent(Math.abs(differencePercent) / 100)})`;
}
