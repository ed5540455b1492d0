// One request of a file, sent at once after its price was agreed to; the answer opens beside the file.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Configuration } from '#core';
import type { Account, TriedLine } from '#jobs';
import { answerPage } from '../answerPage.ts';
import { activeFile } from '../batchFiles.ts';
import { mayPassBudgetOf } from '../budget.ts';
import { uriOf } from '../openDocument.ts';
import type { Parts } from '../parts.ts';
import { configFor } from '../preflight.ts';
import { RequestPicker } from '../requestPicker.ts';
import { requestPlaceOf } from '../requestPlace.ts';
import { ask, say } from '../say.ts';
import { chooseAccount } from './chooseAccount.ts';

interface Chosen {
  readonly source: vscode.Uri;
  /** 0-based. */
  readonly line: number;
  readonly text: string;
}

/** @param target a URI, or its text, or nothing for the file in front. @param line 0-based; left out: where the cursor is. */
export async function tryRequest(parts: Parts, target?: unknown, line?: unknown): Promise<void> {
  const chosen = await choose(parts, uriOf(target) ?? activeFile(), typeof line === 'number' ? line : null);
  if (chosen === null) return;
  const { readTry } = await parts.engine.jobs();
  const path = chosen.source.scheme === 'file' ? chosen.source.fsPath : chosen.source.path;
  const config = await configFor(parts.engine, path, await parts.accounts.receiver());
  const read = await readTry(chosen.text, config, today());
  if (read.kind === 'unfit') {
    void say('info', vscode.l10n.t('Line {0} is no request that could be sent.', chosen.line + 1));
    return;
  }
  const account = await chooseAccount(parts, read.dialect.provider, config);
  if (account !== null && (await isAgreed(parts, account, read)))
    await send(parts, chosen, read, account, config);
}

async function choose(parts: Parts, uri: vscode.Uri | null, line: number | null): Promise<Chosen | null> {
  if (uri === null) return nothingOpen();
  const place = requestPlaceOf(uri);
  if (place !== null) return textAt(parts, vscode.Uri.parse(place.source), place.line);
  // In two editors side by side it is the cursor of the one in front that counts.
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editor = [activeTextEditor, ...visibleTextEditors].find(
    (one) => one?.document.uri.toString() === uri.toString(),
  );
  const at = line ?? editor?.selection.active.line ?? null;
  // What is seen is sent, saved or not.
  if (editor !== undefined && at !== null && at < editor.document.lineCount) {
    const { text } = editor.document.lineAt(at);
    if (text.trim() !== '') return { source: uri, line: at, text };
  }
  if (editor === undefined && line !== null) return textAt(parts, uri, line);
  const server = await parts.server.running();
  if (server === null) return nothingOpen();
  const picker = new RequestPicker(server, uri);
  const picked = await picker.pick('');
  picker.dispose();
  return picked === null ? null : textAt(parts, uri, picked.line);
}

function nothingOpen(): null {
  void say('info', vscode.l10n.t('Open a batch file first, then try a request of it.'));
  return null;
}

/** From the document where it is open, else from disk. */
async function textAt(parts: Parts, source: vscode.Uri, line: number): Promise<Chosen | null> {
  const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === source.toString());
  if (open !== undefined && line < open.lineCount) return { source, line, text: open.lineAt(line).text };
  if (source.scheme !== 'file') return nothingOpen();
  const { readLinesAt } = await parts.engine.files();
  const [text] = await readLinesAt(source.fsPath, new Set([line]), { signal: parts.signal });
  if (text !== undefined) return { source, line, text };
  void say('warning', vscode.l10n.t('The file has changed; look for the request again.'));
  return null;
}

/** What the simulator answers costs nothing: nobody is asked. */
async function isAgreed(parts: Parts, account: Account, line: TriedLine): Promise<boolean> {
  const { simulatorProfile, tryMostUsd, tryWords } = await parts.engine.jobs();
  if (account.profile === simulatorProfile) return true;
  const [title, detail] = tryWords(account, line);
  const yes = vscode.l10n.t('Try It');
  if ((await ask(title, detail, [yes])) !== yes) return false;
  return mayPassBudgetOf(parts, tryMostUsd(line), {
    title: vscode.l10n.t('Try it above your limit?'),
    yes: vscode.l10n.t('Try Above Limit'),
  });
}

async function send(
  parts: Parts,
  { source, line }: Chosen,
  read: TriedLine,
  account: Account,
  config: Configuration,
): Promise<void> {
  const jobs = await parts.engine.jobs();
  const { home } = (await parts.engine.desk()).store;
  const { provider, profile } = account;
  const id = `try-${new Date().toISOString()}`;
  const spend = { id, provider, profile, mostUsd: jobs.tryMostUsd(read) };
  await jobs.keepRunSpend(home, { ...spend, costUsd: null }, Date.now());
  const name = read.call.id ?? vscode.l10n.t('line {0}', line + 1);
  const tried = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Trying {0} of {1}', name, basename(source.path)),
      cancellable: true,
    },
    async (_, token) => {
      const stop = new AbortController();
      const listener = token.onCancellationRequested(() => stop.abort());
      try {
        const signal = AbortSignal.any([stop.signal, parts.signal]);
        return await jobs.tryRequest(account, read, { config, today: today() }, signal);
      } finally {
        listener.dispose();
      }
    },
  );
  if (tried.kind === 'problem') {
    if (!tried.isSent) await jobs.keepRunSpend(home, { ...spend, costUsd: 0 }, Date.now());
    void say('error', tried.message);
    return;
  }
  const costUsd = tried.row.status === 'succeeded' ? tried.row.costUsd : (tried.row.costUsd ?? 0);
  await jobs.keepRunSpend(home, { ...spend, costUsd }, Date.now());
  const facts = { model: read.call.model, place: jobs.providerLabel(account) };
  await parts.answers.show(source, name, answerPage(tried, facts, vscode.l10n));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
