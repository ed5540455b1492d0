// Sends again what was not answered, as the next attempt of the same job; priced and agreed to like a first submission.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { formatCount, formatNumberOf, isTerminal, type Job, type NoteCode } from '#core';
import type { RetryReport } from '#files';
import type { Account } from '#jobs';
import { mayPassBudget } from '../budget.ts';
import { unansweredOf } from '../jobWords.ts';
import type { Parts } from '../parts.ts';
import { noteCountWords } from '../pointedOut.ts';
import { preflight } from '../preflight.ts';
import { ask, say } from '../say.ts';
import type { NoteCount } from '../tree/findingNodes.ts';
import { chooseJob } from './chooseJob.ts';
import { sendJob } from './sendJob.ts';

export async function retryFailed(parts: Parts, target?: unknown): Promise<void> {
  const none = vscode.l10n.t('No batch has requests without an answer.');
  const title = vscode.l10n.t('Retry which batch?');
  const found = await parts.findings.of((await parts.list.refresh()).jobs);
  const notesOf = ({ id }: Job): readonly NoteCount[] => found.get(id)?.notes ?? [];
  const fits = (one: Job): boolean =>
    isTerminal(one) && (unansweredOf(one.rows) > 0 || notesOf(one).length > 0);
  const job = await chooseJobToRetry(parts, target, title, fits, none);
  if (job === null) return;
  const notes = await chooseNotes(job, notesOf(job));
  if (notes === null) return;
  const answer = await parts.accounts.ofJob(job);
  if (answer.kind === 'problem') {
    void say('error', answer.problem.message, [
      {
        title: vscode.l10n.t('Connect a provider'),
        run: () => vscode.commands.executeCommand('llmBatch.connectProvider'),
      },
    ]);
    return;
  }
  if (await agreed(parts, job, answer.account, notes)) await send(parts, job, notes);
}

async function chooseJobToRetry(
  parts: Parts,
  target: unknown,
  title: string,
  fits: (job: Job) => boolean,
  none: string,
): Promise<Job | null> {
  const job = await chooseJob(parts, target, title, fits, none);
  if (job === null || fits(job)) return job;
  void say('info', vscode.l10n.t('Every request of {0} was answered, or it is not over yet.', job.name));
  return null;
}

/** Answers that are not what was asked for are sent again by choice. Null: nothing is to be sent. */
async function chooseNotes(job: Job, notes: readonly NoteCount[]): Promise<readonly NoteCode[] | null> {
  if (notes.length === 0) return [];
  const left = unansweredOf(job.rows);
  const items = notes.map(({ code, count, example }) => ({
    label: noteCountWords(code, count, vscode.l10n),
    detail: example,
    picked: left === 0,
    code,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title:
      left === 0
        ? vscode.l10n.t('Send which answers of {0} again?', job.name)
        : vscode.l10n.t('Besides the {0} without an answer, send which again?', formatCount(left)),
    placeHolder: vscode.l10n.t('An answer stays until there is a better one'),
  });
  if (chosen === undefined || (left === 0 && chosen.length === 0)) return null;
  return chosen.map(({ code }) => code);
}

async function agreed(
  parts: Parts,
  job: Job,
  account: Account,
  notes: readonly NoteCode[],
): Promise<boolean> {
  const jobs = await parts.engine.jobs();
  const { store } = await parts.engine.desk();
  const path = join(store.folderOf(job.id), 'retry-preview.jsonl');
  try {
    const written = await writePreview(parts, job, path, notes);
    if (written === null) return false;
    const receiver = await parts.accounts.receiverOf(job);
    const { check, estimate, cut } = await preflight(parts.engine, path, parts.signal, receiver);
    const plan = jobs.planOf(job.file, account, check, estimate.summary, cut);
    const { hopeless } = written;
    const doubts =
      hopeless === 0
        ? []
        : [vscode.l10n.t('{0} of them would fail again as they are.', formatCount(hopeless))];
    const requests = formatNumberOf(written.written, 'request');
    const title = vscode.l10n.t(
      'Send {0} of {1} again to {2}?',
      requests,
      job.name,
      jobs.providerLabel(account),
    );
    const yes = vscode.l10n.t('Retry');
    const answer = await ask(title, [...jobs.planLines(plan), ...doubts].join('\n\n'), [yes]);
    return answer === yes && (await mayPassBudget(parts, plan));
  } finally {
    await rm(path, { force: true });
  }
}

/** The requests as they would be sent, to be priced. */
async function writePreview(
  parts: Parts,
  job: Job,
  out: string,
  notes: readonly NoteCode[],
): Promise<RetryReport | null> {
  const { writeUnanswered } = await parts.engine.jobs();
  const written = await writeUnanswered(job, out, { notes }, parts.signal);
  if (written.kind === 'written' && written.written > 0) return written;
  const message =
    written.kind === 'written'
      ? vscode.l10n.t('Every request of {0} was answered.', job.name)
      : written.message;
  void say('info', message);
  return null;
}

async function send(parts: Parts, job: Job, notes: readonly NoteCode[]): Promise<void> {
  const { runner } = await parts.engine.desk();
  await sendJob(parts, job.name, 0, async (options) => {
    const begun = await runner.retryFailed(job.id, { notes });
    if (begun.kind === 'job') return runner.follow(job.id, { ...options, until: 'submitted' });
    void say('warning', begun.message);
    return null;
  });
}
