// Sends what was agreed to, with progress, and says in one line how that went.
import * as vscode from 'vscode';
import { currentParts, formatBytes, formatPercent, isTerminal, type Job } from '#core';
import type { Driven, FollowOptions } from '#jobs';
import { stateWords } from '../jobWords.ts';
import type { Parts } from '../parts.ts';
import { type Offer, say } from '../say.ts';

/** What takes longer than a moment is shown where it is seen. */
const longBytes = 5e6;

/**
 * @param sizeBytes of what is sent.
 * @param send starts the job and carries it on until the provider has it; null when that was not begun.
 */
export async function sendJob(
  parts: Parts,
  name: string,
  sizeBytes: number,
  send: (options: FollowOptions) => Promise<Driven | null>,
): Promise<void> {
  const { Notification, Window } = vscode.ProgressLocation;
  const driven = await vscode.window.withProgress(
    {
      location: sizeBytes >= longBytes ? Notification : Window,
      title: vscode.l10n.t('Submitting {0}', name),
    },
    (progress) => parts.follower.whileSending(() => send(optionsFor(parts, progress))),
  );
  await parts.list.refresh();
  if (driven !== null) tell(parts, driven);
}

interface SendProgress {
  readonly message?: string;
  /** Of 100. */
  readonly increment?: number;
}

/** Several parts are one upload to whoever waits. */
function optionsFor(parts: Parts, progress: vscode.Progress<SendProgress>): FollowOptions {
  const sent = new Map<number, number>();
  let shown = 0;
  let totalBytes = 0;
  let isInParts = false;
  return {
    signal: parts.signal,
    onChange: (job) => {
      const current = currentParts(job);
      totalBytes = current.reduce((sum, part) => sum + part.sizeBytes, 0);
      isInParts = current.length > 1;
      progress.report({ message: stateWords(job, vscode.l10n) });
    },
    onUpload: (sentBytes, sizeBytes, part) => {
      sent.set(part, sentBytes);
      const all = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
      const percent = Math.min(100, (all / Math.max(totalBytes, sizeBytes, 1)) * 100);
      const share = formatPercent(sentBytes / Math.max(1, sizeBytes));
      const of = formatBytes(sizeBytes);
      const message = isInParts
        ? vscode.l10n.t('uploading part {0} · {1} of {2}', part, share, of)
        : vscode.l10n.t('uploading · {0} of {1}', share, of);
      progress.report({ message, increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    },
  };
}

function tell(parts: Parts, { job, stopped }: Driven): void {
  const show = { title: vscode.l10n.t('Show'), run: () => parts.view.reveal(job.id) };
  if (stopped !== null)
    void say('error', vscode.l10n.t('{0} is not submitted yet: {1}', job.name, stopped), [show]);
  else if (job.state === 'failed') void parts.endNotice.tell(job, true);
  else if (job.state === 'unclear') void say('warning', unclearWords(job), [settle(job), show]);
  else if (!isTerminal(job) || job.resultsReady) void say('info', submittedWords(job), [show]);
}

function settle({ id }: Job): Offer {
  return {
    title: vscode.l10n.t('Settle…'),
    run: () => vscode.commands.executeCommand('llmBatch.resolveJob', id),
  };
}

function unclearWords({ name }: Job): string {
  return vscode.l10n.t(
    '{0}: no answer came, so it is unclear whether it was sent. It is not sent again before that is known.',
    name,
  );
}

function submittedWords(job: Job): string {
  return job.attempt > 1
    ? vscode.l10n.t('Retry of {0} submitted', job.name)
    : vscode.l10n.t('Batch submitted: {0}', job.name);
}
