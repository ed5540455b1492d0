// Settles a job of which it is unclear whether the provider has it: a person says which batch it is, or that there is none.
import * as vscode from 'vscode';
import { dialectOf, type Job } from '#core';
import type { Account, Resolution } from '#jobs';
import { askBatchId, type BatchItem, batchItem, listBatches } from '../listBatches.ts';
import type { Parts } from '../parts.ts';
import { ask, say } from '../say.ts';
import { candidatesOf } from '../tree/alertNodes.ts';
import { chooseJob } from './chooseJob.ts';

export async function resolveJob(parts: Parts, target?: unknown): Promise<void> {
  const none = vscode.l10n.t('Of every batch it is known whether it was sent.');
  const title = vscode.l10n.t('Settle which batch?');
  const job = await chooseJob(parts, target, title, ({ state }) => state === 'unclear', none);
  if (job === null) return;
  if (job.state !== 'unclear') {
    void say('info', vscode.l10n.t('It is known by now what became of {0}.', job.name));
    return;
  }
  const account = await parts.accounts.ofJob(job);
  if (account.kind === 'problem') {
    void say('error', account.problem.message);
    return;
  }
  const resolution = await choose(parts, job, account.account);
  if (resolution !== null) await settle(parts, job, resolution);
}

/** Null: it is left as it is. */
async function choose(parts: Parts, job: Job, account: Account): Promise<Resolution | null> {
  const t = vscode.l10n.t;
  const title = t('What became of {0}?', job.name);
  const candidates = await candidateItems(parts, job, account);
  const { title: place } = dialectOf(job.provider);
  const another = { label: t('It is another batch…'), detail: t('By its id, as the provider shows it') };
  const notSent = {
    label: t('It was not sent: send it again'),
    detail: t('Where the provider has it after all, it is paid twice'),
  };
  const wait = { label: t('Wait'), detail: waitWords(candidates.length) };
  const items: (vscode.QuickPickItem | BatchItem)[] = [...candidates, another, notSent, wait];
  const placeHolder = t('No answer came when it was sent: compare what {0} lists', place);
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (chosen === notSent) return (await isSure(job)) ? { kind: 'notSent' } : null;
  if (chosen === another) {
    const batchId = await askBatchId(title);
    return batchId === null ? null : { kind: 'adopt', batchId };
  }
  return chosen !== undefined && 'batchId' in chosen ? { kind: 'adopt', batchId: chosen.batchId } : null;
}

/** @param candidates how many batches it may be. */
function waitWords(candidates: number): string {
  const t = vscode.l10n.t;
  if (candidates === 0) return t('It is looked for further; nothing is sent before it is known');
  return candidates === 1
    ? t('Its results tell when it is over; nothing is sent before that')
    : t('Their results tell when they are over; nothing is sent before that');
}

/** What the provider does not list any more has its id alone. */
async function candidateItems(parts: Parts, job: Job, account: Account): Promise<readonly BatchItem[]> {
  const ids = candidatesOf(job);
  const listed = ids.length === 0 ? [] : await listBatches(parts, account);
  return ids.map((batchId) => {
    const found = listed?.find(({ batch }) => batch.remote.batchId === batchId);
    const item = found === undefined ? { label: batchId, batchId } : batchItem(job.provider, found);
    return { ...item, label: vscode.l10n.t('It is {0}', batchId) };
  });
}

/** It may be paid a second time. */
async function isSure(job: Job): Promise<boolean> {
  const yes = vscode.l10n.t('Send Again');
  const [first, ...others] = candidatesOf(job);
  const detail =
    first === undefined
      ? vscode.l10n.t('If the provider has it after all, you pay for it twice.')
      : others.length === 0
        ? vscode.l10n.t('If it is {0} after all, you pay for it twice.', first)
        : vscode.l10n.t(
            'If it is one of these after all, you pay for it twice: {0}.',
            [first, ...others].join(', '),
          );
  return (await ask(vscode.l10n.t('Send {0} again?', job.name), detail, [yes])) === yes;
}

async function settle(parts: Parts, job: Job, resolution: Resolution): Promise<void> {
  const jobs = await parts.engine.jobs();
  const { environment } = await parts.engine.desk();
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Settling {0}', job.name) },
    () => jobs.resolveJob(environment, job.id, resolution),
  );
  await parts.list.refresh();
  if (answer.kind === 'problem') {
    void say('error', answer.message);
    return;
  }
  parts.follower.tryAgain();
  const words =
    resolution.kind === 'adopt'
      ? vscode.l10n.t('{0} is {1}; its results come when it is over.', job.name, resolution.batchId)
      : vscode.l10n.t('{0} is sent again.', job.name);
  void say('info', words, [{ title: vscode.l10n.t('Show'), run: () => parts.view.reveal(job.id) }]);
}
