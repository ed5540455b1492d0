// An editor for tests: opens documents in a real server process over stdio and waits as a person would.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type InlayHint,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type {
  FileSummary,
  FoundRequests,
  InitializationOptions,
  RequestText,
  SummaryParams,
} from '#server/protocol';

const serverPath = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** As VS Code: asks for an edit when it is chosen, and knows versions of documents. */
const resolvingClient: ClientCapabilities['textDocument'] = {
  codeAction: {
    codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
    dataSupport: true,
    resolveSupport: { properties: ['edit'] },
  },
};

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export class Editor {
  readonly published: Published[] = [];
  readonly summaries: SummaryParams[] = [];
  /** What the server said to the person. */
  readonly messages: string[] = [];
  /** What the server asked to be told of. */
  readonly registered: unknown[] = [];
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #versions = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  private constructor(process: ChildProcess, connection: ProtocolConnection) {
    this.#process = process;
    this.#connection = connection;
    const wake = (): void => {
      for (const check of this.#waiting) check();
    };
    connection.onNotification('textDocument/publishDiagnostics', (params: Published) => {
      this.published.push(params);
      wake();
    });
    connection.onNotification('llmBatch/summary', (params: SummaryParams) => {
      this.summaries.push(params);
      wake();
    });
    connection.onRequest('client/registerCapability', (params) => {
      this.registered.push(params);
      return null;
    });
    connection.onRequest('workspace/inlayHint/refresh', () => null);
    // As a client that says it can, and then cannot.
    connection.onRequest('workspace/codeLens/refresh', () => {
      throw new Error('not now');
    });
    connection.onNotification('window/logMessage', () => {});
    connection.onNotification('window/showMessage', ({ message }: { readonly message: string }) => {
      this.messages.push(message);
      wake();
    });
  }

  static async start(
    options: InitializationOptions = { debounceMs: 0, clientCommands: true },
    server = serverPath,
    textDocument: ClientCapabilities['textDocument'] = resolvingClient,
  ): Promise<Editor> {
    const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const editor = new Editor(child, connection);
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: {
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
          ...(textDocument === resolvingClient ? { workspaceEdit: { documentChanges: true } } : {}),
        },
        textDocument,
      },
      initializationOptions: options,
    });
    await connection.sendNotification('initialized', {});
    return editor;
  }

  /** Milliseconds that the server's threads have worked; where a system does not tell, that went by. */
  get workedMs(): number {
    if (process.platform !== 'linux') return performance.now();
    const [, facts = ''] = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ');
    // In hundredths of a second, as Linux tells everybody.
    const [user, system] = facts.split(' ').slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * 10;
  }

  /** What is on its way to the server, or there. */
  get sentBytes(): number {
    return (this.#process.stdin as Socket).bytesWritten;
  }

  /** As our client does before it opens a large document. @returns whether there are problems to be seen. */
  async begin(uri: string, text: string): Promise<boolean> {
    return this.#connection.sendRequest('llmBatch/beginning', { uri, version: 1, text });
  }

  async open(uri: string, text: string): Promise<void> {
    this.#versions.set(uri, 1);
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'jsonl', version: 1, text },
    });
  }

  /** Replaces a range, as one keystroke or paste does; without a range the whole text. */
  async edit(uri: string, text: string, range?: readonly [number, number, number, number]): Promise<number> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const change = range
      ? {
          range: {
            start: { line: range[0], character: range[1] },
            end: { line: range[2], character: range[3] },
          },
          text,
        }
      : { text };
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [change],
    });
    return version;
  }

  /** These files are open, and too large to be sent. */
  async large(uris: readonly string[]): Promise<void> {
    await this.#connection.sendNotification('llmBatch/largeFiles', { uris });
  }

  async find(uri: string, query: string, limit = 100, token?: CancellationToken): Promise<FoundRequests> {
    return this.#connection.sendRequest(
      'llmBatch/findRequests',
      { uri, query, limit },
      ...(token ? [token] : []),
    );
  }

  async read(uri: string, line: number): Promise<RequestText | null> {
    return this.#connection.sendRequest('llmBatch/readRequest', { uri, line });
  }

  async saved(uri: string): Promise<void> {
    await this.#connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  /** A file the server asked to be told of was written. */
  async wrote(uri: string): Promise<void> {
    await this.#connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri, type: 2 }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** The first published problems of a document at a version, or later. */
  async problems(uri: string, version = 1): Promise<readonly Diagnostic[]> {
    const found = await this.#until(() =>
      this.published.findLast((one) => one.uri === uri && (one.version ?? 0) >= version),
    );
    return found.diagnostics;
  }

  /** Until everything of ours is taken back from a document. */
  async cleared(uri: string): Promise<void> {
    await this.#until(() => {
      const last = this.summaries.findLast((one) => one.uri === uri);
      const problems = this.published.findLast((one) => one.uri === uri);
      return last?.provider === null && problems?.diagnostics.length === 0 ? true : undefined;
    });
  }

  /** The totals of the text as it is now, once all tokens are counted. */
  async totals(uri: string): Promise<FileSummary> {
    const version = this.#versions.get(uri) ?? null;
    return this.#until(() => {
      const last = this.summaries.findLast((one) => one.uri === uri);
      return last !== undefined &&
        last.provider !== null &&
        last.version === version &&
        last.estimate !== null &&
        !last.counting
        ? last
        : undefined;
    });
  }

  /** The first totals that fit. @param from messages of before are not meant. */
  async summary<Fitting extends SummaryParams>(
    uri: string,
    fits: (summary: SummaryParams) => summary is Fitting,
    from = 0,
  ): Promise<Fitting> {
    return this.#until(() =>
      this.summaries
        .slice(from)
        .filter((one) => one.uri === uri)
        .find(fits),
    );
  }

  async hints(uri: string, lines: number): Promise<readonly InlayHint[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } };
    return this.#connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range });
  }

  async lenses(uri: string): Promise<readonly CodeLens[]> {
    return this.#connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  }

  async hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.#connection.sendRequest('textDocument/hover', {
      textDocument: { uri },
      position: { line, character },
    });
  }

  /** What is offered for a range, with the edits that a client may ask for later. */
  async actions(
    uri: string,
    [startLine, start, endLine, end]: readonly [number, number, number, number],
    only?: readonly string[],
  ): Promise<readonly CodeAction[]> {
    const range = {
      start: { line: startLine, character: start },
      end: { line: endLine, character: end },
    };
    const context = { diagnostics: [], ...(only ? { only } : {}) };
    return this.#connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context });
  }

  async resolve(action: CodeAction): Promise<CodeAction> {
    return action.edit || action.command
      ? action
      : this.#connection.sendRequest('codeAction/resolve', action);
  }

  /** Applies an action's edit as an editor does: all at once, by positions in the text before. @returns the new version. */
  async apply(uri: string, action: CodeAction): Promise<number> {
    const edits = editsOf((await this.resolve(action)).edit, uri, this.#versions.get(uri) ?? 0);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      // From the last to the first, so that each position still holds.
      contentChanges: edits.toReversed().map(({ range, newText }) => ({ range, text: newText })),
    });
    return version;
  }

  async execute(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#connection.sendRequest('workspace/executeCommand', { command, arguments: args });
  }

  /** Until the server has said something to the person. */
  async told(text: RegExp): Promise<string> {
    return this.#until(() => this.messages.find((message) => text.test(message)));
  }

  /** Until the problems on show are as wanted. */
  async shows(uri: string, fits: (problems: readonly Diagnostic[]) => boolean): Promise<void> {
    await this.#until(() => {
      const last = this.published.findLast((one) => one.uri === uri);
      return last !== undefined && fits(last.diagnostics) ? true : undefined;
    });
  }

  async settings(llmBatch: unknown): Promise<void> {
    await this.#connection.sendNotification('workspace/didChangeConfiguration', { settings: { llmBatch } });
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    const code = await ended;
    this.#connection.dispose();
    return code;
  }

  #until<T>(find: () => T | undefined, timeoutMs = 120_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error('The server did not say it in time.'));
      }, timeoutMs);
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** The edits of one document, in order; fails where they are for another version. */
function editsOf(edit: WorkspaceEdit | undefined, uri: string, version: number): readonly TextEdit[] {
  if (edit === undefined) throw new Error('The action has no edit.');
  const ofUri = edit.changes?.[uri] ?? [];
  const versioned = (edit.documentChanges ?? []).flatMap((change) => {
    if (!('textDocument' in change) || change.textDocument.uri !== uri) throw new Error('Not this document.');
    if (change.textDocument.version !== version) throw new Error('Not this version.');
    return change.edits as TextEdit[];
  });
  return [...ofUri, ...versioned].sort(
    ({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character,
  );
}
