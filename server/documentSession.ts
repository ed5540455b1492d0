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
  sampleLines,
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

export class DocumentSession {
  readonly document: LineDocument;
  readonly #host: SessionHost;
  readonly #closed = new AbortController();
  #dialect: Dialect | null = null;
  #dialectStale = true;
  #uncheckedFrom = 0;
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
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

  get isBatchFile(): boolean {
    return this.#dialect?.kind === 'openai';
  }

  /** Estimates of the lines counted so far, in line order. */
  *estimates(): Generator<LineEstimate> {
    for (const line of this.document.lines) if (line.estimate !== null) yield line.estimate;
  }

  change(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    const firstLine = Math.min(...changes.map((change) => ('range' in change ? change.range.start.line : 0)));
    this.document.apply(changes, version);
    this.#uncheckedFrom = Math.min(this.#uncheckedFrom, Math.max(0, firstLine));
    if (firstLine < 2 * sampleLines) this.#dialectStale = true;
    this.schedule(this.#host.debounceMs);
  }

  schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (delayMs === 0) void this.#check();
    else this.#timer = setTimeout(() => void this.#check(), delayMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closed.abort();
  }

  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
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
    // An edit during the check may have changed whose file this is.
    if (this.#dialectStale) this.schedule(0);
    void this.#count();
  }

  #detect(): void {
    if (!this.#dialectStale) return;
    this.#dialectStale = false;
    this.#dialect = detectDialect(this.#texts());
  }

  *#texts(): Generator<string> {
    for (const line of this.document.lines) yield line.text;
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

  /** Counts tokens of lines that have none yet, a batch at a time, on the slow lane. */
  async #count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    try {
      for (;;) {
        const lines = this.#uncounted();
        if (lines.length === 0) break;
        for (const line of lines) line.counting = true;
        const texts = lines.map((line) => line.text);
        const estimates = await this.#host.estimate(texts, lines.length <= 8, this.#closed.signal);
        for (const [index, line] of lines.entries()) line.estimate = estimates[index] ?? null;
        this.#host.counted(this);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
      return;
    } finally {
      this.#counting = false;
    }
    this.#host.counted(this);
  }

  #uncounted(): DocumentLine[] {
    const lines: DocumentLine[] = [];
    let characters = 0;
    for (const [index, line] of this.document.lines.entries()) {
      if (line.counting || this.document.file.factsOf(index)?.kind !== 'request') continue;
      lines.push(line);
      characters += line.text.length;
      if (lines.length >= countBatchLines || characters >= countBatchCharacters) break;
    }
    return lines;
  }
}
