// The first window: a person opens a file, sees problems and figures, submits it, and closes the window while it runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { document, folder, jobs, submitWithoutAsking } from './workspace.ts';

const extensionId = 'llm-batch.llm-batch';

test('a .jsonl file activates the extension', async () => {
  await vscode.window.showTextDocument(await document('reviews.jsonl'));
  const extension = await until('activation', () => {
    const found = vscode.extensions.getExtension(extensionId);
    return found?.isActive ? found : undefined;
  });
  assert.equal(extension.packageJSON.displayName.startsWith('LLM Batch'), true);
});

test('every contributed command is registered', async () => {
  const registered = new Set(await vscode.commands.getCommands(true));
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as {
    readonly contributes: { readonly commands: readonly { readonly command: string }[] };
  };
  const contributed = manifest.contributes.commands.map(({ command }) => command);
  assert.deepEqual(
    contributed.filter((command) => !registered.has(command)),
    [],
  );
});

test('problems have codes that open a page, places, and the other line of a duplicate', async () => {
  const uri = (await document('reviews-with-errors.jsonl')).uri;
  await vscode.window.showTextDocument(uri);
  const problems = await until('problems', () => {
    const found = vscode.languages.getDiagnostics(uri);
    return found.length > 0 ? found : undefined;
  });
  const codes = problems.map(({ code }) => (typeof code === 'object' ? String(code.value) : String(code)));
  for (const code of ['json.invalid', 'id.duplicate', 'body.unknown-field', 'body.not-in-batch']) {
    assert.ok(codes.includes(code), `${code} is not among ${codes.join(', ')}`);
  }
  const duplicates = problems.filter((_, index) => codes[index] === 'id.duplicate');
  assert.equal(duplicates[0]?.relatedInformation?.[0]?.location.uri.toString(), uri.toString());
  const page = duplicates[0]?.code;
  assert.ok(typeof page === 'object' && page !== null && 'target' in page);
  await vscode.workspace.fs.stat(page.target);
});

test('an edit brings a problem and takes it away', async () => {
  const edited = await document('summaries.jsonl');
  await vscode.window.showTextDocument(edited);
  assert.deepEqual(vscode.languages.getDiagnostics(edited.uri), []);
  const change = new vscode.WorkspaceEdit();
  change.insert(edited.uri, new vscode.Position(1, 0), `${edited.lineAt(0).text}\n`);
  await vscode.workspace.applyEdit(change);
  await until('two duplicates', () => vscode.languages.getDiagnostics(edited.uri).length === 2);
  await vscode.commands.executeCommand('undo');
  await until('no problem', () => vscode.languages.getDiagnostics(edited.uri).length === 0);
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('hints, lenses and hovers say what each request costs', async () => {
  const { uri, lineCount } = await document('reviews.jsonl');
  await vscode.window.showTextDocument(uri);
  const range = new vscode.Range(0, 0, lineCount, 0);
  const hints = await until('hints', async () => {
    const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      range,
    );
    return found.length > 10 ? found : undefined;
  });
  assert.match(String(hints[0]?.label), /tok \$0\./);
  const lenses = await until('lenses', async () => {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return found.some(({ command }) => command?.title.includes('batch ~$')) ? found : undefined;
  });
  assert.ok(lenses.some(({ command }) => command?.command === 'llmBatch.submit'));
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    new vscode.Position(0, 16),
  );
  const texts = hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value));
  assert.match(texts.join('\n'), /input/i);
});

test('a .jsonl file that is no batch file shows nothing of ours', async () => {
  const other = vscode.Uri.file(join(folder(), 'other.jsonl'));
  await vscode.workspace.fs.writeFile(other, Buffer.from('{"messages":[]}\n{"broken\n'));
  await vscode.window.showTextDocument(other);
  await document('reviews.jsonl');
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    other,
  );
  assert.deepEqual(lenses, []);
  assert.deepEqual(vscode.languages.getDiagnostics(other), []);
});

test('submit sends the file and the job is on disk before the window closes', async () => {
  const { uri } = await document('reviews.jsonl');
  await vscode.window.showTextDocument(uri);
  await submitWithoutAsking(uri);
  const job = await until('a submitted job', () =>
    jobs().find(({ state }) => ['submitted', 'running', 'finishing', 'done'].includes(state)),
  );
  assert.equal(job.file, uri.fsPath);
  assert.deepEqual(readFileSync(job.parts[0]?.snapshot ?? ''), readFileSync(uri.fsPath));
});
