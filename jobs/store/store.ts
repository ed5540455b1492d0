// Records of jobs on disk: one folder each, written whole or not at all, never deleted because they cannot be read.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Job } from '#core';
import {
  type BegunCreate,
  type CreateCall,
  createNotePath,
  isNoteWriterAlive,
  readCreateNote,
  removeCreateNote,
  writeCreateNote,
} from './createNote.ts';
import { type JobLock, lockFolder } from './jobLock.ts';
import { removeHalfWritten, removeUnborn } from './leftovers.ts';
import { type ParsedJob, parseJob } from './parseJob.ts';
import { codeOf, keeping } from './storeError.ts';
import { changesName, type Disposable, StoreWatch } from './storeWatch.ts';

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

const recordName = 'job.json';
const cancelName = 'cancel';
type WordName = 'settlement';

export class JobStore {
  readonly home: string;
  readonly #folder: string;
  readonly #watch: StoreWatch;

  constructor(home: string) {
    this.home = home;
    this.#folder = join(home, 'jobs');
    this.#watch = new StoreWatch(this.#folder);
  }

  folderOf(id: string): string {
    return join(this.#folder, id);
  }

  async list(): Promise<JobList> {
    const jobs: Job[] = [];
    const unreadable: UnreadableJob[] = [];
    for (const id of await this.#ids(unreadable)) {
      const read = await this.#read(id);
      if (read.kind === 'job') jobs.push(read.job);
      else if (read.kind === 'unreadable') {
        const path = this.#recordOf(id);
        unreadable.push({ path, message: `${path} ${read.message}` });
      }
    }
    return { jobs: jobs.sort(newestFirst), unreadable };
  }

  /** The path of a record that cannot be read but speaks of these bytes, or null. */
  async findUnreadable(sha256: string): Promise<string | null> {
    for (const { path } of (await this.list()).unreadable) {
      const text = await readFile(path, 'utf8').catch(() => '');
      if (text.includes(sha256)) return path;
    }
    return null;
  }

  /** Null when there is none, or none that can be read. */
  async get(id: string): Promise<Job | null> {
    const read = await this.#read(id);
    return read.kind === 'job' ? read.job : null;
  }

  /** On disk when it resolves. @throws StoreError. */
  async write(job: Job): Promise<void> {
    const text = `${JSON.stringify(job, null, 2)}\n`;
    await keeping(this.#recordOf(job.id), async () => {
      await mkdir(this.folderOf(job.id), { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.#recordOf(job.id), text, { mode: 0o600 });
    });
    await this.#tell();
  }

  /** Makes the folder of a new job and holds it; null when there is one of this id. @throws StoreError. */
  async claim(id: string): Promise<JobLock | null> {
    return keeping(this.folderOf(id), async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      try {
        await mkdir(this.folderOf(id), { mode: 0o700 });
        return await lockFolder(this.folderOf(id));
      } catch (error) {
        // Gone before it was locked: another process took it for one that was left.
        if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    });
  }

  /** Removes what processes left that were killed before they wrote a record down: nothing was sent for it. */
  async removeUnborn(): Promise<void> {
    for (const id of await this.#ids([])) await removeUnborn(this.folderOf(id));
  }

  /** Removes what a killed process was writing. Only for whoever holds the job's lock. */
  removeHalfWritten(id: string): Promise<void> {
    return removeHalfWritten(this.folderOf(id));
  }

  /** Leaves word for whichever process drives the job. @throws StoreError. */
  async askToCancel(id: string): Promise<void> {
    const path = join(this.folderOf(id), cancelName);
    await keeping(path, () => writeFile(path, '', { mode: 0o600 }));
    await this.#tell();
  }

  async isAskedToCancel(id: string): Promise<boolean> {
    return (await stat(join(this.folderOf(id), cancelName)).catch(() => null)) !== null;
  }

  /** Left for whichever process drives the job, until it is forgotten. @throws StoreError. */
  async leaveWord(id: string, name: WordName, text: string): Promise<void> {
    const path = join(this.folderOf(id), name);
    await keeping(path, () => writeFileAtomic(path, text, { mode: 0o600 }));
    await this.#tell();
  }

  async wordLeft(id: string, name: WordName): Promise<string | null> {
    return readFile(join(this.folderOf(id), name), 'utf8').catch(() => null);
  }

  async forgetWord(id: string, name: WordName): Promise<void> {
    await rm(join(this.folderOf(id), name), { force: true });
  }

  /** A new attempt is not cancelled by what was asked of the last one. */
  async forgetCancel(id: string): Promise<void> {
    await rm(join(this.folderOf(id), cancelName), { force: true });
  }

  /**
   * Says for good that the paid call of a part is made now; false when that was said before, by whichever process.
   * One file that only one can create: unlike the record, no process that was overtaken can undo it. @throws StoreError.
   */
  async beginCreate(id: string, call: CreateCall, fence: string | null = null): Promise<boolean> {
    const path = this.#noteOf(id, call);
    return keeping(path, () => writeCreateNote(path, fence));
  }

  /** Null when the paid call of a part was not begun. A record may have been undone by a process that slept; this is not. */
  async begunCreate(id: string, call: CreateCall): Promise<BegunCreate | null> {
    return readCreateNote(this.#noteOf(id, call));
  }

  /** Whether another process of this computer that began the paid call of a part still lives: stopped, it may make it yet. */
  async isBeginnerAlive(id: string, call: CreateCall): Promise<boolean> {
    return isNoteWriterAlive(this.#noteOf(id, call));
  }

  /** It is certain that the call was not made. */
  async forgetCreate(id: string, call: CreateCall): Promise<void> {
    await removeCreateNote(this.#noteOf(id, call));
  }

  /** Null while another process holds it. @throws StoreError. */
  async lock(id: string): Promise<JobLock | null> {
    return keeping(this.folderOf(id), () => lockFolder(this.folderOf(id)));
  }

  /** Held for the moment in which a new job is written down, so that two processes cannot both find none. */
  async lockIntents(): Promise<JobLock | null> {
    return keeping(this.#folder, async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const lock = await lockFolder(this.#folder, 'intents');
      if (lock !== null) await removeHalfWritten(this.#folder);
      return lock;
    });
  }

  /** Calls back after any record changed, by this process or another. */
  onDidChange(listener: () => void): Disposable {
    return this.#watch.add(listener);
  }

  #noteOf(id: string, call: CreateCall): string {
    return createNotePath(this.folderOf(id), call);
  }

  #recordOf(id: string): string {
    return join(this.folderOf(id), recordName);
  }

  async #ids(unreadable: UnreadableJob[]): Promise<string[]> {
    try {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        const message = `${this.#folder} cannot be read (${codeOf(error)}); check its permissions.`;
        unreadable.push({ path: this.#folder, message });
      }
      return [];
    }
  }

  async #read(id: string): Promise<ParsedJob | { readonly kind: 'none' }> {
    try {
      return parseJob(await readFile(this.#recordOf(id), 'utf8'), id);
    } catch (error) {
      // A folder without a record: made a moment before its record, or left by a copy that failed.
      if (codeOf(error) === 'ENOENT') return { kind: 'none' };
      return { kind: 'unreadable', message: 'cannot be read; check its permissions.' };
    }
  }

  /** Others look at the records themselves; a word that is lost costs them seconds. */
  async #tell(): Promise<void> {
    await writeFile(join(this.#folder, changesName), randomUUID(), { mode: 0o600 }).catch(() => undefined);
  }
}

function newestFirst(a: Job, b: Job): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
