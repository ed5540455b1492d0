// One open document from edit to published problems: what to check when, and in slices short enough that nothing waits.

import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import {
  checkLine,
  checkName,
  type Dialect,
  detectDialect,
  type FileReport,
  type LineEstimate,
  type SeverityOverrides,
} from '#core';
import { type DocumentLine, LineDocument } from './lineDocument.ts';

/** What a session needs of the world. */
export interface SessionHost {
  readonly debounceMs: number;
  /** ISO date of now. */
  today(): string;
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  severityFor(uri: string): Promise<SeverityOverrides>;
  estimate(
    texts: readonly string[],
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

const maxProblems = 1000;
/** Long enough to get work done, short enough that a hover during the first check is answered at once. */
const sliceMs = 10;
/** Problems found so far are shown this soon while a file with many lines is still being checked. */
const firstReportMs = 100;
const manyLines = 1000;
/** Lines and characters sent to a counting worker at a time. */
const countBatchLines = 256;
const countBatchCharacters = 1 << 18;
/** So few were typed rather than opened: they are counted before whole files. */
const fewLines = 8;

export class DocumentSession {
  readonly document: LineDocument;
  readonly #host: SessionHost;
  readonly #closed = new AbortController();
  #dialect: Dialect | null = null;
  /** As many first lines decided whose file this is; null when they have changed since. */
  #dialectLines: number | null = null;
  #uncheckedFrom = 0;
  #uncountedFrom = 0;
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  /** What a running check has already asked for (settings) may have changed. */
  #checkAgain = false;
  #counting = false;
  #report: FileReport | null = null;

  constructor(uri: string, version: number, text: string, host: SessionHost) {
    this.document = new LineDocument(uri, version, text);
    this.#host = host;
  }

  get report(): FileReport | null {
    return this.#report;
  }

  /** Some lines of the present text still have no token count. */
  get counting(): boolean {
    return this.#counting;
  }

  /** Lines that could not be counted, so that totals lack them. */
  get uncountable(): number {
    return this.document.lines.reduce((sum, line) => sum + (line.count === 'failed' ? 1 : 0), 0);
  }

  get isBatchFile(): boolean {
    return this.#dialect?.kind === 'openai';
  }

  /** Estimates of the lines counted so far, in line order. */
  *estimates(): Generator<LineEstimate> {
    for (const line of this.document.lines) if (line.estimate !== null) yield line.estimate;
  }

  change(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    let firstLine = this.document.lines.length;
    for (const change of changes) {
      firstLine = Math.min(firstLine, 'range' in change ? change.range.start.line : 0);
    }
    this.document.apply(changes, version);
    this.#uncheckedFrom = Math.min(this.#uncheckedFrom, firstLine);
    if (this.#dialectLines !== null && firstLine <= this.#dialectLines) this.#dialectLines = null;
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
  }

  #start(): void {
    if (this.#checking) {
      this.#checkAgain = true;
      return;
    }
    this.#check().catch((error: unknown) => this.#host.failed('A check failed', error));
  }

  async #check(): Promise<void> {
    this.#checking = true;
    this.#checkAgain = false;
    try {
      this.#detect();
      if (!this.isBatchFile) {
        this.#report = null;
        this.#host.publish(this, null);
        return;
      }
      const severity = await this.#host.severityFor(this.document.uri);
      if (!(await this.#checkLines(severity))) return;
      this.#publish(severity);
    } finally {
      this.#checking = false;
    }
    if (this.#checkAgain) this.schedule(0);
    this.#uncountedFrom = 0;
    void this.#count();
  }

  #detect(): void {
    if (this.#dialectLines !== null) return;
    this.#dialectLines = 0;
    this.#dialect = detectDialect(this.#texts());
  }

  /** The texts of the lines, noting how many of them were looked at. */
  *#texts(): Generator<string> {
    for (const [index, line] of this.document.lines.entries()) {
      this.#dialectLines = index + 1;
      yield line.text;
    }
  }

  /** Checks what is unchecked, giving way after each slice; edits meanwhile only add to the work. False: closed. */
  async #checkLines(severity: SeverityOverrides): Promise<boolean> {
    const { file } = this.document;
    const options = { today: this.#host.today() };
    const startedMs = this.#host.monotonicMs();
    let sliceEndMs = startedMs + sliceMs;
    let reported = file.lineCount < manyLines;
    while (this.#uncheckedFrom < file.lineCount) {
      const index = this.#uncheckedFrom++;
      if (file.factsOf(index)?.kind !== 'unchecked') continue;
      const text = this.document.textOf(index);
      file.splice(index, 1, [checkLine(text, Buffer.byteLength(text), options)]);
      const nowMs = this.#host.monotonicMs();
      if (nowMs < sliceEndMs) continue;
      if (!reported && nowMs - startedMs > firstReportMs) {
        reported = true;
        this.#publish(severity);
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#closed.signal.aborted) return false;
      sliceEndMs = this.#host.monotonicMs() + sliceMs;
    }
    return !this.#closed.signal.aborted;
  }

  #publish(severity: SeverityOverrides): void {
    this.#report = this.document.file.report({
      maxProblems,
      severity,
      textOf: (line) => this.document.textOf(line),
      fileFindings: this.document.uri.startsWith('file:') ? checkName(this.document.uri) : [],
    });
    this.#host.publish(this, this.#report);
  }

  /** Counts tokens of lines that have none yet, a batch at a time, on the slow lane. Never rejects. */
  async #count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    let failed = false;
    for (let lines = this.#takeUncounted(); lines.length > 0; lines = this.#takeUncounted()) {
      try {
        const texts = lines.map((line) => line.text);
        const estimates = await this.#host.estimate(texts, lines.length <= fewLines, this.#closed.signal);
        for (const [index, line] of lines.entries()) line.estimate = estimates[index] ?? null;
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        // One of these lines may be the cause: they are not sent again until they change.
        for (const line of lines) line.count = 'failed';
        if (!failed) this.#host.failed('Tokens could not be counted', error);
        failed = true;
      }
      this.#host.counted(this);
    }
    this.#counting = false;
    this.#host.counted(this);
  }

  #takeUncounted(): DocumentLine[] {
    const taken: DocumentLine[] = [];
    let characters = 0;
    const { lines, file } = this.document;
    while (
      this.#uncountedFrom < lines.length &&
      taken.length < countBatchLines &&
      characters < countBatchCharacters
    ) {
      const index = this.#uncountedFrom++;
      const line = lines[index];
      if (line?.count !== 'waiting' || file.factsOf(index)?.kind !== 'request') continue;
      line.count = 'sent';
      taken.push(line);
      characters += line.text.length;
    }
    return taken;
  }
}
