// Follows jobs to their end and shows how far they are: moving bars on a screen, a line now and then elsewhere.
import type { MultiBar, SingleBar } from 'cli-progress';
import { currentParts, formatCount, isTerminal, type Job } from '#core';
import { sayAlerts } from './alertWords.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { type Failure, isAbort } from './failure.ts';
import { endLines, exitOf, figuresOf, refusalOf, stateWords } from './jobWords.ts';
import { printable } from './printable.ts';
import { settleWords } from './settleWords.ts';
import { printJobs } from './showJob.ts';
import type { Terminal } from './terminal.ts';
import { wrapped } from './words.ts';
import type { Workshop } from './workshop.ts';

export interface WaitOptions {
  readonly pollMin?: number;
  readonly pollMax?: number;
  readonly timeout?: number;
}

export interface Followed {
  readonly job: Job;
  readonly exit: ExitCode;
  /** Why it could not be carried on, or was refused. */
  readonly failure: Failure | null;
}

/** @returns the jobs as they are when all are over, the time ran out, or Ctrl-C ended the waiting. */
export async function followJobs(
  jobs: readonly Job[],
  until: 'submitted' | 'end',
  { runner, store }: Workshop,
  options: WaitOptions,
  terminal: Terminal,
): Promise<readonly Followed[]> {
  const timeout = options.timeout === undefined ? [] : [AbortSignal.timeout(options.timeout)];
  const signal = AbortSignal.any([terminal.signal, ...timeout]);
  const display = await JobDisplay.open(terminal);
  try {
    return await Promise.all(
      jobs.map(async ({ id }) => {
        try {
          const driven = await runner.follow(id, {
            signal,
            until,
            pollMinMs: options.pollMin,
            pollMaxMs: options.pollMax,
            onChange: (job) => display.show(job),
            onUpload: (sentBytes, sizeBytes) => display.showUpload(id, sentBytes / Math.max(1, sizeBytes)),
          });
          display.end(driven.job);
          return afterDriving(driven.job, driven.stopped, display);
        } catch (error) {
          if (!signal.aborted || !(isAbort(error) || error === signal.reason)) throw error;
          const job = (await store.get(id)) ?? jobs.find((one) => one.id === id);
          if (job === undefined) throw error;
          display.end(job);
          return { job, exit: exitCode.stillRunning, failure: null };
        }
      }),
    );
  } finally {
    display.dispose();
  }
}

function afterDriving(job: Job, stopped: string | null, display: JobDisplay): Followed {
  if (stopped !== null) {
    display.say(`${printable(job.name)}: ${printable(stopped)}`);
    return { job, exit: exitCode.couldNotRun, failure: { code: 'provider', message: stopped } };
  }
  if (isTerminal(job)) return { job, exit: exitOf(job), failure: refusalOf(job) };
  // Nobody may believe that it was sent.
  const isThere = job.state !== 'unclear' && !isUnsent(job);
  return { job, exit: isThere ? exitCode.clean : exitCode.stillRunning, failure: null };
}

/** The provider takes none of it now. */
function isUnsent(job: Job): boolean {
  return currentParts(job).every(
    ({ remote, createStartedAt }) => remote === null && createStartedAt === null,
  );
}

/** The one answer of several jobs: what is still running can still change, then the worst. */
export function exitOfAll(followed: readonly Followed[]): ExitCode {
  const order = [exitCode.stillRunning, exitCode.couldNotRun, exitCode.errors] as const;
  return order.find((code) => followed.some(({ exit }) => exit === code)) ?? exitCode.clean;
}

/** The JSON of the contract. */
export async function printFollowed(followed: readonly Followed[], terminal: Terminal): Promise<void> {
  const failure = followed.find((one) => one.failure !== null)?.failure ?? null;
  const isOver = exitOfAll(followed) === exitCode.couldNotRun;
  await printJobs(
    followed.map(({ job }) => job),
    isOver ? failure : null,
    terminal,
  );
}

/** How each ended, and how to come back to those that have not. */
export async function sayEnds(followed: readonly Followed[], terminal: Terminal): Promise<void> {
  for (const { job, exit } of followed) {
    if (isTerminal(job)) for (const line of endLines(job)) terminal.print(line);
    else terminal.print(`${printable(job.name)} (${printable(job.id)}): ${stateWords(job)}.`);
    if (exit === exitCode.stillRunning) terminal.print(comeBack(job));
  }
  await sayAlerts(
    followed.map(({ job }) => job),
    terminal,
  );
}

function comeBack(job: Job): string {
  const id = printable(job.id);
  if (job.state === 'unclear')
    return `"llm-batch watch ${id}" goes on looking for it, and ${settleWords(job)}`;
  const isSent = currentParts(job).some(({ remote }) => remote !== null);
  return isSent
    ? `The batch goes on at the provider; "llm-batch watch ${id}" comes back to it, "llm-batch cancel ${id}" stops it.`
    : `Nothing is known to run at the provider yet; "llm-batch watch ${id}" goes on with it, "llm-batch cancel ${id}" drops it.`;
}

interface Shown {
  bar: SingleBar | null;
  words: string;
  message: string | null;
  saidAt: number;
}

/** Without a screen a line is said at each change of state, and otherwise this seldom. */
const seldomMs = 60_000;

class JobDisplay {
  readonly #terminal: Terminal;
  readonly #bars: MultiBar | null;
  readonly #shown = new Map<string, Shown>();

  private constructor(terminal: Terminal, bars: MultiBar | null) {
    this.#terminal = terminal;
    this.#bars = bars;
  }

  static async open(terminal: Terminal): Promise<JobDisplay> {
    if (!terminal.showsProgress) return new JobDisplay(terminal, null);
    const { MultiBar, Presets } = (await import('cli-progress')).default;
    const bars = new MultiBar(
      {
        format: '{name}  {bar}  {finished} of {all}{failed}  {words}',
        ...{ stream: process.stderr, clearOnComplete: true, hideCursor: true, fps: 5 },
        // What stands after it says more than its length.
        barsize: (process.stderr.columns ?? 80) < 80 ? 10 : 24,
        ...{ stopOnComplete: false, emptyOnZero: true, gracefulExit: false },
      },
      Presets.rect,
    );
    return new JobDisplay(terminal, bars);
  }

  show(job: Job): void {
    const shown = this.#shown.get(job.id) ?? { bar: null, words: '', message: null, saidAt: 0 };
    this.#shown.set(job.id, shown);
    if (job.message !== null && job.message !== shown.message && !isTerminal(job)) {
      this.say(`${printable(job.name)}: ${printable(job.message)}`);
    }
    shown.message = job.message;
    if (this.#bars === null) this.#sayProgress(job, shown);
    else this.#draw(job, shown, this.#bars);
  }

  /** Only on a screen: elsewhere nobody reads along. @param share 0 to 1 of the part that is sent. */
  showUpload(id: string, share: number): void {
    const shown = this.#shown.get(id);
    if (shown?.bar == null) return;
    shown.bar.update({ words: share < 1 ? `sending, ${Math.floor(share * 100)} %` : shown.words });
  }

  /** A line that stays, above what moves. */
  say(line: string): void {
    // Beside bars the screen does not wrap lines.
    if (this.#bars?.isActive) this.#bars.log(`${wrapped(line, (process.stderr.columns ?? 80) - 1)}\n`);
    else this.#terminal.note(line);
  }

  end(job: Job): void {
    const bar = this.#shown.get(job.id)?.bar;
    if (bar) this.#bars?.remove(bar);
  }

  dispose(): void {
    this.#bars?.stop();
  }

  #draw(job: Job, shown: Shown, bars: MultiBar): void {
    const { total, finished, failed } = figuresOf(job);
    const payload = {
      name: printable(job.name),
      finished: formatCount(finished),
      all: formatCount(total),
      failed: failed > 0 ? `, ${formatCount(failed)} failed` : '',
      words: stateWords(job),
    };
    shown.bar ??= bars.create(total, 0, payload);
    shown.bar.setTotal(total);
    shown.bar.update(finished, payload);
    shown.words = payload.words;
  }

  #sayProgress(job: Job, shown: Shown): void {
    const state = stateWords(job).split(',')[0] ?? '';
    const now = performance.now();
    if (isTerminal(job) || (state === shown.words && now - shown.saidAt < seldomMs)) return;
    const { total, finished, failed } = figuresOf(job);
    const lost = failed > 0 ? `, ${formatCount(failed)} failed` : '';
    const figures = finished > 0 ? `, ${formatCount(finished)} of ${formatCount(total)}${lost}` : '';
    this.#terminal.note(`${printable(job.name)} (${printable(job.id)}): ${state}${figures}`);
    shown.words = state;
    shown.saidAt = now;
  }
}
