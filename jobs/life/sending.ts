// From an intent to a batch at the provider: the upload and the paid call.
import { batchApiOf, type JobPart } from '#core';
import { hasOtherKey } from '../accounts/accounts.ts';
import type { ApiProblem, CreateRequest, UploadRequest } from '../providers/port.ts';
import type { Settling } from './settling.ts';
import { bytesOf, changedSnapshot } from './snapshot.ts';
import { again, type Connection, holdFor, markOf, otherKey, type Step, type Turn } from './step.ts';

/** What is gone as often as this goes away again. */
const mostUploadsLost = 3;
/** So much longer than until its batch is made an upload must live. */
const spareHours = 1;

export class Sending {
  readonly #turn: Turn;
  readonly #settling: Settling;

  constructor(turn: Turn, settling: Settling) {
    this.#turn = turn;
    this.#settling = settling;
  }

  async upload(part: JobPart, connection: Connection): Promise<Step> {
    const { provider } = connection;
    const { signal } = this.#turn;
    if (this.#isOthers(connection)) return { kind: 'stop', message: otherKey };
    const request = this.#uploadOf(part);
    if (part.uploadStartedAt !== null) {
      // An earlier try may have arrived without its answer.
      const found = await provider.findUploads(request, signal);
      if (found.kind === 'problem') return this.#afterFreeCall(part, found.problem);
      const [fileId] = found.value;
      if (fileId !== undefined) return uploaded(part, fileId, found.value);
    }
    const changed = await changedSnapshot(part);
    if (changed !== null) return refused(part, changed);
    await this.#turn.record({ kind: 'uploadStarted', part: part.part });
    const sent = await provider.upload(request, signal);
    if (sent.kind === 'problem') return this.#afterFreeCall(part, sent.problem);
    this.#turn.pace.reset();
    if (part.uploadStartedAt === null) return uploaded(part, sent.value, []);
    // The earlier try may have been on its way still.
    const all = await provider.findUploads(request, signal);
    return all.kind === 'ok' ? uploaded(part, sent.value, all.value) : this.#afterFreeCall(part, all.problem);
  }

  #uploadOf(part: JobPart): UploadRequest {
    return {
      name: `${this.#turn.job.id}-${part.part}-${part.attempt}.jsonl`,
      bytes: bytesOf(part),
      onProgress: (sentBytes) => this.#turn.onUpload(sentBytes, part.sizeBytes, part.part),
    };
  }

  /** A call that costs nothing and may be repeated, but whose refusal ends the job. */
  #afterFreeCall(part: JobPart, problem: ApiProblem): Step {
    if (problem.kind === 'local') return { kind: 'stop', message: problem.message };
    if (isRefusal(problem)) return refused(part, problem.message);
    return { kind: 'event', event: { kind: 'held', part: part.part, ...holdFor(this.#turn, problem, part) } };
  }

  /** The paid call, once. The note that it is made is on disk before, and only the owner of the job makes it. */
  async create(part: JobPart, connection: Connection): Promise<Step> {
    if (this.#isOthers(connection)) return { kind: 'stop', message: otherKey };
    const { env, job, signal } = this.#turn;
    if (this.#isUploadOld(part)) {
      const message = 'The provider is about to delete the upload; uploading the file again.';
      return { kind: 'event', event: { kind: 'uploadLost', part: part.part, message } };
    }
    const api = batchApiOf(job.provider);
    if (api?.hasUpload === false) {
      const changed = await changedSnapshot(part);
      if (changed !== null) return refused(part, changed);
    }
    const late = part.isDoubted ? await this.#settling.turnedUp(part, connection) : null;
    if (late !== null) return { kind: 'event', event: { kind: 'created', part: part.part, remote: late } };
    let fence: string | null = null;
    if (api?.isMarked === false) {
      const newest = await connection.provider.newestBatch(signal);
      if (newest.kind === 'problem') return this.#afterFreeCall(part, newest.problem);
      fence = newest.value;
    }
    await this.#turn.record({ kind: 'createStarted', part: part.part, fence });
    await this.#turn.assertHeld();
    if (!(await env.store.beginCreate(job.id, part, fence))) {
      return unclear(part, 'This batch was begun before; looking whether it was made.');
    }
    // Who slept meanwhile, and was overtaken, finds out here; from now on only the network can.
    await this.#turn.assertHeld();
    const created = await connection.provider.create(this.#createOf(part), signal);
    if (created.kind === 'problem') return await this.#notCreated(part, created.problem, connection);
    this.#turn.pace.reset();
    const made = { part: part.part, remote: created.value, answered: true } as const;
    return { kind: 'event', event: { kind: 'created', ...made } };
  }

  #createOf(part: JobPart): CreateRequest {
    const { endpoint, model, metadata } = this.#turn.job;
    return {
      ...{ endpoint, model, metadata },
      inputFileId: part.inputFileId,
      bytes: bytesOf(part),
      mark: markOf(this.#turn, part),
      onProgress: (sentBytes) => this.#turn.onUpload(sentBytes, part.sizeBytes, part.part),
    };
  }

  async #notCreated(part: JobPart, problem: ApiProblem, connection: Connection): Promise<Step> {
    if (isRefusal(problem)) return await this.#afterRefusal(part, problem, connection);
    if (problem.kind === 'local') {
      await this.#settling.notSent(part, null);
      return { kind: 'stop', message: problem.message };
    }
    if (problem.kind === 'unreachable' || problem.kind === 'throttled') {
      return await this.#hold(part, problem);
    }
    return unclear(part, `${problem.message} Looking whether the batch was made.`);
  }

  /** Nothing was made. What was uploaded may be gone since, which is no fault of the requests: it is uploaded anew. */
  async #afterRefusal(part: JobPart, problem: ApiProblem, { provider }: Connection): Promise<Step> {
    const { inputFileId, uploadsLost = 0 } = part;
    if (inputFileId !== null && uploadsLost < mostUploadsLost && mayMeanUpload(problem)) {
      const found = await provider.findUploads(this.#uploadOf(part), this.#turn.signal);
      if (found.kind === 'ok' && !found.value.includes(inputFileId)) {
        const message = 'The upload is not at the provider any more; uploading the file again.';
        await this.#settling.uploadLost(part, message);
        return again;
      }
      if (found.kind === 'problem' && !isRefusal(found.problem)) return await this.#hold(part, found.problem);
    }
    return refused(part, `${problem.message}${this.#leftUpload(part)}`);
  }

  async #hold(part: JobPart, problem: ApiProblem): Promise<Step> {
    const { until, message } = holdFor(this.#turn, problem, part);
    await this.#settling.notSent(part, message, until);
    return again;
  }

  /** It would be gone before the provider is through with it. */
  #isUploadOld({ inputFileId, uploadStartedAt }: JobPart): boolean {
    const { env, job } = this.#turn;
    const keptHours = batchApiOf(job.provider)?.uploadKeptHours ?? null;
    if (inputFileId === null || uploadStartedAt === null || keptHours === null) return false;
    return env.now() - Date.parse(uploadStartedAt) > (keptHours - spareHours) * 3_600_000;
  }

  /** Nothing will use it: a person may wish to know where it is. */
  #leftUpload({ inputFileId }: JobPart): string {
    if (inputFileId === null || this.#turn.job.deletesUploads) return '';
    return ` The upload ${inputFileId} is still at the provider and can be deleted.`;
  }

  /** What was agreed to was agreed to for one key; another one may be another project's. */
  #isOthers({ account }: Connection): boolean {
    return hasOtherKey(this.#turn.job.account, account);
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

function unclear({ part }: JobPart, message: string): Step {
  return { kind: 'event', event: { kind: 'createUnclear', part, candidates: [], message } };
}

/** Of a file that is not there: 404, at Gemini 403 (read as 404), elsewhere perhaps 400. */
function mayMeanUpload({ kind, status }: ApiProblem): boolean {
  return kind === 'notFound' || (kind === 'rejected' && status === 400);
}

function isRefusal(problem: ApiProblem): boolean {
  return problem.kind === 'rejected' || problem.kind === 'unauthorized' || problem.kind === 'notFound';
}
