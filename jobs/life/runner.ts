// What editor and terminal do with jobs: submit, follow, cancel, retry. One process drives a job; the others follow its record.
import { advance, bareModel, currentParts, dialectOf, isTerminal, type Job, nextAction } from '#core';
import { type Account, checkJobAccount, recordOf } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import type { JobLock } from '../store/jobLock.ts';
import { StoreError } from '../store/storeError.ts';
import { type HandAnswer, problemOf } from './byHand.ts';
import { type Driven, type DriveOptions, Driver } from './driver.ts';
import { type Intended, intendJob } from './intend.ts';
import { isSending } from './isSending.ts';
import type { NotMade, SubmitRequest } from './makeJob.ts';
import { nextAttempt, type RetryChoice } from './retryJob.ts';

export type FollowOptions = Omit<DriveOptions, 'until'>;

export type Submitted = ({ readonly kind: 'job'; readonly isNew: boolean } & Driven) | NotMade;

/** How often a follower looks whether the driving process is gone. */
const takeOverMs = 2_000;

export class JobRunner {
  readonly #env: JobsEnvironment;

  constructor(env: JobsEnvironment) {
    this.#env = env;
  }

  /**
   * A job of the same bytes at the same account that is not over and not being cancelled, or null.
   * @param model that the batch is for; null: whichever. Most lines name theirs, and are the same only with it.
   * @param besides the id of one that does not count.
   */
  async findOpen(
    sha256: string,
    account: Account,
    {
      model = null,
      besides = null,
    }: { readonly model?: string | null; readonly besides?: string | null } = {},
  ): Promise<Job | null> {
    const { jobs } = await this.#env.store.list();
    const { profile } = recordOf(account);
    for (const job of jobs) {
      const isSame =
        job.sha256 === sha256 &&
        job.account.profile === profile &&
        checkJobAccount(job.account, account) === null &&
        isForModel(job, model);
      if (!isSame || job.id === besides || isTerminal(job) || job.cancelRequested) continue;
      if (!(await this.#env.store.isAskedToCancel(job.id))) return job;
    }
    return null;
  }

  /**
   * Writes the intent down, once for the same bytes at the same account however many processes are told to at once,
   * unless `forceNew`. Nothing is sent yet: `follow` with `until: 'submitted'` sends it.
   */
  async intend(request: SubmitRequest): Promise<Intended> {
    const { account, checked, forceNew, model } = request;
    return intendJob(this.#env, request, async (besides) =>
      forceNew ? null : this.findOpen(checked.sha256, account, { model, besides }),
    );
  }

  /** Intent, upload, create. */
  async submit(request: SubmitRequest, options: FollowOptions): Promise<Submitted> {
    const intended = await this.intend(request);
    if (intended.kind !== 'made') return intended;
    options.onChange?.(intended.job);
    const driven = await this.follow(intended.job.id, { ...options, until: 'submitted' });
    return { kind: 'job', isNew: intended.isNew, ...driven };
  }

  /**
   * Carries a job on until it is submitted, or over. While another process drives it, follows the record.
   * @throws AbortError.
   */
  async follow(id: string, options: DriveOptions): Promise<Driven> {
    let last: Job | null = null;
    const onChange = (job: Job): void => {
      last = job;
      options.onChange?.(job);
    };
    for (let shown = ''; ; ) {
      const job = await this.#env.store.get(id);
      if (job === null) {
        if (last === null) throw new Error(`There is no job ${id}.`);
        return { job: last, stopped: this.#goneMessage(last) };
      }
      if (job.updatedAt !== shown) onChange(job);
      shown = job.updatedAt;
      const action = nextAction(job, this.#env.now());
      if (
        action.kind === 'none' ||
        (options.until === 'submitted' && !isSending(job, action, this.#env.now()))
      )
        return { job, stopped: null };
      try {
        const driven = await this.#driveAlone(id, { ...options, onChange });
        if (driven !== null) return driven;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // What cannot be kept on disk is not done; a person can make room and go on.
        const kept = await this.#env.store.get(id);
        if (kept !== null) return { job: kept, stopped: error.message };
        return { job: last ?? job, stopped: this.#goneMessage(last ?? job) };
      }
      await this.#untilChange(options.signal);
    }
  }

  /** Null while another process drives the job, or when it took it over. */
  async #driveAlone(id: string, options: DriveOptions): Promise<Driven | null> {
    const lock = await this.#env.store.lock(id);
    if (lock === null) return null;
    try {
      // Read again: whoever held the lock before may have gone further.
      const job = await this.#env.store.get(id);
      if (job === null) return null;
      await this.#env.store.removeHalfWritten(id);
      return await new Driver(this.#env, lock, job, options).run();
    } catch (error) {
      options.signal.throwIfAborted();
      if (lock.lost.aborted) return null;
      throw error;
    } finally {
      await lock.release();
    }
  }

  /** Asks for it, whoever drives the job; the batch may take minutes to stop. Finished rows are kept and billed. */
  async cancel(id: string): Promise<void> {
    await this.#env.store.askToCancel(id);
  }

  /** Begins another attempt with the requests that did not succeed, and others by choice. `follow` sends it. */
  async retryFailed(id: string, choice: RetryChoice = {}): Promise<HandAnswer> {
    const notOver = { kind: 'problem', message: 'This job is not over yet.' } as const;
    try {
      if (!isTerminal(await this.#get(id))) return notOver;
      const lock = await this.#lockSoon(id);
      if (lock === null) {
        return { kind: 'problem', message: 'Another window works on this job; try again in a moment.' };
      }
      try {
        const job = await this.#get(id);
        if (!isTerminal(job)) return notOver;
        return await this.#beginRetry(job, choice, lock);
      } finally {
        await lock.release();
      }
    } catch (error) {
      return problemOf(error);
    }
  }

  /** Whoever carried a job to its end lets go of it a moment later. */
  async #lockSoon(id: string): Promise<JobLock | null> {
    for (let tries = 20; tries > 1; tries--) {
      const lock = await this.#env.store.lock(id);
      if (lock !== null) return lock;
      await this.#env.sleep(100, new AbortController().signal);
    }
    return this.#env.store.lock(id);
  }

  async #beginRetry(job: Job, choice: RetryChoice, lock: JobLock): Promise<HandAnswer> {
    const again = await nextAttempt(this.#env, job, choice);
    if (again.kind === 'problem') return again;
    const { parts } = again;
    if (parts.length === 0) return { kind: 'problem', message: 'Every request of this job was answered.' };
    const { retriesLeft } = job;
    const at = new Date(this.#env.now()).toISOString();
    const next = advance(job, { kind: 'retried', parts, retriesLeft }, at);
    // Whoever took it over while the requests were written may have begun an attempt itself.
    await lock.assertHeld();
    await this.#env.store.forgetCancel(job.id);
    await lock.assertHeld();
    await this.#env.store.write(next);
    return { kind: 'job', job: next };
  }

  async #get(id: string): Promise<Job> {
    const job = await this.#env.store.get(id);
    if (job === null) throw new Error(`There is no job ${id}.`);
    return job;
  }

  /** What is still at the provider is named, for nothing here knows of it any more. */
  #goneMessage(job: Job): string {
    const { id } = job;
    const parts = currentParts(job);
    const gone = `The record of this job is gone from ${this.#env.store.folderOf(id)}, or cannot be read`;
    const batches = parts.flatMap(({ remote }) => (remote === null ? [] : [remote.batchId]));
    if (batches.length > 0) return `${gone}; at the provider it is ${batches.join(', ')}.`;
    if (parts.every(({ uploadStartedAt }) => uploadStartedAt === null))
      return `${gone}; submit the file again.`;
    const files = parts.flatMap(({ inputFileId }) => (inputFileId === null ? [] : [inputFileId]));
    const upload =
      files.length > 0 ? `its upload ${files.join(', ')}` : `perhaps an upload whose name begins with ${id}`;
    return `${gone}; the provider has ${upload}, and perhaps a batch with the metadata llm_batch_job ${id}.`;
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

/** The same bytes for another model are another batch. */
function isForModel(job: Job, model: string | null): boolean {
  if (model === null || job.model === null || dialectOf(job.provider).form !== 'keyed') return true;
  return bareModel(job.model) === bareModel(model);
}
