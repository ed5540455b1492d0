// Carries one job from where its record says it is to its end, one action at a time, each result written before the next.
import { join } from 'node:path';
import {
  advance,
  currentParts,
  defaultPollMaxMs,
  defaultPollMinMs,
  type Job,
  type JobAction,
  type JobEvent,
  type JobPart,
  nextAction,
  pollPlan,
} from '#core';
import { type Account, hasOtherKey } from './accounts.ts';
import { defaultSettleMs, type JobsEnvironment } from './environment.ts';
import { mergeJob } from './mergeJob.ts';
import type { ApiProblem, BatchProvider, UploadRequest } from './port.ts';

export interface DriveOptions {
  readonly signal: AbortSignal;
  readonly until: 'submitted' | 'end';
  readonly pollMinMs?: number | undefined;
  readonly pollMaxMs?: number | undefined;
  readonly onChange?: ((job: Job) => void) | undefined;
}

export interface Driven {
  readonly job: Job;
  /** Why it cannot go on for now, in one sentence; null when it reached what was asked. */
  readonly stopped: string | null;
}

/** Waits between repeated uploads and creates. */
const retryMinMs = 1_000;
const retryMaxMs = 60_000;

type Stop = { readonly kind: 'stop'; readonly message: string };
/** An event to record; or a wait; or nothing but another turn; or the end of what can be done now. */
type Step =
  | { readonly kind: 'again' }
  | { readonly kind: 'event'; readonly event: JobEvent }
  | { readonly kind: 'wait'; readonly message: string | null; readonly delayMs: number }
  | Stop;

const again: Step = { kind: 'again' };

export class Driver {
  readonly #env: JobsEnvironment;
  readonly #provider: BatchProvider;
  readonly #account: Account;
  readonly #options: DriveOptions;
  #job: Job;
  /** The last wait between repeated uploads, creates and searches; null after one that worked. */
  #delayMs: number | null = null;
  /** The last wait between looks at the batch, and what the last look brought. */
  #pollDelayMs: number | null = null;
  #looked = false;
  #changed = false;
  #retryAfterMs: number | null = null;

  constructor(
    env: JobsEnvironment,
    provider: BatchProvider,
    account: Account,
    job: Job,
    options: DriveOptions,
  ) {
    this.#env = env;
    this.#provider = provider;
    this.#account = account;
    this.#job = job;
    this.#options = options;
  }

  /** @throws AbortError, and the store's error when a record cannot be kept. */
  async run(): Promise<Driven> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      if (!this.#job.cancelRequested && (await this.#env.store.isAskedToCancel(this.#job.id))) {
        await this.#record({ kind: 'cancelRequested' });
      }
      const action = nextAction(this.#job);
      if (action.kind === 'none' || this.#isFarEnough()) return { job: this.#job, stopped: null };
      const step = await this.#perform(action);
      if (step.kind === 'stop') {
        await this.#record({ kind: 'noted', message: step.message });
        return { job: this.#job, stopped: step.message };
      }
      if (step.kind === 'event') await this.#record(step.event);
      else if (step.kind === 'wait') {
        if (step.message !== null) await this.#record({ kind: 'noted', message: step.message });
        await this.#sleep(step.delayMs);
      }
    }
  }

  #isFarEnough(): boolean {
    return (
      this.#options.until === 'submitted' && currentParts(this.#job).every((part) => part.remote !== null)
    );
  }

  /** On disk before anything else happens. */
  async #record(event: JobEvent): Promise<void> {
    const next = advance(this.#job, event, new Date(this.#env.now()).toISOString());
    if (next === this.#job) return;
    await this.#env.store.write(next);
    this.#job = next;
    this.#options.onChange?.(next);
  }

  #perform(action: Exclude<JobAction, { kind: 'none' }>): Promise<Step> | Step {
    switch (action.kind) {
      case 'drop':
        return { kind: 'event', event: { kind: 'dropped' } };
      case 'upload':
        return this.#upload(action.part);
      case 'create':
        return this.#create(action.part);
      case 'settle':
        return this.#settle(action.part);
      case 'cancel':
        return this.#cancel(action.part);
      case 'poll':
        return this.#poll(action.part);
      case 'download':
        return this.#download(action.part);
      case 'merge':
        return this.#merge();
    }
  }

  async #upload(part: JobPart): Promise<Step> {
    const { signal } = this.#options;
    const request: UploadRequest = {
      name: `${this.#job.id}-${part.part}.jsonl`,
      path: part.snapshot,
      sizeBytes: part.sizeBytes,
    };
    if (part.uploadStartedAt !== null) {
      // An earlier try may have arrived without its answer.
      const found = await this.#provider.findUpload(request, signal);
      if (found.kind === 'problem') return this.#afterRefusable(found.problem);
      if (found.value !== null) return uploaded(part, found.value);
    }
    await this.#record({ kind: 'uploadStarted', part: part.part });
    const sent = await this.#provider.upload(request, signal);
    if (sent.kind === 'problem') return this.#afterRefusable(sent.problem);
    this.#delayMs = null;
    return uploaded(part, sent.value);
  }

  /** A call that costs nothing and may be repeated, but whose refusal ends the job. */
  #afterRefusable(problem: ApiProblem): Step {
    if (isRefusal(problem)) return { kind: 'event', event: { kind: 'refused', message: problem.message } };
    return this.#retryLater(problem);
  }

  async #create(part: JobPart): Promise<Step> {
    await this.#record({ kind: 'createStarted', part: part.part });
    const created = await this.#provider.create(
      {
        inputFileId: part.inputFileId ?? '',
        endpoint: this.#job.endpoint,
        metadata: this.#job.metadata,
        mark: { jobId: this.#job.id, part: part.part },
      },
      this.#options.signal,
    );
    if (created.kind === 'ok') {
      this.#delayMs = null;
      return { kind: 'event', event: { kind: 'created', part: part.part, remote: created.value } };
    }
    const { problem } = created;
    if (isRefusal(problem)) return { kind: 'event', event: { kind: 'refused', message: problem.message } };
    if (problem.kind === 'unreachable' || problem.kind === 'throttled') {
      await this.#record({ kind: 'createNotSent', part: part.part, message: problem.message });
      return this.#retryLater(problem);
    }
    const message = `${problem.message} Looking whether the batch was made.`;
    return { kind: 'event', event: { kind: 'createUnclear', part: part.part, message } };
  }

  /** Looks for the batch; only a complete listing some time after the call proves that it was never made. */
  async #settle(part: JobPart): Promise<Step> {
    const startedAt = part.createStartedAt ?? this.#job.createdAt;
    const mark = { jobId: this.#job.id, part: part.part };
    const askedAtMs = this.#env.now();
    const found = await this.#provider.findBatch(mark, startedAt, this.#options.signal);
    if (found.kind === 'problem') return this.#unclear(part, found.problem);
    if (found.value !== null) {
      this.#delayMs = null;
      return { kind: 'event', event: { kind: 'created', part: part.part, remote: found.value } };
    }
    const restMs = Date.parse(startedAt) + (this.#env.settleMs ?? defaultSettleMs) - askedAtMs;
    if (restMs <= 0) {
      const message = 'The first call never reached the provider; sending it again.';
      return { kind: 'event', event: { kind: 'createNotSent', part: part.part, message } };
    }
    if (this.#job.state !== 'unclear') {
      const message = 'It is not certain yet whether the provider has this batch.';
      await this.#record({ kind: 'createUnclear', part: part.part, message });
    }
    return { kind: 'wait', message: null, delayMs: Math.min(restMs, this.#backOff(null)) };
  }

  async #unclear(part: JobPart, problem: ApiProblem): Promise<Step> {
    await this.#record({ kind: 'createUnclear', part: part.part, message: problem.message });
    return problem.kind === 'unauthorized' ? this.#stop(problem) : this.#retryLater(problem);
  }

  async #cancel(part: JobPart): Promise<Step> {
    const batchId = part.remote?.batchId ?? '';
    const cancelled = await this.#provider.cancel(batchId, this.#options.signal);
    if (cancelled.kind === 'ok') {
      return { kind: 'event', event: { kind: 'remoteSeen', part: part.part, remote: cancelled.value } };
    }
    // Over meanwhile, most likely: the next look tells.
    if (cancelled.problem.kind === 'rejected') return this.#look(part);
    return this.#afterLook(cancelled.problem);
  }

  /** The first look is at once, so that a restart shows the truth; the next ones wait their time. */
  async #poll(part: JobPart): Promise<Step> {
    if (this.#looked) {
      await this.#sleep(this.#nextPollDelay());
      if (!this.#job.cancelRequested && (await this.#env.store.isAskedToCancel(this.#job.id))) return again;
    }
    return this.#look(part);
  }

  async #look(part: JobPart): Promise<Step> {
    this.#looked = true;
    const seen = await this.#provider.get(part.remote?.batchId ?? '', this.#options.signal);
    if (seen.kind === 'problem') return this.#afterLook(seen.problem);
    this.#changed = JSON.stringify(seen.value) !== JSON.stringify(part.remote);
    return { kind: 'event', event: { kind: 'remoteSeen', part: part.part, remote: seen.value } };
  }

  /** Nothing that happens to a look says anything about the batch: the job stays what it is, and looks again. */
  async #afterLook(problem: ApiProblem): Promise<Step> {
    if (problem.kind === 'unauthorized') return this.#stop(problem);
    this.#changed = false;
    this.#retryAfterMs = problem.retryAfterMs;
    await this.#record({ kind: 'noted', message: `${problem.message} Asking again.` });
    return again;
  }

  #nextPollDelay(): number {
    const { pollMinMs = defaultPollMinMs, pollMaxMs = defaultPollMaxMs } = this.#options;
    this.#pollDelayMs = pollPlan({
      lastDelayMs: this.#pollDelayMs,
      changed: this.#changed,
      retryAfterMs: this.#retryAfterMs,
      minMs: pollMinMs,
      maxMs: Math.max(pollMinMs, pollMaxMs),
      random: this.#env.random(),
    });
    this.#retryAfterMs = null;
    return this.#pollDelayMs;
  }

  async #download(part: JobPart): Promise<Step> {
    const { remote } = part;
    const folder = this.#env.store.folderOf(this.#job.id);
    const paths: (string | null)[] = [];
    const files = [
      [remote?.outputFileId ?? null, `output-${part.part}.jsonl`],
      [remote?.errorFileId ?? null, `errors-${part.part}.jsonl`],
    ] as const;
    for (const [fileId, name] of files) {
      const path = join(folder, name);
      if (fileId !== null) {
        const got = await this.#provider.download(fileId, path, this.#options.signal);
        if (got.kind === 'problem') {
          const { kind } = got.problem;
          return kind === 'unauthorized' || kind === 'notFound'
            ? this.#stop(got.problem)
            : this.#retryLater(got.problem);
        }
      }
      paths.push(fileId === null ? null : path);
    }
    this.#delayMs = null;
    const [outputPath = null, errorPath = null] = paths;
    return { kind: 'event', event: { kind: 'downloaded', part: part.part, outputPath, errorPath } };
  }

  async #merge(): Promise<Step> {
    const merged = await mergeJob(this.#env, this.#job, this.#options.signal);
    return merged.kind === 'event' ? merged : { kind: 'stop', message: merged.message };
  }

  #stop(problem: ApiProblem): Stop {
    const otherKey = hasOtherKey(this.#job.account, this.#account);
    return {
      kind: 'stop',
      message: otherKey ? `${problem.message} This job was made with another key.` : problem.message,
    };
  }

  #retryLater(problem: ApiProblem): Step {
    return {
      kind: 'wait',
      message: `${problem.message} Trying again.`,
      delayMs: this.#backOff(problem.retryAfterMs),
    };
  }

  #backOff(retryAfterMs: number | null): number {
    const facts = { lastDelayMs: this.#delayMs, changed: false, retryAfterMs, random: this.#env.random() };
    this.#delayMs = pollPlan({ ...facts, minMs: retryMinMs, maxMs: retryMaxMs });
    return this.#delayMs;
  }

  /** Wakes early when someone asks to cancel. */
  async #sleep(delayMs: number): Promise<void> {
    const wake = new AbortController();
    const watch = this.#env.store.onDidChange(() => {
      void this.#env.store.isAskedToCancel(this.#job.id).then((asked) => {
        if (asked && !this.#job.cancelRequested) wake.abort();
      });
    });
    try {
      await this.#env.sleep(delayMs, AbortSignal.any([this.#options.signal, wake.signal]));
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!wake.signal.aborted) throw error;
    } finally {
      watch.dispose();
    }
  }
}

function uploaded(part: JobPart, inputFileId: string): Step {
  return { kind: 'event', event: { kind: 'uploaded', part: part.part, inputFileId } };
}

function isRefusal(problem: ApiProblem): boolean {
  return problem.kind === 'rejected' || problem.kind === 'unauthorized' || problem.kind === 'notFound';
}
