// What the verbs about jobs share: the records, the runner, and who may ask the provider.
import { setTimeout as delay } from 'node:timers/promises';
import type { Configuration, Job, Provider } from '#core';
import type { Account, AccountAnswer, JobRunner, JobStore, JobsEnvironment } from '#jobs';
import { CouldNotRun } from './failure.ts';
import type { Terminal } from './terminal.ts';

export interface AccountOptions {
  readonly profile?: string;
  readonly baseUrl?: string;
  /** Whose requests they are, where no profile says it. */
  readonly provider?: Provider | 'auto';
}

export interface Workshop {
  /** The account that was named, if one was. */
  readonly profile?: string | undefined;
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly environment: JobsEnvironment;
}

export async function openWorkshop(terminal: Terminal, options: AccountOptions = {}): Promise<Workshop> {
  const { JobRunner, JobStore, providerFor, settleMsFrom } = await import('#jobs');
  if (!(await useProxy(terminal))) {
    terminal.note(
      'A proxy is named, but this Node cannot use it: calls go straight. "llm-batch doctor" says more.',
    );
  }
  const { learnFromRows, merge } = await import('#files');
  const store = new JobStore(await homeOf(terminal));
  const environment: JobsEnvironment = {
    store,
    provider: providerFor,
    accountFor: (job) => accountOfJob(job, terminal, options),
    valuesFor: (job) => valuesOfJob(job, terminal),
    merge,
    learn: learnFromRows,
    now: Date.now,
    random: Math.random,
    settleMs: settleMsFrom(terminal.env),
    sleep: async (delayMs, signal) => {
      await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
  };
  return { profile: options.profile, store, environment, runner: new JobRunner(environment) };
}

/** @returns false when one is named that this Node cannot use. @throws CouldNotRun when what is named is no proxy. */
export async function useProxy({ env }: Terminal): Promise<boolean> {
  const { useProxyFromEnvironment } = await import('#jobs');
  try {
    return useProxyFromEnvironment(env);
  } catch (error) {
    const message = 'The proxy that HTTPS_PROXY or HTTP_PROXY names is no URL; write it as http://host:port.';
    throw new CouldNotRun(message, 'account', { cause: error });
  }
}

/** Where job records are, shared with the editor. */
export async function homeOf(terminal: Terminal): Promise<string> {
  const { stateHome } = await import('#jobs');
  return stateHome(terminal.env, process.platform, terminal.home);
}

/** @throws CouldNotRun when there is no key, or no such account. */
export async function accountFor(terminal: Terminal, options: AccountOptions): Promise<Account> {
  const { accountFromEnvironment } = await import('#jobs');
  const home = await homeOf(terminal);
  const { profile, baseUrl } = options;
  const provider = options.provider === 'auto' ? undefined : options.provider;
  const answer = accountFromEnvironment({ env: terminal.env, home, profile, baseUrl, provider });
  if (answer.kind === 'problem') throw new CouldNotRun(answer.problem.message, 'account');
  return answer.account;
}

/** A job is asked after where it was made; where that is not possible, as its profile is now. */
async function accountOfJob(
  job: Job,
  terminal: Terminal,
  { baseUrl }: AccountOptions,
): Promise<AccountAnswer> {
  const { accountForJob } = await import('#jobs');
  return accountForJob(job, { env: terminal.env, home: await homeOf(terminal), baseUrl });
}

/** What the profile that a job was made with says of prices and limits; nothing where there is none of that name. */
export async function valuesOfJob(
  { account: { profile } }: Job,
  terminal: Terminal,
): Promise<Partial<Configuration>> {
  const { isSendableProvider, profileOf, simulatorProfile } = await import('#jobs');
  if (profile === simulatorProfile || isSendableProvider(profile)) return {};
  return profileOf(profile, await homeOf(terminal))?.values ?? {};
}

/**
 * The job that is meant by its id, a beginning of it, its last group, or its batch's id.
 * @throws CouldNotRun when there is none, there are several, or it is of another account than the one that was named.
 */
export async function findJob(named: string, workshop: Workshop): Promise<Job> {
  const job = findAmong((await workshop.store.list()).jobs, named);
  if (isOfNamedAccount(job, workshop)) return job;
  const message = `${job.id} is a job of ${job.account.profile}, not of ${workshop.profile}; leave --profile out, for a job knows its account.`;
  throw new CouldNotRun(message, 'account');
}

export function isOfNamedAccount({ account }: Job, { profile }: Workshop): boolean {
  return profile === undefined || account.profile === profile;
}

function findAmong(jobs: readonly Job[], named: string): Job {
  if (named === '') {
    throw new CouldNotRun('The id of a job is empty; "llm-batch jobs" lists those there are.', 'usage');
  }
  const exact = jobs.find(({ id }) => id === named);
  if (exact !== undefined) return exact;
  const fitting = jobs.filter(
    ({ id, parts }) =>
      id.startsWith(named) ||
      id.split('-').at(-1)?.startsWith(named) ||
      parts.some(({ remote }) => remote?.batchId === named),
  );
  const [first, ...others] = fitting;
  if (first === undefined) {
    throw new CouldNotRun(`There is no job ${named}; "llm-batch jobs" lists those there are.`, 'job');
  }
  if (others.length > 0) {
    const ids = fitting.map(({ id }) => id);
    const shown =
      ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
    throw new CouldNotRun(`${named} fits ${ids.length} jobs (${shown}); give more of the id.`, 'job');
  }
  return first;
}
