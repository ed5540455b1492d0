// Opens a file where it already is, in whatever tab a person moved it to; else where it is asked for.
import * as vscode from 'vscode';
import { openDocument } from './openDocument.ts';

export interface ShowFileOptions {
  /** Used only when the file is in no tab yet. */
  readonly viewColumn?: vscode.ViewColumn;
  readonly preserveFocus?: boolean;
  /** 0-based. */
  readonly line?: number;
}

/** Tabs with the text of one file, in all groups. */
export function textTabs(): readonly { readonly tab: vscode.Tab; readonly uri: vscode.Uri }[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap((tab) => (tab.input instanceof vscode.TabInputText ? [{ tab, uri: tab.input.uri }] : []));
}

export function tabOf(uri: vscode.Uri): vscode.Tab | undefined {
  return textTabs().find((one) => one.uri.toString() === uri.toString())?.tab;
}

/** A file that is too large for a document is changed in its tab alone. */
export function isUnsaved(uri: vscode.Uri): boolean {
  return openDocument(uri)?.isDirty === true || tabOf(uri)?.isDirty === true;
}

/** Also files that are too large for VS Code to hand to extensions. */
export async function showFile(uri: vscode.Uri, options: ShowFileOptions = {}): Promise<void> {
  const { viewColumn = vscode.ViewColumn.Active, preserveFocus = false, line } = options;
  const selection = line === undefined ? {} : { selection: new vscode.Range(line, 0, line, 0) };
  await vscode.commands.executeCommand('vscode.open', uri, {
    viewColumn: tabOf(uri)?.group.viewColumn ?? viewColumn,
    preserveFocus,
    preview: false,
    ...selection,
  } satisfies vscode.TextDocumentShowOptions);
}

export async function exists(path: string): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.file(path)).then(
    () => true,
    () => false,
  );
}
