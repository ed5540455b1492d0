// What is said about a job, in words: its state, its counts, its cost, its age and how it ended. Pure.
import {
  batchApiOf,
  currentParts,
  dialectOf,
  formatCount,
  formatNumberOf,
  formatPercent,
  formatUsd,
  isPartOver,
  isRemoteOver,
  isTerminal,
  type Job,
  type JobPart,
  partProgressOf,
  phaseOf,
  progressOf,
  type RemoteBatch,
  type RowCounts,
  requestsOf,
  shareOf,
} from '#core';
import type { L10n } from './l10n.ts';

/** The profile of the embedded provider; what runs there is not paid for. */
const simulated = 'simulator';

export function isSimulated(job: Job): boolean {
  return job.account.profile === simulated;
}

function countsAtEnd(provider: Job['provider']): boolean {
  return batchApiOf(provider)?.countsAtEnd ?? false;
}

/** Rows that a retry would send again; 0 while nothing is merged. */
export function unansweredOf(rows: RowCounts | null): number {
  return rows === null ? 0 : rows.failed + rows.expired + rows.cancelled + rows.missing;
}

/** "in progress", "done with 38 failed", "4,812 answered": short, for there is little room beside a file's name. */
export function stateWords(job: Job, l10n: L10n): string {
  if (job.cancelRequested && !isTerminal(job)) return l10n.t('cancelling');
  switch (job.state) {
    case 'intended':
      return l10n.t('about to be sent');
    case 'uploading':
      return l10n.t('uploading');
    case 'submitted':
    case 'running':
      return remoteWords(job, l10n);
    case 'finishing':
      return l10n.t('fetching results');
    case 'unclear':
      return l10n.t('unclear whether it was sent');
    case 'done':
      return doneWords(job, l10n);
    case 'failed':
      return l10n.t('refused');
    case 'expired':
      return endedEarly(l10n.t('expired'), job, l10n);
    case 'cancelled':
      return endedEarly(l10n.t('cancelled'), job, l10n);
  }
}

/** What is under way at the provider; a part that waits for the others is said before that. */
function remoteWords(job: Job, l10n: L10n): string {
  const parts = currentParts(job);
  const waiting = parts.find((part) => part.remote === null && !isPartOver(job, part));
  if (waiting !== undefined && parts.length > 1)
    return l10n.t('part {0} waits for queue space', waiting.part);
  const unfinished = parts.find(({ remote }) => remote !== null && !isRemoteOver(job.provider, remote));
  return unfinished?.remote ? phaseWords(job, unfinished.remote, l10n) : l10n.t('in progress');
}

/** A word of the provider that we do not know is shown as it came. */
export function phaseWords({ provider }: Pick<Job, 'provider'>, remote: RemoteBatch, l10n: L10n): string {
  switch (phaseOf(provider, remote)) {
    case 'waiting':
      return batchApiOf(provider)?.kind === 'openai' ? l10n.t('validating') : l10n.t('waiting');
    case 'running':
      return remote.status === 'finalizing' ? l10n.t('finalizing') : l10n.t('in progress');
    case 'cancelling':
      return l10n.t('cancelling');
    case 'over':
      return l10n.t('over');
    case 'unknown':
      return remote.status.replaceAll('_', ' ');
  }
}

/** "in progress · 62 %", "waits for queue space", "refused": one part of several. */
export function partWords(job: Job, part: JobPart, l10n: L10n): string {
  if (part.refusal !== null) return l10n.t('refused');
  if (part.unclear !== null) return l10n.t('unclear whether it was sent');
  const { remote } = part;
  if (remote === null) {
    if (isPartOver(job, part)) return l10n.t('not sent');
    if (part.createStartedAt !== null || part.uploadStartedAt !== null) {
      return part.heldUntil === null ? l10n.t('uploading') : l10n.t('waits for queue space');
    }
    return l10n.t('waits for queue space');
  }
  const progress = partProgressOf(job, part);
  const share = progress === null ? null : formatPercent(shareOf(progress));
  const words = phaseWords(job, remote, l10n);
  return share === null || isRemoteOver(job.provider, remote) ? words : `${words} · ${share}`;
}

function doneWords(job: Job, l10n: L10n): string {
  const { rows } = job;
  if (rows === null) return l10n.t('done');
  const others = rowWords({ ...rows, succeeded: 0 }, l10n);
  if (others.length > 0) return l10n.t('done with {0}', others.join(', '));
  return l10n.t('{0} answered', formatCount(rows.succeeded));
}

function endedEarly(word: string, job: Job, l10n: L10n): string {
  if (job.rows === null) return word;
  return l10n.t(
    '{0} · {1} of {2} answered',
    word,
    formatCount(job.rows.succeeded),
    formatCount(job.rows.succeeded + unansweredOf(job.rows)),
  );
}

/** ["4,798 answered", "14 failed"]; what did not happen is not mentioned. */
export function rowWords(rows: RowCounts, l10n: L10n): readonly string[] {
  const words: string[] = [];
  if (rows.succeeded > 0) words.push(l10n.t('{0} answered', formatCount(rows.succeeded)));
  if (rows.failed > 0) words.push(l10n.t('{0} failed', formatCount(rows.failed)));
  if (rows.expired > 0) words.push(l10n.t('{0} expired', formatCount(rows.expired)));
  if (rows.cancelled > 0) words.push(l10n.t('{0} cancelled', formatCount(rows.cancelled)));
  if (rows.missing > 0) words.push(l10n.t('{0} missing', formatCount(rows.missing)));
  return words;
}

/** "2,983 of 4,812 · 14 failed · at most about $0.31 so far" */
export function progressWords(job: Job, l10n: L10n): string {
  const progress = progressOf(job);
  if (progress === null) {
    const requests = formatNumberOf(requestsOf(job), 'request');
    const isSent = currentParts(job).some(({ remote }) => remote !== null);
    return isSent && countsAtEnd(job.provider)
      ? l10n.t('{0} · counted by {1} when it ends', requests, dialectOf(job.provider).title)
      : requests;
  }
  const words = [
    l10n.t('{0} of {1}', formatCount(progress.completed + progress.failed), formatCount(progress.total)),
  ];
  if (progress.failed > 0) words.push(l10n.t('{0} failed', formatCount(progress.failed)));
  const cost = costSoFar(job, shareOf(progress), l10n);
  if (cost !== null) words.push(cost);
  return words.join(' · ');
}

/** The provider tells no cost before the end: a share of what was agreed to. */
function costSoFar(job: Job, share: number, l10n: L10n): string | null {
  if (share === 0 || job.attempt > 1 || isSimulated(job)) return null;
  const { input, outputMax } = job.estimate.batchUsd;
  if (input === null) return null;
  return outputMax === null
    ? l10n.t('input about {0} so far', formatUsd(input * share))
    : l10n.t('at most about {0} so far', formatUsd((input + outputMax) * share));
}

/** What it cost, by the usage of its rows; null when that is not known. */
export function costWords(job: Job, l10n: L10n): string | null {
  if (job.costUsd === null) return null;
  return isSimulated(job)
    ? l10n.t('free here, {0} at {1}', formatUsd(job.costUsd), dialectOf(job.provider).title)
    : formatUsd(job.costUsd);
}

/** "now", "12 min", "3 h", "2 days". */
export function ageWords(iso: string, now: number, l10n: L10n): string {
  const minutes = Math.floor(Math.max(0, now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return l10n.t('now');
  if (minutes < 60) return l10n.t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('{0} h', hours) : l10n.t('{0} days', Math.floor(hours / 24));
}

export function percentWords(job: Job): string | null {
  const progress = progressOf(job);
  return progress === null || isTerminal(job) ? null : formatPercent(shareOf(progress));
}

/** "reviews.jsonl finished: 4,798 answered, 14 failed · $0.34" */
export function endWords(job: Job, l10n: L10n): string {
  if (job.state === 'failed') {
    return job.message === null
      ? l10n.t('{0} was refused.', job.name)
      : l10n.t('{0} was not accepted. {1}', job.name, job.message);
  }
  const rows = job.rows === null ? '' : rowWords(job.rows, l10n).join(', ');
  const how =
    job.state === 'expired'
      ? l10n.t('expired')
      : job.state === 'cancelled'
        ? l10n.t('cancelled')
        : l10n.t('finished');
  const cost = costWords(job, l10n);
  const sentence = rows === '' ? `${job.name} ${how}` : `${job.name} ${how}: ${rows}`;
  const words = cost === null || rows === '' ? sentence : `${sentence} · ${cost}`;
  // What is odd about answers, or where they are: said where somebody looks.
  return job.message === null || rows === '' ? words : `${words}. ${job.message}`;
}

/** "2 batches running · 62 %" for badge and status bar; null while none runs. */
export function runningWords(
  jobs: readonly Job[],
  l10n: L10n,
): { readonly count: number; readonly words: string; readonly percent: string | null } | null {
  const running = jobs.filter((job) => !isTerminal(job));
  if (running.length === 0) return null;
  const known = running.map(progressOf).filter((progress) => progress !== null);
  const total = known.reduce((sum, progress) => sum + progress.total, 0);
  const over = known.reduce((sum, progress) => sum + progress.completed + progress.failed, 0);
  const words =
    running.length === 1
      ? l10n.t('1 batch running')
      : l10n.t('{0} batches running', formatCount(running.length));
  return { count: running.length, words, percent: total === 0 ? null : formatPercent(over / total) };
}
