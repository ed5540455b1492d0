// The open files that are too large to be documents: which there are, and when is each looked at?
import { LargeFile, type LargeFileHost } from './largeFile.ts';
import { pathOf } from './pathOf.ts';

export interface LargeFilesHost extends Omit<LargeFileHost, 'inTurn'> {
  /** Wait between two looks at each file. Watching misses files that are replaced, and network drives; asking does not. */
  readonly pollMs: number;
  /** The file is open as a document, too, which says all there is to say. */
  isDocument(uri: string): boolean;
}

export class LargeFiles {
  readonly #host: LargeFilesHost;
  readonly #files = new Map<string, LargeFile>();
  /** As the client has them, also those that are open as documents. */
  #listed: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(host: LargeFilesHost) {
    this.#host = host;
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    for (const file of this.#files.values()) file.dispose();
    this.#files.clear();
  }

  get(uri: string): LargeFile | undefined {
    return this.#files.get(uri);
  }

  /** Takes the place of the list before. */
  list(uris: readonly string[]): void {
    this.#listed = new Set(uris);
    for (const uri of [...this.#files.keys()]) {
      if (this.#listed.has(uri)) continue;
      this.#remove(uri);
      this.#host.clear(uri);
    }
    for (const uri of this.#listed) this.#add(uri);
  }

  /** A document of this name says what there is to say. */
  documentOpened(uri: string): void {
    this.#remove(uri);
  }

  documentClosed(uri: string): void {
    if (this.#listed.has(uri)) this.#add(uri);
  }

  configurationChanged(): void {
    for (const file of this.#files.values()) {
      file
        .configurationChanged()
        .catch((error: unknown) => this.#host.failed('A configuration could not be read', error));
    }
  }

  #add(uri: string): void {
    const path = pathOf(uri);
    if (this.#disposed || path === null || this.#files.has(uri) || this.#host.isDocument(uri)) return;
    const file = new LargeFile(uri, path, { ...this.#host, inTurn: (act) => this.#inTurn(act) });
    this.#files.set(uri, file);
    void file.start();
    this.#poll();
  }

  #remove(uri: string): void {
    this.#files.get(uri)?.dispose();
    this.#files.delete(uri);
    if (this.#files.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    this.#timer ??= setInterval(() => {
      for (const file of this.#files.values()) void file.look();
    }, this.#host.pollMs);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }
}
