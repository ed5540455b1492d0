// One history over HTTP by its seed: the real adapter and its SDK against the simulator, while both misbehave.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTerminal, type Job } from '#core';
import { merge } from '#files';
import {
  type Account,
  accountOf,
  type BatchProvider,
  JobRunner,
  type JobsEnvironment,
  type ListedBatch,
  providerFor,
  resolveJob,
  StoreError,
  type SubmitRequest,
} from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { Killed, World } from '../world.ts';
import { Chance } from './chance.ts';
import type { ApiKind } from './fates.ts';
import { partsOf, planOf } from './plan.ts';
import { type Life, type Steps, steppingProvider, steppingStore } from './steps.ts';

const never = new AbortController().signal;
/** More than any of these histories needs, but where nothing tells whose a batch is. */
const mostSleeps = 150;

/** It was waited for long enough: a person looks. */
class Tired extends Error {}

/** How the line and the provider misbehave. */
const lineFaults = [
  ...['drop-create-answer=1', 'drop-create-answer=2', 'drop-create-request=1', 'upload-reset=1'],
  ...['poll-404=2', '429=3,retry-after=1', '500=3', 'download-reset=1', 'seed=5'],
] as const;
/** What becomes of rows. */
const rowFaults = ['fail=30%', 'fail=100%', 'missing=1', 'surplus=2', 'duplicate=1', 'expire=40%'] as const;

export class HttpHistory implements Steps {
  readonly story: string[] = [];
  readonly #chance: Chance;
  readonly #world: World;
  readonly #simulator: Simulator;
  readonly #account: Account;
  readonly #request: SubmitRequest;
  readonly #adapter: BatchProvider;
  readonly #hasRowFaults: boolean;
  readonly #diskFails: number;
  readonly #clock: { nowMs: number };
  #isCalm = false;
  #sleeps = 0;

  private constructor(
    [chance, world, clock]: readonly [Chance, World, { nowMs: number }],
    [simulator, account, adapter]: readonly [Simulator, Account, BatchProvider],
    [request, faults]: readonly [SubmitRequest, readonly string[]],
  ) {
    this.#chance = chance;
    this.#world = world;
    this.#clock = clock;
    this.#simulator = simulator;
    this.#account = account;
    this.#adapter = adapter;
    this.#request = request;
    this.#hasRowFaults = faults.some((one) => rowFaults.some((fault) => fault === one));
    this.#diskFails = chance.pick([0, 0, 0.05]);
    this.tell(`faults: ${faults.join(', ')}`);
  }

  static async make(kind: ApiKind, seed: number): Promise<HttpHistory> {
    const chance = new Chance(seed);
    const plan = planOf(kind, chance);
    const world = await World.make(plan.requests, kind);
    const clock = { nowMs: world.nowMs };
    const drawn = [...lineFaults, ...rowFaults].filter(() => chance.happens(0.2));
    // A small batch whose results are all somebody else's and lack its own is somebody else's: nothing could tell.
    const isOnlyStrange = drawn.includes('missing=1') && drawn.includes('surplus=2');
    const faults = isOnlyStrange ? drawn.filter((fault) => fault !== 'missing=1') : drawn;
    const latencyMs = chance.pick([0, 30_000, 600_000]);
    const now = (): number => clock.nowMs;
    const simulator = await startSimulator({ faults: faults.join(','), latencyMs, now });
    const baseUrl = kind === 'openai' ? simulator.url : simulator.url.replace(/\/v1$/, '');
    const answer = accountOf({ profile: kind, provider: kind, baseUrl, apiKey: null });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    const { account } = answer;
    const parts = partsOf(plan, world.requests, chance);
    const request = { ...(await world.submitRequest()), account, parts };
    const adapter = await providerFor(account);
    return new HttpHistory([chance, world, clock], [simulator, account, adapter], [request, faults]);
  }

  /** @throws AssertionError where something was lost, paid twice or touched. */
  async live(): Promise<void> {
    const lives = this.#chance.pick([1, 3, 6]);
    const lifetime = this.#chance.pick([8, 20, 60]);
    for (let lived = 0; lived < lives; lived++) {
      this.#sleeps = 0;
      const life = { stepsLeft: this.#chance.below(lifetime), isOvertaking: false };
      try {
        await this.#toTheEnd(new JobRunner(this.#environment(life)));
      } catch (error) {
        if (!(error instanceof Killed || error instanceof Tired)) throw error;
        this.tell('killed');
      }
      if (this.#chance.happens(0.2)) this.#clock.nowMs += 3_600_000;
    }
    this.#isCalm = true;
    this.tell('calm');
    const environment = this.#environment({ stepsLeft: Number.POSITIVE_INFINITY, isOvertaking: false });
    await this.#assertTruth(await this.#settled(environment));
  }

  async remove(): Promise<void> {
    await this.#simulator.dispose();
    await this.#world.remove();
  }

  async #toTheEnd(runner: JobRunner): Promise<Job | null> {
    const [begun] = (await this.#world.store.list()).jobs;
    if (begun !== undefined && isTerminal(begun)) return begun;
    let id = begun?.id;
    if (id === undefined) {
      const made = await runner.intend(this.#request);
      if (made.kind !== 'made') return null;
      id = made.job.id;
    }
    const { job, stopped } = await runner.follow(id, { signal: never, until: 'end' });
    if (stopped !== null) this.tell(`stopped: ${stopped}`);
    return job;
  }

  /** With a row of nobody's among its results no batch without a mark is surely ours: then a person says it. */
  async #settled(environment: JobsEnvironment): Promise<Job | null> {
    const runner = new JobRunner(environment);
    for (let settled = 0; ; settled++) {
      this.#sleeps = 0;
      try {
        return await this.#toTheEnd(runner);
      } catch (error) {
        const [job] = (await this.#world.store.list()).jobs;
        const [batchId, ...others] = job?.parts.flatMap(({ unclear }) => unclear ?? []) ?? [];
        const isClear = job === undefined || batchId === undefined || others.length > 0;
        if (!(error instanceof Tired) || isClear || settled >= 4) throw error;
        this.tell('a person says which batch it is');
        assert.equal((await resolveJob(environment, job.id, { kind: 'adopt', batchId })).kind, 'job');
      }
    }
  }

  #environment(life: Life): JobsEnvironment {
    return {
      store: steppingStore(this.#world.store, life, this),
      provider: () => Promise.resolve(steppingProvider(this.#adapter, life, this)),
      accountFor: () => Promise.resolve({ kind: 'account', account: this.#account }),
      merge,
      now: () => this.#clock.nowMs,
      steadyMs: () => this.#clock.nowMs,
      sleep: (delayMs) => this.#sleep(delayMs),
      random: () => 0.5,
    };
  }

  #sleep(delayMs: number): Promise<void> {
    this.#clock.nowMs += delayMs;
    if (++this.#sleeps <= mostSleeps) return Promise.resolve();
    return Promise.reject(new Tired('It does not come to an end.'));
  }

  step(life: Life): Promise<void> {
    this.count(life);
    return Promise.resolve();
  }

  count(life: Life): void {
    if (life.stepsLeft-- <= 0) throw new Killed();
  }

  failNow(): void {
    if (this.#isCalm || !this.#chance.happens(this.#diskFails)) return;
    throw new StoreError('The job could not be kept: the disk is full.');
  }

  tell(what: string): void {
    this.story.push(`${new Date(this.#clock.nowMs).toISOString().slice(11, 19)} ${what}`);
  }

  async #assertTruth(job: Job | null): Promise<void> {
    if (job === null) throw new Error('There is no job.');
    assert.ok(isTerminal(job) && job.resultsReady, `it is over with results, not ${job.state}`);
    const listed = await this.#adapter.list(100, never);
    if (listed.kind === 'problem') throw new Error(listed.problem.message);
    this.#assertPaidOnce(job, listed.value);
    const rows = await this.#world.rows(job);
    assert.deepEqual(
      rows.map(({ custom_id }) => custom_id),
      this.#world.requests.map((_, at) => `id-${at}`),
    );
    if (!this.#hasRowFaults) assert.deepEqual([...new Set(rows.map(({ status }) => status))], ['succeeded']);
    const counted = Object.entries(job.rows ?? {}).filter(([name]) => name !== 'surplus');
    assert.equal(
      counted.reduce((sum, [, count]) => sum + count, 0),
      rows.length,
    );
    const source = await readFile(join(this.#world.folder, 'a.jsonl'), 'utf8');
    assert.equal(source, `${this.#world.requests.join('\n')}\n`);
  }

  /** Nobody else has batches there: each of them is one of ours, and none is there twice. */
  #assertPaidOnce({ id, parts }: Job, listed: readonly ListedBatch[]): void {
    assert.deepEqual(
      listed.map(({ remote }) => remote.batchId).toSorted(),
      parts.map(({ remote }) => remote?.batchId).toSorted(),
      'one batch for each part',
    );
    for (const { mark, remote } of listed) {
      const part = parts.find((one) => one.remote?.batchId === remote.batchId);
      if (mark !== null) assert.deepEqual(mark, { jobId: id, part: part?.part, attempt: part?.attempt });
    }
  }
}
