// The language server: standard LSP in, sessions of open documents inside, problems and totals out.

import { fileURLToPath } from 'node:url';
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { findProjectConfig, projectConfigName, WorkerPool } from '#files';
import { problemPages, toDiagnostics } from './diagnostics.ts';
import { DocumentSession, type SessionHost } from './documentSession.ts';
import { codeLenses } from './features/codeLens.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlayHints.ts';
import { type InitializationOptions, type SummaryParams, summaryNotification } from './protocol.ts';
import { defaultSettings, readSettings, type Settings } from './settings.ts';
import { summaryLine, summaryOf } from './summary.ts';

const defaultDebounceMs = 150;
/** Hints and totals are redrawn at most this often while counts come in. */
const refreshMs = 250;

export class LanguageServer {
  readonly #connection: Connection;
  readonly #sessions = new Map<string, DocumentSession>();
  readonly #pool = new WorkerPool();
  readonly #pages = problemPages(import.meta.url);
  #settings: Settings = defaultSettings;
  #options: InitializationOptions = {};
  #refreshes = { inlayHints: false, codeLenses: false };
  #canWatchFiles = false;
  #refreshTimer: NodeJS.Timeout | undefined;
  readonly #changed = new Set<DocumentSession>();
  /** The totals that were last drawn above a document. */
  readonly #linesShown = new WeakMap<DocumentSession, string>();
  /** Which documents have problems of ours on show. */
  readonly #published = new Set<string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Answers the client until it ends the connection. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => {
      this.#options = (params.initializationOptions ?? {}) as InitializationOptions;
      this.#settings = readSettings(this.#options.settings);
      this.#refreshes = {
        inlayHints: params.capabilities.workspace?.inlayHint?.refreshSupport === true,
        codeLenses: params.capabilities.workspace?.codeLens?.refreshSupport === true,
      };
      this.#canWatchFiles =
        params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
      return {
        serverInfo: { name: 'llm-batch' },
        capabilities: {
          textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
          inlayHintProvider: true,
          codeLensProvider: {},
          hoverProvider: true,
        },
      };
    });
    this.#listenToSettings();
    this.#listenToDocuments();
    this.#listenToRequests();
    connection.onShutdown(() => this.dispose());
    connection.listen();
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#refreshTimer);
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
    await this.#pool.dispose();
  }

  #listenToSettings(): void {
    const connection = this.#connection;
    const checkAll = (): void => {
      for (const session of this.#sessions.values()) session.schedule(0);
      this.#refresh();
    };
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#settings = readSettings((settings as { readonly llmBatch?: unknown } | null)?.llmBatch);
      checkAll();
    });
    connection.onInitialized(() => {
      if (!this.#canWatchFiles) return;
      const watchers = [{ globPattern: `**/${projectConfigName}` }];
      void this.#tell(() => connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
    });
    connection.onDidChangeWatchedFiles(checkAll);
  }

  #listenToDocuments(): void {
    this.#connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
      this.#sessions.get(uri)?.dispose();
      const session = new DocumentSession(uri, version, text, this.#host());
      this.#sessions.set(uri, session);
      session.schedule(0);
    });
    this.#connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      this.#sessions.get(textDocument.uri)?.change(contentChanges, textDocument.version);
    });
    this.#connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#sessions.get(uri)?.dispose();
      this.#sessions.delete(uri);
      this.#clear(uri);
    });
  }

  #listenToRequests(): void {
    this.#connection.languages.inlayHint.on(({ textDocument, range }) => {
      const session = this.#batchSession(textDocument.uri);
      return session && this.#settings.inlayHints ? inlayHints(session, range) : [];
    });
    this.#connection.onCodeLens(({ textDocument }) => {
      const session = this.#batchSession(textDocument.uri);
      const summary = session && this.#settings.codeLens ? summaryOf(session) : null;
      if (session === null || summary === null) return [];
      const totals = summaryLine(summary);
      this.#linesShown.set(session, totals);
      return codeLenses(textDocument.uri, totals, this.#options.clientCommands === true);
    });
    this.#connection.onHover(({ textDocument, position }) => {
      const session = this.#batchSession(textDocument.uri);
      return session ? hover(session, position, today()) : null;
    });
  }

  #batchSession(uri: string): DocumentSession | null {
    const session = this.#sessions.get(uri);
    return session?.isBatchFile ? session : null;
  }

  #host(): SessionHost {
    return {
      debounceMs: this.#options.debounceMs ?? defaultDebounceMs,
      today,
      monotonicMs: () => performance.now(),
      severityFor: async (uri) => {
        const path = pathOf(uri);
        const project = path === null ? null : await findProjectConfig(path);
        return { ...this.#settings.severity, ...project?.severity };
      },
      estimate: (texts, interactive, signal) =>
        this.#pool.estimateLines(texts, {
          today: today(),
          priority: interactive ? 'interactive' : 'bulk',
          signal,
        }),
      publish: (session, report) => {
        const { uri, version } = session.document;
        if (report === null) {
          this.#clear(uri);
          return;
        }
        this.#published.add(uri);
        const diagnostics = toDiagnostics(uri, report, this.#pages);
        void this.#tell(() => this.#connection.sendDiagnostics({ uri, version, diagnostics }));
        this.#changed.add(session);
        this.#refresh();
      },
      counted: (session) => {
        this.#changed.add(session);
        this.#refresh();
      },
      failed: (what, error) =>
        void this.#tell(() => this.#connection.console.error(`${what}: ${withoutContent(error)}`)),
    };
  }

  /** Says that a document is no batch file, or no longer open; silent where nothing of ours was ever shown. */
  #clear(uri: string): void {
    if (!this.#published.delete(uri)) return;
    void this.#tell(() => this.#connection.sendDiagnostics({ uri, diagnostics: [] }));
    const params: SummaryParams = { uri, provider: null };
    void this.#tell(() => this.#connection.sendNotification(summaryNotification, params));
    this.#refresh();
  }

  /** Sends a document's totals. @returns whether those above its first line are old. */
  #sendSummary(session: DocumentSession): boolean {
    const summary = summaryOf(session);
    if (summary === null) return false;
    void this.#tell(() => this.#connection.sendNotification(summaryNotification, summary));
    return this.#linesShown.get(session) !== summaryLine(summary);
  }

  #refresh(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      // Not of those that were closed since.
      const open = [...this.#changed].filter(
        (session) => this.#sessions.get(session.document.uri) === session,
      );
      this.#changed.clear();
      const stale = open.filter((session) => this.#sendSummary(session));
      if (this.#refreshes.inlayHints) void this.#tell(() => this.#connection.languages.inlayHint.refresh());
      // A lens that is drawn again for nothing loses the click that is on its way.
      if (this.#refreshes.codeLenses && (stale.length > 0 || open.length === 0))
        void this.#tell(() => this.#connection.sendRequest('workspace/codeLens/refresh'));
    }, refreshMs);
  }

  /** A client that refuses a message, or has gone away, is no reason to stop: the end of the connection is. */
  async #tell(send: () => unknown): Promise<void> {
    await Promise.resolve()
      .then(send)
      .catch(() => {});
  }
}

/** Null for a document that is no file, or one on a machine that this one cannot name as a path. */
function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** Messages of errors may quote a request, which must not reach a log; where they come from may. */
function withoutContent(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
