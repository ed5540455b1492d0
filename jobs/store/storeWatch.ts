// Has any record changed, by this process or another? Told at once where the system tells, within seconds where not.
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Disposable {
  dispose(): void;
}

/** Written after every change, so that one small file tells of all. */
export const changesName = '.changes';

const pollMs = 2_000;
const settleMs = 30;

/** One watcher for all listeners; it runs while there is one. */
export class StoreWatch {
  readonly #folder: string;
  readonly #listeners = new Set<() => void>();
  #running: Watching | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(listener: () => void): Disposable {
    // The same function may listen twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#running ??= new Watching(this.#folder, () => {
      for (const one of [...this.#listeners]) one();
    });
    return {
      dispose: () => {
        this.#listeners.delete(own);
        if (this.#listeners.size > 0) return;
        this.#running?.dispose();
        this.#running = null;
      },
    };
  }
}

class Watching implements Disposable {
  readonly #folder: string;
  readonly #changed: () => void;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #settle: NodeJS.Timeout | undefined;
  #last: string | null = null;
  #disposed = false;

  constructor(folder: string, changed: () => void) {
    this.#folder = folder;
    this.#changed = changed;
    this.#poll = setInterval(() => void this.#look(), pollMs);
    this.#poll.unref();
    void this.#look().then(() => this.#watch());
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    this.#watcher?.close();
  }

  async #watch(): Promise<void> {
    if (this.#disposed) return;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      if (this.#disposed) return;
      this.#watcher = watch(this.#folder, () => this.#soon());
      this.#watcher.on('error', () => this.#watcher?.close());
      this.#watcher.unref();
      // What changed before the watcher ran.
      this.#soon();
    } catch {
      // Some file systems cannot be watched; the poll still sees every change.
    }
  }

  #soon(): void {
    if (this.#disposed) return;
    // Not put off by what comes meanwhile: records may be written all the time.
    this.#settle ??= setTimeout(() => {
      this.#settle = undefined;
      void this.#look();
    }, settleMs);
  }

  async #look(): Promise<void> {
    const [last, folder] = await Promise.all([
      readFile(join(this.#folder, changesName), 'utf8').catch(() => ''),
      // Folders that came and went: a person may delete one.
      stat(this.#folder).catch(() => null),
    ]);
    const now = `${last}:${folder?.mtimeMs}`;
    if (this.#disposed || now === this.#last) return;
    const isFirst = this.#last === null;
    this.#last = now;
    if (!isFirst) this.#changed();
  }
}
