// Random histories of a job in several parts, by its two pure functions alone: whatever happens, nothing is paid for twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  advance,
  currentParts,
  isRemoteOver,
  isTerminal,
  type Job,
  type JobEvent,
  type JobPart,
  nextAction,
} from '#core';
import { at, jobOf, partOf, remoteOf } from './jobSamples.ts';

const startMs = Date.parse(at);
const queueTokens = 100;

/** What the provider has, and what it does next, decided by a list of numbers. */
class History {
  job: Job;
  nowMs = startMs;
  /** Batches that were made and not turned away, by part. */
  readonly paid = new Map<number, string[]>();
  readonly turnedAway = new Set<string>();
  #made = 0;
  readonly #choices: readonly number[];
  #at = 0;

  constructor(parts: number, choices: readonly number[], deletesUploads: boolean) {
    this.#choices = choices;
    this.job = jobOf({
      queueTokens,
      deletesUploads,
      parts: Array.from({ length: parts }, (_, index) =>
        partOf({ part: index + 1, firstLine: index * 3, offset: index * 100, inputTokens: 40 }),
      ),
    });
  }

  /** 0 once the choices are used up: everything works from then on. */
  #choose(of: number): number {
    return (this.#choices[this.#at++] ?? 0) % of;
  }

  apply(event: JobEvent): void {
    this.nowMs += 1;
    this.job = advance(this.job, event, new Date(this.nowMs).toISOString());
  }

  /** @returns false when there is nothing to do. */
  step(): boolean {
    const action = nextAction(this.job, this.nowMs);
    switch (action.kind) {
      case 'none':
        return false;
      case 'drop':
        this.apply({ kind: 'dropped' });
        break;
      case 'upload':
        this.apply({ kind: 'uploadStarted', part: action.part.part });
        if (this.#choose(4) === 0) {
          const inputFileId = `file-${action.part.part}`;
          this.apply({ kind: 'uploaded', part: action.part.part, inputFileId, message: null });
        } else this.#hold(action.part);
        break;
      case 'create':
        this.#create(action.part);
        break;
      case 'settle':
        this.#settle(action.part);
        break;
      case 'cancel':
        this.#see(action.part, this.#choose(2) === 0 ? 'cancelling' : 'cancelled');
        break;
      case 'poll':
        for (const part of action.parts) this.#look(part);
        this.nowMs += 10_000;
        break;
      case 'wait':
        assert.ok(action.untilMs > this.nowMs, 'a wait ends later');
        this.nowMs = action.untilMs;
        break;
      case 'download':
        this.apply({ kind: 'downloaded', part: action.part.part, outputPath: null, errorPath: null });
        break;
      case 'merge':
        this.#merge();
        break;
      case 'deleteUpload':
        this.apply(
          this.#choose(2) === 0
            ? { kind: 'uploadDeleted', part: action.part.part }
            : { kind: 'uploadKept', part: action.part.part, message: 'no' },
        );
        break;
    }
    return true;
  }

  #hold({ part }: JobPart): void {
    const until = new Date(this.nowMs + 5_000).toISOString();
    this.apply({ kind: 'held', part, until, message: 'later' });
  }

  #create(part: JobPart): void {
    const inFlight = currentParts(this.job).filter(
      ({ remote }) => remote !== null && !isRemoteOver(this.job.provider, remote),
    );
    const tokens = [...inFlight, part].reduce((sum, one) => sum + (one.inputTokens ?? 0), 0);
    assert.ok(inFlight.length === 0 || tokens <= queueTokens, 'the queue has room');
    this.apply({ kind: 'createStarted', part: part.part, fence: null });
    const what = this.#choose(6);
    // Made and answered, made and not answered, not made and not answered, refused for its rate, killed before and after.
    if (what === 0 || what === 1 || what === 5) this.#make(part);
    if (what === 0) this.#see(part, 'validating');
    else if (what === 1 || what === 2) {
      this.apply({ kind: 'createUnclear', part: part.part, candidates: [], message: 'unclear' });
    } else if (what === 3) {
      const heldUntil = new Date(this.nowMs + 7_000).toISOString();
      this.apply({ kind: 'createNotSent', part: part.part, message: null, heldUntil });
    }
  }

  #make({ part }: JobPart): void {
    const made = this.paid.get(part) ?? [];
    const live = made.filter((id) => !this.turnedAway.has(id));
    assert.deepEqual(live, [], `part ${part} is paid for already`);
    this.paid.set(part, [...made, `batch-${++this.#made}`]);
  }

  #batchOf({ part, turnedAway }: JobPart): string | null {
    return this.paid.get(part)?.find((id) => !turnedAway.includes(id)) ?? null;
  }

  #settle(part: JobPart): void {
    if (this.#choose(3) === 1) {
      this.apply({ kind: 'createUnclear', part: part.part, candidates: [], message: 'not certain' });
    } else if (this.#batchOf(part) !== null) this.#see(part, 'in_progress');
    else this.apply({ kind: 'createNotSent', part: part.part, message: null });
  }

  #look(part: JobPart): void {
    const words = ['completed', 'in_progress', 'expired', 'failed', 'strange', 'turned away', 'cancelled'];
    this.#see(part, words[this.#choose(words.length)] ?? 'completed');
  }

  #see(part: JobPart, word: string): void {
    const batchId = this.#batchOf(part);
    if (batchId === null) throw new Error('seen without a batch');
    const isTurnedAway = word === 'turned away';
    const errors = isTurnedAway ? [{ code: 'token_limit_exceeded', message: 'full', line: null }] : [];
    if (isTurnedAway) this.turnedAway.add(batchId);
    const remote = remoteOf(isTurnedAway ? 'failed' : word, { batchId, errors });
    this.apply({ kind: part.remote === null ? 'created' : 'remoteSeen', part: part.part, remote });
  }

  #merge(): void {
    const rows = { succeeded: 0, failed: 0, expired: 0, cancelled: 0, missing: 3, surplus: 0 };
    this.apply({ kind: 'merged', rows, costUsd: null, usage: null, resultsPath: '/r', message: null });
    if (this.#choose(3) !== 1 || this.job.attempt > 2) return;
    const part = this.job.parts.length + 1;
    const parts = [
      partOf({ part, attempt: this.job.attempt + 1, snapshot: '/home/jobs/j/requests-2.jsonl' }),
    ];
    this.apply({ kind: 'retried', parts, retriesLeft: 0 });
  }
}

const choices = fc.array(fc.nat(59), { maxLength: 120 });

test('a job of several parts ends, whatever happens, with every part paid for at most once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      choices,
      fc.boolean(),
      fc.option(fc.nat(40)),
      (parts, list, deletes, cancelAt) => {
        const history = new History(parts, list, deletes);
        for (let steps = 0; history.step(); steps++) {
          if (steps === cancelAt) history.apply({ kind: 'cancelRequested' });
          assert.ok(steps < 2_000, 'it ends');
        }
        const { job } = history;
        assert.ok(isTerminal(job), job.state);
        for (const part of job.parts) {
          const kept = (history.paid.get(part.part) ?? []).filter((id) => !part.turnedAway.includes(id));
          assert.deepEqual(kept, part.remote === null ? [] : [part.remote.batchId]);
        }
      },
    ),
    { numRuns: 400 },
  );
});

const anyEvent: fc.Arbitrary<JobEvent> = fc
  .integer({ min: 0, max: 6 })
  .chain((part) =>
    fc.constantFrom<JobEvent>(
      { kind: 'uploadStarted', part },
      { kind: 'uploaded', part, inputFileId: 'f', message: null },
      { kind: 'createStarted', part, fence: null },
      { kind: 'createNotSent', part, message: null },
      { kind: 'createUnclear', part, candidates: ['x'], message: 'm' },
      { kind: 'held', part, until: at, message: 'm' },
      { kind: 'uploadLost', part, message: 'gone' },
      { kind: 'refused', part, message: 'no' },
      { kind: 'batchLost', part, message: 'gone' },
      { kind: 'created', part, remote: remoteOf('in_progress') },
      { kind: 'remoteSeen', part, remote: remoteOf('completed') },
      { kind: 'downloaded', part, outputPath: null, errorPath: null, gone: ['f'] },
      { kind: 'uploadDeleted', part },
      { kind: 'uploadKept', part, message: 'm' },
      { kind: 'deletionAsked' },
      { kind: 'fetchAgain' },
      { kind: 'cancelRequested' },
      { kind: 'dropped' },
      { kind: 'noted', message: null },
    ),
  );

test('any event at any time gives a job of the same parts, and a batch once known is never forgotten', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(anyEvent, { maxLength: 40 }), (parts, events) => {
      let { job } = new History(parts, [], true);
      for (const event of events) {
        const next = advance(job, event, at);
        assert.deepEqual(
          next.parts.map(({ part }) => part),
          job.parts.map(({ part }) => part),
        );
        for (const [index, { remote }] of job.parts.entries()) {
          if (remote !== null) assert.equal(next.parts[index]?.remote?.batchId, remote.batchId);
        }
        assert.ok(nextAction(next, startMs).kind.length > 0);
        job = next;
      }
    }),
    { numRuns: 400 },
  );
});
