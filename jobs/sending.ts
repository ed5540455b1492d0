// From an intent to a batch at the provider: upload, the paid call, and finding out what became of it.
import { batchApiOf, type JobPart, type RemoteBatch } from '#core';
import { hasOtherKey } from './accounts.ts';
import { defaultSettleMs } from './environment.ts';
import type { ApiProblem, BatchMark, UploadRequest } from './port.ts';
import { bytesOf, changedSnapshot } from './snapshot.ts';
import {
  again,
  type Connection,
  heldUntil,
  otherKey,
  retryLater,
  type Step,
  stop,
  type Turn,
} from './step.ts';

/**
 * How many settle times more it is waited for a process that began a create and still lives here: one that a person
 * stopped (Ctrl-Z) sends it on waking. After ten minutes the connection it would use is long closed by the other side.
 */
const stoppedFactor = 10;

export class Sending {
  readonly #turn: Turn;
  /** By part: since when this process looks for a batch whose create was not answered. */
  readonly #settlingSinceMs = new Map<number, number>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  async upload(part: JobPart, connection: Connection): Promise<Step> {
    const { provider } = connection;
    const { signal } = this.#turn;
    if (this.#isOthers(connection)) return { kind: 'stop', message: otherKey };
    const request = this.#uploadOf(part);
    if (part.uploadStartedAt !== null) {
      // An earlier try may have arrived without its answer.
      const found = await provider.findUploads(request, signal);
      if (found.kind === 'problem') return this.#afterUpload(part, found.problem);
      const [fileId] = found.value;
      if (fileId !== undefined) return uploaded(part, fileId, found.value);
    }
    const changed = await changedSnapshot(part);
    if (changed !== null) return refused(part, changed);
    await this.#turn.record({ kind: 'uploadStarted', part: part.part });
    const sent = await provider.upload(request, signal);
    if (sent.kind === 'problem') return this.#afterUpload(part, sent.problem);
    this.#turn.pace.reset();
    if (part.uploadStartedAt === null) return uploaded(part, sent.value, []);
    // The earlier try may have been on its way still.
    const all = await provider.findUploads(request, signal);
    return all.kind === 'ok' ? uploaded(part, sent.value, all.value) : this.#afterUpload(part, all.problem);
  }

  #uploadOf(part: JobPart): UploadRequest {
    return {
      name: `${this.#turn.job.id}-${part.part}-${part.attempt}.jsonl`,
      bytes: bytesOf(part),
      onProgress: (sentBytes) => this.#turn.onUpload(sentBytes, part.sizeBytes, part.part),
    };
  }

  /** A call that costs nothing and may be repeated, but whose refusal ends the job. */
  #afterUpload(part: JobPart, problem: ApiProblem): Step {
    if (problem.kind === 'local') return { kind: 'stop', message: problem.message };
    if (isRefusal(problem)) return refused(part, problem.message);
    const message = `${problem.message} Trying again.`;
    return {
      kind: 'event',
      event: { kind: 'held', part: part.part, until: heldUntil(this.#turn, problem), message },
    };
  }

  /** The paid call, once. The note that it is made is on disk before, and only the owner of the job makes it. */
  async create(part: JobPart, connection: Connection): Promise<Step> {
    if (this.#isOthers(connection)) return { kind: 'stop', message: otherKey };
    const { env, job, signal } = this.#turn;
    const api = batchApiOf(job.provider);
    if (api?.hasUpload === false) {
      const changed = await changedSnapshot(part);
      if (changed !== null) return refused(part, changed);
    }
    let fence: string | null = null;
    if (api?.isMarked === false) {
      const newest = await connection.provider.newestBatch(signal);
      if (newest.kind === 'problem') return this.#afterUpload(part, newest.problem);
      fence = newest.value;
    }
    await this.#turn.record({ kind: 'createStarted', part: part.part, fence });
    await this.#turn.assertHeld();
    if (!(await env.store.beginCreate(job.id, part, fence))) {
      const message = 'This batch was begun before; looking whether it was made.';
      return unclear(part, [], message);
    }
    // Who slept meanwhile, and was overtaken, finds out here; from now on only the network can.
    await this.#turn.assertHeld();
    const created = await connection.provider.create(
      {
        inputFileId: part.inputFileId,
        bytes: bytesOf(part),
        endpoint: job.endpoint,
        model: job.model,
        metadata: job.metadata,
        mark: this.#markOf(part),
        onProgress: (sentBytes) => this.#turn.onUpload(sentBytes, part.sizeBytes, part.part),
      },
      signal,
    );
    if (created.kind === 'ok') {
      this.#turn.pace.reset();
      return { kind: 'event', event: { kind: 'created', part: part.part, remote: created.value } };
    }
    const { problem } = created;
    if (isRefusal(problem)) return refused(part, `${problem.message}${this.#leftUpload(part)}`);
    if (problem.kind === 'local') {
      await this.#notSent(part, null);
      return { kind: 'stop', message: problem.message };
    }
    if (problem.kind === 'unreachable' || problem.kind === 'throttled') {
      await this.#notSent(part, `${problem.message} Trying again.`, heldUntil(this.#turn, problem));
      return again;
    }
    return unclear(part, [], `${problem.message} Looking whether the batch was made.`);
  }

  /**
   * Looks for the batch of a create without an answer. Only a complete listing that this process took a while after its
   * first look proves that there is none: the time on record may be of a process that slept, and sends only now.
   */
  async settle(part: JobPart, connection: Connection): Promise<Step> {
    const { env, signal } = this.#turn;
    // Another key may see another project's batches: that ours is not among them would prove nothing.
    if (this.#isOthers(connection)) return await this.#unclear(part, { kind: 'stop', message: otherKey });
    const lookedAtMs = this.#steadyMs();
    const sinceMs = this.#settlingSinceMs.get(part.part) ?? lookedAtMs;
    this.#settlingSinceMs.set(part.part, sinceMs);
    // The note is of the process that made the call, if any; the record may be of one that only meant to.
    const begun = await env.store.begunCreate(this.#turn.job.id, part);
    const found = await connection.provider.findBatch(
      {
        mark: this.#markOf(part),
        inputFileId: part.inputFileId,
        besides: part.turnedAway,
        fence: begun === null ? part.fence : begun.fence,
        requests: part.requests,
        bytes: bytesOf(part),
      },
      signal,
    );
    if (found.kind === 'problem') {
      const { problem } = found;
      const refused = problem.kind === 'unauthorized';
      const step = refused ? stop(this.#turn, connection, problem) : retryLater(this.#turn, problem);
      return await this.#unclear(part, step);
    }
    if (found.value.kind === 'found') {
      this.#settled(part);
      return { kind: 'event', event: { kind: 'created', part: part.part, remote: found.value.remote } };
    }
    if (found.value.kind === 'perhaps') return await this.#perhaps(part, found.value.candidates);
    const settleMs = env.settleMs ?? defaultSettleMs;
    const restMs = sinceMs + settleMs - lookedAtMs;
    const beginnerLives = await env.store.isBeginnerAlive(this.#turn.job.id, part);
    if (restMs <= (beginnerLives ? -stoppedFactor * settleMs : 0)) {
      this.#settled(part);
      await this.#notSent(part, 'The provider never got the first call; sending it again.');
      return again;
    }
    const paceMs = this.#turn.pace.next(null);
    const delayMs = restMs > 0 ? Math.min(restMs, paceMs) : paceMs;
    return await this.#unclear(part, { kind: 'wait', message: null, delayMs });
  }

  /** Somebody settled it: another call is looked for anew. */
  forget(part: number): void {
    this.#settlingSinceMs.delete(part);
  }

  /** The clock of the wall may be set while a batch is looked for; that must not shorten the look. */
  #steadyMs(): number {
    const { env } = this.#turn;
    return env.steadyMs === undefined ? performance.now() : env.steadyMs();
  }

  async #notSent(part: JobPart, message: string | null, held: string | null = null): Promise<void> {
    const { env, job } = this.#turn;
    await this.#turn.record({ kind: 'createNotSent', part: part.part, message, heldUntil: held });
    // Who was overtaken while it wrote would take away the note of whoever made the call since.
    await this.#turn.assertHeld();
    await env.store.forgetCreate(job.id, part);
  }

  /** Nothing tells them apart yet: a person can, or the ids in their results once they are over. */
  async #perhaps(part: JobPart, candidates: readonly RemoteBatch[]): Promise<Step> {
    const ids = candidates.map(({ batchId }) => batchId);
    const message = `The provider may have made this batch: it would be ${ids.join(' or ')}. Say which with "resolve", or wait until its results tell.`;
    await this.#turn.record({ kind: 'createUnclear', part: part.part, candidates: ids, message });
    // Said for the first time: whoever only sends leaves it at that.
    if (!part.unclear?.length) return again;
    return { kind: 'wait', message: null, delayMs: this.#turn.pollMaxMs };
  }

  async #unclear(part: JobPart, step: Step): Promise<Step> {
    if (part.unclear === null) {
      const message = 'It is not certain yet whether the provider has this batch.';
      await this.#turn.record({ kind: 'createUnclear', part: part.part, candidates: [], message });
    }
    return step;
  }

  /** Nothing will use it: a person may wish to know where it is. */
  #leftUpload({ inputFileId }: JobPart): string {
    if (inputFileId === null || this.#turn.job.deletesUploads) return '';
    return ` The upload ${inputFileId} is still at the provider and can be deleted.`;
  }

  #settled({ part }: JobPart): void {
    this.forget(part);
    this.#turn.pace.reset();
  }

  /** What was agreed to was agreed to for one key; another one may be another project's. */
  #isOthers({ account }: Connection): boolean {
    return hasOtherKey(this.#turn.job.account, account);
  }

  #markOf({ part, attempt }: JobPart): BatchMark {
    return { jobId: this.#turn.job.id, part, attempt };
  }
}

/** @param all every upload of these bytes for this part: one that nothing will use is named, for a person to delete. */
function uploaded({ part }: JobPart, inputFileId: string, all: readonly string[]): Step {
  const others = all.filter((id) => id !== inputFileId);
  const message =
    others.length === 0
      ? null
      : `An upload that was cut off arrived too; ${others.join(', ')} at the provider is not used and can be deleted.`;
  return { kind: 'event', event: { kind: 'uploaded', part, inputFileId, message } };
}

function refused({ part }: JobPart, message: string): Step {
  return { kind: 'event', event: { kind: 'refused', part, message } };
}

function unclear({ part }: JobPart, candidates: readonly string[], message: string): Step {
  return { kind: 'event', event: { kind: 'createUnclear', part, candidates, message } };
}

function isRefusal(problem: ApiProblem): boolean {
  return problem.kind === 'rejected' || problem.kind === 'unauthorized' || problem.kind === 'notFound';
}
