// What the client is told without asking: problems, totals, that something is to be drawn again, words for the person.
import {
  type Connection,
  type Diagnostic,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver/node';
import type { FileReport } from '#core';
import { type ClientAbilities, noAbilities } from './capabilities.ts';
import { toDiagnostic } from './diagnostics.ts';
import type { DocumentSession } from './documentSession.ts';
import type { LineDocument } from './lineDocument.ts';
import { type SummaryParams, summaryNotification } from './protocol.ts';
import { summaryLine, summaryOf } from './summary.ts';

/** Hints and totals are redrawn at most this often while counts come in. */
const refreshMs = 250;

export class Display {
  /** What the client draws again when it is asked to. */
  refreshes: ClientAbilities['refreshes'] = noAbilities.refreshes;
  readonly #connection: Connection;
  readonly #pages: string;
  readonly #isOpen: (session: DocumentSession) => boolean;
  #timer: NodeJS.Timeout | undefined;
  readonly #changed = new Set<DocumentSession>();
  /** The totals that were last drawn above a document. */
  readonly #linesShown = new WeakMap<DocumentSession, string>();
  /** Which documents have problems of ours on show. */
  readonly #published = new Set<string>();

  /** @param pages the folder with a page per problem code, as a URL that ends in a slash. */
  constructor(connection: Connection, pages: string, isOpen: (session: DocumentSession) => boolean) {
    this.#connection = connection;
    this.#pages = pages;
    this.#isOpen = isOpen;
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** @param report null when the document is neither requests nor results. */
  publish(session: DocumentSession, report: FileReport | null): void {
    const { document } = session;
    const { uri } = document;
    if (report === null) {
      this.clear(uri);
      return;
    }
    this.publishProblems(document, report);
    if (session.isBatchFile) this.counted(session);
    else this.#sayNoBatch(uri);
  }

  /** Problems alone, of a document or of its beginning. */
  publishProblems(document: LineDocument, report: FileReport): void {
    const { uri, version } = document;
    this.#published.add(uri);
    const diagnostics = report.problems.map((one) => toDiagnostic(one, document, this.#pages));
    void this.tell(() => this.#connection.sendDiagnostics({ uri, version, diagnostics }));
  }

  counted(session: DocumentSession): void {
    this.#changed.add(session);
    this.refresh();
  }

  /** These totals were handed out to be drawn. */
  drawn(session: DocumentSession, totals: string): void {
    this.#linesShown.set(session, totals);
  }

  /** Says that a document is no batch file, or no longer open; silent where nothing of ours was ever shown. */
  clear(uri: string): void {
    if (!this.#published.delete(uri)) return;
    void this.tell(() => this.#connection.sendDiagnostics({ uri, diagnostics: [] }));
    this.#sayNoBatch(uri);
  }

  /** The problems of a file that no document shows. */
  publishFile(uri: string, diagnostics: Diagnostic[]): void {
    this.#published.add(uri);
    void this.tell(() => this.#connection.sendDiagnostics({ uri, diagnostics }));
  }

  summarize(summary: SummaryParams): void {
    void this.tell(() => this.#connection.sendNotification(summaryNotification, summary));
  }

  /** Takes back what was shown of a file that no document shows, and says why; until `clear`. */
  lose(uri: string, why: string): void {
    this.publishFile(uri, []);
    this.summarize({ uri, provider: null, limited: why });
    this.say(MessageType.Warning, why);
  }

  #sayNoBatch(uri: string): void {
    const params: SummaryParams = { uri, provider: null };
    void this.tell(() => this.#connection.sendNotification(summaryNotification, params));
    this.refresh();
  }

  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const open = [...this.#changed].filter(this.#isOpen);
      this.#changed.clear();
      const stale = open.filter((session) => this.#sendSummary(session));
      const { inlayHints, codeLenses } = this.refreshes;
      if (inlayHints) void this.tell(() => this.#connection.languages.inlayHint.refresh());
      // A lens that is drawn again for nothing loses the click that is on its way.
      if (codeLenses && (stale.length > 0 || open.length === 0))
        void this.tell(() => this.#connection.sendRequest('workspace/codeLens/refresh'));
    }, refreshMs);
  }

  /** As a notification: a request would wait for an answer that some clients never give. */
  say(type: MessageType, message: string): void {
    void this.tell(() => this.#connection.sendNotification(ShowMessageNotification.type, { type, message }));
  }

  failed(what: string, error: unknown): void {
    void this.tell(() => this.#connection.console.error(`${what}: ${withoutContent(error)}`));
  }

  /** A client that refuses a message, or has gone away, is no reason to stop: the end of the connection is. */
  async tell(send: () => unknown): Promise<void> {
    await Promise.resolve()
      .then(send)
      .catch(() => {});
  }

  /** Sends a document's totals. @returns whether those above its first line are old. */
  #sendSummary(session: DocumentSession): boolean {
    const summary = summaryOf(session);
    if (summary === null) return false;
    void this.tell(() => this.#connection.sendNotification(summaryNotification, summary));
    return this.#linesShown.get(session) !== summaryLine(summary);
  }
}

/** Messages of errors may quote a request, which must not reach a log; where they come from may. */
function withoutContent(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}
