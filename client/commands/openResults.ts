// Opens the merged results beside their source: source left, results right, in the same tab each time.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '#core';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { exists, showFile, tabOf } from '../showFile.ts';
import { chooseResults } from './ownResults.ts';

export async function openResults(parts: Parts, target?: unknown): Promise<void> {
  const job = await chooseResults(parts, target, vscode.l10n.t('Open the results of which batch?'));
  if (job === null) return;
  if (await exists(job.resultsPath)) await showBeside(job);
  else sayGone(job);
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
