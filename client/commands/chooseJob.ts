// Which job does a command mean? The row it was called on, an id, the only one there is, or what a person picks.
import * as vscode from 'vscode';
import type { Job } from '#core';
import { ageWords, isSimulated, stateWords } from '../jobWords.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { jobIdOfNode } from '../tree/jobNode.ts';

/** @param fits which jobs are offered when none is named. @param none what is said when there is none to offer. */
export async function chooseJob(
  { list }: Parts,
  target: unknown,
  title: string,
  fits: (job: Job) => boolean,
  none: string,
): Promise<Job | null> {
  const id = idOf(target);
  const { jobs } = await list.refresh();
  if (id !== null) {
    const job = jobs.find((one) => one.id === id);
    if (job === undefined) void say('warning', vscode.l10n.t('There is no job {0} any more.', id));
    return job ?? null;
  }
  const fitting = jobs.filter(fits);
  const [only] = fitting;
  if (only === undefined) {
    void say('info', none);
    return null;
  }
  if (fitting.length === 1) return only;
  const now = Date.now();
  const items = fitting.map((job) => ({
    label: job.name,
    description: [stateWords(job, vscode.l10n), ageWords(job.updatedAt, now, vscode.l10n)].join(' · '),
    detail: isSimulated(job) ? vscode.l10n.t('{0} · Simulator', job.id) : job.id,
    job,
  }));
  return (
    (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))
      ?.job ?? null
  );
}

/** Menus of the sidebar hand over the row's id; links and notifications the job's. */
function idOf(target: unknown): string | null {
  if (typeof target !== 'string' || target === '') return null;
  return jobIdOfNode(target) ?? target;
}
