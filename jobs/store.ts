// Records of jobs on disk: one folder each, written whole or not at all, never deleted because they cannot be read.
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import type { Job } from '#core';
import { parseJob } from './parseJob.ts';

export interface UnreadableJob {
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

export interface JobList {
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly unreadable: readonly UnreadableJob[];
}

/** Held by the one process that drives a job. */
export interface JobLock {
  /** Aborted when another process took the lock over, as after a long sleep of this one. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Disposable {
  dispose(): void;
}

const recordName = 'job.json';
const cancelName = 'cancel';
/** A lock that was not renewed for this long belongs to a process that is gone. */
const lockStaleMs = 10_000;
const lockRenewMs = 3_000;
/** Changes are noticed at once where the system tells, and within this time where it does not. */
const pollMs = 2_000;
const settleMs = 50;

export class JobStore {
  readonly home: string;
  readonly #folder: string;

  constructor(home: string) {
    this.home = home;
    this.#folder = join(home, 'jobs');
  }

  folderOf(id: string): string {
    return join(this.#folder, id);
  }

  async list(): Promise<JobList> {
    const jobs: Job[] = [];
    const unreadable: UnreadableJob[] = [];
    for (const id of await this.#ids()) {
      const read = await this.#read(id);
      if (read.kind === 'job') jobs.push(read.job);
      else if (read.kind === 'unreadable') unreadable.push({ path: read.path, message: read.message });
    }
    return { jobs: jobs.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), unreadable };
  }

  /** Null when there is none, or none that can be read. */
  async get(id: string): Promise<Job | null> {
    const read = await this.#read(id);
    return read.kind === 'job' ? read.job : null;
  }

  /** @throws the file system's error when the record cannot be kept: then nothing may be sent. */
  async write(job: Job): Promise<void> {
    const text = `${JSON.stringify(job, null, 2)}\n`;
    await writeFileAtomic(join(this.folderOf(job.id), recordName), text, { mode: 0o600 });
  }

  /** Makes the folder of a new job. @returns false when another job has that id. */
  async claim(id: string): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await mkdir(this.folderOf(id), { mode: 0o700 });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  /** Leaves word for whichever process drives the job. */
  async askToCancel(id: string): Promise<void> {
    await writeFile(join(this.folderOf(id), cancelName), '', { mode: 0o600 });
  }

  async isAskedToCancel(id: string): Promise<boolean> {
    return (await stat(join(this.folderOf(id), cancelName)).catch(() => null)) !== null;
  }

  /** A new attempt is not cancelled by what was asked of the last one. */
  async forgetCancel(id: string): Promise<void> {
    await rm(join(this.folderOf(id), cancelName), { force: true });
  }

  /** Null while another process holds it. */
  async lock(id: string): Promise<JobLock | null> {
    const lost = new AbortController();
    try {
      const release = await lockfile.lock(this.folderOf(id), {
        lockfilePath: join(this.folderOf(id), 'lock'),
        stale: lockStaleMs,
        update: lockRenewMs,
        onCompromised: () => lost.abort(new Error('Another process drives this job now.')),
      });
      return { lost: lost.signal, release: () => release().catch(() => undefined) };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return null;
      throw error;
    }
  }

  /** Calls back after any record changed, by this process or another. */
  onDidChange(listener: () => void): Disposable {
    return new StoreWatch(this.#folder, () => this.#signature(), listener);
  }

  async #ids(): Promise<string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  }

  async #read(id: string): Promise<ReadJob> {
    const path = join(this.folderOf(id), recordName);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      // A folder without a record: made a moment before its record, or left by a copy that failed.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'none' };
      return { kind: 'unreadable', path, message: `${path} cannot be read; check its permissions.` };
    }
    const parsed = parseJob(text);
    return parsed.kind === 'job'
      ? parsed
      : { kind: 'unreadable', path, message: `${path} ${parsed.message}` };
  }

  async #signature(): Promise<string> {
    const parts: string[] = [];
    for (const id of await this.#ids()) {
      const facts = await stat(join(this.folderOf(id), recordName)).catch(() => null);
      parts.push(`${id}:${facts?.mtimeMs}:${facts?.size}:${await this.isAskedToCancel(id)}`);
    }
    return parts.join('|');
  }
}

type ReadJob =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly message: string };

class StoreWatch implements Disposable {
  readonly #signature: () => Promise<string>;
  readonly #listener: () => void;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #settle: NodeJS.Timeout | undefined;
  #last: string | null = null;
  #disposed = false;

  constructor(folder: string, signature: () => Promise<string>, listener: () => void) {
    this.#signature = signature;
    this.#listener = listener;
    this.#poll = setInterval(() => void this.#look(), pollMs);
    this.#poll.unref();
    void this.#look();
    void mkdir(folder, { recursive: true, mode: 0o700 })
      .then(() => {
        if (this.#disposed) return;
        this.#watcher = watch(folder, { recursive: true }, () => this.#soon());
        this.#watcher.on('error', () => this.#watcher?.close());
        this.#watcher.unref();
      })
      // Some file systems cannot be watched; the poll still sees every change.
      .catch(() => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    this.#watcher?.close();
  }

  #soon(): void {
    clearTimeout(this.#settle);
    if (!this.#disposed) this.#settle = setTimeout(() => void this.#look(), settleMs);
  }

  async #look(): Promise<void> {
    const signature = await this.#signature();
    if (this.#disposed || signature === this.#last) return;
    const first = this.#last === null;
    this.#last = signature;
    if (!first) this.#listener();
  }
}
