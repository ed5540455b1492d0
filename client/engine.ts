// The engine behind the views: job records, runner and workers, loaded and started when they are first needed.
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Configuration, Job } from '#core';
import type { LearnedFile, WorkerPool } from '#files';
import type { AccountAnswer, JobRunner, JobStore, JobsEnvironment } from '#jobs';

export interface Desk {
  readonly store: JobStore;
  readonly runner: JobRunner;
  /** What is done with jobs besides following them. */
  readonly environment: JobsEnvironment;
}

export interface EnginePorts {
  accountFor(job: Job): Promise<AccountAnswer>;
  /** What its profile says of prices. */
  valuesFor(job: Job): Promise<Partial<Configuration>>;
}

export class Engine implements vscode.Disposable {
  readonly #ports: EnginePorts;
  #desk: Promise<Desk> | null = null;
  #pool: Promise<WorkerPool> | null = null;
  #learned: Promise<LearnedFile> | null = null;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  jobs(): Promise<typeof import('#jobs')> {
    return import('#jobs');
  }

  files(): Promise<typeof import('#files')> {
    return import('#files');
  }

  /** What earlier jobs and counts taught. */
  learned(): Promise<LearnedFile> {
    this.#learned ??= this.files().then(
      ({ LearnedFile, stateHome }) => new LearnedFile(stateHome(process.env, process.platform, homedir())),
    );
    return this.#learned;
  }

  desk(): Promise<Desk> {
    this.#desk ??= this.#open();
    return this.#desk;
  }

  /** Where checking, counting and joining of whole files run. */
  pool(): Promise<WorkerPool> {
    this.#pool ??= this.files().then(({ WorkerPool }) => new WorkerPool());
    return this.#pool;
  }

  async dispose(): Promise<void> {
    await (await this.#pool)?.dispose();
  }

  async #open(): Promise<Desk> {
    const { JobRunner, JobStore, providerFor, settleMsFrom, stateHome } = await this.jobs();
    const store = new JobStore(stateHome(process.env, process.platform, homedir()));
    const environment: JobsEnvironment = {
      store,
      provider: providerFor,
      accountFor: (job) => this.#ports.accountFor(job),
      valuesFor: (job) => this.#ports.valuesFor(job),
      merge: async (request, { signal }) =>
        (await this.pool()).run('merge', request, { signal, priority: 'interactive' }),
      learn: async (rows, { signal }) => (await this.pool()).run('learn', rows, { signal }),
      now: Date.now,
      sleep: (delayMs, signal) => sleep(delayMs, undefined, { signal }),
      random: Math.random,
      settleMs: settleMsFrom(process.env),
    };
    return { store, runner: new JobRunner(environment), environment };
  }
}
