// How figures are written for a person: the same words in editor and terminal. Unknown is "unknown", never 0.
import type { CountMethod } from './money/estimate.ts';

/** 4812 → "4,812". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** "1 request", "4,812 requests". */
export function formatNumberOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 1_210_000 → "1.21 M", 48_123 → "48.1 k"; whole below 10,000. */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return 'unknown';
  if (tokens >= 999_500) return `${trim((tokens / 1e6).toPrecision(3))} M`;
  if (tokens >= 10_000) return `${trim((tokens / 1e3).toPrecision(3))} k`;
  return formatCount(Math.round(tokens));
}

/** Dollars with as many digits as say something: "$1,204.50", "$0.06", "$0.00001". */
export function formatUsd(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  if (usd >= 0.995) {
    return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  }
  const digits = Math.max(2, Math.ceil(-Math.log10(usd)) + 1);
  // Not beyond the cents: "$0.10", never "$0.1".
  return `$${usd.toFixed(Math.min(digits, 12)).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** "~" before a figure that is not exact, as everywhere in the product; the word "unknown" takes none. */
export function approximate(method: CountMethod): string {
  return method === 'exact' || method === 'unknown' ? '' : '~';
}

/** "by 40 earlier answers", "as settings say": what an expectation rests on. */
export function formatGrounds(rows: number | null): string {
  return rows === null ? 'as settings say' : `by ${formatNumberOf(rows, 'earlier answer')}`;
}

/** 213_000_000 → "213 MB", decimal as providers state their limits. */
export function formatBytes(bytes: number): string {
  if (bytes >= 999_500) return `${trim((bytes / 1e6).toPrecision(3))} MB`;
  if (bytes >= 1000) return `${trim((bytes / 1e3).toPrecision(3))} kB`;
  return formatNumberOf(bytes, 'byte');
}

/** 0.104 → "10 %"; small shares keep a digit: "0.4 %". */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 1 ? percent.toPrecision(1) : Math.round(percent)} %`;
}

/** 240 → "0.2 s", 95_000 → "1 min 35 s". */
export function formatDuration(ms: number): string {
  if (ms < 50) return 'under 0.1 s';
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

function trim(number: string): string {
  return number.includes('.') && !number.includes('e')
    ? number.replace(/\.?0+$/, '')
    : String(Number(number));
}

/** A name at the beginning of a sentence: "The simulator"; a host stays as it is. */
export function capital(name: string): string {
  return name.startsWith('the ') ? `The ${name.slice(4)}` : name;
}
