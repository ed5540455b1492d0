// How is a job described in the terminal? Its state and figures in the words of the editor.
import {
  batchApiOf,
  compareJob,
  comparisonWords,
  currentParts,
  formatCount,
  formatNumberOf,
  formatUsd,
  isTerminal,
  type Job,
  phaseOf,
  progressOf,
  type RowCounts,
  requestsOf,
  rowsWords,
} from '#core';
import { type ExitCode, exitCode } from './exitCode.ts';
import type { Failure } from './failure.ts';
import { partRows } from './partWords.ts';
import { printable } from './printable.ts';
import { type Alignment, fittingLines } from './table.ts';
import { formatAge, shownPath } from './words.ts';

/** "running, 62 %", "done with 38 failed" */
export function stateWords(job: Job): string {
  switch (job.state) {
    case 'intended':
      return 'not sent yet';
    case 'uploading':
      return currentParts(job).every(({ heldUntil }) => heldUntil !== null) ? 'not sent yet' : 'sending';
    case 'submitted':
    case 'running':
      return runningWords(job);
    case 'finishing':
      return isNeverSent(job) ? 'being cancelled' : 'over, results not here yet';
    case 'done': {
      const lost = job.rows === null ? 0 : unanswered(job.rows);
      if (lost === 0) return 'done';
      return `done with ${formatCount(lost)} ${lost === job.rows?.failed ? 'failed' : 'not answered'}`;
    }
    case 'failed':
      return 'refused';
    case 'expired':
    case 'cancelled':
      return job.state;
    case 'unclear':
      return 'unclear whether it was sent';
  }
}

/** Cancelled, or about to be, before any batch of it was made. */
function isNeverSent({ state, cancelRequested, parts }: Job): boolean {
  const isOver = state === 'cancelled' || (state === 'finishing' && cancelRequested);
  return isOver && parts.every(({ remote, refusal }) => remote === null && refusal === null);
}

function runningWords(job: Job): string {
  const parts = currentParts(job);
  const phases = parts.map(({ remote }) => (remote === null ? null : phaseOf(job.provider, remote)));
  const word = phases.includes('cancelling')
    ? 'cancelling'
    : job.state === 'submitted'
      ? 'validating'
      : 'running';
  const { total, finished } = figuresOf(job);
  const sent = phases.filter((phase) => phase !== null).length;
  const share = sent === parts.length ? '' : `, ${sent} of ${parts.length} parts sent`;
  const isUnknown = finished === 0 && batchApiOf(job.provider)?.countsAtEnd === true;
  const percent =
    total === 0 || word === 'validating' || isUnknown ? '' : `, ${Math.floor((finished / total) * 100)} %`;
  return `${word}${percent}${share}`;
}

/** The total is known before the provider says anything. */
export function figuresOf(job: Job): {
  readonly total: number;
  /** Answered or failed. */
  readonly finished: number;
  readonly failed: number;
} {
  const { total, completed, failed } = progressOf(job) ?? { total: requestsOf(job), completed: 0, failed: 0 };
  return { total, finished: completed + failed, failed };
}

export function unanswered(rows: RowCounts): number {
  return rows.failed + rows.expired + rows.cancelled + rows.missing;
}

/** "2,983 of 4,812, 14 failed", or the rows once they are here. */
function figuresWords(job: Job): string {
  if (job.rows !== null && isTerminal(job)) return rowsWords(job.rows);
  const { total, finished, failed } = figuresOf(job);
  const lost = failed > 0 ? `, ${formatCount(failed)} failed` : '';
  return `${formatCount(finished)} of ${formatCount(total)}${lost}`;
}

/** The head, how it is aligned, and what stands there; what a narrow screen does without first stands last. */
const jobColumns: readonly (readonly [string, Alignment, (job: Job, now: number) => string])[] = [
  ['job', 'left', ({ id }) => printable(id)],
  ['name', 'left', ({ name }) => printable(name)],
  ['state', 'left', (job) => stateWords(job)],
  ['requests', 'left', (job) => figuresWords(job)],
  ['cost', 'right', ({ costUsd }) => (costUsd === null ? '' : formatUsd(costUsd))],
  ['made', 'left', ({ createdAt }, now) => formatAge(createdAt, now)],
];
/** A job is known by these. */
const neededColumns = 3;

/** What is left at the provider although somebody wished it away, or is to go. */
function uploadWords(job: Job): string | null {
  const kept = job.parts.flatMap(({ uploadKept, inputFileId }) =>
    uploadKept ? [`${inputFileId} (${uploadKept})`] : [],
  );
  if (kept.length > 0) return `not deleted at the provider: ${kept.join(', ')}`;
  const deleted = job.parts.filter(({ uploadDeleted }) => uploadDeleted).length;
  if (deleted > 0) return 'deleted at the provider';
  return job.deletesUploads ? 'deleted at the provider when the results are here' : null;
}

/** One line for each job, the newest first. @param columns of the screen; null where there is none to fit. */
export function jobTable(jobs: readonly Job[], now: number, columns: number | null = null): string[] {
  return fittingLines(
    jobColumns.map(([head]) => head),
    jobs.map((job) => jobColumns.map(([, , words]) => words(job, now))),
    jobColumns.map(([, alignment]) => alignment),
    neededColumns,
    columns,
  );
}

/** All that is worth knowing of one job. */
export function jobLines(job: Job, now: number): string[] {
  const { input, outputMax } = job.estimate.batchUsd;
  const agreed = isNeverSent(job)
    ? 'nothing, it was not sent'
    : job.state === 'failed'
      ? 'nothing, it was refused'
      : input === null || outputMax === null
        ? null
        : `at most about ${formatUsd(input + outputMax)}`;
  const rows: [string, string | null][] = [
    ['state', stateWords(job)],
    ['requests', figuresWords(job)],
    ['cost', job.costUsd === null ? agreed : formatUsd(job.costUsd)],
    ['file', job.file],
    ['results', job.resultsReady ? job.resultsPath : null],
    ['account', `${job.account.profile}, ${job.account.baseUrl}`],
    ...partRows(job, now),
    ['uploads', uploadWords(job)],
    ['attempt', attemptWords(job)],
    ['kept', keptWords(job)],
    ['made', `${formatAge(job.createdAt, now)}, ${job.createdAt}`],
    ['note', job.message],
  ];
  const comparison = compareJob(job);
  if (comparison !== null) {
    rows.push(...comparisonWords(comparison).map((words): [string, string] => ['estimate', words]));
  }
  const shown = rows.filter((row): row is [string, string] => row[1] !== null);
  return [
    `${printable(job.name)} (${printable(job.id)})`,
    ...shown.map(([name, words]) => `  ${name.padEnd(8)}  ${printable(words)}`),
  ];
}

/** "2", "2, and 1 more by itself for what fails" */
function attemptWords({ attempt, retriesLeft, state }: Job): string | null {
  const more = retriesLeft > 0 && !isTerminal({ state });
  if (more)
    return `${formatCount(attempt)}, and up to ${formatCount(retriesLeft)} more by themselves for what fails`;
  return attempt === 1 ? null : formatCount(attempt);
}

function keptWords({ reused }: Job): string | null {
  if (reused === null) return null;
  const { rows, jobs } = reused;
  return `${formatNumberOf(rows, 'answer')} of ${jobs.length > 3 ? `${jobs.length} earlier jobs` : jobs.join(', ')}`;
}

/** "reviews.jsonl finished: 4,798 answered, 14 failed · $0.34", where the results are, and what can be done next. */
export function endLines(job: Job): string[] {
  const name = printable(job.name);
  const lines: string[] = [];
  if (job.rows === null) lines.push(`${name}: ${stateWords(job)}.`);
  else {
    const cost = job.costUsd === null ? 'cost unknown' : formatUsd(job.costUsd);
    const end = job.state === 'done' ? 'finished' : stateWords(job);
    lines.push(`${name} ${end}: ${rowsWords(job.rows)} · ${cost}`);
  }
  if (job.message !== null) lines.push(printable(job.message));
  if (job.state === 'failed' && /\banswered 40[13]\b/.test(job.message ?? '')) {
    lines.push('Nothing was sent or paid; check the key ("llm-batch doctor"), then submit it again.');
  }
  if (job.resultsReady) lines.push(`Results: ${shownPath(job.resultsPath)}`);
  const comparison = compareJob(job);
  if (comparison !== null) {
    const words = comparisonWords(comparison);
    if (words.length > 0) lines.push(`Estimate and actual: ${words.join('; ')}.`);
  }
  if (job.resultsReady && job.rows !== null && unanswered(job.rows) > 0) {
    lines.push(`To send again those that were not answered: llm-batch retry ${printable(job.id)}`);
  }
  return lines;
}

/** What the provider said of a file it did not take. */
export function refusalOf(job: Job): Failure | null {
  if (job.state !== 'failed') return null;
  return { code: 'refused', message: job.message ?? 'The provider refused the file.' };
}

/** What a job that is over means for the shell. */
export function exitOf(job: Job): ExitCode {
  if (job.state === 'failed') return exitCode.couldNotRun;
  const isClean = job.state === 'done' && job.rows !== null && unanswered(job.rows) === 0;
  return isClean ? exitCode.clean : exitCode.errors;
}
