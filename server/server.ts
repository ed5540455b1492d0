// The language server: standard LSP in, sessions of open documents inside, problems and totals out.

import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Connection, DidChangeWatchedFilesNotification, MessageType } from 'vscode-languageserver/node';
import { type Configuration, configurationOf, type Places, placesOf, providerVariables } from '#core';
import { findProjectConfig, LearnedFile, projectConfigName, stateHome, WorkerPool, withPrices } from '#files';
import { abilitiesOf, type ClientAbilities, noAbilities, serverCapabilities } from './capabilities.ts';
import { problemPages } from './diagnostics.ts';
import { Display } from './display.ts';
import { DocumentSession, type SessionHost } from './documentSession.ts';
import { codeActions } from './features/codeActions.ts';
import { codeLenses } from './features/codeLens.ts';
import { type ActionData, editOf } from './features/fixEdit.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlayHints.ts';
import { fixOnDisk } from './fixOnDisk.ts';
import { type FixOnDiskOptions, fixOnDiskCommand, type InitializationOptions } from './protocol.ts';
import { defaultSettings, readSettings, type Settings } from './settings.ts';
import { summaryLine, summaryOf } from './summary.ts';

const defaultDebounceMs = 150;

export class LanguageServer {
  readonly #connection: Connection;
  readonly #sessions = new Map<string, DocumentSession>();
  readonly #pool = new WorkerPool();
  readonly #pages = problemPages(import.meta.url);
  readonly #learned = new LearnedFile(stateHome(process.env, process.platform, homedir()));
  #learnedWatch: { dispose(): void } | null = null;
  readonly #told = new Set<string>();
  #settings: Settings = defaultSettings;
  #options: InitializationOptions = {};
  #client: ClientAbilities = noAbilities;
  readonly #display: Display;

  constructor(connection: Connection) {
    this.#connection = connection;
    // Not of those that were closed since.
    const isOpen = (session: DocumentSession): boolean =>
      this.#sessions.get(session.document.uri) === session;
    this.#display = new Display(connection, this.#pages, isOpen);
  }

  /** Answers the client until it ends the connection. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => {
      this.#options = (params.initializationOptions ?? {}) as InitializationOptions;
      this.#settings = readSettings(this.#options.settings);
      this.#client = abilitiesOf(params);
      this.#display.refreshes = this.#client.refreshes;
      return { serverInfo: { name: 'llm-batch' }, capabilities: serverCapabilities };
    });
    this.#listenToSettings();
    this.#listenToDocuments();
    this.#listenToRequests();
    this.#listenToFixes();
    connection.onShutdown(() => this.dispose());
    connection.listen();
  }

  async dispose(): Promise<void> {
    this.#display.dispose();
    this.#learnedWatch?.dispose();
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
    await this.#pool.dispose();
  }

  #listenToSettings(): void {
    const connection = this.#connection;
    const checkAll = (): void => {
      for (const session of this.#sessions.values()) session.schedule(0);
      this.#display.refresh();
    };
    this.#learnedWatch = this.#learned.watch(checkAll);
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#settings = readSettings((settings as { readonly llmBatch?: unknown } | null)?.llmBatch);
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
      for (const { uri } of changes) this.#sessions.get(uri)?.diskChanged();
      if (changes.some(({ uri }) => uri.endsWith(projectConfigName))) checkAll();
    });
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
    this.#connection.onDidSaveTextDocument(({ textDocument: { uri } }) => this.#sessions.get(uri)?.saved());
    this.#connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#sessions.get(uri)?.dispose();
      this.#sessions.delete(uri);
      this.#display.clear(uri);
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
      config: await this.#configFor(uri),
      today: today(),
    });
    if (done) session?.diskChanged();
    this.#display.say(done ? MessageType.Info : MessageType.Warning, message);
    return done;
  }

  async #configFor(uri: string): Promise<Configuration> {
    const path = pathOf(uri);
    const project = path === null ? null : await findProjectConfig(path);
    const learned = await this.#learned.at(this.#settings.places ?? environmentPlaces(), Date.now());
    const { values, problems } = withPrices(this.#settings.config);
    for (const problem of [...problems, project?.problem ?? null]) this.#tell(problem);
    return configurationOf(values, project?.values ?? {}, { learned });
  }

  /** What cannot be used of a configuration, once for each wording. */
  #tell(problem: string | null): void {
    if (problem === null || this.#told.has(problem)) return;
    this.#told.add(problem);
    this.#display.say(MessageType.Warning, problem);
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
      configFor: (uri) => this.#configFor(uri),
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

/** Null for a document that is no file, or one on a machine that this one cannot name as a path. */
function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** Of an editor that says nothing else. */
function environmentPlaces(): Places {
  const { openai, anthropic, gemini } = providerVariables;
  const { env } = process;
  return placesOf({
    openai: env[openai.baseUrl],
    anthropic: env[anthropic.baseUrl],
    gemini: env[gemini.baseUrl],
  });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
