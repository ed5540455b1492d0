// What does it cost, in one sentence? The same words for a batch and for requests that are answered at once.
import { approximate, type CountMethod, dialectOf, type EstimateSummary, formatUsd } from '#core';
import { type Account, simulatorProfile } from '../accounts/accounts.ts';

export interface Price {
  readonly usd: EstimateSummary['batchUsd'];
  /** The most that writing to the provider's cache can add, in USD. */
  readonly cacheWriteUsd: number | null;
  readonly inputMethod: CountMethod;
}

/** In USD; null when the price or a request's output is without one. */
export function boundUsd({ usd, cacheWriteUsd }: Pick<Price, 'usd' | 'cacheWriteUsd'>): number | null {
  const { input, outputMax } = usd;
  return input === null || outputMax === null || cacheWriteUsd === null
    ? null
    : input + outputMax + cacheWriteUsd;
}

/**
 * "At most about $0.42 (input $0.10 + output up to $0.32; 40 earlier answers suggest about $0.21); as a batch $0.21"
 * @param suggested goes on within, `instead` behind it.
 */
export function priceSentence(
  price: Price,
  { suggested = '', instead = '' }: { readonly suggested?: string; readonly instead?: string },
): string {
  const { input, outputMax } = price.usd;
  const mark = approximate(price.inputMethod);
  if (input === null) return 'The price is unknown';
  if (outputMax === null) {
    return `Input ${mark}${formatUsd(input)}; requests set no limit on output, so its cost has no bound${suggested}`;
  }
  if (outputMax === 0) {
    const isFree = input === 0 && instead === '';
    return isFree ? 'Free of charge' : `Costs ${mark && 'about '}${formatUsd(input)}${instead}`;
  }
  const writes = price.cacheWriteUsd ? ` + cache writes up to ${formatUsd(price.cacheWriteUsd)}` : '';
  const most = boundUsd(price) ?? input + outputMax;
  const sum = `input ${mark}${formatUsd(input)} + output up to ${formatUsd(outputMax)}${writes}`;
  return `At most about ${formatUsd(most)} (${sum}${suggested})${instead}`;
}

/** What the simulator answers is free, and what it would cost elsewhere is said all the same. */
export function priceAt({ profile, provider }: Account, sentence: string): string {
  if (profile !== simulatorProfile) return sentence;
  const { title } = dialectOf(provider);
  return `Costs nothing here; at ${title} ${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`;
}
