// What a person sees while a large file goes out, and a batch that they know by its id alone.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Simulator, startSimulator } from '#simulator';
import { test, until } from './testing.ts';
import { answering, folder, jobs, picking, withSettings } from './workspace.ts';

/** The embedded simulator is no account to adopt from: one of its own, whose batches are over as the test says. */
async function withProvider(act: (own: Simulator, end: () => void) => Promise<unknown>): Promise<void> {
  const batchMs = 600_000;
  let aheadMs = 0;
  const own = await startSimulator({ latencyMs: batchMs, faults: '', now: () => Date.now() + aheadMs });
  const end = (): void => {
    aheadMs += batchMs;
  };
  const profiles = { here: { provider: 'openai', baseUrl: `http://127.0.0.1:${own.port}/v1` } };
  const settings = { profile: 'here', profiles, 'poll.minSeconds': 1, 'poll.maxSeconds': 1 };
  try {
    await withSettings(settings, () => act(own, end));
  } finally {
    await own.dispose();
  }
}

/** @param times how often each request of the example is in it, under ids of its own. */
function copyOfReviews(name: string, times: number): vscode.Uri {
  const lines = readFileSync(join(folder(), 'reviews.jsonl'), 'utf8').trimEnd().split('\n');
  const path = join(folder(), name);
  const copies = Array.from({ length: times }, (_, copy) =>
    lines.map((line) => line.replace('"custom_id":"', `"custom_id":"${copy}-`)).join('\n'),
  );
  writeFileSync(path, `${copies.join('\n')}\n`);
  return vscode.Uri.file(path);
}

interface Shown {
  readonly title: string;
  readonly location: unknown;
  readonly reports: { readonly message?: string; readonly increment?: number }[];
}

/** Takes every progress that is shown while something runs. */
async function seeingProgress(act: () => Promise<unknown>): Promise<readonly Shown[]> {
  const window = vscode.window as { withProgress: unknown };
  const original = window.withProgress;
  const shown: Shown[] = [];
  window.withProgress = ((options, task) => {
    const one: Shown = { title: options.title ?? '', location: options.location, reports: [] };
    shown.push(one);
    const { token } = new vscode.CancellationTokenSource();
    return task({ report: (value) => one.reports.push(value) }, token);
  }) satisfies typeof vscode.window.withProgress;
  try {
    await act();
  } finally {
    window.withProgress = original;
  }
  return shown;
}

function stateOf({ fsPath }: vscode.Uri): string | undefined {
  return jobs().find(({ file }) => file === fsPath)?.state;
}

test('how far the upload of a large file is stands where it is seen', async () => {
  await withProvider(async (_own, end) => {
    const uri = copyOfReviews('large-upload.jsonl', 400);
    assert.ok((await vscode.workspace.fs.stat(uri)).size > 5e6);
    const shown = await seeingProgress(() =>
      answering(['Submit'], () => vscode.commands.executeCommand('llmBatch.submit', uri)),
    );
    const upload = shown.find(({ title }) => title === 'Submitting large-upload.jsonl');
    assert.equal(upload?.location, vscode.ProgressLocation.Notification);
    const said = upload.reports.map(({ message }) => message).join('\n');
    assert.match(said, /^uploading · \d+ % of [\d.]+ MB$/m);
    assert.match(said, /^uploading · 100 % of [\d.]+ MB$/m);
    const percent = upload.reports.reduce((sum, { increment = 0 }) => sum + increment, 0);
    assert.equal(Math.round(percent), 100);
    assert.ok(upload.reports.every(({ increment = 0 }) => increment >= 0));
    end();
    await until('its end', () => stateOf(uri) === 'done');
  });
});

test('a batch is adopted by its id, and refused while the id is none', async () => {
  await withProvider(async (own, end) => {
    const uri = copyOfReviews('adopted-by-id.jsonl', 1);
    const batchId = await sendElsewhere(own, uri);
    const adopt = (id: string): Promise<readonly string[]> =>
      typing(id, () => answering([], () => vscode.commands.executeCommand('llmBatch.adoptBatch', uri)));
    assert.match((await adopt('batch_of_nobody')).join('\n'), /batch_of_nobody/);
    assert.equal(stateOf(uri), undefined);
    assert.deepEqual(await adopt(`  ${batchId} `), [
      'adopted-by-id.jsonl is followed now; its results come when it is over.',
    ]);
    end();
    await until('its results', () => stateOf(uri) === 'done');
    assert.equal(own.stats().batches, 1, 'nothing was sent');
  });
});

/** Chooses to type the id, and types it; what is no id is not taken. */
async function typing(id: string, act: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const window = vscode.window as { showInputBox: unknown };
  const original = window.showInputBox;
  window.showInputBox = async ({ validateInput }: vscode.InputBoxOptions) => {
    assert.equal(await validateInput?.('two words'), 'An id has letters, digits, - _ . / and no spaces.');
    assert.equal(await validateInput?.(id), null);
    return id;
  };
  let said: readonly string[] = [];
  try {
    await picking({ label: /^By its id…$/ }, async () => {
      said = await act();
    });
  } finally {
    window.showInputBox = original;
  }
  return said;
}

async function sendElsewhere({ port }: Simulator, { fsPath }: vscode.Uri): Promise<string> {
  const base = `http://127.0.0.1:${port}/v1`;
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new Blob([readFileSync(fsPath)]), 'requests.jsonl');
  const uploaded = await fetch(`${base}/files`, { method: 'POST', body: form });
  const { id } = (await uploaded.json()) as { readonly id: string };
  const created = await fetch(`${base}/batches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' },
    }),
  });
  return ((await created.json()) as { readonly id: string }).id;
}
