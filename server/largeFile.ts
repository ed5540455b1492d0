// One open file that is too large to be a document: checked from disk when it comes, and again when it changes there.
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Configuration, type Dialect, dialectOf, type FileReport, formatBytes } from '#core';
import { type FileCheck, FileFailureError, type FirstCheck } from '#files';
import { CheckProgress } from './checkProgress.ts';
import { type DiskFile, diskFileAt } from './diskFile.ts';
import type { FileSummary, SummaryParams } from './protocol.ts';
import { summaryOfCheck } from './summaryOfCheck.ts';

export type KnownCheck = Pick<FileCheck, 'provider' | 'content' | 'report'>;

export interface CheckOnDisk {
  readonly config: Configuration;
  readonly signal: AbortSignal;
  onFirst(first: FirstCheck): void;
  onProgress(readBytes: number): void;
}

export interface PublishOptions {
  /** No problem is behind so many bytes of the file. */
  readonly withinBytes: number;
  readonly signal: AbortSignal;
}

/** What a large file needs of the world. */
export interface LargeFileHost {
  /** How long a file must stay as it is before it is taken as written. */
  readonly settleMs: number;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  configFor(uri: string): Promise<Configuration>;
  /** Rejects with FileFailureError for what cannot be read, or AbortError. */
  check(path: string, check: CheckOnDisk): Promise<FileCheck>;
  /** Files are checked one after the other, for each takes the workers and hundreds of megabytes. */
  inTurn(act: () => Promise<void>): Promise<void>;
  /** A file in UTF-16, in which no lines can be told, holds requests or results all the same. */
  isWideBatch(path: string, check: KnownCheck): boolean;
  /** Shows the problems of a check. */
  publish(file: LargeFile, report: FileReport, options: PublishOptions): Promise<void>;
  summarize(summary: SummaryParams): void;
  /** Takes everything back; silent where nothing was shown. */
  clear(uri: string): void;
  /** Takes everything back and says why. */
  lose(uri: string, why: string): void;
  failed(what: string, error: unknown): void;
}

export class LargeFile {
  readonly uri: string;
  readonly path: string;
  readonly #host: LargeFileHost;
  readonly #closed = new AbortController();
  /** Of the file that is or was checked last; undefined: it is to be checked. */
  #checked: DiskFile | undefined;
  /** Seen since then, and perhaps still being written. */
  #unsettled: { readonly mark: string | null; readonly sinceMs: number } | undefined;
  #running: AbortController | null = null;
  #timer: NodeJS.Timeout | undefined;
  #config: Configuration | null = null;
  #summary: FileSummary | null = null;
  /** What was last said in place of a summary. */
  #trouble: string | null = null;
  #dialect: Dialect | null = null;
  /** Checked, and neither requests nor results. */
  #isForeign = false;

  constructor(uri: string, path: string, host: LargeFileHost) {
    this.uri = uri;
    this.path = path;
    this.#host = host;
  }

  /** Null while it is not known, or the file of nobody. */
  get dialect(): Dialect | null {
    return this.#dialect;
  }

  async start(): Promise<void> {
    this.#begin(await diskFileAt(this.path));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closed.abort();
    this.#running?.abort();
  }

  /** Looks whether the file is another one now, and waits until nobody writes to it. Never rejects. */
  async look(): Promise<void> {
    const now = await diskFileAt(this.path);
    if (this.#closed.signal.aborted) return;
    if (this.#checked !== undefined && now.mark === this.#checked.mark) {
      this.#unsettled = undefined;
      return;
    }
    const nowMs = this.#host.monotonicMs();
    if (this.#unsettled === undefined || now.mark !== this.#unsettled.mark) {
      this.#checked = undefined;
      this.#unsettled = { mark: now.mark, sinceMs: nowMs };
      this.#running?.abort();
      this.#waiting();
    } else if (nowMs - this.#unsettled.sinceMs >= this.#host.settleMs) {
      this.#begin(now);
      return;
    }
    this.#lookLater();
  }

  /** Checks again what would be checked otherwise now. */
  async configurationChanged(): Promise<void> {
    // What was not checked yet asks for it then.
    if (this.#config === null || this.#checked === undefined) return;
    const config = await this.#host.configFor(this.uri);
    if (this.#closed.signal.aborted || isDeepStrictEqual(config, this.#config)) return;
    this.#begin(await diskFileAt(this.path));
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), this.#host.settleMs);
  }

  #begin(file: DiskFile): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#checked = file;
    this.#unsettled = undefined;
    if (file.mark === null) {
      this.#lose(`There is no file ${basename(this.path)} any more; save it again to have it checked.`);
      return;
    }
    const running = new AbortController();
    this.#running = running;
    void this.#host
      .inTurn(() => this.#check(file, running.signal))
      .catch((error: unknown) => this.#stopped(error, running.signal))
      .finally(() => {
        if (this.#running === running) this.#running = null;
      });
  }

  async #check({ sizeBytes }: DiskFile, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const config = await this.#host.configFor(this.uri);
    this.#config = config;
    const progress = new CheckProgress(sizeBytes, this.#host, (limited) => this.#progress(limited, signal));
    progress.at(0);
    let first = Promise.resolve();
    const check = await this.#host.check(this.path, {
      config,
      signal,
      onFirst: (found) => {
        // What is known of the file as it was tells more than its first lines as they are.
        if (this.#summary !== null) return;
        first = this.#show(found, found.readBytes, signal).then((isOurs) => {
          if (!isOurs) return;
          this.#summarize(summaryOfCheck(this.uri, found, sizeBytes, null), progress.words);
        });
        first.catch(() => {});
      },
      onProgress: (readBytes) => progress.at(readBytes),
    });
    await first;
    if (!(await this.#show(check, check.report.sizeBytes, signal))) return;
    const summary = summaryOfCheck(this.uri, check, check.report.sizeBytes, check.estimate?.summary ?? null);
    this.#summarize(summary, null);
  }

  /** @returns whether it is a file of requests, whose totals can be shown. */
  async #show(check: KnownCheck, withinBytes: number, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    this.#trouble = null;
    this.#dialect = check.provider === null ? null : dialectOf(check.provider);
    if (check.provider === null || check.content === 'results') this.#summary = null;
    this.#isForeign = check.provider === null && !this.#host.isWideBatch(this.path, check);
    if (this.#isForeign) {
      this.#host.clear(this.uri);
      return false;
    }
    await this.#host.publish(this, check.report, { withinBytes, signal });
    signal.throwIfAborted();
    if (check.provider !== null && check.content === 'requests') return true;
    const limited = check.provider === null ? check.report.problems[0]?.message : undefined;
    this.#host.summarize({ uri: this.uri, provider: null, ...(limited === undefined ? {} : { limited }) });
    return false;
  }

  /** @param checking how far a check is; null: it is over. */
  #summarize(summary: FileSummary, checking: string | null): void {
    const limited = checking ?? `checked from disk (${formatBytes(summary.sizeBytes)})`;
    this.#summary = { ...summary, counting: checking !== null, limited };
    this.#host.summarize(this.#summary);
  }

  #progress(words: string, signal: AbortSignal): void {
    if (!signal.aborted && this.#summary !== null) this.#summarize(this.#summary, words);
  }

  /** For the end of what somebody writes. */
  #waiting(): void {
    if (this.#summary !== null) this.#summarize(this.#summary, 'it is being written, and checked after that');
  }

  #stopped(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (!(error instanceof FileFailureError)) {
      this.#host.failed('A check from disk failed', error);
      this.#lose(`${this.path} could not be checked; the log says more.`);
    } else if (error.failure.kind === 'changed' || error.failure.kind === 'notFound') {
      this.#checked = undefined;
      this.#lookLater();
    } else this.#lose(error.failure.message);
  }

  /** Nothing that was shown holds any more. What becomes of a file that was no batch file is nothing of ours. */
  #lose(message: string): void {
    if (this.#isForeign) return;
    if (this.#trouble !== message) this.#host.lose(this.uri, message);
    this.#trouble = message;
    this.#summary = null;
  }
}
