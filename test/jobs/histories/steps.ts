// Every call to the provider and every write to the store is a step, before which and after which a process can die.
import type { BatchProvider, JobStore } from '#jobs';

/** A process: how many steps it has left. */
export interface Life {
  stepsLeft: number;
  /** It took a job over while another process slept. */
  readonly isOvertaking: boolean;
}

export interface Steps {
  /** @throws Killed. */
  step(life: Life, id: string | null): Promise<void>;
  /** A step at which nothing else happens. @throws Killed. */
  count(life: Life): void;
  /** @throws StoreError when the disk is full. */
  failNow(): void;
  tell(what: string): void;
}

export function steppingStore(store: JobStore, life: Life, steps: Steps): JobStore {
  const { write, beginCreate, forgetCreate } = store;
  store.write = async (job) => {
    await steps.step(life, job.id);
    steps.failNow();
    await write.call(store, job);
    const parts = job.parts.map(({ remote }) => remote?.status ?? '-');
    steps.tell(`written: ${job.state} ${parts.join(' ')}${job.message === null ? '' : ` (${job.message})`}`);
    await steps.step(life, job.id);
  };
  store.beginCreate = async (id, call, fence) => {
    await steps.step(life, id);
    steps.failNow();
    const isBegun = await beginCreate.call(store, id, call, fence);
    await steps.step(life, id);
    return isBegun;
  };
  store.forgetCreate = async (id, call) => {
    await steps.step(life, id);
    await forgetCreate.call(store, id, call);
    await steps.step(life, id);
  };
  return store;
}

/** Every call may be the last thing that happens, before it acts and after. */
export function steppingProvider(provider: BatchProvider, life: Life, steps: Steps): BatchProvider {
  return new Proxy(provider, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...values: readonly unknown[]) => {
        // Who sleeps here with the paid call begun is waited for by its process id, which is the same in all of these lives.
        if (name === 'create') steps.count(life);
        else await steps.step(life, null);
        const answer: unknown = await value.apply(target, values);
        await steps.step(life, null);
        return answer;
      };
    },
  });
}
