// Sends what was agreed to, with progress in the status bar, and says in one line how that went.
import * as vscode from 'vscode';
import { isTerminal, type Job } from '#core';
import type { Driven, FollowOptions } from '#jobs';
import { stateWords } from '../jobWords.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';

/** @param send starts the job and carries it on until the provider has it; null when that was not begun. */
export async function sendJob(
  parts: Parts,
  name: string,
  send: (options: FollowOptions) => Promise<Driven | null>,
): Promise<void> {
  const driven = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Submitting {0}', name) },
    (progress) =>
      send({
        signal: parts.signal,
        onChange: (job) => progress.report({ message: stateWords(job, vscode.l10n) }),
      }),
  );
  await parts.list.refresh();
  if (driven !== null) tell(parts, driven);
}

function tell(parts: Parts, { job, stopped }: Driven): void {
  const show = { title: vscode.l10n.t('Show'), run: () => parts.view.reveal(job.id) };
  if (stopped !== null)
    void say('error', vscode.l10n.t('{0} is not submitted yet: {1}', job.name, stopped), [show]);
  else if (job.state === 'failed') void parts.endNotice.tell(job, true);
  else if (!isTerminal(job) || job.resultsReady) void say('info', submittedWords(job), [show]);
}

function submittedWords(job: Job): string {
  return job.attempt > 1
    ? vscode.l10n.t('Retry of {0} submitted', job.name)
    : vscode.l10n.t('Batch submitted: {0}', job.name);
}
