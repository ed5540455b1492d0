// Which file is meant, and is what is on disk what the person sees? Unsaved changes are saved first, or nothing is sent.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { activeFile } from '../batchFiles.ts';
import { openDocument, uriOf } from '../openDocument.ts';
import { say } from '../say.ts';
import { exists, isUnsaved, tabOf } from '../showFile.ts';

/** @param target a URI, or its text, or nothing for the file in front. @returns an absolute path, or null. */
export async function fileToSubmit(target: unknown, words = submitWords()): Promise<string | null> {
  const uri = uriOf(target) ?? activeFile();
  if (uri === null) {
    void say('info', words.none, [
      {
        title: vscode.l10n.t('Open an example'),
        run: () => vscode.commands.executeCommand('llmBatch.openExample'),
      },
    ]);
    return null;
  }
  const document = openDocument(uri);
  const name = basename(uri.path);
  if (document?.isUntitled || isUnsaved(uri)) {
    return saved(uri, vscode.l10n.t('{0} has changes that are not saved.', name), words.save);
  }
  if (uri.scheme !== 'file') {
    void say('warning', vscode.l10n.t('{0} is not on this disk; save a copy here to submit it.', name));
    return null;
  }
  if (await exists(uri.fsPath)) return uri.fsPath;
  const gone = vscode.l10n.t('{0} is not on disk any more.', name);
  if (document !== undefined || tabOf(uri) !== undefined) return saved(uri, gone, words.save);
  void say('warning', gone);
  return null;
}

/** What is said when no file is in front, and the button that saves it. */
interface FileWords {
  readonly none: string;
  readonly save: string;
}

function submitWords(): FileWords {
  return {
    none: vscode.l10n.t('Open a batch file first, then submit it.'),
    save: vscode.l10n.t('Save and submit'),
  };
}

async function saved(target: vscode.Uri, message: string, save: string): Promise<string | null> {
  if ((await vscode.window.showInformationMessage(message, save)) !== save) return null;
  const uri = await vscode.workspace.save(target);
  return uri?.scheme === 'file' ? uri.fsPath : null;
}
