// What a person said of an unclear job, left for whichever process drives it: applied only to the very call it was said of.
import type { Job, JobEvent, JobPart } from '#core';
import type { JobStore } from '../store/store.ts';

/** The call is known by when it was begun: what was said of one says nothing of the next. */
export interface Settlement {
  readonly part: number;
  readonly createStartedAt: string;
  readonly event: Extract<JobEvent, { kind: 'created' | 'createNotSent' }>;
}

export function settlementOf({ part, createStartedAt }: JobPart, event: Settlement['event']): Settlement {
  return { part, createStartedAt: createStartedAt ?? '', event };
}

/** Null where it is not that part's call any more, or the call is settled. */
function settledPart(job: Job, { part, createStartedAt }: Settlement): JobPart | null {
  const found = job.parts.find((one) => one.part === part && one.attempt === job.attempt);
  return found?.createStartedAt === createStartedAt && found.remote === null && found.refusal === null
    ? found
    : null;
}

/** @throws StoreError. */
export async function leaveSettlements(
  store: JobStore,
  id: string,
  settlements: readonly Settlement[],
): Promise<void> {
  await store.leaveWord(id, 'settlement', JSON.stringify(settlements));
}

/** None where none was left, or what is there is not ours to read. */
export async function settlementsLeft(store: JobStore, id: string): Promise<readonly Settlement[]> {
  const text = await store.wordLeft(id, 'settlement');
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? (found as readonly unknown[]).filter(isSettlement) : [];
  } catch {
    return [];
  }
}

function isSettlement(value: unknown): value is Settlement {
  const { part, createStartedAt, event } = (value ?? {}) as Partial<Settlement>;
  if (typeof part !== 'number' || typeof createStartedAt !== 'string' || event?.part !== part) return false;
  return (
    event.kind === 'createNotSent' || (event.kind === 'created' && typeof event.remote?.batchId === 'string')
  );
}

/** For whoever holds the job's lock. @param record on disk when it resolves. */
export async function settle(
  store: JobStore,
  job: Job,
  settlements: readonly Settlement[],
  record: (event: JobEvent) => Promise<void>,
): Promise<readonly number[]> {
  const settled: number[] = [];
  for (const settlement of settlements) {
    const part = settledPart(job, settlement);
    if (part === null) continue;
    await record(settlement.event);
    if (settlement.event.kind === 'createNotSent') await store.forgetCreate(job.id, part);
    settled.push(part.part);
  }
  await store.forgetWord(job.id, 'settlement');
  return settled;
}
