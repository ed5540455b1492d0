// One request tried from its line: the answer opens beside the file, read-only, and in the same tab the next time.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { document } from './workspace.ts';

function answers(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'llm-batch-answer');
}

test('the request at the cursor is answered beside the file', async () => {
  const settings = vscode.workspace.getConfiguration('llmBatch');
  const before = settings.inspect<string>('profile')?.globalValue;
  // What it answers costs nothing, so nobody is asked.
  await settings.update('profile', 'simulator', vscode.ConfigurationTarget.Global);
  try {
    const file = await document('reviews.jsonl');
    const editor = await vscode.window.showTextDocument(file);
    editor.selection = new vscode.Selection(1, 5, 1, 5);
    await vscode.commands.executeCommand('llmBatch.tryRequest');
    const answer = await until('an answer', () => answers()[0]);
    const { custom_id } = JSON.parse(file.lineAt(1).text) as { readonly custom_id: string };
    assert.ok(answer.uri.path.includes(custom_id), answer.uri.path);
    await until('all of it', () => {
      assert.match(answer.getText(), /the simulator · gpt-6-luna · stop · \d+ tokens in, \d+ out · \$/);
      assert.match(answer.getText(), /"choices": \[/);
      return true;
    });
    await until('long lines are wrapped', () => {
      const [shown] = answers();
      return vscode.workspace.getConfiguration('editor', shown).get('wordWrap') === 'on';
    });
    await vscode.window.showTextDocument(file);
    await vscode.commands.executeCommand('llmBatch.tryRequest', file.uri, 1);
    assert.equal(answers().length, 1);
  } finally {
    await settings.update('profile', before, vscode.ConfigurationTarget.Global);
  }
});
