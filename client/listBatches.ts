// The newest batches at a provider, whoever made them, as items to choose from.
import * as vscode from 'vscode';
import { dialectOf, type Provider } from '#core';
import type { Account, RemoteListing } from '#jobs';
import type { Parts } from './parts.ts';
import { listedWords } from './pointedOut.ts';
import { say } from './say.ts';

const mostListed = 100;

/** Null when the provider did not answer, which is said. */
export async function listBatches(parts: Parts, account: Account): Promise<readonly RemoteListing[] | null> {
  const { listRemote } = await parts.engine.jobs();
  const { environment } = await parts.engine.desk();
  const { title } = dialectOf(account.provider);
  const listed = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Asking {0} for its batches', title) },
    () => listRemote(environment, account, mostListed, parts.signal),
  );
  if (listed.kind === 'listed') return listed.batches;
  void say('error', listed.message);
  return null;
}

export interface BatchItem extends vscode.QuickPickItem {
  readonly batchId: string;
}

export function batchItem(provider: Provider, { batch: { remote, name, model } }: RemoteListing): BatchItem {
  const { batchId, createdAt } = remote;
  const made = createdAt === null ? null : new Date(createdAt).toLocaleString();
  const detail = [made, name === batchId ? null : name, model].filter((word) => word !== null).join(' · ');
  return {
    label: batchId,
    description: listedWords(provider, remote, Date.now(), vscode.l10n),
    ...(detail === '' ? {} : { detail }),
    batchId,
  };
}

/** Null when it was closed. */
export async function askBatchId(title: string): Promise<string | null> {
  const id = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The id of the batch, as the provider shows it.'),
    validateInput: (text) =>
      /^[\w./-]{1,200}$/.test(text.trim())
        ? null
        : vscode.l10n.t('An id has letters, digits, - _ . / and no spaces.'),
  });
  return id?.trim() || null;
}
