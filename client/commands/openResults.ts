// Opens the merged results beside their source: source left, results right, in the same tab each time.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '#core';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { exists, showFile, tabOf } from '../showFile.ts';
import { chooseJob } from './chooseJob.ts';

export async function openResults(parts: Parts, target?: unknown): Promise<void> {
  const none = vscode.l10n.t('No batch has results yet.');
  const title = vscode.l10n.t('Open the results of which batch?');
  const job = await chooseJob(parts, target, title, ({ resultsReady }) => resultsReady, none);
  if (job === null) return;
  if (!job.resultsReady) {
    void say('info', vscode.l10n.t('{0} has no results yet.', job.name));
    return;
  }
  const own = await withOwnResults(parts, job);
  if (await exists(own.resultsPath)) await showBeside(own);
  else sayGone(own);
}

/** Where a newer batch of the file has its results in the place of these, they are merged again beside them. */
async function withOwnResults({ engine }: Parts, job: Job): Promise<Job> {
  const { isReplaced, mergedAgain } = await engine.jobs();
  const { environment, store } = await engine.desk();
  if (!(await isReplaced(job, (await store.list()).jobs))) return job;
  const again = await mergedAgain(environment, job.id, new AbortController().signal);
  if (again.kind !== 'problem') return again.job;
  void say('warning', again.message);
  return job;
}

async function showBeside(job: Job): Promise<void> {
  const source = vscode.Uri.file(job.file);
  // Also when it is open already: it may stand behind another tab.
  if (tabOf(source) !== undefined || (await exists(job.file))) await showFile(source);
  const column = tabOf(source)?.group.viewColumn;
  await showFile(vscode.Uri.file(job.resultsPath), {
    viewColumn: column === undefined ? vscode.ViewColumn.Active : column + 1,
    preserveFocus: true,
  });
}

function sayGone(job: Job): void {
  const downloaded = job.parts
    .flatMap(({ outputPath, errorPath }) => [outputPath, errorPath])
    .find((path) => path !== null);
  const offers =
    downloaded === undefined
      ? []
      : [
          {
            title: vscode.l10n.t("Open the provider's file"),
            run: () => showFile(vscode.Uri.file(downloaded)),
          },
        ];
  void say('warning', vscode.l10n.t('{0} is no longer there.', basename(job.resultsPath)), offers);
}
