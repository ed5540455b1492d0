// Why did rows of a job fail, and what is odd about answers? From the report that its merge left, read once per merge.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '#core';
import type { MergeReportJson } from '#files';
import type { Engine } from '../engine.ts';
import type { Findings } from './findingNodes.ts';

const shownClasses = 6;
/** Of older ones nobody looks into the row unasked. */
const readJobs = 100;

interface Known {
  readonly updatedAt: string;
  readonly findings: Findings;
}

const nothing: Findings = { failures: [], notes: [] };

export class MergeFindings {
  readonly #engine: Engine;
  readonly #known = new Map<string, Known>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The most frequent of each job that has any. @param jobs newest first. */
  async of(jobs: readonly Job[]): Promise<ReadonlyMap<string, Findings>> {
    const found = new Map<string, Findings>();
    const merged = jobs.filter(({ rows }) => rows !== null).slice(0, readJobs);
    await Promise.all(
      merged.map(async (job) => {
        const findings = await this.#read(job);
        if (findings.failures.length + findings.notes.length > 0) found.set(job.id, findings);
      }),
    );
    return found;
  }

  async #read(job: Job): Promise<Findings> {
    const known = this.#known.get(job.id);
    if (known?.updatedAt === job.updatedAt) return known.findings;
    const findings = await this.#parse(job).catch(() => nothing);
    this.#known.set(job.id, { updatedAt: job.updatedAt, findings });
    return findings;
  }

  async #parse(job: Job): Promise<Findings> {
    const { mergeReportName } = await this.#engine.jobs();
    const { store } = await this.#engine.desk();
    const text = await readFile(join(store.folderOf(job.id), mergeReportName), 'utf8');
    // Reports of earlier versions have no notes.
    const { errors, notes = [] } = JSON.parse(text) as MergeReportJson & Partial<MergeReportJson>;
    return {
      failures: errors
        .filter((one) => one.status === 'failed')
        .slice(0, shownClasses)
        .map(({ code, count, example }) => ({
          ...{ code, count, example: example.message, line: example.line - 1 },
        })),
      notes: notes.map(({ code, count, example }) => ({
        ...{ code, count, example: example.message, line: example.line - 1 },
      })),
    };
  }
}
