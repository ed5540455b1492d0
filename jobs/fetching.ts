// From a batch at the provider to merged results here: looking after it, stopping it, fetching its files, joining them.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobAction, type JobPart, pollPlan } from '#core';
import { hasOtherKey } from './accounts.ts';
import { mergeJob } from './mergeJob.ts';
import type { ApiProblem } from './port.ts';
import { again, type Connection, retryLater, type Step, stop, type Turn } from './step.ts';

/** How often a result file that is not found is asked for again: it may take a moment to appear. */
const missingFileTries = 5;

export class Fetching {
  readonly #turn: Turn;
  /** The last wait between looks at the batch, and what the last look brought. */
  #delayMs: number | null = null;
  #looked = false;
  #changed = false;
  #retryAfterMs: number | null = null;
  /** Parts whose cancellation the provider accepted, or did not. */
  readonly #askedToCancel = new Set<number>();
  #missingFileTries = 0;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  async cancel(part: JobPart, connection: Connection): Promise<Step> {
    // A provider that does not act upon it at once is not pestered.
    if (this.#askedToCancel.has(part.part)) await this.#turn.sleep(this.#nextDelay());
    const cancelled = await connection.provider.cancel(part.remote?.batchId ?? '', this.#turn.signal);
    if (cancelled.kind === 'problem' && cancelled.problem.kind !== 'rejected') {
      return cancelled.problem.kind === 'unauthorized'
        ? stop(this.#turn, connection, cancelled.problem)
        : retryLater(this.#turn, cancelled.problem);
    }
    this.#turn.pace.reset();
    this.#askedToCancel.add(part.part);
    // Refused: it is over meanwhile, most likely. A look tells.
    if (cancelled.kind === 'problem') return (await this.#look(part, connection)) ?? again;
    return { kind: 'event', event: { kind: 'remoteSeen', part: part.part, remote: cancelled.value } };
  }

  /** The first look is at once, so that a restart shows the truth; the next ones wait their time. */
  async poll(
    { parts, notAfterMs }: Extract<JobAction, { kind: 'poll' }>,
    connection: Connection,
  ): Promise<Step> {
    if (this.#looked) {
      const delayMs = this.#nextDelay();
      const heldMs = notAfterMs === null ? delayMs : Math.max(0, notAfterMs - this.#turn.env.now());
      await this.#turn.sleep(Math.min(delayMs, heldMs));
      if (heldMs < delayMs) return again;
      if (!this.#turn.job.cancelRequested && (await this.#turn.isAskedToCancel())) return again;
    }
    for (const part of parts) {
      const stopped = await this.#look(part, connection);
      if (stopped !== null) return stopped;
    }
    return again;
  }

  /** Nothing that happens to a look says anything about the batch: the job stays what it is, and looks again. */
  async #look(part: JobPart, connection: Connection): Promise<Step | null> {
    this.#looked = true;
    const seen = await connection.provider.get(part.remote?.batchId ?? '', this.#turn.signal);
    if (seen.kind === 'ok') {
      this.#changed ||= seen.value.status !== part.remote?.status;
      await this.#turn.record({ kind: 'remoteSeen', part: part.part, remote: seen.value });
      return null;
    }
    if (this.#isNotForUs(seen.problem, connection)) return stop(this.#turn, connection, seen.problem);
    this.#retryAfterMs = Math.max(this.#retryAfterMs ?? 0, seen.problem.retryAfterMs ?? 0) || null;
    await this.#turn.record({ kind: 'noted', message: `${seen.problem.message} Asking again.` });
    return null;
  }

  /** With another key the batch of another project is not found; with the right one it will be. */
  #isNotForUs({ kind }: ApiProblem, { account }: Connection): boolean {
    return kind === 'unauthorized' || (kind === 'notFound' && hasOtherKey(this.#turn.job.account, account));
  }

  #nextDelay(): number {
    const { pollMinMs, pollMaxMs, env } = this.#turn;
    this.#delayMs = pollPlan({
      lastDelayMs: this.#delayMs,
      changed: this.#changed,
      retryAfterMs: this.#retryAfterMs,
      minMs: pollMinMs,
      maxMs: Math.max(pollMinMs, pollMaxMs),
      random: env.random(),
    });
    this.#changed = false;
    this.#retryAfterMs = null;
    return this.#delayMs;
  }

  async download(part: JobPart, connection: Connection): Promise<Step> {
    const { remote } = part;
    const output = await this.#fetch(remote?.outputFileId ?? null, `output-${part.part}.jsonl`, connection);
    if (output.kind === 'step') return output.step;
    const errors = await this.#fetch(remote?.errorFileId ?? null, `errors-${part.part}.jsonl`, connection);
    if (errors.kind === 'step') return errors.step;
    this.#turn.pace.reset();
    const paths = { outputPath: output.path, errorPath: errors.path };
    return { kind: 'event', event: { kind: 'downloaded', part: part.part, ...paths } };
  }

  async #fetch(fileId: string | null, name: string, connection: Connection): Promise<Fetched> {
    if (fileId === null) return { kind: 'fetched', path: null };
    const { env, job, signal } = this.#turn;
    const path = join(env.store.folderOf(job.id), name);
    // A file of this name is there only in whole; its part is fetched once.
    if ((await stat(path).catch(() => null)) !== null) return { kind: 'fetched', path };
    const got = await connection.provider.download(fileId, path, signal);
    return got.kind === 'ok'
      ? { kind: 'fetched', path }
      : { kind: 'step', step: this.#afterDownload(got.problem, connection) };
  }

  #afterDownload(problem: ApiProblem, connection: Connection): Step {
    const isGone = problem.kind === 'notFound' && ++this.#missingFileTries >= missingFileTries;
    return isGone || problem.kind === 'unauthorized' || problem.kind === 'local'
      ? stop(this.#turn, connection, problem)
      : retryLater(this.#turn, problem);
  }

  async merge(): Promise<Step> {
    const { env, job, signal } = this.#turn;
    const merged = await mergeJob(env, job, signal);
    return merged.kind === 'event' ? merged : { kind: 'stop', message: merged.message };
  }
}

type Fetched =
  | { readonly kind: 'fetched'; readonly path: string | null }
  | { readonly kind: 'step'; readonly step: Step };
