// From an open file to a batch at the provider: saved, checked, priced, agreed to, sent. Nothing is sent without the last yes.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Account, Plan, SubmitRequest } from '#jobs';
import { mayPassBudget } from '../budget.ts';
import { withModel } from '../chooseModel.ts';
import { fixErrors } from '../fixFile.ts';
import type { Parts } from '../parts.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { ask, say } from '../say.ts';
import { requestOf } from '../submitRequest.ts';
import { chooseAccount } from './chooseAccount.ts';
import { fileToSubmit } from './fileToSubmit.ts';
import { type LeftToSend, reuseAnswers } from './reuseAnswers.ts';
import { sayProblems } from './sayProblems.ts';
import { sendJob } from './sendJob.ts';

export async function submit(parts: Parts, target?: unknown): Promise<void> {
  const file = await fileToSubmit(target);
  if (file === null) return;
  const checked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking {0}', basename(file)) },
    async () => preflight(parts.engine, file, parts.signal, await parts.accounts.receiver()),
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

async function propose(parts: Parts, file: string, bare: Preflight): Promise<void> {
  const checked = await withModel(parts, file, bare);
  if (checked === null) return;
  const account = await chooseAccount(parts, checked.check.provider, checked.config);
  if (account === null) return;
  const { runner } = await parts.engine.desk();
  const { batchModelOf } = await parts.engine.jobs();
  const { provider, report, sha256 } = checked.check;
  const model = batchModelOf(provider, report, checked.estimate.summary);
  const open = await runner.findOpen(sha256, account, { model });
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
  const plan = jobs.planOf(file, account, checked.check, checked.estimate.summary, checked.cut);
  // Errors that cost a row each were accepted, or there are none.
  const blocked = jobs.blockedBy(plan, true);
  if (blocked !== null) {
    await say('warning', vscode.l10n.t('{0} cannot be submitted. {1}', basename(file), blocked));
    return;
  }
  const { store } = await parts.engine.desk();
  const mayReuse = await jobs.mayHaveAnswers(store, plan);
  const all = { ...requestOf(file, checked, account, plan), forceNew };
  await offer(parts, { plan, preflight: checked, request: all, mayReuse });
}

/** What is asked, and what would be sent then. */
interface Offered {
  readonly plan: Plan;
  readonly preflight: Preflight;
  readonly request: SubmitRequest;
  /** An earlier batch of this file may have answers. */
  readonly mayReuse: boolean;
}

async function offer(parts: Parts, offered: Offered): Promise<void> {
  const { plan, request, mayReuse } = offered;
  const jobs = await parts.engine.jobs();
  const title = jobs.planTitle(plan);
  const lines = jobs.planLines(plan);
  const submitTitle = vscode.l10n.t('Submit');
  const reuseTitle = vscode.l10n.t('Reuse Answers…');
  const details = vscode.l10n.t('Details');
  const send = async (): Promise<void> => {
    if (await mayPassBudget(parts, plan)) await sendFile(parts, request);
  };
  const answers = mayReuse ? [submitTitle, reuseTitle, details] : [submitTitle, details];
  const answer = await ask(title, lines.join('\n\n'), answers);
  if (answer === submitTitle) return send();
  if (answer === reuseTitle) return reuseAnswers(parts, plan, (left) => offerLeft(parts, offered, left));
  if (answer !== details) return;
  await parts.plan.show({
    title,
    lines,
    file: plan.file,
    resultsPath: jobs.defaultResultsPath(plan.file),
    preflight: offered.preflight,
  });
  await say('info', [title, ...lines.slice(-1)].join(' '), [{ title: submitTitle, run: send }]);
}

async function offerLeft(parts: Parts, all: Offered, left: LeftToSend | null): Promise<void> {
  if (left === null) return offer(parts, { ...all, mayReuse: false });
  const { plan, preflight, reuse } = left;
  const { parts: pieces, queueTokens } = plan.cut;
  const request = { ...all.request, estimate: plan.estimate, parts: pieces, queueTokens, reuse };
  await offer(parts, { plan, preflight, request, mayReuse: false });
}

async function sendFile(parts: Parts, request: SubmitRequest): Promise<void> {
  const { runner } = await parts.engine.desk();
  await sendJob(parts, basename(request.file), request.checked.sizeBytes, async (options) => {
    const sent = await runner.submit(request, options);
    if (sent.kind === 'job') return sent;
    void say('warning', sent.message, [
      { title: vscode.l10n.t('Submit again'), run: () => submit(parts, vscode.Uri.file(request.file)) },
    ]);
    return null;
  });
}
