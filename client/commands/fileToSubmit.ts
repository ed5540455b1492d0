// Which file is meant, and is what is on disk what the person sees? Unsaved changes are saved first, or nothing is sent.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { activeFile } from '../batchFiles.ts';
import { say } from '../say.ts';

/** @param target a URI, or its text, or nothing for the file in front. @returns an absolute path, or null. */
export async function fileToSubmit(target: unknown): Promise<string | null> {
  const uri = uriOf(target) ?? activeFile();
  if (uri === null) {
    void say('info', vscode.l10n.t('Open a batch file first, then submit it.'), [
      {
        title: vscode.l10n.t('Open an example'),
        run: () => vscode.commands.executeCommand('llmBatch.openExample'),
      },
    ]);
    return null;
  }
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document?.isUntitled || document?.isDirty) return saved(document);
  if (uri.scheme === 'file') return uri.fsPath;
  void say(
    'warning',
    vscode.l10n.t('{0} is not on this disk; save a copy here to submit it.', basename(uri.path)),
  );
  return null;
}

function uriOf(target: unknown): vscode.Uri | null {
  if (target instanceof vscode.Uri) return target;
  return typeof target === 'string' && target !== '' ? vscode.Uri.parse(target) : null;
}

async function saved(document: vscode.TextDocument): Promise<string | null> {
  const name = basename(document.uri.path);
  const save = vscode.l10n.t('Save and submit');
  const message = vscode.l10n.t('{0} has changes that are not saved.', name);
  if ((await vscode.window.showInformationMessage(message, save)) !== save) return null;
  const uri = await vscode.workspace.save(document.uri);
  return uri?.scheme === 'file' ? uri.fsPath : null;
}
