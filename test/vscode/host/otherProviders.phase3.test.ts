// Files of other providers in the real editor: checked and priced like any, explained in hovers, offered to be sent.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { codesOf, document, folder, hintsOf, hoverAt, lensesOf } from './workspace.ts';

async function open(name: string, lines: readonly unknown[]): Promise<vscode.TextDocument> {
  writeFileSync(join(folder(), name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const opened = await document(name);
  await vscode.window.showTextDocument(opened);
  return opened;
}

async function shows(opened: vscode.TextDocument, codes: readonly string[]): Promise<void> {
  await until(`problems ${codes.join(', ')}`, () => {
    assert.deepEqual(codesOf(opened.uri), codes);
    return true;
  });
}

function submits(lenses: readonly vscode.CodeLens[]): number {
  return lenses.filter(({ command }) => command?.command === 'llmBatch.submit').length;
}

test('an Anthropic file has its problems', async () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const params = { model: 'claude-haiku-5-5', max_tokens: 64, messages };
  const opened = await open('anthropic-wrong.jsonl', [
    { custom_id: 'a', params },
    { custom_id: 'b', params: { ...params, max_token: 5 } },
    { custom_id: 'c d', params: { model: 'claude-haiku-5-5', messages } },
  ]);
  await shows(opened, ['body.unknown-field', 'id.pattern', 'body.missing-field']);
});

test('a Gemini file has its problems', async () => {
  const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
  const opened = await open('gemini-wrong.jsonl', [
    { key: 'a', request: { temperature: 0, contents } },
    { key: 'a', request: { contents: [{ role: 'assistant', parts: [{ text: 'Hello' }] }] } },
  ]);
  await shows(opened, ['id.duplicate', 'body.wrong-endpoint', 'id.duplicate', 'body.value']);
});

test('an Anthropic file is priced, and can be sent', async () => {
  const opened = await document('tickets.jsonl');
  await vscode.window.showTextDocument(opened);
  const hints = await until('a hint for each request', async () => {
    const found = await hintsOf(opened);
    return found.length === opened.lineCount - 1 ? found : undefined;
  });
  for (const { label, position } of hints) {
    assert.match(String(label), /^ ?~[\d,]+ tok \$0\.\d+$/);
    const line = opened.lineAt(position.line).text;
    assert.equal(line.slice(0, position.character), /^\{"custom_id":"[^"]*"/.exec(line)?.[0]);
  }
  const [totals, ...others] = await until('totals', async () => {
    const found = await lensesOf(opened);
    return found[0]?.command?.title.includes('batch ~$') ? found : undefined;
  });
  assert.match(
    totals?.command?.title ?? '',
    /^LLM Batch: 10 requests · claude-haiku-5-5 · ~[\d,]+ tokens in · batch ~\$\S+ in \+ up to \$\S+ out \(sync /,
  );
  assert.deepEqual(submits(others), 1);
  assert.deepEqual(codesOf(opened.uri), []);
  const line = opened.lineAt(0).text;
  const card = await hoverAt(opened, line.indexOf('claude-haiku'));
  assert.match(card, /USD per 1 M tokens[\s\S]*\| input \| /);
  assert.match(await hoverAt(opened, 2), /input/i, 'the figures on the id');
});

test('a Gemini file without a model has tokens, and its price is unknown', async () => {
  const opened = await document('plants.jsonl');
  await vscode.window.showTextDocument(opened);
  const hints = await until('a hint for each request', async () => {
    const found = await hintsOf(opened);
    return found.length === opened.lineCount - 1 ? found : undefined;
  });
  for (const { label } of hints) assert.match(String(label), /^ ?~[\d,]+ tok( \$\?|)$/, 'unknown, not 0');
  const [totals, ...others] = await until('totals', async () => {
    const found = await lensesOf(opened);
    return found[0]?.command?.title.includes('tokens in') ? found : undefined;
  });
  assert.match(totals?.command?.title ?? '', /^LLM Batch: 12 requests · ~[\d,]+ tokens in · price unknown/);
  assert.deepEqual(submits(others), 1);
  assert.deepEqual(codesOf(opened.uri), []);
  assert.match(await hoverAt(opened, 2), /tokens[\s\S]*unknown/i);
});

test('results of a provider have light problems, and no price', async () => {
  const refused = { type: 'error', error: { type: 'invalid_request_error', message: 'No.' } };
  const opened = await open('anthropic-results.jsonl', [
    { custom_id: 'a', result: { type: 'succeeded', message: { id: 'msg_1', content: [] } } },
    { custom_id: 'b', result: { type: 'errored', error: refused } },
    { custom_id: 'c', result: { type: 'expired' } },
  ]);
  await shows(opened, ['body.value', 'body.value']);
  const problems = vscode.languages.getDiagnostics(opened.uri);
  assert.ok(problems.every(({ severity }) => severity === vscode.DiagnosticSeverity.Warning));
  assert.match(problems.map(({ message }) => message).join('\n'), /failed \(invalid_request_error\)/);
  assert.deepEqual(await hintsOf(opened), []);
  for (const { command } of await lensesOf(opened)) {
    assert.notEqual(command?.command, 'llmBatch.submit');
    assert.doesNotMatch(command?.title ?? '', /\$/);
  }
});

test('a row of OpenAI results with a 4xx status is a problem', async () => {
  const response = {
    status_code: 400,
    request_id: 'r',
    body: { error: { code: 'context_length_exceeded' } },
  };
  const opened = await open('openai-output.jsonl', [
    { id: 'batch_req_1', custom_id: 'a', response, error: null },
  ]);
  await shows(opened, ['body.value']);
  assert.match(vscode.languages.getDiagnostics(opened.uri)[0]?.message ?? '', /HTTP status 400/);
});
