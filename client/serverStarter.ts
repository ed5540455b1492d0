// When does the language server start? With the first .jsonl file, so that a window without one pays nothing for it.
import * as vscode from 'vscode';
import type { BatchFiles } from './batchFiles.ts';
import type { RunningServer } from './languageServer.ts';
import type { Log } from './log.ts';

export class ServerStarter {
  readonly #modulePath: string;
  readonly #files: BatchFiles;
  readonly #log: Log;
  #listeners: vscode.Disposable[] = [];
  #server: Promise<RunningServer | null> | null = null;

  constructor(modulePath: string, files: BatchFiles, log: Log) {
    this.#modulePath = modulePath;
    this.#files = files;
    this.#log = log;
  }

  start(): void {
    this.#listeners = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#look([document.uri], document.languageId)),
      // A file that is too large for a document is still in a tab.
      vscode.window.tabGroups.onDidChangeTabs(({ opened }) => this.#look(urisOf(opened))),
    ];
    for (const document of vscode.workspace.textDocuments) this.#look([document.uri], document.languageId);
    this.#look(urisOf(vscode.window.tabGroups.all.flatMap((group) => group.tabs)));
  }

  async dispose(): Promise<void> {
    for (const listener of this.#listeners) listener.dispose();
    await (await this.#server)?.stop();
  }

  #look(uris: readonly vscode.Uri[], languageId = ''): void {
    const concerned = uris.some(
      ({ scheme, path }) =>
        (scheme === 'file' || scheme === 'untitled') && (languageId === 'jsonl' || path.endsWith('.jsonl')),
    );
    if (!concerned || this.#server !== null) return;
    this.#server = this.#run();
  }

  async #run(): Promise<RunningServer | null> {
    try {
      const { startLanguageServer } = await import('./languageServer.ts');
      return await startLanguageServer(this.#modulePath, this.#files, this.#log);
    } catch (error) {
      this.#log.failure('starting the language server', error);
      return null;
    }
  }
}

function urisOf(tabs: readonly vscode.Tab[]): vscode.Uri[] {
  return tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
}
