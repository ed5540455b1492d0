// Jobs of Anthropic and Gemini in the editor, from submit to results beside the source; the report, settings and the budget.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '#core';
import { type Simulator, startSimulator } from '#simulator';
import { endBatches, holdSimulator } from '../heldSimulator.ts';
import { beforeAll, test, until } from './testing.ts';
import {
  answering,
  document,
  folder,
  jobs,
  picking,
  rowsOf,
  submitWithoutAsking,
  withSettings,
} from './workspace.ts';

const simulator = { profile: 'simulator' };
beforeAll(() => holdSimulator(process.env.LLM_BATCH_HOME ?? ''));

function jobOf(file: string): Job | undefined {
  return jobs().find((job) => job.file === file);
}

async function done(file: string): Promise<Job> {
  return until(`the end of ${file}`, () => jobs().find((job) => job.file === file && job.state === 'done'));
}

function rowsIn(path: string): readonly { readonly status: string; readonly request: object }[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string; request: object });
}

/** The results are in the group beside the source, in the order of the requests. */
async function openBeside(job: Job, source: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(source, vscode.ViewColumn.One);
  await vscode.commands.executeCommand('llmBatch.openResults', job.id);
  const tab = await until('the results beside', () =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .find(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === job.resultsPath),
  );
  assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
  const requests = source.getText().trimEnd().split('\n');
  const rows = rowsIn(job.resultsPath);
  assert.deepEqual(
    rows.map(({ request }) => request),
    requests.map((line) => JSON.parse(line)),
  );
  assert.ok(rows.every(({ status }) => status === 'succeeded'));
}

test('a batch of Anthropic: no share before its end, then results beside the source', async () => {
  const source = await document('tickets.jsonl');
  const { uri } = source;
  await vscode.window.showTextDocument(source);
  await withSettings(simulator, () => submitWithoutAsking(uri));
  const running = await until('its row', () =>
    rowsOf(uri.fsPath).find(({ description }) => description?.startsWith('in progress')),
  );
  assert.match(running.description ?? '', /^in progress · Simulator · /);
  assert.deepEqual(
    running.children.map(({ label }) => label),
    ['10 requests · counted by Anthropic when it ends'],
  );
  endBatches();
  const job = await done(uri.fsPath);
  assert.equal(job.provider, 'anthropic');
  assert.equal(job.parts[0]?.inputFileId, null, 'nothing is uploaded');
  const over = await until('its row at the end', () =>
    rowsOf(uri.fsPath).find(({ description }) => description?.startsWith('10 answered')),
  );
  assert.match(over.children[0]?.label ?? '', /^10 answered · free here, \$0\.\d+ at Anthropic$/);
  await openBeside(job, source);
});

test('a batch of Gemini is for the model that is picked with its price, and none is sent without', async () => {
  const source = await document('plants.jsonl');
  const { uri } = source;
  await vscode.window.showTextDocument(source);
  await withSettings({ ...simulator, deleteUploads: true, retryFailed: 2 }, async () => {
    await picking({}, () => submitWithoutAsking(uri));
    assert.equal(jobOf(uri.fsPath), undefined, 'whoever picks no model sends nothing');
    await picking({ label: /^gemini-3\.8-flash$/ }, () => submitWithoutAsking(uri));
  });
  const sent = await until('a job', () => jobOf(uri.fsPath));
  assert.deepEqual([sent.provider, sent.model, sent.retriesLeft], ['gemini', 'gemini-3.8-flash', 2]);
  assert.ok((sent.estimate.batchUsd.input ?? 0) > 0, 'it was priced for that model');
  await until('its state', () =>
    rowsOf(uri.fsPath).some(({ description }) => /^(waiting|in progress) · /.test(description ?? '')),
  );
  endBatches();
  const job = await done(uri.fsPath);
  await until('the upload is deleted', () => jobOf(uri.fsPath)?.parts[0]?.uploadDeleted);
  await openBeside(job, source);
});

test('the report of a batch opens beside, in the words of the terminal', async () => {
  const { id } = await done((await document('tickets.jsonl')).uri.fsPath);
  await vscode.commands.executeCommand('llmBatch.showReport', id);
  await until('the page', () => {
    const page = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('tickets.report.md'));
    const text = page?.getText().replaceAll('\\', '') ?? '';
    assert.match(text, /^# tickets.jsonl\n/);
    assert.match(text, /\| requests \| 10: 10 answered \(100 %\) \|/);
    assert.match(text, /\| at\sonce \| \$\S+; \$\S+ \(50 %\) saved \|/);
    return true;
  });
});

const chat = (id: string, text: string): string =>
  JSON.stringify({
    ...{ custom_id: id, method: 'POST', url: '/v1/chat/completions' },
    body: {
      ...{ model: 'gpt-6-luna', max_completion_tokens: 100 },
      messages: [{ role: 'user', content: text }],
    },
  });

async function write(name: string, lines: readonly string[]): Promise<vscode.Uri> {
  const path = join(folder(), name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return vscode.Uri.file(path);
}

/** A provider of somebody's own, whose prices are OpenAI's. */
async function withProvider(act: (own: Simulator) => Promise<unknown>): Promise<void> {
  const own = await startSimulator({ latencyMs: 300 });
  const profiles = { 'the-gateway': { provider: 'openai', baseUrl: own.url } };
  const settings = { profile: 'the-gateway', profiles, 'poll.minSeconds': 1, 'poll.maxSeconds': 1 };
  try {
    await withSettings(settings, () => act(own));
  } finally {
    await own.dispose();
  }
}

test('above a limit of the budget it is asked once more, in words', async () => {
  const uri = await write('budget.jsonl', [chat('a', 'One.'), chat('b', 'Two.')]);
  const submit = () => vscode.commands.executeCommand('llmBatch.submit', uri);
  await withProvider(async (own) => {
    await withSettings({ budget: { perJobUsd: 0.0000001 } }, async () => {
      const said = await answering(['Submit'], submit);
      assert.match(said[0] ?? '', /^Submit budget\.jsonl to /);
      assert.equal(said[1], 'Submit it above your limit?');
      assert.equal(jobOf(uri.fsPath), undefined, 'no is no');
      assert.equal(own.stats().batches, 0);
      await answering(['Submit', 'Submit Above Limit'], submit);
    });
    await done(uri.fsPath);
    assert.equal(own.stats().batches, 1);
  });
});

test('answers of an earlier batch are kept where somebody asks for it; only what changed is sent', async () => {
  const lines = ['a', 'b', 'c'].map((id) => chat(id, `Question ${id}.`));
  const uri = await write('again.jsonl', lines);
  await withProvider(async (own) => {
    const submit = () => vscode.commands.executeCommand('llmBatch.submit', uri);
    await submitWithoutAsking(uri);
    const first = await done(uri.fsPath);
    const nothing = await answering(['Reuse Answers…'], submit);
    assert.ok(
      nothing.some(
        (words) => words === 'Nothing was sent: 3 requests of again.jsonl have their answers already.',
      ),
      nothing.join('\n'),
    );
    assert.equal(own.stats().batches, 1);
    await write('again.jsonl', [...lines.slice(0, 2), chat('c', 'Another question.')]);
    let asked = 0;
    const said = await answering(['Reuse Answers…', 'Submit'], async () => {
      // The first question is about all of it; the second about what is left.
      const { showInformationMessage } = vscode.window;
      const window = vscode.window as { showInformationMessage: unknown };
      window.showInformationMessage = (message: string, ...items: readonly unknown[]) =>
        (showInformationMessage as (message: string, ...items: readonly unknown[]) => unknown)(
          message,
          ...items.filter((item) => item !== 'Submit' || asked++ > 0),
        );
      await submit();
    });
    assert.equal(said.filter((words) => words.startsWith('Submit again.jsonl to ')).length, 2);
    const second = await until('the second job', () =>
      jobs().find((job) => job.file === uri.fsPath && job.id !== first.id && job.state === 'done'),
    );
    assert.deepEqual([second.reused?.rows, second.reused?.jobs], [2, [first.id]]);
    assert.equal(second.parts[0]?.requests, 1, 'one is paid for');
    assert.equal(rowsIn(second.resultsPath).length, 3);
  });
});

test('what is above the limits of a batch is sent in parts, and comes back as one', async () => {
  const lines = Array.from({ length: 30 }, (_, at) => chat(`r${at}`, `Question ${at}.`));
  const uri = await write('parts.jsonl', lines);
  await withProvider(async (own) => {
    let said: readonly string[] = [];
    await withSettings({ limits: { queueTokens: { 'gpt-6-luna': 120 } } }, async () => {
      said = await answering(['Submit'], () => vscode.commands.executeCommand('llmBatch.submit', uri));
    });
    const job = await done(uri.fsPath);
    assert.ok(job.parts.length > 1, said.join('\n'));
    assert.equal(own.stats().batches, job.parts.length);
    assert.equal(rowsIn(job.resultsPath).length, 30);
  });
});

test('answers that were cut off are sent again by choice, as another attempt', async () => {
  const cut = chat('cut', 'Long.').replace('"max_completion_tokens":100', '"max_completion_tokens":1');
  const uri = await write('cut-off.jsonl', [chat('a', 'One.'), cut]);
  await withProvider(async (own) => {
    await submitWithoutAsking(uri);
    const { id } = await done(uri.fsPath);
    const row = await until('its row says so', () =>
      rowsOf(uri.fsPath).find(({ description }) => description?.includes(' · 1 cut off · ')),
    );
    assert.ok(row.children.some(({ label }) => label === '1 cut off'));
    const window = vscode.window as { showQuickPick: unknown };
    const original = window.showQuickPick;
    window.showQuickPick = (items: readonly vscode.QuickPickItem[]) =>
      Promise.resolve(items.filter(({ picked }) => picked));
    try {
      // Whoever ended it may have it in hand for a moment still.
      await until('a second attempt', async () => {
        const isBegun = (): boolean => jobs().some((job) => job.id === id && job.attempt === 2);
        if (!isBegun())
          await answering(['Retry'], () => vscode.commands.executeCommand('llmBatch.retryFailed', id));
        return isBegun();
      });
    } finally {
      window.showQuickPick = original;
    }
    await until('its end', () =>
      jobs().some((job) => job.id === id && job.attempt === 2 && job.state === 'done'),
    );
    assert.equal(own.stats().batches, 2);
    assert.equal(jobs().find((job) => job.id === id)?.parts[1]?.requests, 1);
  });
});
