// Copies the provider's id of a batch, to look it up there.
import * as vscode from 'vscode';
import { currentParts, type Job } from '#core';
import type { Parts } from '../parts.ts';
import { chooseJob } from './chooseJob.ts';

const shownMs = 4000;

export async function copyJobId(parts: Parts, target?: unknown): Promise<void> {
  const none = vscode.l10n.t('No batch has an id yet.');
  const title = vscode.l10n.t('Copy the id of which batch?');
  const job = await chooseJob(parts, target, title, (one) => idsOf(one) !== '', none);
  if (job === null) return;
  // Before the provider gave one, our own.
  const ids = idsOf(job) || job.id;
  await vscode.env.clipboard.writeText(ids);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', ids), shownMs);
}

function idsOf(job: Job): string {
  return currentParts(job)
    .flatMap(({ remote }) => (remote === null ? [] : [remote.batchId]))
    .join(' ');
}
