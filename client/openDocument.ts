// A file as it is open in the editor, and how it is shown again after its bytes were changed on disk.
import * as vscode from 'vscode';

export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
}

/** @param target a URI, or its text, as menus, lenses and other extensions hand it over. */
export function uriOf(target: unknown): vscode.Uri | null {
  if (target instanceof vscode.Uri) return target;
  return typeof target === 'string' && target !== '' ? vscode.Uri.parse(target) : null;
}

/** VS Code remembers with which encoding it opened a file, and would save it with that again. */
export async function showAsUtf8(uri: vscode.Uri): Promise<void> {
  const document = openDocument(uri);
  if (document !== undefined && !document.isDirty) {
    await vscode.workspace.openTextDocument(uri, { encoding: 'utf8' });
  }
}
