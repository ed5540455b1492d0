// When does the language server start? With the first .jsonl file, so that a window without one pays nothing for it.
import * as vscode from 'vscode';
import type { BatchFiles } from './batchFiles.ts';
import { isJsonLines, schemes } from './jsonLines.ts';
import type { RunningServer } from './languageServer.ts';
import type { LargeFiles } from './largeFiles.ts';
import type { Log } from './log.ts';
import { textTabs } from './showFile.ts';

export class ServerStarter {
  readonly #modulePath: string;
  readonly #files: BatchFiles;
  readonly #large: LargeFiles;
  readonly #log: Log;
  #listeners: vscode.Disposable[] = [];
  #server: Promise<RunningServer | null> | null = null;

  constructor(modulePath: string, files: BatchFiles, large: LargeFiles, log: Log) {
    this.#modulePath = modulePath;
    this.#files = files;
    this.#large = large;
    this.#log = log;
  }

  start(): void {
    this.#listeners = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#look([document.uri], document.languageId)),
      // A file that is too large for a document is still in a tab.
      vscode.window.tabGroups.onDidChangeTabs(() => this.#lookAtTabs()),
    ];
    for (const document of vscode.workspace.textDocuments) this.#look([document.uri], document.languageId);
    this.#lookAtTabs();
  }

  /** Null when it does not start. */
  running(): Promise<RunningServer | null> {
    this.#server ??= this.#run();
    return this.#server;
  }

  async dispose(): Promise<void> {
    for (const listener of this.#listeners) listener.dispose();
    await (await this.#server)?.stop();
  }

  #lookAtTabs(): void {
    this.#look(textTabs().map(({ uri }) => uri));
  }

  #look(uris: readonly vscode.Uri[], languageId = ''): void {
    const concerned = uris.some(
      (uri) => isJsonLines(uri) || (languageId === 'jsonl' && schemes.includes(uri.scheme)),
    );
    if (concerned) void this.running();
  }

  async #run(): Promise<RunningServer | null> {
    try {
      const { startLanguageServer } = await import('./languageServer.ts');
      return await startLanguageServer(this.#modulePath, this.#files, this.#large, this.#log);
    } catch (error) {
      this.#log.failure('starting the language server', error);
      return null;
    }
  }
}
