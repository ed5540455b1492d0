// The open files that VS Code hands over as no document, as tabs come and go: the language server reads them from disk.
import * as vscode from 'vscode';
import { isJsonLines } from './jsonLines.ts';
import { LargeFileList } from './largeFileList.ts';
import type { Log } from './log.ts';
import { openDocument } from './openDocument.ts';
import { textTabs } from './showFile.ts';

export class LargeFiles implements vscode.Disposable {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #list = new LargeFileList({
    tabs: () =>
      textTabs()
        .filter(({ uri }) => uri.scheme === 'file' && isJsonLines(uri))
        .map(({ uri, tab }) => ({ uri: uri.toString(), isShown: tab.isActive })),
    isDocument: (uri) => openDocument(vscode.Uri.parse(uri)) !== undefined,
    sizeBytesOf: async (uri) =>
      vscode.workspace.fs.stat(vscode.Uri.parse(uri)).then(
        ({ size }) => size,
        () => null,
      ),
  });
  #listeners: vscode.Disposable[] = [];
  /** The look that is under way, and whether it has to be followed by another. */
  #looking = false;
  #again = false;
  readonly onDidChange = this.#changed.event;

  constructor(log: Log) {
    this.#log = log;
  }

  start(): void {
    const look = (): void => void this.#look();
    this.#listeners = [
      vscode.window.tabGroups.onDidChangeTabs(look),
      vscode.window.tabGroups.onDidChangeTabGroups(look),
      vscode.workspace.onDidOpenTextDocument(look),
      vscode.workspace.onDidCloseTextDocument(look),
    ];
    look();
  }

  get uris(): readonly string[] {
    return this.#list.uris;
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.#again) {
        this.#again = false;
        if (await this.#list.look()) this.#changed.fire();
      }
    } catch (error) {
      this.#log.failure('looking for large files', error);
    } finally {
      this.#looking = false;
    }
  }
}
