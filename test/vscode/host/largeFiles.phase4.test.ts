// A file of 60 MB, which VS Code hands to no extension: checked from disk, searched, mended and checked again all the same.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { largeLine, places, writeLargeBatchFile } from '../largeBatchFile.ts';
import { test, until } from './testing.ts';
import { answering, codesOf, document, folder, hintsOf } from './workspace.ts';

const sizeBytes = 60e6;
/** On a machine that does much else. */
const longMs = 300_000;
const path = (): string => join(folder(), 'large.jsonl');
const uri = (): vscode.Uri => vscode.Uri.file(path());
const mistakes = ['id.duplicate', 'id.duplicate', 'body.not-in-batch', 'json.invalid'];

/** A real change, said as one: the same words for "not yet" and "wrong". */
function shows(codes: readonly string[]): Promise<unknown> {
  return until(
    `problems ${codes.join(', ') || 'none'}`,
    () => {
      assert.deepEqual(codesOf(uri()), codes);
      return true;
    },
    longMs - 60_000,
  );
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === path());
}

const requestDocument = (): vscode.TextDocument | undefined =>
  vscode.window.visibleTextEditors
    .map(({ document }) => document)
    .find((document) => document.uri.scheme === 'llm-batch-request');

/** Runs Find Request… with these words, waits for what is listed, and chooses the first, or nothing when it is no choice. */
async function find(query: string, isChoice = true): Promise<readonly vscode.QuickPickItem[]> {
  const window = vscode.window as { createQuickPick: unknown };
  const original = vscode.window.createQuickPick;
  let pick: vscode.QuickPick<vscode.QuickPickItem> | undefined;
  window.createQuickPick = () => {
    pick = original.call(vscode.window);
    // An editor that is opened late takes the focus, and would close it.
    pick.ignoreFocusOut = true;
    return pick;
  };
  try {
    const command = vscode.commands.executeCommand('llmBatch.findRequest', undefined, query);
    const items = await until('what was found', () => (pick?.busy === false ? pick.items : undefined));
    let isOver = false;
    const over = Promise.resolve(command).finally(() => {
      isOver = true;
    });
    const enter = 'workbench.action.acceptSelectedQuickOpenItem';
    await vscode.commands.executeCommand(enter);
    if (isChoice) {
      await until('the choice', async () => {
        if (!isOver) await vscode.commands.executeCommand(enter);
        return isOver;
      });
    } else {
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.ok(!isOver, 'words are no choice');
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    }
    await over;
    return items;
  } finally {
    window.createQuickPick = original;
  }
}

/** A tab is there before its text is, and what is typed until then is lost: typed again, as a person would. */
async function typeInto(isTyped: () => boolean): Promise<void> {
  await until('what is typed', async () => {
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await vscode.commands.executeCommand('cursorTop');
    await vscode.commands.executeCommand('type', { text: ' ' });
    return until('its mark', isTyped, 3000);
  });
}

test(
  'a file of 60 MB is no document, and has its problems',
  async () => {
    await vscode.workspace
      .getConfiguration('workbench')
      .update('editorLargeFileConfirmation', 4096, vscode.ConfigurationTarget.Global);
    const requests = await writeLargeBatchFile(path(), sizeBytes);
    assert.ok(requests > places.teapot);
    await vscode.commands.executeCommand('vscode.open', uri());
    await until('its tab', () => tabs().length === 1);
    await shows(mistakes);
    assert.ok(!vscode.workspace.textDocuments.some((document) => document.uri.fsPath === path()));
    const problems = vscode.languages.getDiagnostics(uri());
    const lines = problems.map(({ range }) => range.start.line).sort((a, b) => a - b);
    assert.deepEqual(lines, [...places.duplicates, places.stream, places.broken]);
    const first = problems.find(({ range }) => range.start.line === places.duplicates[0]);
    const text = largeLine(places.duplicates[0]);
    assert.ok(first);
    assert.equal(text.slice(first.range.start.character, first.range.end.character), '"ticket-3"');
    assert.equal(first.relatedInformation?.[0]?.location.range.start.line, places.duplicates[1]);
  },
  longMs,
);

test(
  'a request of it is found by id and shown alone',
  async () => {
    const [first] = await find(`ticket-${places.stream + 1}`);
    assert.match(`${first?.label} ${first?.description}`, /^ticket-4001 line 4,001$/);
    const document = await until('the request', requestDocument);
    assert.equal(document.languageId, 'json');
    assert.deepEqual(JSON.parse(document.getText()), JSON.parse(largeLine(places.stream)));
    assert.match(document.getText(), /^\{\n +"custom_id": "ticket-4001",\n/);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  },
  longMs,
);

test(
  'a request of it is found by its words, as they are read and not as they are written',
  async () => {
    const items = await find('Teapot sings "twice" à');
    assert.equal(items.length, 1);
    assert.match(`${items[0]?.label} ${items[0]?.description}`, /^ticket-11001 line 11,001$/);
    assert.match(items[0]?.detail ?? '', /teapot sings/);
    await until('the request', () => requestDocument()?.getText().includes('"ticket-11001"'));
  },
  longMs,
);

test(
  'a line that is no JSON is shown as it is',
  async () => {
    await find(`:${places.broken + 1}`);
    const document = await until('the line', () =>
      requestDocument()?.languageId === 'plaintext' ? requestDocument() : undefined,
    );
    assert.equal(document.getText(), largeLine(places.broken));
  },
  longMs,
);

test(
  'what is not there is said, and chosen it does nothing',
  async () => {
    for (const [query, words] of [
      ['no such words anywhere', /^No request has this id or these words\.$/],
      [':99999999', /^There is no line 99,999,999\.$/],
    ] as const) {
      const items = await find(query, false);
      assert.equal(items.length, 1);
      assert.match(items[0]?.label ?? '', words);
    }
  },
  longMs,
);

test(
  'changed on disk, it is checked again, and the request that is shown is made again',
  async () => {
    await find('ticket-6');
    const document = await until('the request', () =>
      requestDocument()?.getText().includes('"ticket-6"') ? requestDocument() : undefined,
    );
    // As other programs save: another file takes its place.
    const lines = readFileSync(path(), 'utf8').split('\n');
    lines.splice(places.duplicates[0], 1);
    lines[4] = (lines[4] ?? '').replace('"max_completion_tokens":64', '"max_completion_tokens":65');
    writeFileSync(`${path()}.new`, lines.join('\n'));
    renameSync(`${path()}.new`, path());
    await shows(['body.not-in-batch', 'json.invalid']);
    await until('the request as it is now', () => document.getText().includes('"max_completion_tokens": 65'));
  },
  longMs,
);

test(
  'appended to, it is checked again',
  async () => {
    appendFileSync(path(), `${largeLine(0)}\n`);
    await shows(['id.duplicate', 'body.not-in-batch', 'json.invalid', 'id.duplicate']);
  },
  longMs,
);

test(
  'unsaved changes of its tab are saved before anything is mended on disk, or nothing is',
  async () => {
    await vscode.commands.executeCommand('vscode.open', uri(), tabs()[0]?.group.viewColumn);
    await typeInto(() => tabs()[0]?.isDirty === true);
    const before = readFileSync(path());
    const said = await answering([], () => vscode.commands.executeCommand('llmBatch.fixAll'));
    assert.match(
      said.join('\n'),
      /^large\.jsonl has changes that are not saved\. Fixed on disk, it cannot be undone\./,
    );
    assert.ok(readFileSync(path()).equals(before));
    await until('a tab as it is on disk', async () => {
      if (tabs()[0]?.isDirty) await vscode.commands.executeCommand('undo');
      return tabs()[0]?.isDirty === false;
    });
  },
  longMs,
);

test(
  'it is mended on disk by command, and its problems go',
  async () => {
    const said = await answering(['Fix on disk'], () => vscode.commands.executeCommand('llmBatch.fixAll'));
    assert.match(
      said.join('\n'),
      /is too large to be changed in the editor.*\nlarge\.jsonl is fixed in 2 places\./,
    );
    await shows(['json.invalid']);
    assert.ok(!readFileSync(path(), 'utf8').includes('"stream":true'));
  },
  longMs,
);

test(
  'submit speaks of its problems',
  async () => {
    const said = await answering([], () => vscode.commands.executeCommand('llmBatch.submit', uri()));
    assert.match(said.join('\n'), /^1 error would make OpenAI reject the whole file\.$/);
  },
  longMs,
);

test(
  'closed, it has no problems any more',
  async () => {
    assert.equal(tabs().length, 1, 'it was shown again where it was');
    await vscode.window.tabGroups.close(tabs());
    await shows([]);
    rmSync(path());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },
  longMs,
);

test('a request of a document is found as it stands there, saved or not', async () => {
  const reviews = await document('reviews.jsonl');
  await vscode.window.showTextDocument(reviews);
  await until('totals', async () => (await hintsOf(reviews)).length > 10);
  const edit = new vscode.WorkspaceEdit();
  const at = reviews.positionAt(reviews.getText().indexOf('"kettle-0412"'));
  edit.replace(reviews.uri, new vscode.Range(at, at.translate(0, 13)), '"not-saved-yet"');
  await vscode.workspace.applyEdit(edit);
  const [found] = await find('not-saved');
  assert.equal(found?.label, 'not-saved-yet');
  await until('the request', () => requestDocument()?.getText().includes('"not-saved-yet"'));
  await vscode.window.showTextDocument(reviews);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

test(
  'the document of a file of many bytes and few characters takes over',
  async () => {
    const wide = vscode.Uri.file(join(folder(), 'wide.jsonl'));
    const content = '猫'.repeat(2000);
    const lines = Array.from({ length: 9000 }, (_, index) => {
      const stream = index === 8000 ? { stream: true } : {};
      const body = { model: 'gpt-5.4-mini', ...stream, messages: [{ role: 'user', content }] };
      return JSON.stringify({ custom_id: `cat-${index}`, method: 'POST', url: '/v1/chat/completions', body });
    });
    writeFileSync(wide.fsPath, lines.join('\n'));
    assert.ok(statSync(wide.fsPath).size > 50 * 2 ** 20);
    // Its tab is there before its document.
    await vscode.commands.executeCommand('vscode.open', wide);
    const hasDocument = (): boolean =>
      vscode.workspace.textDocuments.some((document) => document.uri.fsPath === wide.fsPath);
    await until('its document', hasDocument, longMs / 2);
    const hasOne = (): true => assert.deepEqual(codesOf(wide), ['body.not-in-batch']) ?? true;
    await until('its problem, once', hasOne, longMs / 2);

    const [request] = await find('cat-8999');

    assert.equal(request?.label, 'cat-8999');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(wide.fsPath);
  },
  longMs,
);
