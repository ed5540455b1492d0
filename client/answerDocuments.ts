// The page of an answer that was tried: read-only, beside its file, and the same tab for the same request.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { tabOf, textTabs } from './showFile.ts';

const scheme = 'llm-batch-answer';
/** package.json has its lines wrapped: an answer is often one long line. */
const language = 'llm-batch-answer';

export class AnswerDocuments implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  #registrations: vscode.Disposable[] = [];

  start(): void {
    this.#registrations = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    ];
  }

  /** @param name what the request is called. */
  async show(source: vscode.Uri, name: string, text: string): Promise<void> {
    const path = `/${basename(source.path)}/${name.replace(/[\p{Cc}/\\:*?"<>|]/gu, '_').slice(0, 60)}.answer.txt`;
    const uri = vscode.Uri.from({ scheme, path, query: source.toString() });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    const shown = textTabs().find((one) => one.uri.scheme === scheme)?.tab;
    const column = tabOf(source)?.group.viewColumn;
    const beside = column === undefined ? vscode.ViewColumn.Beside : column + 1;
    const document = await this.#open(uri, text);
    await vscode.window.showTextDocument(document, {
      viewColumn: shown?.group.viewColumn ?? beside,
      preview: true,
      preserveFocus: true,
    });
  }

  /** To VS Code another language is another document: it closes the one and opens the other, and its text is dropped here. */
  async #open(uri: vscode.Uri, text: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId === language) return document;
    const wrapped = await vscode.languages.setTextDocumentLanguage(document, language);
    this.#texts.set(uri.toString(), text);
    return wrapped;
  }

  /** Not kept for the next window: an answer costs nothing to keep only as long as somebody looks at it. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.#texts.get(uri.toString()) ?? vscode.l10n.t('This answer was not kept; try the request again.')
    );
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    this.#changed.dispose();
  }
}
