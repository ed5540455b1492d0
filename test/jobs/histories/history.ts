// One history of a job by its seed: processes that are killed, overtaken and started again, a provider and a disk that fail,
// clocks that jump, people who cancel and try again. At the end the truth is asked.
import { existsSync } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal, type Job, type Provider } from '#core';
import { type FileFailure, type MergeReport, merge } from '#files';
import { JobRunner, type JobsEnvironment, StoreError, type SubmitRequest } from '#jobs';
import { Killed, World } from '../world.ts';
import { Chance } from './chance.ts';
import type { ApiKind } from './fates.ts';
import { idsOf, MemoryProvider } from './memoryProvider.ts';
import { type Plan, partsOf, planOf, troubleOf } from './plan.ts';
import { type Life, type Steps, steppingProvider, steppingStore } from './steps.ts';
import { assertTruth } from './truth.ts';

const dayMs = 86_400_000;
/** More waits than any history needs once nothing goes wrong any more, and more steps. */
const mostSleeps = 800;
const mostSteps = 20_000;
const never = new AbortController().signal;
/** Where Linux keeps files in memory: a thousand histories write tens of thousands of records. */
const fastFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export class History implements Steps {
  readonly kind: ApiKind;
  readonly seed: number;
  /** What happened, for whoever looks at one that failed. */
  readonly story: string[] = [];
  readonly #chance: Chance;
  readonly #plan: Plan;
  readonly #world: World;
  readonly #request: SubmitRequest;
  readonly #provider: MemoryProvider;
  /** Of the processes' own dice. */
  readonly #dice: Chance;
  /** The time that nobody sets, and how far the clock of the wall is off. */
  #trueMs: number;
  #wallOffsetMs = 0;
  #isCalm = false;
  #calmSteps = 0;
  #sleeps = 0;
  #retriesLeft: number;
  #jobId: string | null = null;

  private constructor(kind: ApiKind, seed: number, chance: Chance, plan: Plan, made: [World, SubmitRequest]) {
    this.kind = kind;
    this.seed = seed;
    this.#chance = chance;
    this.#plan = plan;
    [this.#world, this.#request] = made;
    this.#trueMs = this.#world.nowMs;
    this.#retriesLeft = plan.retries;
    this.#dice = chance.fork();
    this.#provider = new MemoryProvider(kind, chance.fork(), plan.rates, () => this.#trueMs);
    const troubles = chance.fork();
    this.#provider.trouble = (call) => {
      const trouble = this.#isCalm ? null : troubleOf(plan, call, troubles);
      this.tell(trouble === null ? call : `${call}: ${trouble.problem}${trouble.acted ? ', acted' : ''}`);
      return trouble;
    };
    this.#provider.onCreate = ({ mark }) => this.#assertIntended(mark.jobId, mark.part);
  }

  static async make(kind: ApiKind, seed: number): Promise<History> {
    const chance = new Chance(seed);
    const plan = planOf(kind, chance);
    const world = await World.make(plan.requests, kind satisfies Provider, fastFolder);
    const parts = partsOf(plan, world.requests, chance);
    const request = {
      ...(await world.submitRequest()),
      parts,
      queueTokens: plan.queueTokens,
      retries: plan.retriesByItself,
    };
    const history = new History(kind, seed, chance, plan, [world, request]);
    if (plan.hasUserFile) await writeFile(history.userFile, 'mine\n');
    return history;
  }

  get userFile(): string {
    return join(this.#world.folder, 'a.results.jsonl');
  }

  /** @throws AssertionError where something was lost, paid twice or touched. */
  async live(): Promise<void> {
    if (this.#plan.hasTwin) this.#provider.makeForeign(idsOf(this.#world.requests.join('\n')));
    for (let lives = 0; lives < this.#plan.lives; lives++) {
      this.#sleeps = 0;
      const life = { stepsLeft: this.#chance.below(this.#plan.lifetime), isOvertaking: false };
      await this.#livedOut(life, () => this.#oneLife(life));
      if (this.#chance.happens(0.2)) this.#trueMs += 3_600_000;
    }
    this.#isCalm = true;
    this.#sleeps = 0;
    this.tell('calm');
    const life = { stepsLeft: Number.POSITIVE_INFINITY, isOvertaking: false };
    const job = await this.#toTheEnd(this.#process(life));
    await assertTruth({
      ...{ job, jobs: (await this.#world.store.list()).jobs, provider: this.#provider, world: this.#world },
      userFile: this.#plan.hasUserFile ? this.userFile : null,
    });
  }

  remove(): Promise<void> {
    return this.#world.remove();
  }

  async #oneLife(life: Life): Promise<void> {
    const runner = this.#process(life);
    const [job] = (await this.#world.store.list()).jobs;
    if (job !== undefined && !isTerminal(job)) {
      await runner.follow(job.id, { signal: never, until: this.#chance.pick(['end', 'end', 'submitted']) });
    } else if (job === undefined) {
      await runner.submit(this.#request, { signal: never });
    } else {
      await this.#retry(runner, job);
    }
  }

  async #retry(runner: JobRunner, { id, rows }: Job): Promise<void> {
    if (this.#retriesLeft <= 0 || rows === null || rows.succeeded === this.#plan.requests) return;
    this.#retriesLeft--;
    this.tell('a person tries again');
    const begun = await runner.retryFailed(id);
    if (begun.kind === 'job') await runner.follow(id, { signal: never, until: 'end' });
  }

  async #toTheEnd(runner: JobRunner): Promise<Job> {
    const [begun] = (await this.#world.store.list()).jobs;
    const made = begun ?? (await this.#submitted(runner));
    const { job, stopped } = await runner.follow(made.id, { signal: never, until: 'end' });
    if (stopped !== null) throw new Error(`It stopped though nothing goes wrong: ${stopped}`);
    return job;
  }

  async #submitted(runner: JobRunner): Promise<Job> {
    const made = await runner.submit(this.#request, { signal: never });
    if (made.kind !== 'job') throw new Error(made.message);
    return made.job;
  }

  async #livedOut(life: Life, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.tell(life.isOvertaking ? 'the other process is killed' : 'killed');
    }
  }

  #process(life: Life): JobRunner {
    const store = steppingStore(this.#world.store, life, this);
    return new JobRunner({
      store,
      provider: () => Promise.resolve(steppingProvider(this.#provider, life, this)),
      accountFor: () => Promise.resolve({ kind: 'account', account: this.#world.account }),
      merge: (request, options) => this.#merge(life, request, options),
      now: () => this.#trueMs + this.#wallOffsetMs,
      steadyMs: () => this.#trueMs,
      sleep: (delayMs) => this.#sleep(life, delayMs),
      random: () => this.#dice.next(),
    });
  }

  failNow(): void {
    if (this.#isCalm || !this.#chance.happens(this.#plan.diskFails)) return;
    this.tell('the disk is full');
    throw new StoreError('The job could not be kept: the disk is full.');
  }

  async #merge(
    life: Life,
    ...[request, options]: Parameters<JobsEnvironment['merge']>
  ): Promise<MergeReport | FileFailure> {
    await this.step(life, null);
    if (!this.#isCalm && this.#chance.happens(this.#plan.diskFails * 3)) {
      const kind = this.#chance.pick(['notWritable', 'notReadable', 'changed'] as const);
      return { kind, path: request.out, message: `It is ${kind}.` };
    }
    const merged = await merge(request, options);
    await this.step(life, null);
    return merged;
  }

  /** Never really; the signal of a wake is not looked at, for when it comes is a matter of the disk's speed. */
  #sleep(life: Life, delayMs: number): Promise<void> {
    this.#trueMs += delayMs;
    if (++this.#sleeps <= mostSleeps) return Promise.resolve();
    if (this.#isCalm) return Promise.reject(new Error('It does not come to an end.'));
    life.stepsLeft = 0;
    return Promise.reject(new Killed());
  }

  count(life: Life): void {
    if (life.stepsLeft-- <= 0) throw new Killed();
    // Such as looking for the same batch again and again without a wait.
    if (this.#isCalm && ++this.#calmSteps > mostSteps) throw new Error('It goes round in a circle.');
    this.#trueMs += this.#dice.below(2000);
  }

  async step(life: Life, id: string | null): Promise<void> {
    this.count(life);
    if (this.#isCalm) return;
    const { clockJumps, foreign, cancels, overtaken, requests } = this.#plan;
    if (this.#chance.happens(clockJumps)) this.#wallOffsetMs = (this.#chance.next() - 0.5) * 4 * dayMs;
    if (this.#chance.happens(foreign)) {
      const count = 1 + this.#chance.below(requests);
      this.#provider.makeForeign(Array.from({ length: count }, (_, at) => `other-${at}`));
    }
    this.#jobId ??= id;
    const job = this.#jobId;
    if (job === null) return;
    if (this.#chance.happens(cancels)) {
      this.tell('a person cancels');
      await this.#world.store.askToCancel(job);
    }
    if (!life.isOvertaking && this.#chance.happens(overtaken)) await this.#overtake(job);
  }

  /** As if this process had slept: another takes the job over and goes on with it for a while. */
  async #overtake(id: string): Promise<void> {
    if ((await this.#world.store.get(id)) === null) return;
    this.tell('another process takes over');
    await rm(join(this.#world.store.folderOf(id), 'lock'), { recursive: true, force: true });
    const life = { stepsLeft: this.#chance.below(20), isOvertaking: true };
    const until = this.#chance.pick(['end', 'submitted'] as const);
    await this.#livedOut(life, () => this.#process(life).follow(id, { signal: never, until }));
    this.tell('the first process wakes');
  }

  /** What is paid for was on disk before. */
  async #assertIntended(id: string, number: number): Promise<void> {
    const part = (await this.#world.store.get(id))?.parts.find((one) => one.part === number);
    const turn = part?.turnedAway.length ? `-${part.turnedAway.length}` : '';
    await access(join(this.#world.store.folderOf(id), `create-${number}${turn}`));
    if (part?.createStartedAt === null) throw new Error('A batch is made that is not on disk.');
  }

  tell(what: string): void {
    this.story.push(`${new Date(this.#trueMs).toISOString().slice(11, 19)} ${what}`);
  }
}
