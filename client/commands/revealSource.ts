// Opens the file a job was made from, at a line when one is named.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { exists, showFile } from '../showFile.ts';
import { chooseJob } from './chooseJob.ts';

export async function revealSource(parts: Parts, target?: unknown, line?: unknown): Promise<void> {
  const none = vscode.l10n.t('No batch was submitted yet.');
  const job = await chooseJob(
    parts,
    target,
    vscode.l10n.t('Open the file of which batch?'),
    () => true,
    none,
  );
  if (job === null) return;
  const at = typeof line === 'number' ? { line } : {};
  if (await exists(job.file)) return showFile(vscode.Uri.file(job.file), at);
  const sent = job.parts[0]?.snapshot;
  const offers =
    sent === undefined
      ? []
      : [{ title: vscode.l10n.t('Open what was sent'), run: () => showFile(vscode.Uri.file(sent), at) }];
  void say('warning', vscode.l10n.t('{0} is no longer there.', basename(job.file)), offers);
}
