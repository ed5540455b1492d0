// The language server: standard LSP in, sessions of open documents inside, problems and totals out.

import { type Connection, DidChangeWatchedFilesNotification, MessageType } from 'vscode-languageserver/node';
import { projectConfigName, WorkerPool } from '#files';
import { Beginnings } from './beginnings.ts';
import { abilitiesOf, type ClientAbilities, noAbilities, serverCapabilities } from './capabilities.ts';
import { Configurations } from './configurations.ts';
import { problemPages } from './diagnostics.ts';
import { Display } from './display.ts';
import { DocumentSession, type SessionHost } from './documentSession.ts';
import { codeActions } from './features/codeActions.ts';
import { codeLenses } from './features/codeLens.ts';
import { type ActionData, editOf } from './features/fixEdit.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlayHints.ts';
import { fixOnDisk } from './fixOnDisk.ts';
import { LargeFiles } from './largeFiles.ts';
import { largeFilesHost } from './largeFilesHost.ts';
import { pathOf } from './pathOf.ts';
import {
  type Beginning,
  beginningRequest,
  type FixOnDiskOptions,
  fixOnDiskCommand,
  type InitializationOptions,
  type LargeFilesParams,
  largeFilesNotification,
} from './protocol.ts';
import { RequestLookup } from './requestLookup.ts';
import { readSettings } from './settings.ts';
import { summaryLine, summaryOf } from './summary.ts';

const defaultDebounceMs = 150;
/** Many times what the largest document takes to arrive. */
const longestBeginningMs = 30_000;

export class LanguageServer {
  readonly #connection: Connection;
  readonly #sessions = new Map<string, DocumentSession>();
  readonly #pool = new WorkerPool();
  readonly #pages = problemPages(import.meta.url);
  #learnedWatch: { dispose(): void } | null = null;
  readonly #configurations = new Configurations((problem) => this.#display.say(MessageType.Warning, problem));
  #options: InitializationOptions = {};
  #client: ClientAbilities = noAbilities;
  #isShutDown = false;
  readonly #display: Display;
  readonly #beginnings: Beginnings;
  readonly #largeFiles: LargeFiles;

  constructor(connection: Connection) {
    this.#connection = connection;
    // Not of those that were closed since.
    const isOpen = (session: DocumentSession): boolean =>
      this.#sessions.get(session.document.uri) === session;
    this.#display = new Display(connection, this.#pages, isOpen);
    this.#beginnings = new Beginnings({
      ...{ longestMs: longestBeginningMs, today },
      configFor: (uri) => this.#configurations.of(uri),
      isOpen: (uri) => this.#sessions.has(uri),
      publish: (document, report) => this.#display.publishProblems(document, report),
      clear: (uri) => this.#display.clear(uri),
      failed: (what, error) => this.#display.failed(what, error),
    });
    this.#largeFiles = new LargeFiles(
      largeFilesHost({
        ...{ pool: this.#pool, display: this.#display, pages: this.#pages, today },
        configFor: (uri) => this.#configurations.of(uri),
        isDocument: (uri) => this.#sessions.has(uri),
      }),
    );
  }

  /** Answers the client until it ends the connection. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => {
      this.#options = (params.initializationOptions ?? {}) as InitializationOptions;
      this.#configurations.settings = readSettings(this.#options.settings);
      this.#client = abilitiesOf(params);
      this.#display.refreshes = this.#client.refreshes;
      return { serverInfo: { name: 'llm-batch' }, capabilities: serverCapabilities };
    });
    this.#listenToSettings();
    this.#listenToDocuments();
    this.#listenToRequests();
    this.#listenToFixes();
    this.#listenToFiles();
    connection.onShutdown(() => {
      this.#isShutDown = true;
      return this.dispose();
    });
    connection.listen();
  }

  /** The client asked for an end. */
  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  /** Shows the problems of the first lines of a document whose other lines are still on their way. */
  begin(beginning: Beginning): void {
    void this.#beginnings.show(beginning);
  }

  async dispose(): Promise<void> {
    this.#display.dispose();
    this.#beginnings.dispose();
    this.#learnedWatch?.dispose();
    this.#largeFiles.dispose();
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
    await this.#pool.dispose();
  }

  #listenToSettings(): void {
    const connection = this.#connection;
    const checkAll = (): void => {
      for (const session of this.#sessions.values()) session.schedule(0);
      this.#largeFiles.configurationChanged();
      this.#display.refresh();
    };
    this.#learnedWatch = this.#configurations.watchLearned(checkAll);
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#configurations.settings = readSettings(
        (settings as { readonly llmBatch?: unknown } | null)?.llmBatch,
      );
      checkAll();
    });
    connection.onInitialized(() => {
      if (!this.#client.watchesFiles) return;
      const watchers = [{ globPattern: `**/${projectConfigName}` }, { globPattern: '**/*.jsonl' }];
      void this.#display.tell(() =>
        connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }),
      );
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri } of changes) this.#diskChanged(uri);
      if (changes.some(({ uri }) => uri.endsWith(projectConfigName))) checkAll();
    });
  }

  #listenToDocuments(): void {
    this.#connection.onRequest<boolean, void>(beginningRequest, (beginning: Beginning) =>
      this.#beginnings.show(beginning),
    );
    this.#connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
      this.#beginnings.forget(uri);
      this.#sessions.get(uri)?.dispose();
      const session = new DocumentSession(uri, version, text, this.#host());
      this.#sessions.set(uri, session);
      this.#largeFiles.documentOpened(uri);
      session.schedule(0);
    });
    this.#connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      this.#sessions.get(textDocument.uri)?.change(contentChanges, textDocument.version);
    });
    this.#connection.onDidSaveTextDocument(({ textDocument: { uri } }) => this.#sessions.get(uri)?.saved());
    this.#connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#beginnings.forget(uri);
      this.#sessions.get(uri)?.dispose();
      this.#sessions.delete(uri);
      this.#display.clear(uri);
      this.#largeFiles.documentClosed(uri);
    });
  }

  /** What is asked of files of any size, most of which are no documents. */
  #listenToFiles(): void {
    const lookup = new RequestLookup({
      pool: this.#pool,
      documentOf: (uri) => this.#sessions.get(uri)?.document ?? null,
      idFieldOf: (uri) => (this.#sessions.get(uri) ?? this.#largeFiles.get(uri))?.dialect?.idField ?? null,
      monotonicMs: () => performance.now(),
      failed: (what, error) => this.#display.failed(what, error),
    });
    lookup.listen(this.#connection);
    this.#connection.onNotification(largeFilesNotification, ({ uris }: LargeFilesParams) =>
      this.#largeFiles.list(uris),
    );
  }

  #diskChanged(uri: string): void {
    this.#sessions.get(uri)?.diskChanged();
    this.#largeFiles.get(uri)?.look();
  }

  #listenToRequests(): void {
    this.#connection.languages.inlayHint.on(({ textDocument, range }) => {
      const session = this.#batchSession(textDocument.uri);
      return session && this.#configurations.settings.inlayHints ? inlayHints(session, range) : [];
    });
    this.#connection.onCodeLens(({ textDocument }) => {
      const session = this.#batchSession(textDocument.uri);
      const summary = session && this.#configurations.settings.codeLens ? summaryOf(session) : null;
      if (session === null || summary === null) return [];
      const totals = summaryLine(summary);
      this.#display.drawn(session, totals);
      return codeLenses(textDocument.uri, totals, this.#options.clientCommands === true && summary.sendable);
    });
    this.#connection.onHover(({ textDocument, position }) => {
      const session = this.#batchSession(textDocument.uri);
      return session ? hover(session, position, today()) : null;
    });
  }

  #listenToFixes(): void {
    const connection = this.#connection;
    connection.onCodeAction(async (params, token) => {
      await this.#sessions.get(params.textDocument.uri)?.settled();
      const session = this.#batchSession(params.textDocument.uri);
      if (session === null || token.isCancellationRequested) return [];
      return codeActions(session, params, this.#client, this.#pages);
    });
    connection.onCodeActionResolve((action) => {
      const { uri, version, choice } = (action.data ?? {}) as Partial<ActionData>;
      const session = this.#batchSession(uri ?? '');
      // Of an earlier text: what it would do is not known any more.
      if (session === null || session.document.version !== version || choice === undefined) return action;
      const edit = editOf(session, choice, this.#client);
      return edit === null ? action : { ...action, edit };
    });
    connection.onExecuteCommand(({ command, arguments: [uri, options] = [] }) =>
      command === fixOnDiskCommand && typeof uri === 'string'
        ? this.#fixOnDisk(uri, (options ?? {}) as FixOnDiskOptions)
        : null,
    );
  }

  /** @returns whether the file is another one now. */
  async #fixOnDisk(uri: string, { saved, chosen }: FixOnDiskOptions): Promise<boolean> {
    const session = this.#sessions.get(uri);
    const { done, message } = await fixOnDisk(this.#pool, {
      path: pathOf(uri),
      isSaved: saved ?? session?.isSaved ?? true,
      chosen: chosen === true,
      config: await this.#configurations.of(uri),
      today: today(),
    });
    if (done) this.#diskChanged(uri);
    this.#display.say(done ? MessageType.Info : MessageType.Warning, message);
    return done;
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
      configFor: (uri) => this.#configurations.of(uri),
      bytesOf: async (uri, signal) => {
        const path = pathOf(uri);
        return path === null ? null : this.#pool.run('bytes', path, { signal });
      },
      estimate: (lines, interactive, signal) =>
        this.#pool.estimateLines(lines, { priority: interactive ? 'interactive' : 'bulk', signal }),
      publish: (session, report) => this.#display.publish(session, report),
      counted: (session) => this.#display.counted(session),
      failed: (what, error) => this.#display.failed(what, error),
    };
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
