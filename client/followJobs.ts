// Carries every open job of this machine on to its end, one loop each, whoever submitted it.
import * as vscode from 'vscode';
import { isTerminal, type Job } from '#core';
import type { Accounts } from './accounts.ts';
import type { EmbeddedSimulator } from './embeddedSimulator.ts';
import type { Engine } from './engine.ts';
import type { JobList } from './jobList.ts';
import { isSimulated } from './jobWords.ts';
import type { Log } from './log.ts';
import { readPollMs } from './settings.ts';
import type { Stop } from './tree/jobNode.ts';

interface Loop {
  readonly abort: AbortController;
  readonly simulated: boolean;
  ended: Promise<void>;
}

/** The simulator is on this machine and done in seconds. */
const simulatorPollMs = { pollMinMs: 500, pollMaxMs: 2000 };

/** Nobody looks at the window: the provider is asked less often, and as usual once somebody is back. */
function slowness(): number {
  return vscode.window.state.focused ? 1 : unfocusedSlowness;
}

const unfocusedSlowness = 4;

export class JobFollower implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #list: JobList;
  readonly #accounts: Accounts;
  readonly #simulator: EmbeddedSimulator;
  readonly #log: Log;
  readonly #loops = new Map<string, Loop>();
  readonly #stops = new Map<string, Stop & { readonly updatedAt: string }>();
  readonly #changed = new vscode.EventEmitter<void>();
  #listeners: vscode.Disposable[] = [];
  #sending = 0;
  /** A job stopped, or goes on. */
  readonly onDidChange = this.#changed.event;

  constructor(engine: Engine, list: JobList, accounts: Accounts, simulator: EmbeddedSimulator, log: Log) {
    this.#engine = engine;
    this.#list = list;
    this.#accounts = accounts;
    this.#simulator = simulator;
    this.#log = log;
  }

  /** Open jobs that do not go on, and why. */
  get stops(): ReadonlyMap<string, Stop> {
    return this.#stops;
  }

  start(): void {
    this.#listeners = [
      this.#list.onDidChange(({ jobs }) => this.#look(jobs)),
      this.#accounts.onDidChange(() => this.tryAgain()),
      this.#simulator.onDidMove(() => this.#restart((loop) => loop.simulated)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('llmBatch.poll')) this.#restart(() => true);
      }),
    ];
    this.#look(this.#list.known?.jobs ?? []);
  }

  /** What stopped for want of a key, an address or space may go on now. */
  tryAgain(): void {
    this.#stops.clear();
    this.#changed.fire();
    this.#look(this.#list.known?.jobs ?? []);
  }

  /** Whoever sends a job shows how far that is, and only who drives it knows: what is not sent yet is left to them meanwhile. */
  async whileSending<T>(send: () => Promise<T>): Promise<T> {
    this.#sending++;
    try {
      return await send();
    } finally {
      this.#sending--;
      this.#look(this.#list.known?.jobs ?? []);
    }
  }

  /** Lets go of every job, so that another window can take it up at once. */
  async stop(): Promise<void> {
    const ends = [...this.#loops.values()].map(({ ended }) => ended);
    this.dispose();
    await Promise.all(ends);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#listeners = [];
    for (const { abort } of this.#loops.values()) abort.abort();
    this.#loops.clear();
    this.#changed.dispose();
  }

  #restart(which: (loop: Loop) => boolean): void {
    for (const [id, loop] of this.#loops) {
      if (!which(loop)) continue;
      loop.abort.abort();
      this.#loops.delete(id);
    }
    this.#look(this.#list.known?.jobs ?? []);
  }

  #look(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (isTerminal(job)) {
        this.#stops.delete(job.id);
        continue;
      }
      const stop = this.#stops.get(job.id);
      // A record that changed since means that somebody did something about it. Its time may be earlier: clocks are set.
      if (stop !== undefined && stop.updatedAt === job.updatedAt) continue;
      if (this.#loops.has(job.id) || (this.#sending > 0 && isUnsent(job))) continue;
      this.#begin(job);
    }
    this.#simulator.watch([...this.#loops.values()].some((loop) => loop.simulated));
  }

  #begin(job: Job): void {
    const loop: Loop = {
      abort: new AbortController(),
      simulated: isSimulated(job),
      ended: Promise.resolve(),
    };
    this.#loops.set(job.id, loop);
    if (this.#stops.delete(job.id)) this.#changed.fire();
    loop.ended = this.#follow(job, loop);
  }

  async #follow(job: Job, loop: Loop): Promise<void> {
    const { signal } = loop.abort;
    try {
      const { runner } = await this.#engine.desk();
      const poll = loop.simulated ? simulatorPollMs : readPollMs();
      const driven = await runner.follow(job.id, { signal, until: 'end', slowness, ...poll });
      if (driven.stopped !== null && !signal.aborted) await this.#stop(driven.job, driven.stopped);
    } catch (error) {
      if (signal.aborted) return;
      this.#log.failure(`following job ${job.id}`, error);
      await this.#stop(
        job,
        vscode.l10n.t('This job cannot be followed: {0}', String((error as Error)?.message ?? error)),
      );
    } finally {
      if (this.#loops.get(job.id) === loop) this.#loops.delete(job.id);
    }
    if (!signal.aborted) void this.#list.refresh();
  }

  async #stop(job: Job, message: string): Promise<void> {
    const account = (await this.#accounts.ofJob(job).catch(() => null))?.kind !== 'account';
    const shown = account && !isSimulated(job) ? vscode.l10n.t('{0} Connect it to go on.', message) : message;
    this.#stops.set(job.id, { message: shown, account, updatedAt: job.updatedAt });
    this.#log.info(`job ${job.id} stopped`);
    this.#changed.fire();
  }
}

function isUnsent({ state }: Job): boolean {
  return state === 'intended' || state === 'uploading';
}
