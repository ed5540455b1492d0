// Which files are batch files? What the language server says of each, and whether the one in front is one.
import * as vscode from 'vscode';
import type { FileSummary, SummaryParams } from '#server/protocol';

const contextKeys = {
  'llmBatch.isBatchFile': (file: FileSummary | null) => file !== null,
  'llmBatch.canSubmit': (file: FileSummary | null) => file?.sendable === true,
};

export class BatchFiles implements vscode.Disposable {
  readonly #summaries = new Map<string, SummaryParams>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #checked = new vscode.EventEmitter<string>();
  #listeners: vscode.Disposable[] = [];
  readonly #context = new Map<string, boolean>();
  /** Another file is in front, or more is known of one. */
  readonly onDidChange = this.#changed.event;
  /** The URI of a file whose check came to an end. */
  readonly onDidCheck = this.#checked.event;

  start(): void {
    this.#listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.#look()),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#look()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#look()),
    ];
    this.#look();
  }

  update(params: SummaryParams): void {
    if (params.provider === null && params.limited === undefined) this.#summaries.delete(params.uri);
    else this.#summaries.set(params.uri, params);
    this.#look();
    if (params.provider === null || !params.counting) this.#checked.fire(params.uri);
  }

  /** The server is gone: nothing is known any more. */
  clear(): void {
    this.#summaries.clear();
    this.#look();
  }

  /** Null when the file in front is no batch file, or none is. */
  get active(): FileSummary | null {
    const known = this.#known;
    return known === null || known.provider === null ? null : known;
  }

  /** Why nothing is known of the file in front, in one sentence, where that needs to be said. */
  get trouble(): string | null {
    const known = this.#known;
    return known?.provider === null ? (known.limited ?? null) : null;
  }

  get #known(): SummaryParams | null {
    const uri = activeFile();
    return uri === null ? null : (this.#summaries.get(uri.toString()) ?? null);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    this.#checked.dispose();
  }

  #look(): void {
    const { active } = this;
    for (const [key, holds] of Object.entries(contextKeys)) {
      const value = holds(active);
      if (this.#context.get(key) === value) continue;
      this.#context.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
    this.#changed.fire();
  }
}

/** The file in front, also one that is too large for VS Code to hand over as a document. */
export function activeFile(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText) return input.uri;
  return vscode.window.activeTextEditor?.document.uri ?? null;
}
