// From a batch at the provider to merged results here: looking after it, stopping it, fetching its files, joining them.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  currentParts,
  isRemoteOver,
  isWithheld,
  type JobAction,
  type JobPart,
  pollPlan,
  withheldWords,
} from '#core';
import { hasOtherKey } from '../accounts/accounts.ts';
import type { ApiProblem } from '../providers/port.ts';
import { mergeJob } from './mergeJob.ts';
import { again, type Connection, retryLater, type Step, stop, type Turn } from './step.ts';

/** How often a result file that is not found is asked for again: it may take a moment to appear. */
const missingFileTries = 5;
/** How often in a row a batch is not found until it is thought to be gone. */
const mostNotFound = 5;
const hourMs = 3_600_000;
/** Where it is not known when a batch ended: two days, as the longest of them lives, and some. */
const longestBatchMs = 50 * hourMs;

export class Fetching {
  readonly #turn: Turn;
  /** The last wait between looks at the batch, and what the last look brought. */
  #delayMs: number | null = null;
  #looked = false;
  #changed = false;
  #retryAfterMs: number | null = null;
  /** Parts whose cancellation the provider accepted, or did not. */
  readonly #askedToCancel = new Set<number>();
  /** By part: how often its batch was not found, one look after the other. */
  readonly #notFound = new Map<number, number>();
  /** By file: how often it was not found. */
  readonly #missingTries = new Map<string, number>();
  /** Batches whose answers stay away. */
  readonly #givenUp = new Set<string>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  async cancel(part: JobPart, connection: Connection): Promise<Step> {
    // A provider that does not act upon it at once is not pestered.
    if (this.#askedToCancel.has(part.part)) await this.#turn.sleep(this.#nextDelay());
    const cancelled = await connection.provider.cancel(part.remote?.batchId ?? '', this.#turn.signal);
    if (cancelled.kind === 'problem' && !isAnswered(cancelled.problem)) {
      return cancelled.problem.kind === 'unauthorized'
        ? stop(this.#turn, connection, cancelled.problem)
        : retryLater(this.#turn, cancelled.problem);
    }
    this.#turn.pace.reset();
    this.#askedToCancel.add(part.part);
    // Refused: it is over meanwhile, most likely, or gone. A look tells.
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
      const heldMs =
        notAfterMs === null ? Number.POSITIVE_INFINITY : Math.max(0, notAfterMs - this.#turn.env.now());
      await this.#sleepSlowly(delayMs, heldMs);
      if (heldMs < delayMs * this.#turn.slowness) return again;
      if (!this.#turn.job.cancelRequested && (await this.#turn.isAskedToCancel())) return again;
    }
    for (const part of parts) {
      const stopped = await this.#look(part, connection);
      if (stopped !== null) return stopped;
    }
    return again;
  }

  /** Longer while nobody looks, in steps: whoever comes back does not wait for what was put off meanwhile. */
  async #sleepSlowly(usualMs: number, mostMs: number): Promise<void> {
    for (let sleptMs = 0; ; ) {
      const restMs = Math.min(usualMs * this.#turn.slowness, mostMs) - sleptMs;
      if (restMs <= 0) return;
      const stepMs = Math.min(restMs, Math.max(usualMs, 1));
      await this.#turn.sleep(stepMs);
      sleptMs += stepMs;
      if (!this.#turn.job.cancelRequested && (await this.#turn.isAskedToCancel())) return;
    }
  }

  /** Nothing that happens to a look says anything about the batch: the job stays what it is, and looks again. */
  async #look(part: JobPart, connection: Connection): Promise<Step | null> {
    this.#looked = true;
    const seen = await connection.provider.get(part.remote?.batchId ?? '', this.#turn.signal);
    if (seen.kind === 'ok') {
      this.#notFound.delete(part.part);
      this.#changed ||= seen.value.status !== part.remote?.status;
      await this.#turn.record({ kind: 'remoteSeen', part: part.part, remote: seen.value });
      return null;
    }
    if (this.#isNotForUs(seen.problem, connection)) return stop(this.#turn, connection, seen.problem);
    const lost = this.#lostWords(part, seen.problem);
    if (lost !== null) {
      await this.#turn.record({ kind: 'batchLost', part: part.part, message: lost });
      return null;
    }
    this.#retryAfterMs = Math.max(this.#retryAfterMs ?? 0, seen.problem.retryAfterMs ?? 0) || null;
    await this.#turn.record({ kind: 'noted', message: `${seen.problem.message} Asking again.` });
    return null;
  }

  /**
   * A batch may not be found for a moment after it is made, and now and then later on. When it is never found any more, and
   * is so old that it must be over, or nobody wants it, it was deleted.
   */
  #lostWords({ part, remote, createStartedAt }: JobPart, { kind }: ApiProblem): string | null {
    const { env, job } = this.#turn;
    if (kind !== 'notFound' || remote === null) {
      this.#notFound.delete(part);
      return null;
    }
    const tries = (this.#notFound.get(part) ?? 0) + 1;
    this.#notFound.set(part, tries);
    const madeMs = Date.parse(remote.createdAt ?? createStartedAt ?? job.createdAt);
    const isOld = env.now() - madeMs > longestBatchMs;
    if (tries < mostNotFound || !(isOld || job.cancelRequested)) return null;
    return `The provider does not know ${remote.batchId} any more, so its answers are lost.`;
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
    const withheld = remote !== null && isWithheld(this.#turn.job.provider, remote) ? [remote.batchId] : [];
    if (withheld.some((batchId) => !this.#givenUp.has(batchId))) {
      return (await this.#lookAtOthers(part, connection)) ?? (await this.#lookForFiles(part, connection));
    }
    const found: Fetched[] = [];
    for (const [fileId, name] of [
      [remote?.outputFileId ?? null, `output-${part.part}.jsonl`],
      [remote?.errorFileId ?? null, `errors-${part.part}.jsonl`],
    ] as const) {
      const fetched = await this.#fetch(part, fileId, name, connection);
      if ('step' in fetched) return (await this.#lookAtOthers(part, connection)) ?? fetched.step;
      found.push(fetched);
    }
    this.#turn.pace.reset();
    const [output, errors] = found;
    const gone = [...found.flatMap((one) => one.gone ?? []), ...withheld];
    const paths = { outputPath: output?.path ?? null, errorPath: errors?.path ?? null };
    return { kind: 'event', event: { kind: 'downloaded', part: part.part, ...paths, gone } };
  }

  /**
   * It is over and has answers, but names no file of them: that may take a moment, and is not the same as having none.
   * One that goes on so is left, and its answers can be fetched when they come up after all.
   */
  async #lookForFiles(part: JobPart, connection: Connection): Promise<Step> {
    const stopped = await this.#look(part, connection);
    const remote = this.#turn.job.parts.find((one) => one.part === part.part)?.remote ?? null;
    if (stopped !== null || remote === null || !isWithheld(this.#turn.job.provider, remote)) {
      return stopped ?? again;
    }
    // A look that did not work says nothing.
    const wasSeen = remote !== part.remote;
    const tries = (this.#missingTries.get(remote.batchId) ?? 0) + Number(wasSeen);
    this.#missingTries.set(remote.batchId, tries);
    if (tries >= missingFileTries) {
      this.#givenUp.add(remote.batchId);
      return again;
    }
    const message = `${withheldWords(remote)} Looking again.`;
    return { kind: 'wait', message, delayMs: this.#turn.pace.next(null) };
  }

  /** While results stay away, those that run are looked at all the same. */
  async #lookAtOthers(part: JobPart, connection: Connection): Promise<Step | null> {
    const { job } = this.#turn;
    for (const one of currentParts(job)) {
      const isRunning = one.remote !== null && !isRemoteOver(job.provider, one.remote);
      const stopped = one.part !== part.part && isRunning ? await this.#look(one, connection) : null;
      if (stopped !== null) return stopped;
    }
    return null;
  }

  async #fetch(
    part: JobPart,
    fileId: string | null,
    name: string,
    connection: Connection,
  ): Promise<Fetched | { readonly step: Step }> {
    if (fileId === null) return { path: null };
    const { env, job, signal } = this.#turn;
    const path = join(env.store.folderOf(job.id), name);
    // A file of this name is there only in whole; its part is fetched once.
    if ((await stat(path).catch(() => null)) !== null) return { path };
    const got = await connection.provider.download(fileId, path, signal);
    if (got.kind === 'ok') return { path };
    const { problem } = got;
    const tries = (this.#missingTries.get(fileId) ?? 0) + Number(isAnswered(problem));
    this.#missingTries.set(fileId, tries);
    const isRefused = isAnswered(problem) && tries >= missingFileTries;
    const isMissing = isRefused && problem.kind === 'notFound';
    if (isMissing && !hasOtherKey(job.account, connection.account) && this.#isLongOver(part)) {
      return { path: null, gone: fileId };
    }
    const isFinal = isRefused || problem.kind === 'unauthorized' || problem.kind === 'local';
    return { step: isFinal ? stop(this.#turn, connection, problem) : retryLater(this.#turn, problem) };
  }

  /** So long that a file that is not found was deleted, rather than not there yet. */
  #isLongOver({ remote }: JobPart): boolean {
    const { env, job } = this.#turn;
    const endedMs = Date.parse(remote?.endedAt ?? '');
    if (Number.isFinite(endedMs)) return env.now() - endedMs > hourMs;
    const createdMs = Date.parse(remote?.createdAt ?? job.createdAt);
    return env.now() - createdMs > longestBatchMs;
  }

  async merge(): Promise<Step> {
    const { env, job, signal } = this.#turn;
    const merged = await mergeJob(env, job, signal);
    return merged.kind === 'event' ? merged : { kind: 'stop', message: merged.message };
  }
}

/** The provider knows what it says no to. */
function isAnswered({ kind }: ApiProblem): boolean {
  return kind === 'rejected' || kind === 'notFound';
}

interface Fetched {
  readonly path: string | null;
  /** The provider does not have it any more. */
  readonly gone?: string;
}
