// Why did rows of a job fail? From the report that its merge left in the job's folder, read once per merge.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '#core';
import type { MergeReportJson } from '#files';
import type { Engine } from '../engine.ts';
import type { FailureClass } from './jobNode.ts';

const shownClasses = 6;

export class Failures {
  readonly #engine: Engine;
  readonly #known = new Map<
    string,
    { readonly updatedAt: string; readonly classes: readonly FailureClass[] }
  >();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The most frequent reasons of each job that has any. */
  async of(jobs: readonly Job[]): Promise<ReadonlyMap<string, readonly FailureClass[]>> {
    const found = new Map<string, readonly FailureClass[]>();
    await Promise.all(
      jobs.map(async (job) => {
        if (job.rows === null || job.rows.failed === 0) return;
        const classes = await this.#read(job);
        if (classes.length > 0) found.set(job.id, classes);
      }),
    );
    return found;
  }

  async #read(job: Job): Promise<readonly FailureClass[]> {
    const known = this.#known.get(job.id);
    if (known?.updatedAt === job.updatedAt) return known.classes;
    const classes = await this.#parse(job).catch(() => []);
    this.#known.set(job.id, { updatedAt: job.updatedAt, classes });
    return classes;
  }

  async #parse(job: Job): Promise<readonly FailureClass[]> {
    const { mergeReportName } = await this.#engine.jobs();
    const { store } = await this.#engine.desk();
    const text = await readFile(join(store.folderOf(job.id), mergeReportName), 'utf8');
    const { errors } = JSON.parse(text) as MergeReportJson;
    return errors
      .filter((one) => one.status === 'failed')
      .slice(0, shownClasses)
      .map(({ code, count, example }) => ({ code, count, example: example.message }));
  }
}
