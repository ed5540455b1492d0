// Was anything lost, paid twice, or touched? Asked of the provider in memory, which knows.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTerminal, type Job, type JobPart, type RowStatus } from '#core';
import type { World } from '../world.ts';
import { idsOf, type MemoryProvider, type TrueBatch } from './memoryProvider.ts';
import { answerOf, type Said } from './saidLines.ts';

export interface Ended {
  readonly job: Job;
  readonly jobs: readonly Job[];
  readonly provider: MemoryProvider;
  readonly world: World;
  /** A file of the user's where the results would have gone. */
  readonly userFile: string | null;
}

export async function assertTruth(ended: Ended): Promise<void> {
  const { job, jobs, provider } = ended;
  assert.equal(jobs.length, 1, 'one job');
  assert.ok(isTerminal(job), `it is over, not ${job.state}`);
  await assertPaidOnce(job, provider);
  if (job.resultsReady) await assertRows(ended);
  else assertNothingBilled(job, provider);
  await assertUntouched(ended);
}

/** One batch of each part that was sent: the one on record, of its own bytes. */
async function assertPaidOnce(job: Job, provider: MemoryProvider): Promise<void> {
  const source = await readFile(job.requests, 'utf8');
  const first = job.parts.filter(({ attempt }) => attempt === 1);
  let joined = '';
  for (const part of job.parts) {
    const bytes = await bytesOf(part);
    if (part.attempt === 1) joined += bytes;
    const made = provider.batches.filter(({ mark }) => mark?.part === part.part);
    const paid = made.filter((batch) => !isTurnedAway(batch));
    const what = `part ${part.part}`;
    assert.ok(paid.length <= 1, `${what} is paid for once, not ${paid.length} times`);
    for (const batch of made) {
      assert.deepEqual([batch.mark?.jobId, batch.mark?.attempt], [job.id, part.attempt]);
      assert.equal(batch.bytes, bytes, `${what} is sent byte for byte`);
    }
    assert.equal(part.remote?.batchId ?? null, paid[0]?.id ?? null, `${what} is known by its batch`);
    assert.deepEqual(part.unclear, null);
    // Refused, or never sent because somebody cancelled before.
    if (paid.length === 0)
      assert.ok(
        part.refusal !== null ||
          job.state === 'cancelled' ||
          job.cancelRequested ||
          job.attempt > part.attempt,
        `${what} was sent`,
      );
  }
  assert.equal(joined, source);
  assert.ok(first.length > 0);
}

function isTurnedAway({ fate, ended }: TrueBatch): boolean {
  return fate.end === 'turnedAway' && ended?.ending.end === 'turnedAway';
}

function assertNothingBilled(job: Job, provider: MemoryProvider): void {
  assert.ok(job.state === 'failed' || job.state === 'cancelled', `results of a job that is ${job.state}`);
  for (const { mark, ended, id } of provider.batches) {
    if (mark === null) continue;
    assert.ok(ended?.ending.end === 'failed' || ended?.ending.end === 'turnedAway', `${id} was billed`);
  }
}

async function bytesOf({ snapshot, offset, sizeBytes }: JobPart): Promise<string> {
  return (await readFile(snapshot)).subarray(offset, offset + sizeBytes).toString('utf8');
}

interface Expected {
  readonly status: RowStatus;
  /** Answers that would do; none where there is none. */
  readonly answers: ReadonlySet<string>;
}

/** Every request in order, once, as the provider's files say. */
async function assertRows({ job, provider, world }: Ended): Promise<void> {
  const rows = await world.rows(job);
  const ids = idsOf(world.requests.join('\n'));
  assert.deepEqual(
    rows.map(({ custom_id }) => custom_id),
    ids,
  );
  const lastMerged = lastMergedOf(job);
  const merged = job.parts.filter(({ attempt }) => attempt <= lastMerged);
  const contents = new Map<number, ReadonlySet<string>>();
  for (const part of job.parts) contents.set(part.part, new Set(idsOf(await bytesOf(part))));
  const counts = { succeeded: 0, failed: 0, expired: 0, cancelled: 0, missing: 0 };
  for (const row of rows) {
    const parts = merged.filter(({ part }) => contents.get(part)?.has(row.custom_id));
    const { status, answers } = expectedOf(row.custom_id, parts, provider);
    assert.equal(row.status, status, `${row.custom_id} is ${status}`);
    if (status === 'succeeded') assert.ok(answers.has(row.text ?? ''), `${row.custom_id}: ${row.text}`);
    else assert.equal(row.text, null);
    counts[status]++;
  }
  const { surplus: _, ...counted } = job.rows ?? { surplus: 0 };
  assert.deepEqual(counted, counts);
}

/** An attempt that was never sent leaves the results as they were. */
function lastMergedOf({ attempt, parts }: Job): number {
  for (let number = attempt; number > 1; number--) {
    const own = parts.filter((part) => part.attempt === number);
    if (own.some(({ remote, refusal }) => remote !== null || refusal !== null)) return number;
  }
  return 1;
}

function expectedOf(id: string, parts: readonly JobPart[], provider: MemoryProvider): Expected {
  const answers = new Set<string>();
  let last: Said | null = null;
  for (const { remote } of parts) {
    const batch = provider.batches.find((one) => one.id === remote?.batchId);
    const said = batch?.ended?.results.said.get(id);
    if (said === 'succeeded') answers.add(answerOf(id, batch?.id ?? ''));
    last = said ?? last;
  }
  if (answers.size > 0) return { status: 'succeeded', answers };
  // Of a line that breaks off it is said that it cannot be read, whatever became of a later attempt.
  if (last === null && parts.some(({ remote }) => wasCutOff(provider, remote?.batchId, id)))
    return { status: 'missing', answers };
  return { status: last ?? silentOf(parts.at(-1), provider), answers };
}

/** What became of a request of which no file speaks: the end of the batch in which it was last. */
function silentOf(part: JobPart | undefined, provider: MemoryProvider): RowStatus {
  if (part?.refusal) return 'failed';
  const batch = provider.batches.find((one) => one.id === part?.remote?.batchId);
  if (batch === undefined) return 'cancelled';
  const end = batch.ended?.ending.end;
  return end === 'expired' || end === 'cancelled' ? end : 'missing';
}

function wasCutOff(provider: MemoryProvider, batchId: string | undefined, id: string): boolean {
  return provider.batches.find((one) => one.id === batchId)?.ended?.results.cutOff.has(id) === true;
}

/** The source is as it was, and nothing stands beside it but what a job leaves there. */
async function assertUntouched({ world, userFile, job }: Ended): Promise<void> {
  const source = await readFile(join(world.folder, 'a.jsonl'), 'utf8');
  assert.equal(source, `${world.requests.join('\n')}\n`);
  if (userFile !== null) assert.equal(await readFile(userFile, 'utf8'), 'mine\n');
  const allowed = /^(?:a\.jsonl|home|a(?:\.[\w-]+)?\.(?:results|surplus)\.jsonl)$/;
  const strange = (await readdir(world.folder)).filter((name) => !allowed.test(name));
  assert.deepEqual(strange, []);
  assert.equal(job.file, join(world.folder, 'a.jsonl'));
}
