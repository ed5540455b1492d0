// The next window: the job of the last one goes on by itself to merged results.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { document, jobs } from './workspace.ts';

test('the job is carried on to its end without a command', async () => {
  const { uri } = await document('reviews.jsonl');
  await vscode.window.showTextDocument(uri);
  const job = await until('the end of the job', () => jobs().find(({ state }) => state === 'done'));
  assert.equal(jobs().length, 1, 'one job, not two');
  const requests = readFileSync(uri.fsPath, 'utf8').trimEnd().split('\n');
  const rows = readFileSync(job.resultsPath, 'utf8').trimEnd().split('\n');
  assert.equal(rows.length, requests.length);
  for (const [index, text] of rows.entries()) {
    const row = JSON.parse(text) as { readonly custom_id: string; readonly status: string };
    assert.equal(row.custom_id, (JSON.parse(requests[index] ?? '') as { custom_id: string }).custom_id);
    assert.ok(text.includes(requests[index] ?? '-'));
  }
});

test('the results open beside the source, in the same tab each time', async () => {
  const [job] = jobs();
  assert.ok(job);
  const source = await document('reviews.jsonl');
  await vscode.window.showTextDocument(source, vscode.ViewColumn.One);
  const tabs = (): vscode.Tab[] =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === job.resultsPath);
  await vscode.commands.executeCommand('llmBatch.openResults', job.id);
  const [tab] = await until('the results tab', () => (tabs().length > 0 ? tabs() : undefined));
  assert.equal(tab?.group.viewColumn, vscode.ViewColumn.Two);
  await vscode.window.showTextDocument(source, vscode.ViewColumn.One);
  await vscode.commands.executeCommand('llmBatch.openResults', job.id);
  assert.equal(tabs().length, 1);
});

test('merged results are not taken for a batch file', async () => {
  const [job] = jobs();
  const uri = vscode.Uri.file(job?.resultsPath ?? '');
  assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
});
