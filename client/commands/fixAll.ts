// Mends all that is safe to mend in the file in front: in its text at once, its bytes when it is saved.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { byteCodes, formatCount } from '#core';
import { fixAllKind } from '#server/protocol';
import { activeFile } from '../batchFiles.ts';
import { fixInEditor, fixOnDisk } from '../fixFile.ts';
import { openDocument, uriOf } from '../openDocument.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { isUnsaved } from '../showFile.ts';

export async function fixAll(parts: Parts, target?: unknown): Promise<void> {
  const uri = uriOf(target) ?? activeFile();
  if (uri === null) {
    void say('info', vscode.l10n.t('Open a batch file first, then fix it.'));
    return;
  }
  const document = openDocument(uri) ?? (await opened(uri));
  if (document === null) return fixTooLarge(parts, uri);
  const places = await fixInEditor(document, fixAllKind);
  if (!hasByteProblems(uri)) return tell(uri, places);
  if (!document.isDirty) return tell(uri, places + ((await fixOnDisk(parts, uri, byteCodes)) ?? 0));
  await say(
    'info',
    vscode.l10n.t(
      '{0} has changes that are not saved; its encoding can only be fixed on disk.',
      basename(uri.path),
    ),
    [{ title: vscode.l10n.t('Save and fix'), run: () => saveAndFix(parts, document) }],
  );
}

/** Null when VS Code gives the file to no extension. */
async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
}

async function saveAndFix(parts: Parts, document: vscode.TextDocument): Promise<void> {
  if (!(await document.save())) return;
  const count = await fixOnDisk(parts, document.uri, byteCodes);
  if (count !== null) tell(document.uri, count);
}

/** Without a document there is no edit, and so nothing to undo. */
async function fixTooLarge(parts: Parts, uri: vscode.Uri): Promise<void> {
  const name = basename(uri.path);
  const unsaved = isUnsaved(uri);
  const words = unsaved
    ? vscode.l10n.t('{0} has changes that are not saved. Fixed on disk, it cannot be undone.', name)
    : vscode.l10n.t(
        '{0} is too large to be changed in the editor. Fixed on disk, it cannot be undone.',
        name,
      );
  const title = unsaved ? vscode.l10n.t('Save and fix') : vscode.l10n.t('Fix on disk');
  await say('info', words, [{ title, run: () => saveAndFixOnDisk(parts, uri) }]);
}

/** Looks once more: the question may have stood there for long. */
async function saveAndFixOnDisk(parts: Parts, uri: vscode.Uri): Promise<void> {
  if (isUnsaved(uri) && (await vscode.workspace.save(uri)) === undefined) return;
  const count = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Fixing {0}', basename(uri.path)) },
    () => fixOnDisk(parts, uri),
  );
  if (count !== null) tell(uri, count);
}

function tell(uri: vscode.Uri, count: number): void {
  const name = basename(uri.path);
  void say('info', words(name, count));
}

function words(name: string, count: number): string {
  if (count === 0) return vscode.l10n.t('Nothing in {0} can be fixed without you.', name);
  return count === 1
    ? vscode.l10n.t('{0} is fixed in 1 place.', name)
    : vscode.l10n.t('{0} is fixed in {1} places.', name, formatCount(count));
}

function hasByteProblems(uri: vscode.Uri): boolean {
  return vscode.languages.getDiagnostics(uri).some(({ source, code }) => {
    const value = typeof code === 'object' ? code.value : code;
    return source === 'llm-batch' && byteCodes.some((one) => one === value);
  });
}
