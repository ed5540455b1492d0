// Are fixes offered as any LSP editor understands them, and do their edits mend what they say and nothing else?
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver/node';
import { requestLine } from '../files/batchFixture.ts';
import { Editor } from './editor.ts';

let editor: Editor;
let folder: string;
before(async () => {
  editor = await Editor.start();
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-fixes-'));
});
after(async () => {
  assert.equal(await editor.stop(), 0);
  await rm(folder, { recursive: true });
});

let documents = 0;

async function open(t: TestContext, text: string, uri = `untitled:fix-${documents++}`): Promise<string> {
  await editor.open(uri, text);
  t.after(() => editor.close(uri));
  return uri;
}

const whole = [0, 0, 1_000_000, 0] as const;

function preferred(actions: readonly CodeAction[], code: string): CodeAction {
  const found = actions.find(
    ({ isPreferred, diagnostics }) => isPreferred && diagnostics?.[0]?.code === code,
  );
  assert.ok(found, `${code} has a preferred fix`);
  return found;
}

test('a problem has its fixes where it stands, and nowhere else', async (t) => {
  const uri = await open(t, [requestLine('a'), requestLine('b'), requestLine('a')].join('\n'));
  const actions = await editor.actions(uri, [2, 20, 2, 20]);
  assert.deepEqual(actions, [], 'behind the id is nothing');
  assert.deepEqual(await editor.actions(uri, [1, 0, 1, 99]), []);
  const here = await editor.actions(uri, [2, 15, 2, 15]);
  const action = preferred(here, 'id.duplicate');
  assert.equal(action.kind, 'quickfix');
  assert.equal(action.diagnostics?.[0]?.range.start.line, 2);
  assert.equal(action.edit, undefined, 'made when it is asked for');
  assert.deepEqual(await editor.problems(uri, await editor.apply(uri, action)), []);
});

test('all of a kind are fixed at once', async (t) => {
  const get = (id: string): string => requestLine(id).replace('POST', 'GET');
  const uri = await open(t, [get('a'), get('b'), get('c'), requestLine('c')].join('\n'));
  const titles = (await editor.actions(uri, [0, 0, 0, 99])).map(({ title }) => title);
  assert.ok(titles.includes('Fix all 3 request.method problems in this file'), titles.join('\n'));
  const all = (await editor.actions(uri, [0, 0, 0, 99])).find(({ title }) => title.startsWith('Fix all'));
  assert.ok(all);
  const left = await editor.problems(uri, await editor.apply(uri, all));
  assert.deepEqual(
    left.map(({ code }) => code),
    ['id.duplicate', 'id.duplicate'],
    'and no other kind',
  );
});

test('everything safe, for fix on save; errors alone only by their own name', async (t) => {
  const lines = [requestLine('a'), '', requestLine('a').replace('"messages"', '"stream":true,"messages"')];
  const uri = await open(t, `${lines.join('\n')}\n`);
  const [errors, ...others] = await editor.actions(uri, whole, ['source.fixAll.llmBatch.errors']);
  assert.equal(errors?.kind, 'source.fixAll.llmBatch.errors');
  assert.deepEqual(others, []);
  for (const only of ['source', 'source.fixAll', 'source.fixAll.llmBatch']) {
    const kinds = (await editor.actions(uri, whole, [only])).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['source.fixAll.llmBatch'], only);
  }
  const unasked = await editor.actions(uri, whole);
  assert.ok(unasked.every(({ kind }) => kind === 'quickfix'));
  const [all] = await editor.actions(uri, whole, ['source.fixAll']);
  assert.ok(all);
  assert.deepEqual(await editor.problems(uri, await editor.apply(uri, all)), []);
  assert.deepEqual(await editor.actions(uri, whole, ['source.fixAll']), [], 'nothing is left');
});

test('an array and pretty-printed objects become lines', async (t) => {
  const requests = [requestLine('a'), requestLine('b', 'x\u2028y')];
  const values = requests.map((line) => JSON.parse(line));
  for (const text of [
    `[\n  ${requests.join(',\n  ')}\n]\n`,
    JSON.stringify(values, null, 2),
    values.map((value) => JSON.stringify(value, null, 2)).join('\n'),
  ]) {
    const uri = await open(t, text);
    const [problem] = await editor.problems(uri);
    assert.match(String(problem?.code), /^json\.(array-file|multiline)$/);
    const actions = await editor.actions(uri, [0, 0, 0, 1]);
    const version = await editor.apply(uri, preferred(actions, String(problem?.code)));
    assert.deepEqual(await editor.problems(uri, version), []);
    assert.equal((await editor.totals(uri)).requests, 2);
  }
});

test('an edit that came between: the fix is for the text as it is', async (t) => {
  const uri = await open(t, [requestLine('a'), requestLine('a')].join('\n'));
  await editor.problems(uri);
  await editor.edit(uri, `${requestLine('b')}\n`, [0, 0, 0, 0]);
  // At once, before the server has checked again.
  const actions = await editor.actions(uri, [2, 15, 2, 15]);
  const action = preferred(actions, 'id.duplicate');
  await editor.edit(uri, '\n', [0, 0, 0, 0]);
  assert.equal((await editor.resolve(action)).edit, undefined, 'an action of an earlier text does nothing');
});

test('places in a text with carriage returns are the ones that the client counts', async (t) => {
  const uri = await open(t, `\r\r${requestLine('a')}\n${requestLine('a')}`);
  const actions = await editor.actions(uri, [3, 15, 3, 15]);
  const { edit } = await editor.resolve(preferred(actions, 'id.duplicate'));
  assert.match(JSON.stringify(edit), /"start":\{"line":3,/);
});

test('a client without versions and without a second question gets the edit at once', async (t) => {
  const plain = await Editor.start({ debounceMs: 0 }, undefined, {});
  t.after(() => plain.stop());
  await plain.open('untitled:plain', [requestLine('a'), requestLine('a')].join('\n'));
  const actions = await plain.actions('untitled:plain', [1, 15, 1, 15]);
  const { edit } = preferred(actions, 'id.duplicate');
  assert.ok(edit?.changes?.['untitled:plain']?.length === 1);
  assert.deepEqual(
    await plain.problems('untitled:plain', await plain.apply('untitled:plain', actions[0] as CodeAction)),
    [],
  );
});

const two = `${requestLine('a')}\n${requestLine('b')}\n`;

test('a mark is taken off the file on disk, not under unsaved changes', async (t) => {
  const path = join(folder, 'bom.jsonl');
  await writeFile(path, `\ufeff${two}`);
  const uri = await open(t, two, pathToFileURL(path).href);
  await editor.shows(uri, ([problem]) => problem?.code === 'file.bom');
  const { command } = preferred(await editor.actions(uri, [0, 0, 0, 0]), 'file.bom');
  assert.equal(command?.command, 'llmBatch.fixOnDisk');
  await editor.edit(uri, ' ', [0, 0, 0, 0]);
  assert.equal(await editor.execute(command.command, ...(command.arguments ?? [])), false);
  await editor.told(/bom\.jsonl has changes that are not saved; save it/);
  assert.equal(await readFile(path, 'utf8'), `\ufeff${two}`);
  await editor.edit(uri, '', [0, 0, 0, 1]);
  assert.equal(await editor.execute(command.command, ...(command.arguments ?? [])), true);
  await editor.told(/bom\.jsonl is saved as UTF-8/);
  assert.equal(await readFile(path, 'utf8'), two);
  await editor.shows(uri, (problems) => problems.length === 0);
});

test('a file that is gone, a name that is none: one sentence each', async () => {
  assert.equal(
    await editor.execute('llmBatch.fixOnDisk', pathToFileURL(join(folder, 'gone.jsonl')).href),
    false,
  );
  await editor.told(/gone\.jsonl/);
  assert.equal(await editor.execute('llmBatch.fixOnDisk', 'untitled:x'), false);
  await editor.told(/is no file on this disk/);
  assert.equal(await editor.execute('llmBatch.fixOnDisk', 7), null);
});

test('a line of 1 MB and a file of 50,000 lines with problems answer quickly', {
  timeout: 600_000,
}, async (t) => {
  const long = requestLine('long', 'x'.repeat(1_000_000)).replace('POST', 'GET');
  const lines = Array.from({ length: 50_000 }, (_, index) => requestLine(`id-${index % 25_000}`));
  const uri = await open(t, `${long}\n${lines.join('\n')}`);
  await editor.problems(uri);
  const startedMs = editor.workedMs;
  for (let line = 0; line < 100; line++) await editor.actions(uri, [line, 0, line, 2_000_000]);
  assert.ok(editor.workedMs - startedMs < 5000, '100 times the menu of a line');
  const [all] = await editor.actions(uri, whole, ['source.fixAll']);
  assert.ok(all);
  assert.deepEqual(await editor.problems(uri, await editor.apply(uri, all)), []);
});
