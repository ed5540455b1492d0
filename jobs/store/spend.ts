// What have jobs cost, by month? Records of jobs say it while they are there; `spend.json` keeps it after they are gone.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTerminal, type Job, type JobSpend, type MonthSpend, monthSpendOf } from '#core';
import { simulatorProfile } from '../accounts/accounts.ts';
import { changeHomeFile, type Kept } from './homeFile.ts';
import { parseSpend, type SpendEntry, type SpendFile, writeSpend } from './spendFile.ts';
import type { JobStore } from './store.ts';
import { codeOf } from './storeError.ts';

const spendName = 'spend.json';

export type MonthSpendAnswer =
  | { readonly kind: 'spend'; readonly spend: MonthSpend }
  /** One sentence. */
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Of all jobs in a month (UTC), those that are not over with the most they can cost.
 * @param nowMs milliseconds since 1970, in that month.
 */
export async function monthSpend(
  store: Pick<JobStore, 'home' | 'list'>,
  nowMs: number,
): Promise<MonthSpendAnswer> {
  const month = monthOf(nowMs);
  const { jobs } = await store.list();
  const file = await readSpend(store.home);
  if (file.kind === 'unreadable') return file;
  const spends: JobSpend[] = [];
  const seen = new Set<string>();
  for (const job of jobs) {
    seen.add(job.id);
    const entry = withCost(file.jobs[job.id] ?? null, job, monthOf(Date.parse(job.updatedAt)));
    if (entry !== null) spends.push(...inMonth(entry, month));
    // It may be billed from now on.
    if (!isTerminal(job) && mayCost(job))
      spends.push({ usd: null, mostUsd: boundOf({ ...job, attempt: 1 }) });
  }
  for (const [id, entry] of Object.entries(file.jobs))
    if (!seen.has(id)) spends.push(...inMonth(entry, month));
  return { kind: 'spend', spend: monthSpendOf(month, spends) };
}

/** Writes down what a job has cost so far, as often as somebody likes. Never rejects: its record says it, too. */
export async function keepSpend(home: string, job: Job, nowMs: number): Promise<Kept> {
  if (!hasCost(job)) return { kind: 'kept' };
  return keepEntry(home, job.id, nowMs, (before, month) => withCost(before, job, month));
}

/** What a run has cost, which has no record among the jobs. */
export interface RunSpend extends SpendFacts {
  readonly id: string;
}

/** Before anything is sent (the cost is null then) and after it, as often as a run is gone on with. Never rejects. */
export async function keepRunSpend(home: string, { id, ...facts }: RunSpend, nowMs: number): Promise<Kept> {
  if (facts.profile === simulatorProfile) return { kind: 'kept' };
  return keepEntry(home, id, nowMs, (before, month) =>
    // A run that is gone on with plans only what is left; what was sent before may be billed as well.
    entryWith(before, { ...facts, mostUsd: largerBound(before?.mostUsd, facts.mostUsd) }, month),
  );
}

function largerBound(before: number | null | undefined, now: number | null): number | null {
  return before === null || now === null ? null : Math.max(before ?? 0, now);
}

async function keepEntry(
  home: string,
  id: string,
  nowMs: number,
  change: (before: SpendEntry | null, month: string) => SpendEntry | null,
): Promise<Kept> {
  return changeHomeFile(home, spendName, 'spend', async () => {
    const file = await readSpend(home);
    if (file.kind === 'unreadable') return { why: file.message };
    const before = file.jobs[id] ?? null;
    const entry = change(before, monthOf(nowMs));
    const isSame = entry === null || JSON.stringify(entry) === JSON.stringify(before);
    return { text: isSame ? null : writeSpend({ ...file.jobs, [id]: entry }) };
  });
}

async function readSpend(
  home: string,
): Promise<SpendFile | { readonly kind: 'unreadable'; readonly message: string }> {
  const path = join(home, spendName);
  try {
    const read = parseSpend(await readFile(path, 'utf8'));
    return read.kind === 'unreadable' ? { ...read, message: `${path} ${read.message}` } : read;
  } catch (error) {
    return codeOf(error) === 'ENOENT'
      ? { kind: 'spend', jobs: {} }
      : { kind: 'unreadable', message: `${path} cannot be read (${codeOf(error)}); check its permissions.` };
  }
}

/** Null: nothing was or can be billed. */
function withCost(before: SpendEntry | null, job: Job, month: string): SpendEntry | null {
  if (!hasCost(job)) return before;
  const { provider, costUsd } = job;
  return entryWith(before, { provider, costUsd, profile: job.account.profile, mostUsd: boundOf(job) }, month);
}

type SpendFacts = Pick<SpendEntry, 'provider' | 'profile' | 'mostUsd'> & { readonly costUsd: number | null };

/** What was added since the last time belongs to the month in which it was seen. */
function entryWith(before: SpendEntry | null, { costUsd, ...facts }: SpendFacts, month: string): SpendEntry {
  const months = before?.months ?? {};
  const values = Object.values(months);
  if (costUsd === null) {
    // The bound is of all of it: one month in which it is not known is enough.
    return { ...facts, months: values.includes(null) ? months : { ...months, [month]: null } };
  }
  const added = costUsd - values.reduce<number>((sum, usd) => sum + (usd ?? 0), 0);
  // Sums of the same rows may differ in their last digits.
  if (before !== null && !values.includes(null) && Math.abs(added) < 1e-9) return before;
  const known = Object.entries(months).filter(([, usd]) => usd !== null);
  return { ...facts, months: { ...Object.fromEntries(known), [month]: (months[month] ?? 0) + added } };
}

function inMonth({ months, mostUsd }: SpendEntry, month: string): readonly JobSpend[] {
  const usd = months[month];
  return usd === undefined ? [] : [{ usd, mostUsd }];
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

/** Whether it is over and something may have been billed for it. What the embedded simulator answers is free. */
function hasCost(job: Job): boolean {
  if (!mayCost(job)) return false;
  return (
    job.resultsReady ||
    (isTerminal(job) && job.parts.some(({ remote, refusal }) => remote !== null && refusal === null))
  );
}

function mayCost({ account }: Job): boolean {
  return account.profile !== simulatorProfile;
}

/** What somebody agreed to, in USD, for each attempt again. Null: without a bound. */
function boundOf({ estimate, attempt }: Job): number | null {
  const { input, outputMax } = estimate.batchUsd;
  const most = estimate.mostUsd ?? (input === null || outputMax === null ? null : input + outputMax);
  return most === null ? null : most * attempt;
}
