// The provider's own batches, whoever made them: listed beside our jobs, and taken over as one.
import { type Job, stateOf } from '#core';
import type { Account } from './accounts.ts';
import { type HandAnswer, holderOf, problem, remoteOf } from './byHand.ts';
import type { JobsEnvironment } from './environment.ts';
import { lockIntents } from './intend.ts';
import { type PreparedJob, prepareJob, type SubmitRequest } from './makeJob.ts';
import type { ListedBatch } from './port.ts';
import { StoreError } from './storeError.ts';

/**
 * Makes a job of a batch that somebody else sent: with another tool, on another computer, or with records that are lost.
 * Nothing is sent or paid.
 */
export async function adoptBatch(
  env: JobsEnvironment,
  batchId: string,
  request: SubmitRequest,
): Promise<HandAnswer> {
  const taken = await holderOf(env, batchId);
  if (taken !== null) return problem(`${batchId} is the batch of job ${taken} already.`);
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
    const prepared = await prepareJob(env.store, request, env.now(), env.random());
    if (prepared.kind !== 'prepared') return problem(prepared.message);
    const at = remote.createdAt ?? prepared.job.createdAt;
    const sent = { uploadStartedAt: at, createStartedAt: at, remote };
    const adopted: Job = { ...prepared.job, parts: prepared.job.parts.map((part) => ({ ...part, ...sent })) };
    const job = { ...adopted, state: stateOf(adopted) };
    return await writeAdopted(env, prepared, job, batchId);
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
    await lock.assertHeld();
    await env.store.write(job);
    isWritten = true;
    return { kind: 'job', job };
  } finally {
    await lock.release();
    await (isWritten ? prepared.release() : prepared.discard());
  }
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
    for (const { remote } of job.parts) if (remote !== null) byBatch.set(remote.batchId, job);
  const batches = listed.value.map((batch) => ({ batch, job: byBatch.get(batch.remote.batchId) ?? null }));
  return { kind: 'listed', batches };
}
