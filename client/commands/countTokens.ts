// Has a sample of the file counted by the provider itself, so that estimates go by its counts. Only because somebody asked.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { familyOf, formatCount, type ProviderFamily } from '#core';
import type { EstimateByLine } from '#files';
import type { CountingAccount, FileCount } from '#jobs';
import { keyTarget } from '../keyTargets.ts';
import type { Parts } from '../parts.ts';
import { configFor } from '../preflight.ts';
import { say } from '../say.ts';
import { askKey } from './connectProvider.ts';
import { fileToSubmit } from './fileToSubmit.ts';

export async function countTokens(parts: Parts, target?: unknown): Promise<void> {
  const file = await fileToSubmit(target, {
    none: vscode.l10n.t('Open a batch file first, then have its tokens counted.'),
    save: vscode.l10n.t('Save and count'),
  });
  if (file === null) return;
  const estimate = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Estimating {0}', basename(file)) },
    () => estimateOf(parts, file),
  );
  const { dialect } = estimate;
  if (dialect === null || estimate.lines.length === 0) {
    void say('warning', vscode.l10n.t('{0} holds no requests that a provider could count.', basename(file)));
    return;
  }
  if (!dialect.countsTokens) {
    void say(
      'info',
      vscode.l10n.t('{0} has no endpoint that counts tokens; estimates learn from jobs.', dialect.title),
    );
    return;
  }
  const account = await accountToCountAt(parts, familyOf(dialect.provider));
  const requests = account === null ? null : await chooseRequests(parts, estimate, account);
  if (account === null || requests === null) return;
  const counted = await count(parts, file, estimate, account, requests);
  await sayCount(parts, counted);
}

async function estimateOf({ engine, signal }: Parts, file: string): Promise<EstimateByLine> {
  const { estimateFile } = await engine.files();
  const today = new Date().toISOString().slice(0, 10);
  const config = await configFor(engine, file);
  const pool = await engine.pool();
  const shared = { pool, workersOnly: true, perLine: true } as const;
  return estimateFile(file, { ...shared, today, provider: 'auto', config, signal });
}

/** Without a key, one is asked for; null when there is none then. */
async function accountToCountAt(parts: Parts, provider: ProviderFamily): Promise<CountingAccount | null> {
  const { accounts } = parts;
  let answer = await accounts.counting(provider);
  if (answer.kind === 'problem' && (answer.problem.kind === 'noKey' || answer.problem.kind === 'badKey')) {
    const target = await keyTarget(parts, provider);
    const key = await askKey(target);
    if (key === null) return null;
    await accounts.storeKey(key, target.owner);
    answer = await accounts.counting(provider);
  }
  if (answer.kind === 'account') return answer.account;
  void say('error', answer.problem.message);
  return null;
}

const sizes = [20, 100, 500];

/** Says what goes where; whoever chooses a number agrees to it. */
async function chooseRequests(
  { engine }: Parts,
  { lines }: EstimateByLine,
  account: CountingAccount,
): Promise<number | null> {
  const { countingNotice, linesToCount } = await engine.jobs();
  const counts = [...new Set(sizes.map((size) => linesToCount(lines, size).length))];
  const items = counts.map((requests) => ({
    label: vscode.l10n.t('Count {0}', formatCount(requests)),
    detail: countingNotice(requests, lines.length, account),
    requests,
  }));
  const title = vscode.l10n.t('How many requests shall be counted?');
  return (await vscode.window.showQuickPick(items, { title }))?.requests ?? null;
}

function count(
  { engine, signal }: Parts,
  path: string,
  { dialect, lines }: EstimateByLine,
  account: CountingAccount,
  requests: number,
): Thenable<FileCount> {
  const title = vscode.l10n.t('Counting tokens of {0}', basename(path));
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const stop = new AbortController();
    const listener = token.onCancellationRequested(() => stop.abort());
    const { countFile } = await engine.jobs();
    const pool = await engine.pool();
    const increment = 100 / requests;
    try {
      return await countFile(
        {
          ...{ path, lines, requests, account, provider: dialect?.provider ?? 'openai' },
          config: await configFor(engine, path),
          estimate: (texts) => pool.estimateLines(texts),
          home: (await engine.desk()).store.home,
          now: Date.now,
          onCounted: () => progress.report({ increment }),
        },
        AbortSignal.any([signal, stop.signal]),
      );
    } finally {
      listener.dispose();
    }
  });
}

async function sayCount({ engine }: Parts, counted: FileCount): Promise<void> {
  const { countLines } = await engine.jobs();
  const failed = counted.report.counted === 0;
  await say(failed ? 'error' : 'info', countLines(counted).join(' '));
}
