// What should somebody look at before it is too late? Read from the record of a job, the time, and a person's thresholds.
import { formatCount, formatNumberOf } from '../figures.ts';
import type { RowCounts } from '../result.ts';
import { batchApiOf } from './batchApi.ts';
import { currentParts, isTerminal, type Job, type JobPart, type RemoteBatch } from './job.ts';
import { isRemoteOver } from './remoteStatus.ts';

/** Null: the usual one. */
export interface AlertThresholds {
  /** Share of the requests that succeeded, of those that are over. */
  readonly completionPercent: number | null;
  readonly runningHours: number | null;
  /** Before a batch ends by itself. */
  readonly expiryHours: number | null;
  /** Before results that are not here are deleted. */
  readonly resultsDays: number | null;
}

export type AlertKind = 'completion' | 'running' | 'expiry' | 'results' | 'stuck';

export interface Alert {
  readonly kind: AlertKind;
  /** Null: the job as a whole. */
  readonly part: number | null;
  /** One sentence. */
  readonly message: string;
  /** What helps; each program says it in its own way. */
  readonly action: 'report' | 'watch' | 'resolve' | 'cancel';
}

const usualThresholds = { completionPercent: 95, runningHours: 12, expiryHours: 2, resultsDays: 3 };
export const noThresholds: AlertThresholds = {
  ...{ completionPercent: null, runningHours: null, expiryHours: null, resultsDays: null },
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What takes minutes when all is well. */
const stuckMs = hourMs;
/** Of fewer, one that failed would be far below any share. */
const fewRequests = 20;

/** @param nowMs milliseconds since 1970. The most pressing first. */
export function alertsOf(
  job: Job,
  nowMs: number,
  thresholds: AlertThresholds = noThresholds,
): readonly Alert[] {
  const { completionPercent, runningHours, expiryHours, resultsDays } = usualThresholds;
  const beyond = {
    completionPercent: thresholds.completionPercent ?? completionPercent,
    runningMs: (thresholds.runningHours ?? runningHours) * hourMs,
    expiryMs: (thresholds.expiryHours ?? expiryHours) * hourMs,
    resultsMs: (thresholds.resultsDays ?? resultsDays) * dayMs,
  };
  const completion = completionAlert(job, beyond.completionPercent);
  if (isTerminal(job)) return completion;
  return [
    ...resultsAlerts(job, nowMs, beyond.resultsMs),
    ...expiryAlerts(job, nowMs, beyond.expiryMs),
    ...stuckAlerts(job, nowMs),
    ...runningAlert(job, nowMs, beyond.runningMs),
    ...completion,
  ];
}

function completionAlert(job: Job, leastPercent: number): readonly Alert[] {
  const { answered, over } = job.resultsReady && job.rows !== null ? ofRows(job.rows) : ofCounts(job);
  if (over === 0 || (over < fewRequests && !isTerminal(job))) return [];
  // Never rounded up to what was asked for.
  const percent = Math.floor((answered / over) * 1000) / 10;
  if ((answered / over) * 100 >= leastPercent) return [];
  const message = `Only ${percent} % of ${formatNumberOf(over, 'request')} succeeded; ${leastPercent} % are expected.`;
  return [{ kind: 'completion', part: null, message, action: 'report' }];
}

interface Completion {
  readonly answered: number;
  readonly over: number;
}

/** What somebody cancelled is not counted: that it was not answered is what they wished. */
function ofRows({ succeeded, failed, expired, missing }: RowCounts): Completion {
  return { answered: succeeded, over: succeeded + failed + expired + missing };
}

function ofCounts(job: Job): Completion {
  const sum = { answered: 0, over: 0 };
  for (const { remote } of currentParts(job)) {
    const { completed = 0, failed = 0, expired = 0 } = remote?.counts ?? {};
    sum.answered += completed;
    sum.over += completed + failed + expired;
  }
  return sum;
}

function runningAlert(job: Job, nowMs: number, mostMs: number): readonly Alert[] {
  const begun = runningParts(job).flatMap(({ remote, createStartedAt }) =>
    timesOf(remote.createdAt ?? createStartedAt),
  );
  const sinceMs = Math.min(...begun);
  if (!(nowMs - sinceMs > mostMs)) return [];
  const message = `It has been running for ${hoursWords(nowMs - sinceMs)}, longer than the expected ${hoursWords(mostMs)}.`;
  return [{ kind: 'running', part: null, message, action: 'watch' }];
}

/** What is at the provider, is not over as far as we know, and is of the present attempt. */
function runningParts(job: Job): readonly (JobPart & { readonly remote: RemoteBatch })[] {
  return currentParts(job).flatMap((part) =>
    part.remote === null || isRemoteOver(job.provider, part.remote) ? [] : [{ ...part, remote: part.remote }],
  );
}

function expiryAlerts(job: Job, nowMs: number, beforeMs: number): readonly Alert[] {
  return runningParts(job).flatMap(({ part, remote, requests }) => {
    const atMs = endsByItselfMs(job, remote);
    if (atMs === null || atMs - nowMs > beforeMs) return [];
    const left =
      atMs > nowMs ? `expires in ${hoursWords(atMs - nowMs)}` : 'should have ended by itself by now';
    const message = `${nameOf(job, part)} ${left}; ${answeredWords(job, remote, requests)}`;
    return [{ kind: 'expiry', part, message, action: atMs > nowMs ? 'cancel' : 'watch' }];
  });
}

/** What will be left of it. */
function answeredWords(job: Job, { counts }: RemoteBatch, requests: number): string {
  const api = batchApiOf(job.provider);
  if (api?.kind === 'gemini')
    return 'of a batch that expires nothing comes back, and one that is cancelled may keep more.';
  if (api?.countsAtEnd === true || counts === null)
    return 'what is not answered by then has to be sent again.';
  const done = counts.completed + counts.failed;
  return `${formatCount(done)} of ${formatNumberOf(requests, 'request')} are done, and the others have to be sent again.`;
}

function endsByItselfMs({ provider }: Job, { expiresAt, createdAt }: RemoteBatch): number | null {
  const [expiresMs] = timesOf(expiresAt);
  if (expiresMs !== undefined) return expiresMs;
  const [createdMs] = timesOf(createdAt);
  const hours = batchApiOf(provider)?.windowHours ?? null;
  return createdMs === undefined || hours === null ? null : createdMs + hours * hourMs;
}

function resultsAlerts(job: Job, nowMs: number, beforeMs: number): readonly Alert[] {
  return currentParts(job).flatMap(({ part, remote, downloaded, refusal }) => {
    if (remote === null || downloaded || refusal !== null) return [];
    const atMs = resultsGoneMs(job, remote);
    if (atMs === null || atMs - nowMs > beforeMs) return [];
    const when =
      atMs > nowMs ? `deletes them in ${daysWords(atMs - nowMs)}` : 'may have deleted them already';
    const message = `The results of ${nameOf(job, part).toLowerCase()} are not here, and the provider ${when}.`;
    return [{ kind: 'results', part, message, action: 'watch' }];
  });
}

/** Of one that nobody saw end: as if it had taken as long as it may. */
function resultsGoneMs(job: Job, remote: RemoteBatch): number | null {
  const kept = batchApiOf(job.provider)?.resultsKept ?? null;
  if (kept === null) return null;
  const [endedMs] = timesOf(remote.endedAt);
  const fromMs =
    kept.since === 'created' ? timesOf(remote.createdAt)[0] : (endedMs ?? endsByItselfMs(job, remote));
  return fromMs === undefined || fromMs === null ? null : fromMs + kept.days * dayMs;
}

function stuckAlerts(job: Job, nowMs: number): readonly Alert[] {
  const unclear = currentParts(job).find(
    (part) => part.unclear !== null && isLong(part.createStartedAt, nowMs),
  );
  if (unclear !== undefined) {
    const message = `For ${sinceWords(unclear.createStartedAt, nowMs)} it has not been certain whether the provider has ${nameOf(job, unclear.part).toLowerCase()}.`;
    return [{ kind: 'stuck', part: unclear.part, message, action: 'resolve' }];
  }
  // Each look at the provider is written down.
  if (!isLong(job.updatedAt, nowMs)) return [];
  const since = sinceWords(job.updatedAt, nowMs);
  const message = stuckWords(job, since);
  return message === null ? [] : [{ kind: 'stuck', part: null, message, action: 'watch' }];
}

function stuckWords({ state }: Job, since: string): string | null {
  if (state === 'intended' || state === 'uploading')
    return `It is not sent yet, and nothing has happened for ${since}.`;
  if (state === 'finishing')
    return `It is over at the provider, and its results have not been fetched for ${since}.`;
  return null;
}

function isLong(iso: string | null, nowMs: number): boolean {
  const [ms] = timesOf(iso);
  return ms !== undefined && nowMs - ms > stuckMs;
}

function sinceWords(iso: string | null, nowMs: number): string {
  return hoursWords(nowMs - (timesOf(iso)[0] ?? nowMs));
}

/** None where there is none, or none that can be read. */
function timesOf(iso: string | null): readonly number[] {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? [] : [ms];
}

function nameOf(job: Job, part: number): string {
  return currentParts(job).length === 1 ? 'The batch' : `Part ${part}`;
}

function hoursWords(ms: number): string {
  if (ms >= 2 * dayMs) return daysWords(ms);
  return ms < hourMs ? `${Math.max(1, Math.floor(ms / 60_000))} min` : `${Math.floor(ms / hourMs)} h`;
}

function daysWords(ms: number): string {
  return ms < 2 * dayMs ? `${Math.max(1, Math.floor(ms / hourMs))} h` : `${Math.floor(ms / dayMs)} days`;
}
