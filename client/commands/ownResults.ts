// Which batch's results are meant, and where are they? Those of a newer batch of the file may stand in their place.
import * as vscode from 'vscode';
import type { Job } from '#core';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { chooseJob } from './chooseJob.ts';

/** @param target what was clicked; asks with the title without one. Null when there is none; that is said. */
export async function chooseResults(parts: Parts, target: unknown, title: string): Promise<Job | null> {
  const none = vscode.l10n.t('No batch has results yet.');
  const job = await chooseJob(parts, target, title, ({ resultsReady }) => resultsReady, none);
  if (job === null || job.resultsReady) return job && withOwnResults(parts, job);
  void say('info', vscode.l10n.t('{0} has no results yet.', job.name));
  return null;
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
