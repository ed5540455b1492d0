// The jobs as this window knows them: the records of the store, read again whenever one changes, here or elsewhere.
import * as vscode from 'vscode';
import type { Job } from '#core';
import type { JobList as StoredJobs } from '#jobs';
import type { Engine } from './engine.ts';

export class JobList implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #changed = new vscode.EventEmitter<StoredJobs>();
  #watch: { dispose(): void } | null = null;
  #reading: Promise<StoredJobs> | null = null;
  #again = false;
  #disposed = false;
  #known: StoredJobs | null = null;
  readonly onDidChange = this.#changed.event;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Null until the records were read for the first time. */
  get known(): StoredJobs | null {
    return this.#known;
  }

  job(id: string): Job | undefined {
    return this.#known?.jobs.find((job) => job.id === id);
  }

  async start(): Promise<void> {
    const { store } = await this.#engine.desk();
    if (this.#disposed) return;
    this.#watch = store.onDidChange(() => void this.refresh());
    await this.refresh();
  }

  /** Reads the records again; calls that come meanwhile share one more reading. */
  async refresh(): Promise<StoredJobs> {
    if (this.#reading !== null) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  dispose(): void {
    this.#disposed = true;
    this.#watch?.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<StoredJobs> {
    const { store } = await this.#engine.desk();
    let list: StoredJobs;
    do {
      this.#again = false;
      list = await store.list();
    } while (this.#again);
    this.#known = list;
    if (!this.#disposed) this.#changed.fire(list);
    return list;
  }
}
