// The provider's own batches, whoever made them: listed beside our jobs, and taken over as one.
import { advance, currentParts, isTerminal, type Job, placeOf } from '#core';
import type { Account } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import type { ListedBatch } from '../providers/port.ts';
import { StoreError } from '../store/storeError.ts';
import { type HandAnswer, holderOf, problem, remoteOf } from './byHand.ts';
import { lockIntents } from './intend.ts';
import { type PreparedJob, prepareJob, type SubmitRequest } from './makeJob.ts';

/**
 * Makes a job of a batch that somebody else sent: with another tool, on another computer, or with records that are lost.
 * Nothing is sent or paid.
 */
export async function adoptBatch(
  env: JobsEnvironment,
  batchId: string,
  request: SubmitRequest,
): Promise<HandAnswer> {
  const early = await holderOf(env, batchId);
  if (early !== null) return problem(`${batchId} is the batch of job ${early} already.`);
  const remote = await remoteOf(env, request.account, batchId);
  if ('kind' in remote) return remote;
  const { requests } = request.checked;
  const total = remote.counts?.total ?? 0;
  if (total > 0 && total !== requests) {
    return problem(
      `${batchId} has ${total} requests and the file has ${requests}: it was made of another file.`,
    );
  }
  try {
    // One batch is one part, however it would be cut today.
    const prepared = await prepareJob(env.store, { ...request, parts: undefined }, env.now(), env.random());
    if (prepared.kind !== 'prepared') return problem(prepared.message);
    const at = remote.createdAt ?? prepared.job.createdAt;
    const sent = { uploadStartedAt: at, createStartedAt: at };
    const begun: Job = { ...prepared.job, parts: prepared.job.parts.map((part) => ({ ...part, ...sent })) };
    // As when a job's own batch is seen: one that was refused is refused here, too.
    const job = advance(begun, { kind: 'created', part: 1, remote }, prepared.job.createdAt);
    // As the provider calls it: a person may write it otherwise.
    return await writeAdopted(env, prepared, job, remote.batchId);
  } catch (error) {
    if (error instanceof StoreError) return problem(error.message);
    throw error;
  }
}

/** Of several that take the same batch over at once, one does. */
async function writeAdopted(
  env: JobsEnvironment,
  prepared: PreparedJob,
  job: Job,
  batchId: string,
): Promise<HandAnswer> {
  let isWritten = false;
  const lock = await lockIntents(env);
  try {
    const taken = await holderOf(env, batchId);
    if (taken !== null) return problem(`${batchId} is the batch of job ${taken} already.`);
    const looking = await lookerFor(env, job, batchId);
    if (looking !== null) {
      return problem(
        `${batchId} may be what job ${looking} made, which is looked for: let that go on, or settle it with "resolve".`,
      );
    }
    await lock.assertHeld();
    await env.store.write(job);
    isWritten = true;
    return { kind: 'job', job };
  } finally {
    await lock.release();
    await (isWritten ? prepared.release() : prepared.discard());
  }
}

/** The id of a job whose own call this batch may have come of; two jobs of it would be counted and merged twice. */
async function lookerFor({ store }: JobsEnvironment, adopted: Job, batchId: string): Promise<string | null> {
  const { jobs } = await store.list();
  const mayBe = (job: Job): boolean =>
    isSameAccount(job, adopted) &&
    currentParts(job).some(
      ({ createStartedAt, remote, refusal, unclear, sha256 }) =>
        createStartedAt !== null &&
        remote === null &&
        refusal === null &&
        (sha256 === adopted.sha256 || unclear?.includes(batchId) === true),
    );
  return jobs.find((job) => !isTerminal(job) && mayBe(job))?.id ?? null;
}

/** Two profiles may be of one place. */
function isSameAccount({ account: one }: Job, { account: other }: Job): boolean {
  return one.profile === other.profile || placeOf(one.baseUrl) === placeOf(other.baseUrl);
}

export interface RemoteListing {
  readonly batch: ListedBatch;
  /** Our record of it. */
  readonly job: Job | null;
}

/** The provider's newest batches, whoever made them. */
export async function listRemote(
  env: JobsEnvironment,
  account: Account,
  limit: number,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'listed'; readonly batches: readonly RemoteListing[] }
  | Extract<HandAnswer, { kind: 'problem' }>
> {
  const provider = await env.provider(account);
  const listed = await provider.list(limit, signal);
  if (listed.kind === 'problem') return { kind: 'problem', message: listed.problem.message };
  const { jobs } = await env.store.list();
  const byBatch = new Map<string, Job>();
  for (const job of jobs)
    for (const { remote, turnedAway } of job.parts) {
      for (const batchId of [...turnedAway, ...(remote === null ? [] : [remote.batchId])])
        byBatch.set(batchId, job);
    }
  const batches = listed.value.map((batch) => ({ batch, job: byBatch.get(batch.remote.batchId) ?? null }));
  return { kind: 'listed', batches };
}
