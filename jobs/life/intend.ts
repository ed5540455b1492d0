// Writes down that a batch will be paid for: once for the same bytes, however many processes are told to at once.
import type { Job } from '#core';
import type { JobsEnvironment } from '../environment.ts';
import type { JobLock } from '../store/jobLock.ts';
import { StoreError } from '../store/storeError.ts';
import { type NotMade, type PreparedJob, prepareJob, type SubmitRequest } from './makeJob.ts';

export type Intended =
  /** `isNew` is false when an open job of the same bytes at the same account goes on instead. */
  { readonly kind: 'made'; readonly job: Job; readonly isNew: boolean } | NotMade;

/** The job that goes on instead of a new one, as it is on disk now; `besides` is no such job. */
type FindSame = (besides: string | null) => Promise<Job | null>;

/** How often it is tried to be the one who writes down an intent; each holds the lock for milliseconds. */
const retryMs = 50;

export async function intendJob(
  env: JobsEnvironment,
  request: SubmitRequest,
  findSame: FindSame,
): Promise<Intended> {
  try {
    const same = await findSame(null);
    if (same !== null) return { kind: 'made', job: same, isNew: false };
    const { store } = env;
    const hidden = request.forceNew ? null : await store.findUnreadable(request.checked.sha256);
    if (hidden !== null) {
      const message = `${hidden} is of the same requests and cannot be read, so they may be at the provider already; update LLM Batch, or move that file away to send them again.`;
      return { kind: 'problem', message };
    }
    await store.removeUnborn();
    const prepared = await prepareJob(store, request, env.now(), env.random());
    if (prepared.kind !== 'prepared') return prepared;
    let intended: Intended | null = null;
    try {
      while (intended === null) intended = await writeDown(prepared, env, findSame);
      return intended;
    } finally {
      if (intended?.kind === 'made' && intended.isNew) await prepared.release();
      else await prepared.discard();
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'problem', message: error.message };
    throw error;
  }
}

/** Null when this process slept so long meanwhile that another took the lock over; then it must be looked again. */
async function writeDown(
  { job }: PreparedJob,
  env: JobsEnvironment,
  findSame: FindSame,
): Promise<Intended | null> {
  const lock = await lockIntents(env);
  try {
    // An earlier try may have written ours.
    const same = await findSame(job.id);
    if (same !== null) return { kind: 'made', job: same, isNew: false };
    await lock.assertHeld();
    await env.store.write(job);
    // Whoever took this lock over may not have seen it. Nobody sends it yet: the job's own lock is held.
    await lock.assertHeld();
    return { kind: 'made', job, isNew: true };
  } catch (error) {
    if (lock.lost.aborted) return null;
    throw error;
  } finally {
    await lock.release();
  }
}

/** Waits for whoever writes a new job down now. @throws StoreError. */
export async function lockIntents({
  store,
  sleep,
}: Pick<JobsEnvironment, 'store' | 'sleep'>): Promise<JobLock> {
  for (;;) {
    const lock = await store.lockIntents();
    if (lock !== null) return lock;
    await sleep(retryMs, new AbortController().signal);
  }
}
