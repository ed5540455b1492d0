// A document that is so large that its first lines go ahead of it: what is typed before the rest is sent is not lost.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { largeLine } from '../largeBatchFile.ts';
import { test, until } from './testing.ts';
import { codesOf, document, folder } from './workspace.ts';

const name = 'document.jsonl';
const lineCount = 600;

function shownAt(uri: vscode.Uri): readonly number[] {
  assert.ok(codesOf(uri).every((code) => code === 'json.invalid'));
  return vscode.languages
    .getDiagnostics(uri)
    .map(({ range }) => range.start.line)
    .sort((a, b) => a - b);
}

test('what is typed into a large document while it is opened is checked', async () => {
  const lines = Array.from({ length: lineCount }, (_, line) => largeLine(1000 + line));
  const [good = ''] = lines.splice(1, 1, largeLine(1001).slice(0, -1));
  writeFileSync(join(folder(), name), lines.join('\n'));
  const opened = await document(name);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(opened.uri, opened.lineAt(1).range, good);
  edit.insert(opened.uri, new vscode.Position(5, 0), 'x');
  const last = new vscode.WorkspaceEdit();
  last.insert(opened.uri, opened.lineAt(lineCount - 1).range.end, 'x');
  await vscode.workspace.applyEdit(edit);
  await vscode.workspace.applyEdit(last);
  await until('the problems of the edited text', () => {
    assert.deepEqual(shownAt(opened.uri), [5, lineCount - 1]);
    return true;
  });
  await vscode.window.showTextDocument(opened);
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});
