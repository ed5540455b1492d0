// One open document from edit to published problems: what to check when, and in slices short enough that nothing waits.

import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import {
  type CheckLineOptions,
  type Configuration,
  checkDefaultModel,
  checkLine,
  checkName,
  checkResultLine,
  type Dialect,
  defaultModel,
  type FileReport,
  type Finding,
  type LineEstimate,
  type RunningEstimate,
} from '#core';
import type { ByteFacts, LinesToEstimate } from '#files';
import { DocumentKind } from './documentKind.ts';
import { LineDocument } from './lineDocument.ts';
import { LineTokens } from './lineTokens.ts';
import { SavedFile } from './savedFile.ts';
import { TokenProblems } from './tokenProblems.ts';

/** What a session needs of the world. */
export interface SessionHost {
  readonly debounceMs: number;
  /** ISO date of now. */
  today(): string;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  configFor(uri: string): Promise<Configuration>;
  /** How the file of a document is encoded; null for one that is no file. Rejects when it cannot be read now. */
  bytesOf(uri: string, signal: AbortSignal): Promise<ByteFacts | null>;
  estimate(
    lines: LinesToEstimate,
    interactive: boolean,
    signal: AbortSignal,
  ): Promise<readonly (LineEstimate | null)[]>;
  /** Problems and totals changed; null when the document is no batch file. */
  publish(session: DocumentSession, report: FileReport | null): void;
  /** Token counts of some lines arrived. */
  counted(session: DocumentSession): void;
  /** Something that should not happen did; the session goes on as far as it can. */
  failed(what: string, error: unknown): void;
}

/** Listed of one file. */
export const maxProblems = 1000;
/** Long enough to get work done, short enough that a hover during the first check is answered at once. */
const sliceMs = 10;
/** Problems found so far are shown this soon while a file with many lines is still being checked. */
const firstReportMs = 100;
const manyLines = 1000;

export class DocumentSession {
  readonly document: LineDocument;
  readonly #host: SessionHost;
  readonly #closed = new AbortController();
  readonly #tokens: LineTokens;
  readonly #kind: DocumentKind;
  #uncheckedFrom = 0;
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  /** What a running check has already asked for (settings) may have changed. */
  #checkAgain = false;
  #report: FileReport | null = null;
  /** Of the document whose every line the report knows. */
  #reportedVersion: number | null = null;
  #waiting: (() => void)[] = [];
  readonly #saved: SavedFile;
  readonly #tokenProblems: TokenProblems;

  constructor(uri: string, version: number, text: string, host: SessionHost) {
    this.document = new LineDocument(uri, version, text);
    this.#kind = new DocumentKind(this.document);
    this.#saved = new SavedFile(this.document);
    this.#tokenProblems = new TokenProblems(this.document);
    this.#host = host;
    this.#tokens = new LineTokens(this.document, {
      signal: this.#closed.signal,
      estimate: (texts, interactive, signal) => {
        const { dialect, config } = this.#kind;
        const lines = { texts, today: host.today(), provider: dialect.provider, config };
        return host.estimate(lines, interactive, signal);
      },
      counted: () => this.#counted(),
      failed: (error) => host.failed('Tokens could not be counted', error),
    });
  }

  /** So the lines were checked. */
  get checking(): CheckLineOptions {
    const { dialect, config } = this.#kind;
    return { dialect, config, today: this.#host.today() };
  }

  get dialect(): Dialect {
    return this.#kind.dialect;
  }

  /** The text is what it was when it was opened or last saved. */
  get isSaved(): boolean {
    return this.#saved.isSame;
  }

  /** The document was written to its file. */
  saved(): void {
    this.#saved.saved();
    this.schedule(0);
  }

  /** The bytes of the file may be others now. */
  diskChanged(): void {
    this.#saved.changed();
    this.schedule(0);
  }

  /** When the problems of the present text are known, or nothing more will be. */
  async settled(): Promise<void> {
    if (this.#closed.signal.aborted || this.#reportedVersion === this.document.version) return;
    const settled = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.schedule(0);
    await settled;
  }

  get report(): FileReport | null {
    return this.#report;
  }

  /** Some lines of the present text still have no token count. */
  get counting(): boolean {
    return this.#tokens.counting;
  }

  /** Lines that could not be counted, so that totals lack them. */
  get uncountable(): number {
    return this.document.estimates.failed;
  }

  /** Requests, which can be priced and sent. */
  get isBatchFile(): boolean {
    return this.#kind.content === 'requests';
  }

  /** Of the lines counted so far. */
  get estimate(): RunningEstimate {
    return this.document.estimates.running;
  }

  change(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    const firstLine = this.document.apply(changes, version);
    this.#uncheckedFrom = Math.min(this.#uncheckedFrom, firstLine);
    this.#tokens.changed(firstLine);
    this.#kind.changed(firstLine);
    this.schedule(this.#host.debounceMs);
  }

  schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (delayMs === 0) this.#start();
    else this.#timer = setTimeout(() => this.#start(), delayMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closed.abort();
    this.#wake();
  }

  #start(): void {
    if (this.#checking) {
      this.#checkAgain = true;
      return;
    }
    this.#check().catch((error: unknown) => {
      this.#wake();
      this.#host.failed('A check failed', error);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #check(): Promise<void> {
    this.#checking = true;
    this.#checkAgain = false;
    try {
      if (this.#kind.decide(await this.#host.configFor(this.document.uri))) {
        this.document.forget();
        this.#uncheckedFrom = 0;
        this.#tokens.changed(0);
      }
      if (this.#kind.content === null) {
        this.#report = null;
        this.#reported();
        this.#host.publish(this, null);
        return;
      }
      if (!(await this.#checkLines())) return;
      this.#publish();
      this.#reported();
    } finally {
      this.#checking = false;
    }
    if (this.#checkAgain) this.schedule(0);
    if (this.isBatchFile) void this.#tokens.count();
    void this.#readDisk();
  }

  #reported(): void {
    this.#reportedVersion = this.document.version;
    this.#wake();
  }

  /** After the first problems, and again after each save. */
  async #readDisk(): Promise<void> {
    const { signal } = this.#closed;
    const isNews = await this.#saved.read(() => this.#host.bytesOf(this.document.uri, signal));
    if (isNews && !signal.aborted) this.schedule(0);
  }

  /** Problems that counts bring are published once all are there: placing them costs as much as a check. */
  #counted(): void {
    this.#host.counted(this);
    const isCurrent = !this.#checking && this.#reportedVersion === this.document.version;
    if (this.#tokens.counting || !isCurrent || !this.isBatchFile) return;
    if (this.#tokenProblems.areNews(this.checking)) this.#publish();
  }

  /** Checks what is unchecked, giving way after each slice; edits meanwhile only add to the work. False: closed. */
  async #checkLines(): Promise<boolean> {
    const { file } = this.document;
    const options = this.checking;
    const startedMs = this.#host.monotonicMs();
    let sliceEndMs = startedMs + sliceMs;
    let reported = file.lineCount < manyLines;
    for (;;) {
      const index = file.uncheckedFrom(this.#uncheckedFrom);
      if (index === null) break;
      this.#uncheckedFrom = index + 1;
      this.#tokens.changed(index);
      const text = this.document.jsonOf(index);
      const sizeBytes = Buffer.byteLength(text);
      const facts = this.isBatchFile
        ? checkLine(text, sizeBytes, options)
        : checkResultLine(text, sizeBytes, options.dialect);
      file.splice(index, 1, [facts]);
      const nowMs = this.#host.monotonicMs();
      if (nowMs < sliceEndMs) continue;
      if (!reported && nowMs - startedMs > firstReportMs) {
        reported = true;
        this.#publish();
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#closed.signal.aborted) return false;
      sliceEndMs = this.#host.monotonicMs() + sliceMs;
    }
    return !this.#closed.signal.aborted;
  }

  #publish(): void {
    const { document } = this;
    this.#report = document.file.report({
      maxProblems,
      dialect: this.#kind.dialect,
      content: this.#kind.content ?? 'requests',
      severity: this.#kind.config.severity,
      textOf: (line) => document.jsonOf(line),
      lineEndBytes: document.lineEndBytes,
      fileFindings: this.isBatchFile ? this.#fileFindings() : [],
      lineFindings: [...this.#saved.findings(), ...this.#tokenProblems.publish(this.checking)],
    });
    this.#host.publish(this, this.#report);
  }

  #fileFindings(): readonly Finding[] {
    const { uri, file } = this.document;
    const { dialect, config, today } = this.checking;
    const ofName = uri.startsWith('file:') ? checkName(uri, dialect) : [];
    return file.lacksModels
      ? [...ofName, ...checkDefaultModel(dialect, defaultModel(dialect, config), today)]
      : ofName;
  }
}
