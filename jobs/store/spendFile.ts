// The text of spend.json: what jobs have cost, by month. What a newer version wrote, or nobody understands, is left as it is.
import { isObject } from '#core';

export interface SpendEntry {
  readonly provider: string;
  readonly profile: string;
  /** The most that was agreed to, in USD; null: without a bound. */
  readonly mostUsd: number | null;
  /** USD by month (`2026-11`, UTC) in which results came; null: not known, so that the bound counts. */
  readonly months: Readonly<Record<string, number | null>>;
}

export interface SpendFile {
  readonly kind: 'spend';
  /** By the ids of jobs and runs. */
  readonly jobs: Readonly<Record<string, SpendEntry>>;
}

const version = 1;

/** The message follows the path. */
export function parseSpend(
  text: string,
): SpendFile | { readonly kind: 'unreadable'; readonly message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', message: 'is not JSON; correct it, or move it away.' };
  }
  if (isObject(value) && typeof value.version === 'number' && value.version > version) {
    return { kind: 'unreadable', message: 'was written by a newer version of LLM Batch; update it.' };
  }
  if (
    !isObject(value) ||
    value.version !== version ||
    !isObject(value.jobs) ||
    !Object.values(value.jobs).every(isEntry)
  ) {
    return { kind: 'unreadable', message: 'is not what this version wrote; correct it, or move it away.' };
  }
  return { kind: 'spend', jobs: value.jobs as SpendFile['jobs'] };
}

function isEntry(entry: unknown): entry is SpendEntry {
  return (
    isObject(entry) &&
    typeof entry.provider === 'string' &&
    typeof entry.profile === 'string' &&
    isUsd(entry.mostUsd) &&
    isObject(entry.months) &&
    Object.entries(entry.months).every(([month, usd]) => /^\d{4}-\d\d$/.test(month) && isUsd(usd))
  );
}

function isUsd(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

export function writeSpend(jobs: SpendFile['jobs']): string {
  return `${JSON.stringify({ version, jobs }, null, 2)}\n`;
}
