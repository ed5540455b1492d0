// Takes over a batch that was sent with another tool, or whose record is lost: chosen of the provider's own list, or by its id.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Account, RemoteListing } from '#jobs';
import { activeFile } from '../batchFiles.ts';
import { askBatchId, type BatchItem, batchItem, listBatches } from '../listBatches.ts';
import type { Parts } from '../parts.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { say } from '../say.ts';
import { requestOf } from '../submitRequest.ts';
import { candidatesOf } from '../tree/alertNodes.ts';
import { chooseAccount } from './chooseAccount.ts';
import { fileToSubmit } from './fileToSubmit.ts';

/** @param target the file of the requests that it was made of; left out: the one in front, or one that is asked for. */
export async function adoptBatch(parts: Parts, target?: unknown): Promise<void> {
  const file = await fileOf(target);
  if (file === null) return;
  const checked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading {0}', basename(file)) },
    async () => preflight(parts.engine, file, parts.signal, await parts.accounts.receiver()),
  );
  const { provider, content } = checked.check;
  if (provider === null || content === 'results') {
    const message = vscode.l10n.t(
      '{0} has no requests of a known form; choose the file that was sent.',
      basename(file),
    );
    void say('warning', message);
    return;
  }
  const account = await chooseAccount(parts, provider, checked.config);
  if (account === null) return;
  const batchId = await chooseBatch(parts, account, file, checked.check.report.requests);
  if (batchId !== null) await adopt(parts, file, checked, account, batchId);
}

async function fileOf(target: unknown): Promise<string | null> {
  if (typeof target === 'string' || target instanceof vscode.Uri || activeFile() !== null) {
    return fileToSubmit(target, {
      none: vscode.l10n.t('Open the file of the requests first, then adopt their batch.'),
      save: vscode.l10n.t('Save and go on'),
    });
  }
  const title = vscode.l10n.t('The requests that the batch was made of');
  const filters = { [vscode.l10n.t('Batch files')]: ['jsonl', 'ndjson'] };
  const [chosen] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
  return chosen?.fsPath ?? null;
}

async function chooseBatch(
  parts: Parts,
  account: Account,
  file: string,
  requests: number,
): Promise<string | null> {
  const listed = await listBatches(parts, account);
  if (listed === null) return null;
  // What may be the batch of an unclear job is settled there.
  const unclear = parts.list.known?.jobs.flatMap(candidatesOf) ?? [];
  const free = listed.filter(({ batch, job }) => job === null && !unclear.includes(batch.remote.batchId));
  const mayBe = ({ batch: { remote } }: RemoteListing): boolean =>
    remote.counts === null || remote.counts.total === 0 || remote.counts.total === requests;
  const itemsOf = (some: readonly RemoteListing[]): readonly BatchItem[] =>
    some.map((one) => batchItem(account.provider, one));
  const byId = { label: vscode.l10n.t('By its id…') };
  const title = vscode.l10n.t('Which batch was made of {0}?', basename(file));
  const others = itemsOf(free.filter((one) => !mayBe(one)));
  const separator = {
    label: vscode.l10n.t('of another size'),
    kind: vscode.QuickPickItemKind.Separator,
  };
  const items: (vscode.QuickPickItem | BatchItem)[] = [
    ...itemsOf(free.filter(mayBe)),
    byId,
    ...(others.length === 0 ? [] : [separator, ...others]),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === byId) return askBatchId(title);
  return chosen !== undefined && 'batchId' in chosen ? chosen.batchId : null;
}

async function adopt(
  parts: Parts,
  file: string,
  checked: Preflight,
  account: Account,
  batchId: string,
): Promise<void> {
  const jobs = await parts.engine.jobs();
  const { environment } = await parts.engine.desk();
  const plan = jobs.planOf(file, account, checked.check, checked.estimate.summary);
  // It was sent as one, whatever our limits say; nothing more is sent by itself.
  const request = {
    ...requestOf(file, checked, account, plan),
    parts: undefined,
    queueTokens: null,
    retries: 0,
  };
  const answer = await jobs.adoptBatch(environment, batchId, request);
  if (answer.kind === 'problem') {
    void say('error', answer.message);
    return;
  }
  await parts.list.refresh();
  const { id, name } = answer.job;
  void say('info', vscode.l10n.t('{0} is followed now; its results come when it is over.', name), [
    { title: vscode.l10n.t('Show'), run: () => parts.view.reveal(id) },
  ]);
}
