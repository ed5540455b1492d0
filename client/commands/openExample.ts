// Opens a batch file to try everything on, or one to mend: the one in the open folder when it is there, else a copy in the extension's storage.
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { showFile } from '../showFile.ts';

export const openExample = (parts: Parts): Promise<void> => open(parts, 'reviews.jsonl');

export const openExampleWithMistakes = (parts: Parts): Promise<void> =>
  open(parts, 'reviews-with-errors.jsonl');

async function open({ context }: Parts, name: string): Promise<void> {
  const bundled = vscode.Uri.joinPath(context.extensionUri, 'examples', name);
  const bytes = await vscode.workspace.fs.readFile(bundled);
  const here = await inWorkspace(name, bytes);
  if (here !== null) return showFile(here);
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'examples', name);
  // What a person changed in an earlier copy stays.
  if ((await read(copy)) === null) await vscode.workspace.fs.writeFile(copy, bytes);
  await showFile(copy);
}

async function inWorkspace(name: string, bytes: Uint8Array): Promise<vscode.Uri | null> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, name);
    const found = await read(uri);
    if (found !== null && Buffer.compare(found, bytes) === 0) return uri;
  }
  return null;
}

async function read(uri: vscode.Uri): Promise<Uint8Array | null> {
  return vscode.workspace.fs.readFile(uri).then(
    (bytes) => bytes,
    () => null,
  );
}
