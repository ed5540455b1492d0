// What a person may decide of a job: which batch it is, or that there is none; what is to go, what is to be fetched again.
import {
  advance,
  currentParts,
  isTerminal,
  type Job,
  type JobEvent,
  type JobPart,
  type RemoteBatch,
} from '#core';
import type { Account } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import { type JobLock, LockLostError } from '../store/jobLock.ts';
import { StoreError } from '../store/storeError.ts';
import { mergeJob } from './mergeJob.ts';
import { type MergedFile, mergedFileOf } from './resultsPlace.ts';
import { leaveSettlements, type Settlement, settle, settlementOf } from './settlement.ts';
import { atSource } from './sourceLines.ts';

export type HandAnswer =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'problem'; readonly message: string };

export type Resolution =
  | { readonly kind: 'adopt'; readonly batchId: string }
  /** Somebody looked, and the provider has none. */
  | { readonly kind: 'notSent' };

export function problem(message: string): HandAnswer {
  return { kind: 'problem', message };
}

/** @throws what is neither of the disk nor of another process. */
export function problemOf(error: unknown): HandAnswer {
  if (error instanceof StoreError) return problem(error.message);
  if (error instanceof LockLostError)
    return problem('Another window or terminal took this job over; try again.');
  throw error;
}

/**
 * Settles a job of which it is not known whether the provider has it. Nothing is sent: `follow` goes on from there. Where
 * another process looks for the batch right now, it is told.
 */
export async function resolveJob(
  env: JobsEnvironment,
  id: string,
  resolution: Resolution,
): Promise<HandAnswer> {
  const { store } = env;
  try {
    const job = await store.get(id);
    if (job === null) return problem(`There is no job ${id}.`);
    const decided = await decide(env, job, resolution);
    if ('kind' in decided) return decided;
    const lock = await store.lock(id);
    if (lock === null) {
      await leaveSettlements(store, id, decided.settlements);
      return { kind: 'job', job: await settledElsewhere(env, job) };
    }
    try {
      const write = recorder(env, lock, await kept(env, job));
      await settle(store, await kept(env, job), decided.settlements, write);
      return { kind: 'job', job: await kept(env, job) };
    } finally {
      await lock.release();
    }
  } catch (error) {
    return problemOf(error);
  }
}

async function decide(
  env: JobsEnvironment,
  job: Job,
  resolution: Resolution,
): Promise<{ readonly settlements: readonly Settlement[] } | HandAnswer> {
  const open = currentParts(job).filter(isUnclear);
  if (open.length === 0) return problem('This job is not unclear: it is known what the provider has of it.');
  if (resolution.kind === 'notSent') {
    const event = { kind: 'createNotSent', message: null, byHand: true } as const;
    return { settlements: open.map((part) => settlementOf(part, { ...event, part: part.part })) };
  }
  const remote = await batchFor(env, job, resolution.batchId);
  if ('kind' in remote) return remote;
  // As the provider calls it: a person may write it otherwise.
  const taken = await holderOf(env, remote.batchId);
  if (taken !== null) return problem(`${remote.batchId} is the batch of job ${taken}.`);
  const part = partFor(open, remote);
  if ('kind' in part) return part;
  return { settlements: [settlementOf(part, { kind: 'created', part: part.part, remote })] };
}

/** Whoever drives it takes a moment. */
async function settledElsewhere(env: JobsEnvironment, job: Job): Promise<Job> {
  for (let tries = 0; tries < 20; tries++) {
    const now = await kept(env, job);
    if (now.state !== 'unclear') return now;
    await env.sleep(100, new AbortController().signal);
  }
  return kept(env, job);
}

/** Not while the call may still be answered: nobody can know better then. */
function isUnclear({ createStartedAt, remote, refusal, unclear }: JobPart): boolean {
  return createStartedAt !== null && unclear !== null && remote === null && refusal === null;
}

/** That which named it among those it may be; else the first of as many requests. */
function partFor(open: readonly JobPart[], remote: RemoteBatch): JobPart | HandAnswer {
  const { batchId, counts } = remote;
  const fits = open.filter((part) => !counts || counts.total === 0 || counts.total === part.requests);
  const [first] = fits;
  const part = fits.find(({ unclear }) => unclear?.includes(batchId)) ?? first;
  if (part === undefined) {
    const sizes = open.map(({ requests }) => requests).join(' or ');
    return problem(
      `${batchId} has ${counts?.total} requests, and what is looked for has ${sizes}; name another batch.`,
    );
  }
  return part.turnedAway.includes(batchId)
    ? problem(`${batchId} was turned away by the provider; it is not the one.`)
    : part;
}

async function batchFor(env: JobsEnvironment, job: Job, batchId: string): Promise<RemoteBatch | HandAnswer> {
  const answer = await env.accountFor(job);
  if (answer.kind === 'problem') return problem(answer.problem.message);
  return remoteOf(env, answer.account, batchId);
}

export async function remoteOf(
  env: JobsEnvironment,
  account: Account,
  batchId: string,
): Promise<RemoteBatch | HandAnswer> {
  const provider = await env.provider(account);
  const got = await provider.get(batchId, new AbortController().signal);
  return got.kind === 'ok' ? got.value : problem(got.problem.message);
}

/** The id of the job that has this batch, or null. */
export async function holderOf({ store }: JobsEnvironment, batchId: string): Promise<string | null> {
  const { jobs } = await store.list();
  return jobs.find(({ parts }) => parts.some(({ remote }) => remote?.batchId === batchId))?.id ?? null;
}

/** Once more for what somebody wishes away, or what the provider did not have. `follow` does it. */
export async function askOf(
  env: JobsEnvironment,
  id: string,
  kind: 'deletionAsked' | 'fetchAgain',
): Promise<HandAnswer> {
  return withLock(env, id, async (job, record) => {
    await record({ kind });
    return { kind: 'job', job: await kept(env, job) };
  });
}

export type MergedAgain =
  /** What the job wrote is where it was. */
  | { readonly kind: 'own'; readonly job: Job }
  /** @param was what stood in its place; nothing of that was touched. */
  | { readonly kind: 'merged'; readonly job: Job; readonly was: Exclude<MergedFile, 'own'> }
  | Extract<HandAnswer, { kind: 'problem' }>;

/** Merges what was downloaded once more where the merged file is gone, or is not what the job wrote. @throws AbortError. */
export async function mergedAgain(
  env: JobsEnvironment,
  id: string,
  signal: AbortSignal,
): Promise<MergedAgain> {
  let was: MergedFile = 'own';
  const answer = await withLock(env, id, async (job, record) => {
    if (!job.resultsReady || !isTerminal(job)) return { kind: 'job', job };
    was = await mergedFileOf(job, (await env.store.list()).jobs);
    if (was === 'own') return { kind: 'job', job };
    const merged = await mergeJob(env, job, signal);
    if (merged.kind === 'failed') return problem(merged.message);
    const { resultsPath, resultsSha256 } = merged.event;
    await record({ kind: 'mergedAgain', resultsPath, resultsSha256: resultsSha256 ?? '' });
    return { kind: 'job', job: await kept(env, job) };
  });
  if (answer.kind === 'problem') return answer;
  return was === 'own' ? { kind: 'own', job: answer.job } : { kind: 'merged', job: answer.job, was };
}

async function kept({ store }: JobsEnvironment, job: Job): Promise<Job> {
  return (await store.get(job.id)) ?? job;
}

type Recorder = (event: JobEvent) => Promise<void>;

/** @param job as it is on disk since the lock is held. */
function recorder(env: JobsEnvironment, lock: JobLock, job: Job): Recorder {
  let now = job;
  return async (event) => {
    const next = advance(now, await atSource(now, event), new Date(env.now()).toISOString());
    if (next === now) return;
    await lock.assertHeld();
    await env.store.write(next);
    now = next;
  };
}

async function withLock(
  env: JobsEnvironment,
  id: string,
  act: (job: Job, record: Recorder) => Promise<HandAnswer>,
): Promise<HandAnswer> {
  try {
    const lock = await env.store.lock(id);
    if (lock === null) return problem('Another window or terminal works on this job; stop it there first.');
    try {
      const job = await env.store.get(id);
      return job === null ? problem(`There is no job ${id}.`) : await act(job, recorder(env, lock, job));
    } finally {
      await lock.release();
    }
  } catch (error) {
    return problemOf(error);
  }
}
