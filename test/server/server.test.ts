import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Editor } from './editor.ts';

let editor: Editor;
before(async () => {
  editor = await Editor.start();
});
after(async () => {
  assert.equal(await editor.stop(), 0, 'the server ends when asked to');
});

function request(id: string, changes: Readonly<Record<string, unknown>> = {}): string {
  const body = {
    model: 'gpt-6-luna',
    messages: [{ role: 'user', content: 'Hello there' }],
    max_completion_tokens: 50,
  };
  return JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { ...body, ...changes },
  });
}

test('problems have a place, a code, a page that exists, and the other line of a duplicate', async () => {
  const uri = 'file:///tmp/problems.jsonl';
  await editor.open(uri, [request('a'), request('b'), request('a'), `${request('c')}}`].join('\n'));
  const problems = await editor.problems(uri);
  assert.deepEqual(
    problems.map((problem) => [problem.range.start.line, problem.code, problem.source]),
    [
      [0, 'id.duplicate', 'llm-batch'],
      [2, 'id.duplicate', 'llm-batch'],
      [3, 'json.invalid', 'llm-batch'],
    ],
  );
  assert.equal(problems[0]?.relatedInformation?.[0]?.location.range.start.line, 2);
  assert.deepEqual(problems[0]?.range, {
    start: { line: 0, character: 13 },
    end: { line: 0, character: 16 },
  });
  await access(new URL(problems[0]?.codeDescription?.href ?? ''));
});

test('an edit moves, mends and makes problems', async () => {
  const uri = 'file:///tmp/edits.jsonl';
  await editor.open(uri, [request('a'), request('a')].join('\n'));
  assert.equal((await editor.problems(uri)).length, 2);
  assert.deepEqual(await editor.problems(uri, await editor.edit(uri, 'b', [1, 14, 1, 15])), []);
  const pasted = await editor.problems(uri, await editor.edit(uri, `${request('b')}\n`, [0, 0, 0, 0]));
  assert.deepEqual(
    pasted.map((problem) => problem.range.start.line),
    [0, 2],
  );
  assert.deepEqual(await editor.problems(uri, await editor.edit(uri, '', [0, 0, 1, 0])), []);
});

test('a file that is no batch file gets nothing, and becomes one when its lines do', async () => {
  const uri = 'file:///tmp/other.jsonl';
  const marker = 'file:///tmp/marker.jsonl';
  await editor.open(uri, '{"messages":[]}\n{"broken');
  await editor.open(marker, request('m'));
  await editor.problems(marker);
  assert.equal(
    editor.published.some((one) => one.uri === uri),
    false,
  );
  assert.equal(
    editor.summaries.some((one) => one.uri === uri),
    false,
  );
  assert.deepEqual(await editor.lenses(uri), []);
  assert.deepEqual(await editor.problems(uri, await editor.edit(uri, request('a'))), []);
  await editor.edit(uri, '{"messages":[]}');
  await editor.cleared(uri);
});

test('hints stand after the custom_id, lenses on the first line, hovers explain', async () => {
  const uri = 'file:///tmp/figures.jsonl';
  await editor.open(uri, [request('a'), request('b', { model: 'gpt-99-nova' }), '{"custom_id":'].join('\n'));
  const totals = await editor.totals(uri);
  assert.equal(totals.requests, 3);
  assert.equal(
    totals.estimate?.batchUsd.input,
    null,
    'a total with an unknown price is unknown, not the rest of it',
  );
  assert.ok((totals.estimate?.inputTokens ?? 0) > 10);
  const hints = await editor.hints(uri, 3);
  assert.deepEqual(
    hints.map((hint) => hint.position),
    [
      { line: 0, character: 16 },
      { line: 1, character: 16 },
    ],
  );
  assert.match(String(hints[0]?.label), /^~\d+ tok \$0\.0\d+$/);
  assert.match(String(hints[1]?.label), /^~\d+ tok \$\?$/);
  const lenses = await editor.lenses(uri);
  assert.match(
    lenses[0]?.command?.title ?? '',
    /^LLM Batch: 3 requests · gpt-6-luna and 1 other model · ~\d+ tokens in · price unknown/,
  );
  assert.deepEqual(lenses[1]?.command, { title: 'Submit', command: 'llmBatch.submit', arguments: [uri] });
  const figure = await editor.hover(uri, 0, 14);
  assert.match(JSON.stringify(figure?.contents), /up to 50 tokens/);
  const model = await editor.hover(uri, 0, request('a').indexOf('gpt-6-luna') + 2);
  assert.match(JSON.stringify(model?.contents), /gpt-6-luna/);
  assert.equal(await editor.hover(uri, 0, 0), null);
});

test('hints of a Gemini file stand after its key', async () => {
  const uri = 'file:///tmp/gemini.jsonl';
  const line = '{"key":"a","request":{"contents":[{"role":"user","parts":[{"text":"Hello"}]}]}}';
  await editor.open(uri, line);
  await editor.totals(uri);
  const hints = await editor.hints(uri, 1);
  assert.deepEqual(
    hints.map(({ position, label }) => [position.character, String(label).replace(/\d+/, 'N')]),
    [['{"key":"a"'.length, '~N tok $?']],
  );
});

test('settings change severities and switch hints off', async () => {
  const uri = 'file:///tmp/settings.jsonl';
  await editor.open(uri, [request('a'), request('a')].join('\n'));
  await editor.problems(uri);
  const before = editor.published.length;
  await editor.settings({ severity: { 'id.duplicate': 'hint' }, inlayHints: false });
  while (!editor.published.slice(before).some((one) => one.uri === uri))
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(
    (await editor.problems(uri)).map((problem) => problem.severity),
    [4, 4],
  );
  assert.deepEqual(await editor.hints(uri, 2), []);
  await editor.settings({});
});

test('a hover is answered while a large file is first checked', async () => {
  const uri = 'file:///tmp/large.jsonl';
  const lines = Array.from({ length: 20_000 }, (_, index) => request(`id-${index}`));
  await editor.open(uri, `${lines.join('\n')}\n{`);
  await editor.hover(uri, 0, 0);
  const problems = editor.published.filter((one) => one.uri === uri).flatMap((one) => one.diagnostics);
  assert.deepEqual(problems, [], 'that of the last line is not known yet');
  await editor.shows(uri, (shown) => shown.length === 1);
  await editor.close(uri);
});

test('documents whose URI is no path here are checked like any other', async () => {
  for (const uri of ['file://server/share/a.jsonl', 'file:///tmp/a%2Fb.jsonl', 'untitled:Untitled-1']) {
    await editor.open(uri, [request('a'), request('a')].join('\r\n'));
    assert.equal((await editor.problems(uri)).length, 2, uri);
    await editor.close(uri);
  }
});

test('a file that was closed while its tokens were counted stays cleared', async () => {
  const uri = 'file:///tmp/closed.jsonl';
  await editor.open(uri, request('a'));
  await editor.problems(uri);
  while ((await editor.hints(uri, 1)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await editor.close(uri);
  await editor.cleared(uri);
  // Longer than the time by which totals are put off.
  await new Promise((resolve) => setTimeout(resolve, 400));
  await editor.cleared(uri);
  assert.equal(editor.summaries.findLast((one) => one.uri === uri)?.provider, null);
});

test('a project file that changes changes what is shown', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'llm-batch-server-'));
  t.after(() => rm(folder, { recursive: true }));
  const uri = pathToFileURL(join(folder, 'x.jsonl')).href;
  const config = join(folder, '.llm-batch.json');
  await editor.open(uri, [request('a'), request('a')].join('\n'));
  assert.equal((await editor.problems(uri)).length, 2);
  assert.match(JSON.stringify(editor.registered), /\.llm-batch\.json/);
  const before = editor.published.length;
  await writeFile(config, '{"severity":{"id.duplicate":"off"}}');
  await editor.wrote(pathToFileURL(config).href);
  while (!editor.published.slice(before).some((one) => one.uri === uri))
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(await editor.problems(uri), []);
});
