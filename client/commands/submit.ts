// From an open file to a batch at the provider: saved, checked, priced, agreed to, sent. Nothing is sent without the last yes.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Account, Plan, SubmitRequest } from '#jobs';
import { fixErrors } from '../fixFile.ts';
import type { Parts } from '../parts.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { ask, say } from '../say.ts';
import { chooseAccount } from './chooseAccount.ts';
import { fileToSubmit } from './fileToSubmit.ts';
import { sayProblems } from './sayProblems.ts';
import { sendJob } from './sendJob.ts';

export async function submit(parts: Parts, target?: unknown): Promise<void> {
  const file = await fileToSubmit(target);
  if (file === null) return;
  const checked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking {0}', basename(file)) },
    () => preflight(parts.engine, file, parts.signal),
  );
  const { unfitToSend } = await parts.engine.jobs();
  await sayProblems(file, checked, unfitToSend(checked.check), {
    goOn: () => propose(parts, file, checked),
    fix: async () => {
      const uri = vscode.Uri.file(file);
      await fixErrors(parts, uri, checked.check.report.fixableErrors);
      await submit(parts, uri);
    },
  });
}

async function propose(parts: Parts, file: string, checked: Preflight): Promise<void> {
  const account = await chooseAccount(parts);
  if (account === null) return;
  const { runner } = await parts.engine.desk();
  const open = await runner.findOpen(checked.check.sha256, account);
  if (open === null) return agree(parts, file, checked, account);
  void parts.view.reveal(open.id);
  await say('info', vscode.l10n.t('These requests are being processed already, as {0}.', open.name), [
    {
      title: vscode.l10n.t('Submit again'),
      run: () => agree(parts, file, checked, account, { forceNew: true }),
    },
  ]);
}

async function agree(
  parts: Parts,
  file: string,
  checked: Preflight,
  account: Account,
  { forceNew }: { readonly forceNew: boolean } = { forceNew: false },
): Promise<void> {
  const jobs = await parts.engine.jobs();
  const plan = jobs.planOf(file, account, checked.check, checked.estimate.summary);
  const title = jobs.planTitle(plan);
  const lines = jobs.planLines(plan);
  const submitTitle = vscode.l10n.t('Submit');
  const details = vscode.l10n.t('Details');
  const send = (): Promise<void> => sendFile(parts, { ...requestOf(file, checked, account, plan), forceNew });
  const answer = await ask(title, lines.join('\n\n'), [submitTitle, details]);
  if (answer === submitTitle) return send();
  if (answer !== details) return;
  await parts.plan.show({
    title,
    lines,
    file,
    resultsPath: jobs.defaultResultsPath(file),
    preflight: checked,
  });
  await say('info', [title, ...lines.slice(-1)].join(' '), [{ title: submitTitle, run: send }]);
}

function requestOf(file: string, { check }: Preflight, account: Account, plan: Plan): SubmitRequest {
  const { sizeBytes, requests } = check.report;
  return {
    file,
    account,
    endpoint: plan.endpoint ?? '',
    model: plan.model,
    name: null,
    metadata: {},
    resultsPath: null,
    estimate: plan.estimate,
    checked: { sha256: check.sha256, sizeBytes, requests },
  };
}

async function sendFile(parts: Parts, request: SubmitRequest): Promise<void> {
  const { runner } = await parts.engine.desk();
  await sendJob(parts, basename(request.file), async (options) => {
    const sent = await runner.submit(request, options);
    if (sent.kind === 'job') return sent;
    void say('warning', sent.message, [
      { title: vscode.l10n.t('Submit again'), run: () => submit(parts, vscode.Uri.file(request.file)) },
    ]);
    return null;
  });
}
