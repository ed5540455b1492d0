// What editor and terminal do with jobs: submit, follow, cancel, retry. One process drives a job; the others follow its record.

import { join } from 'node:path';
import { advance, isTerminal, type Job } from '#core';
import { writeRetry } from '#files';
import { type Account, checkJobAccount, recordOf } from './accounts.ts';
import { type Driven, type DriveOptions, Driver } from './driver.ts';
import type { JobsEnvironment } from './environment.ts';
import { hashOf, makeJob, newPart, type SubmitRequest } from './makeJob.ts';
import { downloadedResults } from './mergeJob.ts';
import type { JobLock } from './jobLock.ts';

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly pollMinMs?: number | undefined;
  readonly pollMaxMs?: number | undefined;
  readonly onChange?: ((job: Job) => void) | undefined;
}

export type Submitted =
  | ({ readonly kind: 'job' } & Driven)
  /** Nothing was sent. */
  | { readonly kind: 'changed'; readonly message: string };

export type RetryAnswer =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'problem'; readonly message: string };

/** How often a follower looks whether the driving process is gone. */
const takeOverMs = 2_000;

export class JobRunner {
  readonly #env: JobsEnvironment;

  constructor(env: JobsEnvironment) {
    this.#env = env;
  }

  /** A job of the same bytes at the same account that is not over, or null. */
  async findOpen(sha256: string, account: Account): Promise<Job | null> {
    const { jobs } = await this.#env.store.list();
    const here = recordOf(account);
    const same = jobs.find(
      (job) =>
        !isTerminal(job) &&
        job.parts[0]?.sha256 === sha256 &&
        job.account.profile === here.profile &&
        checkJobAccount(job.account, account) === null,
    );
    return same ?? null;
  }

  /** Writes the intent down; nothing is sent yet. `follow` with `until: 'submitted'` sends it. */
  async intend(
    request: SubmitRequest,
  ): Promise<{ kind: 'made'; job: Job } | { kind: 'changed'; message: string }> {
    return makeJob(this.#env.store, request, this.#env.now(), this.#env.random());
  }

  /** Intent, upload, create. */
  async submit(request: SubmitRequest, options: FollowOptions): Promise<Submitted> {
    const made = await this.intend(request);
    if (made.kind === 'changed') return made;
    options.onChange?.(made.job);
    return { kind: 'job', ...(await this.follow(made.job.id, { ...options, until: 'submitted' })) };
  }

  /**
   * Carries a job on until it is submitted, or over. While another process drives it, follows the record.
   * @throws AbortError, and the store's error when a record cannot be kept.
   */
  async follow(id: string, options: FollowOptions & Pick<DriveOptions, 'until'>): Promise<Driven> {
    for (let shown = ''; ; ) {
      const job = await this.#env.store.get(id);
      if (job === null) throw new Error(`There is no job ${id}.`);
      if (job.updatedAt !== shown) options.onChange?.(job);
      shown = job.updatedAt;
      if (isTerminal(job) || (options.until === 'submitted' && isSubmitted(job)))
        return { job, stopped: null };
      const lock = await this.#env.store.lock(id);
      if (lock === null) {
        await this.#untilChange(options.signal);
        continue;
      }
      try {
        return await this.#drive(id, lock, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!lock.lost.aborted) throw error;
      } finally {
        await lock.release();
      }
    }
  }

  /** Asks for it, whoever drives the job; the batch may take minutes to stop. Finished rows are kept and billed. */
  async cancel(id: string): Promise<void> {
    await this.#env.store.askToCancel(id);
  }

  /** Begins another attempt with the requests that did not succeed. `follow` sends it. */
  async retryFailed(id: string): Promise<RetryAnswer> {
    const lock = await this.#env.store.lock(id);
    if (lock === null)
      return { kind: 'problem', message: 'Another window works on this job; try again in a moment.' };
    try {
      const job = await this.#env.store.get(id);
      if (job === null || !isTerminal(job)) return { kind: 'problem', message: 'This job is not over yet.' };
      return await this.#beginRetry(job);
    } finally {
      await lock.release();
    }
  }

  async #beginRetry(job: Job): Promise<RetryAnswer> {
    const attempt = job.attempt + 1;
    const part = job.parts.length + 1;
    const snapshot = join(this.#env.store.folderOf(job.id), `requests-${part}.jsonl`);
    const results = downloadedResults(job);
    const requests = job.parts[0]?.snapshot ?? '';
    const written = await writeRetry({ requests, results, out: snapshot, overwrite: true });
    if (written.kind !== 'written') return { kind: 'problem', message: written.message };
    if (written.written === 0) return { kind: 'problem', message: 'Every request of this job was answered.' };
    const bytes = await hashOf(snapshot);
    const parts = [newPart({ part, attempt, snapshot, ...bytes, requests: written.written })];
    const next = advance(job, { kind: 'retried', parts }, new Date(this.#env.now()).toISOString());
    await this.#env.store.forgetCancel(job.id);
    await this.#env.store.write(next);
    return { kind: 'job', job: next };
  }

  async #drive(
    id: string,
    lock: JobLock,
    options: FollowOptions & Pick<DriveOptions, 'until'>,
  ): Promise<Driven> {
    // Read again: whoever held the lock before may have gone further.
    const job = await this.#env.store.get(id);
    if (job === null) throw new Error(`There is no job ${id}.`);
    const answer = await this.#env.accountFor(job);
    if (answer.kind === 'problem') return { job, stopped: answer.problem.message };
    const mismatch = checkJobAccount(job.account, answer.account);
    if (mismatch !== null) return { job, stopped: mismatch.message };
    const provider = await this.#env.provider(answer.account);
    const signal = AbortSignal.any([options.signal, lock.lost]);
    return new Driver(this.#env, provider, answer.account, job, { ...options, signal }).run();
  }

  async #untilChange(signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    const watch = this.#env.store.onDidChange(() => changed.abort());
    try {
      await this.#env.sleep(takeOverMs, AbortSignal.any([signal, changed.signal]));
    } catch {
      signal.throwIfAborted();
    } finally {
      watch.dispose();
    }
  }
}

function isSubmitted(job: Job): boolean {
  return job.parts.every((part) => part.attempt !== job.attempt || part.remote !== null);
}
