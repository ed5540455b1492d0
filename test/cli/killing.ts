// A command that is killed (SIGKILL) at a moment, and everything that must hold after somebody started it again.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { type Simulator, startSimulator } from '#simulator';
import { chatLines, type Outcome, outcomeOf, Workplace } from './command.ts';
import { type CallMoment, type HoldingProxy, startHoldingProxy } from './holdingProxy.ts';

/** A call of the file system, just before it or just after. */
export interface FileMoment {
  readonly op: string;
  /** A regular expression for its path, or for one of its two. */
  readonly path: string;
  /** Which of such calls of the process, from 1. */
  readonly nth: number;
  readonly when: 'before' | 'after';
  /** Counted only from a call on whose path is like this. */
  readonly since?: string;
}

export type Moment = FileMoment | CallMoment | { readonly afterMs: number };

const killSwitch = new URL('./killSwitch.ts', import.meta.url).href;

const requests = 40;

export interface Allowed {
  /** Rows may have failed. */
  readonly anyStatus?: boolean;
  /** What the process that was killed held after its job was done: whoever wants it takes it over. */
  readonly locked?: boolean;
}

export interface KillSceneOptions {
  readonly latencyMs?: number;
  readonly faults?: string;
}

/** A folder with a batch file, a provider, the line between them, and commands that are killed. */
export class KillScene {
  readonly place: Workplace;
  readonly simulator: Simulator;
  readonly proxy: HoldingProxy;
  /** All that was said to the person. */
  said = '';

  private constructor(place: Workplace, simulator: Simulator, proxy: HoldingProxy) {
    this.place = place;
    this.simulator = simulator;
    this.proxy = proxy;
  }

  static async open({ latencyMs = 200, faults = '' }: KillSceneOptions = {}): Promise<KillScene> {
    const place = await Workplace.create();
    const simulator = await startSimulator({ latencyMs, faults });
    const proxy = await startHoldingProxy(simulator.url);
    await writeFile(place.path('a.jsonl'), chatLines(requests));
    return new KillScene(place, simulator, proxy);
  }

  async dispose(): Promise<void> {
    await this.place.dispose();
    this.proxy.dispose();
    await this.simulator.dispose();
  }

  submitArgs(): readonly string[] {
    return [
      ...['submit', 'a.jsonl', '--base-url', this.proxy.url, '--yes', '--wait', '--format', 'json'],
      ...['--poll-min', '0.05', '--poll-max', '0.1'],
    ];
  }

  /** Runs a command and kills it at the moment. @returns false when it ended before the moment came. */
  async killAt(moment: Moment, args = this.submitArgs()): Promise<boolean> {
    const order = this.place.path('kill.json');
    if ('op' in moment) await writeFile(order, JSON.stringify(moment));
    const reached = 'call' in moment ? this.proxy.hold(moment) : null;
    const child = this.start(args, 'op' in moment ? order : null);
    const ended = outcomeOf(child);
    if ('afterMs' in moment) setTimeout(() => child.kill('SIGKILL'), moment.afterMs);
    void reached?.then(() => child.kill('SIGKILL'));
    const { stderr } = await ended;
    this.said += stderr;
    this.proxy.release();
    return child.signalCode === 'SIGKILL';
  }

  start(args: readonly string[], order: string | null): ChildProcess {
    const armed = { NODE_OPTIONS: `--import=${killSwitch}`, LLM_BATCH_TEST_KILL: order ?? '' };
    return this.place.start(args, {
      env: { LLM_BATCH_SETTLE_MS: '400', ...(order === null ? {} : armed) },
    });
  }

  async run(args: readonly string[]): Promise<Outcome> {
    const outcome = await outcomeOf(this.start(args, null));
    this.said += outcome.stderr;
    return outcome;
  }

  /** The job's record as it is on disk. */
  async job(): Promise<{ readonly id: string; readonly state: string } | null> {
    const folder = this.place.path('home/jobs');
    for (const name of await readdir(folder).catch(() => [])) {
      const text = await readFile(`${folder}/${name}/job.json`, 'utf8').catch(() => null);
      if (text !== null) return JSON.parse(text) as { readonly id: string; readonly state: string };
    }
    return null;
  }

  /** One batch, every row once and in order, every upload used or named, and nothing half-written anywhere. */
  async assertWhole(what: string, { anyStatus = false, locked = false }: Allowed = {}): Promise<void> {
    const job = await this.job();
    assert.equal(job?.state, 'done', `${what}\n${this.said}`);
    const batches = await this.list<{ readonly id: string; readonly input_file_id: string }>('batches');
    assert.equal(batches.length, 1, `${what}: one batch\n${this.said}`);
    const uploads = await this.list<{ readonly id: string }>('files?purpose=batch');
    const unnamed = uploads.filter(({ id }) => id !== batches[0]?.input_file_id && !this.said.includes(id));
    assert.deepEqual(unnamed, [], `${what}: no upload that nobody knows of\n${this.said}`);
    const rows = (await readFile(this.place.path('a.results.jsonl'), 'utf8')).trimEnd().split('\n');
    const sent = (await readFile(this.place.path('a.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(rows.length, sent.length, what);
    for (const [index, text] of rows.entries()) {
      const row = JSON.parse(text) as { readonly custom_id: string; readonly status: string };
      assert.equal(row.custom_id, `r${index + 1}`, what);
      assert.ok(text.includes(sent[index] ?? '-'), what);
      if (!anyStatus) assert.equal(row.status, 'succeeded', what);
    }
    await this.assertTidy(what, locked);
  }

  async list<T>(what: string): Promise<readonly T[]> {
    const answer = await fetch(`${this.simulator.url}/${what}`);
    return ((await answer.json()) as { readonly data: readonly T[] }).data;
  }

  /** What a process that was killed had begun is finished or gone. */
  async assertTidy(what: string, locked: boolean): Promise<void> {
    const names = await readdir(this.place.folder, { recursive: true });
    const strange = names.filter(
      (name) => !inPlace.test(name) && !inJob.test(name) && !(locked && held.test(name)),
    );
    assert.deepEqual(strange, [], `${what}: nothing half-written is left`);
    const jobs = await readdir(this.place.path('home/jobs'), { withFileTypes: true });
    const folders = jobs
      .filter((entry) => entry.isDirectory() && entry.name !== 'intents')
      .map(({ name }) => name);
    assert.deepEqual(folders, [(await this.job())?.id], `${what}: one job`);
  }
}

const inPlace =
  /^(a\.jsonl|a\.results\.jsonl|kill\.json(\.hit)?|home(\/(calibration|spend)\.(json|owner)|\/jobs(\/\.changes|\/intents(\.owner)?)?)?)$/;
/** Locks, and what was written under them: the next to hold such a lock removes it. */
const held = /\/lock$|^home\/(calibration|spend)(\.json\.\d+)?$/;
const inJob =
  /^home\/jobs\/[\w-]+(\/(job\.json|requests\.jsonl|lock\.owner|create-1|(output|errors)-1\.jsonl|merge\.json))?$/;
