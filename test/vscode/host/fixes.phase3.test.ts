// Fixes in the real editor: applied as edits that can be undone, and to the bytes on disk where text cannot show them.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { answering, codesOf, folder } from './workspace.ts';

function request(id: string, more = ''): string {
  const body = `"body":{"model":"gpt-6-luna","messages":[{"role":"user","content":"caf\u00e9"}]${more}}`;
  return `{"custom_id":"${id}","method":"POST","url":"/v1/chat/completions",${body}}`;
}

/** Another request with an id that is taken: a mere copy would be removed. */
const other = request('a', ',"max_completion_tokens":5');

/** Writes a file of its own for a test and opens it. */
async function open(name: string, bytes: string | Uint8Array): Promise<vscode.TextDocument> {
  const path = join(folder(), name);
  writeFileSync(path, bytes);
  const document = await vscode.workspace.openTextDocument(path);
  await vscode.window.showTextDocument(document);
  return document;
}

function shows(document: vscode.TextDocument, codes: readonly string[]): Promise<unknown> {
  return until(`problems ${codes.join(', ') || 'none'}`, () => {
    assert.deepEqual(codesOf(document.uri), codes);
    return true;
  });
}

async function actions(document: vscode.TextDocument, line: number): Promise<readonly vscode.CodeAction[]> {
  return vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    document.uri,
    document.lineAt(line).range,
    vscode.CodeActionKind.QuickFix.value,
    10,
  );
}

async function take(document: vscode.TextDocument, line: number): Promise<void> {
  const action = (await actions(document, line)).find(({ isPreferred }) => isPreferred);
  assert.ok(action, 'something is preferred');
  if (action.edit) assert.ok(await vscode.workspace.applyEdit(action.edit));
  const { command } = action;
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

/** Edits, saves, and gives what is on disk then. */
async function savedBytes(document: vscode.TextDocument): Promise<Buffer> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), ' ');
  await vscode.workspace.applyEdit(edit);
  assert.ok(await document.save());
  return readFileSync(document.uri.fsPath);
}

test('a quick fix makes an id its own, and undo takes it back', async () => {
  const before = `${request('a')}\n${request('b')}\n${other}\n`;
  const document = await open('fix-one.jsonl', before);
  await shows(document, ['id.duplicate', 'id.duplicate']);
  await take(document, 2);
  await shows(document, []);
  const ids = document.getText().match(/"custom_id":"[^"]*"/g) ?? [];
  assert.equal(new Set(ids).size, 3);
  assert.equal(document.lineAt(0).text, request('a'), 'the first keeps its id');
  await vscode.commands.executeCommand('undo');
  assert.equal(document.getText(), before);
  await shows(document, ['id.duplicate', 'id.duplicate']);
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('Fix All Safe Problems mends the file in one step that can be undone', async () => {
  const before = `${request('a', ',"stream":true')}\n${request('a').replace('POST', 'GET')}\n`;
  const document = await open('fix-all.jsonl', before);
  await until('problems', () => codesOf(document.uri).length >= 4);
  await answering([], () => vscode.commands.executeCommand('llmBatch.fixAll'));
  await shows(document, []);
  await vscode.commands.executeCommand('undo');
  assert.equal(document.getText(), before, 'one step back');
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('fix on save works as with any other language', async () => {
  const settings = vscode.workspace.getConfiguration('editor');
  await settings.update(
    'codeActionsOnSave',
    { 'source.fixAll': 'explicit' },
    vscode.ConfigurationTarget.Workspace,
  );
  try {
    const document = await open('fix-on-save.jsonl', `${request('a')}\n`);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), `${other}\n`);
    await vscode.workspace.applyEdit(edit);
    await document.save();
    assert.equal(new Set(document.getText().match(/"custom_id":"[^"]*"/g)).size, 2);
    assert.equal(document.isDirty, false);
  } finally {
    await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
  }
});

const text = `${request('a')}\n${request('b')}\n`;
const encoded: readonly (readonly [string, Uint8Array, string])[] = [
  ['bom.jsonl', Buffer.from(`\ufeff${text}`), 'file.bom'],
  ['utf16le.jsonl', Buffer.from(`\ufeff${text}`, 'utf16le'), 'file.encoding'],
  ['utf16be.jsonl', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'file.encoding'],
];

for (const [name, bytes, code] of encoded) {
  test(`${name}: said, mended on disk, shown and saved as UTF-8 from then on`, async () => {
    const document = await open(name, bytes);
    assert.equal(document.getText(), text, 'the editor hides it');
    await shows(document, [code]);
    await answering([], () => take(document, 0));
    assert.equal(readFileSync(document.uri.fsPath, 'utf8'), text);
    await shows(document, []);
    assert.equal(document.getText(), text);
    assert.equal(document.isDirty, false);
    assert.equal((await savedBytes(document)).toString('utf8'), ` ${text}`);
    await shows(document, []);
  });
}

test('carriage returns that the editor shows as line feeds are mended on disk', async () => {
  const document = await open('mac.jsonl', text.replaceAll('\n', '\r'));
  await shows(document, ['file.encoding']);
  await answering([], () => take(document, 0));
  assert.equal(readFileSync(document.uri.fsPath, 'utf8').trimEnd(), text.trimEnd());
  await shows(document, []);
  assert.equal(document.isDirty, false);
});

test('nothing is changed on disk under changes that are not saved', async () => {
  const bytes = Buffer.from(`\ufeff${text}`);
  const document = await open('unsaved.jsonl', bytes);
  await shows(document, ['file.bom']);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), ' ');
  await vscode.workspace.applyEdit(edit);
  const said = await answering([], () => take(document, 0));
  assert.match(said.join('\n'), /unsaved\.jsonl has changes that are not saved; save it/);
  assert.deepEqual(readFileSync(document.uri.fsPath), bytes);
  await vscode.commands.executeCommand('undo');
  await answering([], () => take(document, 0));
  assert.equal(readFileSync(document.uri.fsPath, 'utf8'), text, 'undone is as good as saved');
});

test('a file too large for the editor is mended on disk, after a word', async () => {
  const long = request('a', `,"stream":true`).replace('caf', () => 'x'.repeat(52 * 2 ** 20));
  const uri = vscode.Uri.file(join(folder(), 'large.jsonl'));
  writeFileSync(uri.fsPath, `${long}\n`);
  const said = await answering(['Fix on disk'], () => vscode.commands.executeCommand('llmBatch.fixAll', uri));
  assert.match(
    said.join('\n'),
    /large\.jsonl is too large .* cannot be undone\.\nlarge\.jsonl is fixed in 1 place\./,
  );
  assert.equal(readFileSync(uri.fsPath, 'utf8').length, long.length + 1 - ',"stream":true'.length);
  rmSync(uri.fsPath);
});

test('submit offers to fix what would reject the file, and goes on', async () => {
  const document = await open('submit-fix.jsonl', `\ufeff${request('a')}\n${other}\n`);
  await shows(document, ['file.bom', 'id.duplicate', 'id.duplicate']);
  const said = await answering(['Fix 3'], () =>
    vscode.commands.executeCommand('llmBatch.submit', document.uri),
  );
  assert.match(said[0] ?? '', /3 errors would make OpenAI reject the whole file/);
  await until('the plan', () => said.some((message) => /^Submit submit-fix\.jsonl to/.test(message)));
  const bytes = readFileSync(document.uri.fsPath, 'utf8');
  assert.ok(bytes.startsWith('{'));
  assert.equal(new Set(bytes.match(/"custom_id":"[^"]*"/g)).size, 2);
  assert.equal(document.isDirty, false);
});

test('submit asks to save a document whose file is gone', async () => {
  const document = await open('vanished.jsonl', text);
  rmSync(document.uri.fsPath);
  const said = await answering(['Save and submit'], () =>
    vscode.commands.executeCommand('llmBatch.submit', document.uri),
  );
  assert.match(said[0] ?? '', /vanished\.jsonl is not on disk any more/);
  assert.equal(readFileSync(document.uri.fsPath, 'utf8'), text);
  assert.ok(said.some((message) => /^Submit vanished\.jsonl to/.test(message)));
});
