// Stops a batch. It cannot be begun again, so it is asked once; what is finished is kept and billed.
import * as vscode from 'vscode';
import { isTerminal, type Job } from '#core';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { chooseJob } from './chooseJob.ts';

export async function cancelJob(parts: Parts, target?: unknown): Promise<void> {
  const none = vscode.l10n.t('No batch is running.');
  const open = (job: Job): boolean => !isTerminal(job) && !job.cancelRequested;
  const job = await chooseJob(parts, target, vscode.l10n.t('Cancel which batch?'), open, none);
  if (job === null || !open(job)) return;
  const cancel = async (): Promise<void> => {
    const { runner } = await parts.engine.desk();
    await runner.cancel(job.id);
    parts.follower.tryAgain();
  };
  // Nothing was sent yet: nothing is lost.
  if (job.parts.every((part) => part.remote === null)) return cancel();
  await say(
    'warning',
    vscode.l10n.t('Cancel {0}? Answers that are there already are kept and billed.', job.name),
    [{ title: vscode.l10n.t('Cancel the batch'), run: cancel }],
  );
}
