// What became of a paid call without an answer? The batch is looked for; the call is made again only when it is certain
// that there is none.
import { batchApiOf, type JobPart, type RemoteBatch } from '#core';
import { hasOtherKey } from '../accounts/accounts.ts';
import { defaultSettleMs } from '../environment.ts';
import type { ApiProblem, FoundBatch } from '../providers/port.ts';
import { bytesOf } from './snapshot.ts';
import { again, type Connection, markOf, otherKey, retryLater, type Step, stop, type Turn } from './step.ts';

/**
 * How many settle times more it is waited for a process that began a create and still lives here: one that a person
 * stopped (Ctrl-Z) sends it on waking. After ten minutes the connection it would use is long closed by the other side.
 */
const stoppedFactor = 10;
/** How often in a row a listing is refused until nobody waits for it any more. */
const mostRefusals = 5;

export class Settling {
  readonly #turn: Turn;
  /** By part: since when this process looks for a batch whose create was not answered. */
  readonly #sinceMs = new Map<number, number>();
  /** By part: how often in a row the provider refused to list its batches. */
  readonly #refusals = new Map<number, number>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /**
   * Only a complete listing that this process took a while after its first look proves that there is none: the time on
   * record may be of a process that slept, and sends only now.
   */
  async settle(part: JobPart, connection: Connection): Promise<Step> {
    // Another key may see another project's batches: that ours is not among them would prove nothing.
    if (hasOtherKey(this.#turn.job.account, connection.account)) {
      return await this.#unclear(part, { kind: 'stop', message: otherKey });
    }
    const lookedAtMs = this.#steadyMs();
    const sinceMs = this.#sinceMs.get(part.part) ?? lookedAtMs;
    this.#sinceMs.set(part.part, sinceMs);
    const found = await this.#find(part, connection);
    if (found.kind === 'problem') {
      return await this.#unclear(part, this.#withoutListing(part, found.problem, connection));
    }
    this.#refusals.delete(part.part);
    return await this.#after(found.value, part, lookedAtMs - sinceMs);
  }

  /** A listing that is refused again and again will not come: then only a person can tell. */
  #withoutListing({ part }: JobPart, problem: ApiProblem, connection: Connection): Step {
    if (problem.kind === 'unauthorized') return stop(this.#turn, connection, problem);
    if (problem.kind !== 'notFound' && problem.kind !== 'rejected') return retryLater(this.#turn, problem);
    const refusals = (this.#refusals.get(part) ?? 0) + 1;
    this.#refusals.set(part, refusals);
    if (refusals < mostRefusals) return retryLater(this.#turn, problem);
    const message = `${problem.message} Without its list of batches only you can tell whether it has this one; say it with "resolve".`;
    return { kind: 'stop', message };
  }

  /**
   * Whether what a person took for never made has come up after all. Where that cannot be told the person's word holds:
   * some servers give no listing.
   */
  async turnedUp(part: JobPart, connection: Connection): Promise<RemoteBatch | null> {
    const found = await this.#find(part, connection);
    return found.kind === 'ok' && found.value.kind === 'found' ? found.value.remote : null;
  }

  async #find(part: JobPart, { provider }: Connection): ReturnType<Connection['provider']['findBatch']> {
    const { env, job, signal } = this.#turn;
    // The note is of the process that made the call, if any; the record may be of one that only meant to.
    const begun = await env.store.begunCreate(job.id, part);
    return provider.findBatch(
      {
        mark: markOf(this.#turn, part),
        inputFileId: part.inputFileId,
        besides: [...part.turnedAway, ...(await this.#ofOthers(part))],
        fence: begun === null || begun.isTorn ? part.fence : begun.fence,
        requests: part.requests,
        bytes: bytesOf(part),
      },
      signal,
    );
  }

  /**
   * Where batches carry no mark, those that surely came of another call. What was found or adopted for one could be ours
   * all the same, and leaving it out could mean to send ours again.
   */
  async #ofOthers({ part }: JobPart): Promise<readonly string[]> {
    const { env, job } = this.#turn;
    if (batchApiOf(job.provider)?.isMarked !== false) return [];
    const { jobs } = await env.store.list();
    return jobs.flatMap(({ id, parts }) =>
      parts.flatMap((one) =>
        one.answered && one.remote !== null && !(id === job.id && one.part === part)
          ? [one.remote.batchId]
          : [],
      ),
    );
  }

  /** @param lookedForMs since the first look of this process. */
  async #after(found: FoundBatch, part: JobPart, lookedForMs: number): Promise<Step> {
    const { env, job } = this.#turn;
    if (found.kind === 'found') {
      this.#settled(part);
      return { kind: 'event', event: { kind: 'created', part: part.part, remote: found.remote } };
    }
    if (found.kind === 'perhaps') return await this.#perhaps(part, found.candidates);
    const settleMs = env.settleMs ?? defaultSettleMs;
    const restMs = settleMs - lookedForMs;
    const beginnerLives = await env.store.isBeginnerAlive(job.id, part);
    if (restMs <= (beginnerLives ? -stoppedFactor * settleMs : 0)) {
      this.#settled(part);
      await this.notSent(part, 'The provider never got the first call; sending it again.');
      return again;
    }
    const paceMs = this.#turn.pace.next(null);
    const delayMs = restMs > 0 ? Math.min(restMs, paceMs) : paceMs;
    return await this.#unclear(part, { kind: 'wait', message: null, delayMs });
  }

  /** It is certain that the call was not taken. */
  async notSent(part: JobPart, message: string | null, held: string | null = null): Promise<void> {
    await this.#turn.record({ kind: 'createNotSent', part: part.part, message, heldUntil: held });
    await this.#forgetCreate(part);
  }

  /** It was not taken as what it was to be made of is gone. */
  async uploadLost(part: JobPart, message: string): Promise<void> {
    await this.#turn.record({ kind: 'uploadLost', part: part.part, message });
    await this.#forgetCreate(part);
  }

  async #forgetCreate(part: JobPart): Promise<void> {
    const { env, job } = this.#turn;
    // Who was overtaken while it wrote would take away the note of whoever made the call since.
    await this.#turn.assertHeld();
    await env.store.forgetCreate(job.id, part);
  }

  /** Somebody settled it: another call is looked for anew. */
  forget(part: number): void {
    this.#sinceMs.delete(part);
  }

  /** The clock of the wall may be set while a batch is looked for; that must not shorten the look. */
  #steadyMs(): number {
    const { env } = this.#turn;
    return env.steadyMs === undefined ? performance.now() : env.steadyMs();
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

  #settled({ part }: JobPart): void {
    this.forget(part);
    this.#turn.pace.reset();
  }
}
