// How is a job now? One look at the provider, without waiting and without beginning anything that is not begun.
import type { Job } from '#core';
import { isAbort } from './failure.ts';
import type { Terminal } from './terminal.ts';
import type { Workshop } from './workshop.ts';

export interface Looked {
  readonly job: Job;
  /** Why the provider could not be asked, in one sentence; null when it was. */
  readonly problem: string | null;
}

const lookable: ReadonlySet<Job['state']> = new Set(['submitted', 'running', 'unclear']);

/** Carries the job on for as long as nothing must be waited for; stops where it is over, or where it would be sent. */
export async function lookAt(job: Job, workshop: Workshop, terminal: Terminal): Promise<Looked> {
  if (!lookable.has(job.state)) return { job, problem: null };
  return await driveAtOnce(job, workshop, terminal, (now) => lookable.has(now.state));
}

/** @param goesOn whether the job, as it now is, may be carried on. */
export async function driveAtOnce(
  job: Job,
  { environment, store }: Workshop,
  terminal: Terminal,
  goesOn: (job: Job) => boolean,
): Promise<Looked> {
  const { JobRunner } = await import('#jobs');
  const enough = new AbortController();
  const impatient = new JobRunner({
    ...environment,
    // Whatever there would be to wait for is for `watch`.
    sleep: async () => {
      enough.abort();
      enough.signal.throwIfAborted();
    },
  });
  try {
    const driven = await impatient.follow(job.id, {
      signal: AbortSignal.any([terminal.signal, enough.signal]),
      until: 'end',
      onChange: (now) => {
        if (!goesOn(now)) enough.abort();
      },
    });
    return { job: driven.job, problem: driven.stopped };
  } catch (error) {
    if (!enough.signal.aborted || terminal.signal.aborted || !isAbort(error)) throw error;
    const now = (await store.get(job.id)) ?? job;
    return { job: now, problem: null };
  }
}
