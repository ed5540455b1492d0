// Opens the report of a batch beside: completion, duration, tokens, cost, why rows failed, estimate against actual.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { configFor } from '../preflight.ts';
import { reportPage } from '../reportPage.ts';
import { say } from '../say.ts';
import { chooseResults } from './ownResults.ts';

export async function showReport(parts: Parts, target?: unknown): Promise<void> {
  const job = await chooseResults(parts, target, vscode.l10n.t('Show the report of which batch?'));
  if (job === null) return;
  const { file, provider, model, resultsPath, createdAt } = job;
  const pool = await parts.engine.pool();
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading {0}', basename(resultsPath)) },
    async () => {
      const config = await configFor(parts.engine, file, await parts.accounts.receiverOf(job));
      const request = { paths: [resultsPath], today: createdAt.slice(0, 10), config, provider, model };
      return pool.run('report', request, { signal: parts.signal, priority: 'interactive' });
    },
  );
  if (report.kind !== 'report') {
    void say('warning', report.message);
    return;
  }
  const path = `${resultsPath.replace(/(?:\.results)?\.jsonl$/i, '')}.report.md`;
  await parts.plan.showPage(path, reportPage(report, job, vscode.l10n));
}
