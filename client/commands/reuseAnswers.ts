// Answers that an earlier batch of the same file has are kept where somebody asks for it; only the other requests are priced and sent.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatNumberOf } from '#core';
import type { FoundAnswers, Plan, ReusedAnswers } from '#jobs';
import { forModel } from '../accounts.ts';
import type { Parts } from '../parts.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { say } from '../say.ts';
import { showFile } from '../showFile.ts';

/** What is left to be sent, and what is kept. */
export interface LeftToSend {
  readonly preflight: Preflight;
  readonly plan: Plan;
  readonly reuse: ReusedAnswers;
}

/**
 * @param all the plan of all requests.
 * @param send is awaited: what it reads is removed afterwards. Null: no answer fits.
 */
export async function reuseAnswers(
  parts: Parts,
  all: Plan,
  send: (left: LeftToSend | null) => Promise<void>,
): Promise<void> {
  const { openTemporaryFolder } = await parts.engine.files();
  const folder = await openTemporaryFolder();
  try {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for earlier answers') },
      () => find(parts, all, folder.path),
    );
    if (found === null) return;
    if (found.reused === 0) {
      void say('info', vscode.l10n.t('No earlier batch has an answer to these requests.'));
      return await send(null);
    }
    if (found.rest === 0) return await answerAll(parts, all, found);
    await send(await leftOf(parts, all, found));
  } finally {
    await folder.dispose();
  }
}

async function find(parts: Parts, all: Plan, folder: string): Promise<FoundAnswers | null> {
  const { findAnswers } = await parts.engine.jobs();
  const { store } = await parts.engine.desk();
  const pool = await parts.engine.pool();
  const { file, account, endpoint, model } = all;
  const found = await findAnswers(
    {
      store,
      reuse: (request, { signal }) => pool.run('reuse', request, { signal, priority: 'interactive' }),
    },
    { file, account, endpoint, model, folder },
    parts.signal,
  );
  if (found.kind === 'found') return found;
  void say('error', found.message);
  return null;
}

async function leftOf(parts: Parts, all: Plan, found: FoundAnswers): Promise<LeftToSend> {
  const { planOf, withReuse } = await parts.engine.jobs();
  const { restPath, rowsPath, reused: rows, rest: restRequests, jobs } = found;
  const receiver = forModel(await parts.accounts.receiver(), all.model);
  const checked = await preflight(parts.engine, restPath, parts.signal, receiver);
  const rest = planOf(all.file, all.account, checked.check, checked.estimate.summary, checked.cut);
  const restSha256 = checked.check.sha256;
  return {
    preflight: checked,
    plan: withReuse(rest, all, { rows, jobs }),
    reuse: { restPath, restSha256, restRequests, rowsPath, rows, jobs },
  };
}

/** Nothing is left to be sent. */
async function answerAll(parts: Parts, { file }: Plan, { rowsPath, reused }: FoundAnswers): Promise<void> {
  const { defaultResultsPath, mergeAnswers } = await parts.engine.jobs();
  const pool = await parts.engine.pool();
  const out = defaultResultsPath(file);
  const merged = await mergeAnswers(
    { merge: (request, { signal }) => pool.run('merge', request, { signal, priority: 'interactive' }) },
    { file, rowsPath, out, today: new Date().toISOString().slice(0, 10) },
    parts.signal,
  );
  if (merged.kind !== 'merged') {
    void say('error', merged.message);
    return;
  }
  const answers = formatNumberOf(reused, 'request');
  const words = vscode.l10n.t(
    'Nothing was sent: {0} of {1} have their answers already.',
    answers,
    basename(file),
  );
  void say('info', words, [
    { title: vscode.l10n.t('Open results'), run: () => showFile(vscode.Uri.file(out)) },
  ]);
}
