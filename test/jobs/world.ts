// A world for jobs: a folder on disk, a clock that jumps, and a process that can be killed between any two steps.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, Provider } from '#core';
import { merge } from '#files';
import {
  type Account,
  accountOf,
  JobRunner,
  JobStore,
  type JobsEnvironment,
  type SubmitRequest,
} from '#jobs';
import type { FakeProvider } from './fakeProvider.ts';
import { batchModelOf, endpointOf, requestLine } from './requestLines.ts';

export class Killed extends Error {}

export interface Row {
  readonly custom_id: string;
  readonly status: string;
  readonly text: string | null;
  readonly attempt: number;
}

export class World {
  readonly folder: string;
  readonly requests: readonly string[];
  readonly provider: Provider;
  nowMs = Date.parse('2026-11-21T10:00:00Z');
  /** Steps until the process is killed; a step is a call or a record written. */
  stepsLeft = Number.POSITIVE_INFINITY;
  slept: number[] = [];

  private constructor(folder: string, requests: readonly string[], provider: Provider) {
    this.folder = folder;
    this.requests = requests;
    this.provider = provider;
  }

  /** @param ids of the requests, or how many there are. */
  static async make(
    ids: number | readonly string[] = 4,
    provider: Provider = 'openai',
    root = tmpdir(),
  ): Promise<World> {
    const folder = await mkdtemp(join(root, 'llm-batch-jobs-'));
    const names = typeof ids === 'number' ? Array.from({ length: ids }, (_, index) => `id-${index}`) : ids;
    const requests = names.map((name, index) => requestLine(provider, name, `Question ${index}`));
    await writeFile(join(folder, 'a.jsonl'), `${requests.join('\n')}\n`);
    return new World(folder, requests, provider);
  }

  get account(): Account {
    const answer = accountOf({
      profile: this.provider,
      provider: this.provider,
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: null,
    });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    return answer.account;
  }

  get store(): JobStore {
    return new JobStore(join(this.folder, 'home'));
  }

  /** A fresh process on the same disk. */
  process(provider: FakeProvider, overrides: Partial<JobsEnvironment> = {}): JobRunner {
    const store = this.store;
    provider.now = () => this.nowMs;
    const write = store.write.bind(store);
    store.write = async (job: Job) => {
      this.#step();
      await write(job);
      this.#step();
    };
    return new JobRunner({
      store,
      provider: () => Promise.resolve(this.#killable(provider)),
      accountFor: () => Promise.resolve({ kind: 'account', account: this.account }),
      merge: (request, options) => {
        this.#step();
        return merge(request, options);
      },
      now: () => this.nowMs,
      steadyMs: () => this.nowMs,
      sleep: (delayMs) => {
        this.nowMs += delayMs;
        this.slept.push(delayMs);
        return Promise.resolve();
      },
      random: () => 0.5,
      ...overrides,
    });
  }

  /** For what is done with jobs besides driving them; nothing kills it. */
  environment(provider: FakeProvider): JobsEnvironment {
    return {
      store: this.store,
      provider: () => Promise.resolve(provider),
      accountFor: () => Promise.resolve({ kind: 'account', account: this.account }),
      merge,
      now: () => this.nowMs,
      sleep: () => Promise.resolve(),
      random: () => 0.7,
    };
  }

  /** From a submit to the end of its job, in one process. */
  async journey(provider: FakeProvider, more: Partial<SubmitRequest> = {}): Promise<Job> {
    const { signal } = new AbortController();
    const runner = this.process(provider);
    const sent = await runner.submit({ ...(await this.submitRequest()), ...more }, { signal });
    if (sent.kind !== 'job') throw new Error(sent.message);
    return (await runner.follow(sent.job.id, { signal, until: 'end' })).job;
  }

  async submitRequest(): Promise<SubmitRequest> {
    const bytes = await readFile(join(this.folder, 'a.jsonl'));
    return {
      file: join(this.folder, 'a.jsonl'),
      account: this.account,
      endpoint: endpointOf(this.provider),
      model: batchModelOf(this.provider),
      name: null,
      metadata: {},
      resultsPath: null,
      estimate: { inputTokens: 40, batchUsd: { input: 0.1, outputMax: null } },
      checked: {
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: bytes.length,
        requests: this.requests.length,
      },
    };
  }

  async rows(job: Job): Promise<readonly Row[]> {
    const text = await readFile(job.resultsPath, 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  }

  async remove(): Promise<void> {
    // A store that was just let go may be looking at its folder still.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #step(): void {
    if (this.stepsLeft-- <= 0) throw new Killed();
  }

  /** Every call may be the last thing that happens, before it acts and after. */
  #killable(provider: FakeProvider): FakeProvider {
    return new Proxy(provider, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...values: readonly unknown[]) => {
          this.#step();
          const answer: unknown = await (value as (...values: readonly unknown[]) => unknown).apply(target, [
            ...values,
          ]);
          this.#step();
          return answer;
        };
      },
    });
  }
}
