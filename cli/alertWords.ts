// What should be pointed out about jobs, by the thresholds of this person, and the command that helps.
import { type Alert, alertsOf, isTerminal, type Job } from '#core';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { homeOf } from './workshop.ts';

export type AlertReader = (job: Job) => readonly Alert[];

/** As it is now. */
export async function alertReader(terminal: Terminal): Promise<AlertReader> {
  const { readSettingsFile } = await import('#jobs');
  const { alerts } = readSettingsFile(await homeOf(terminal)).settings;
  const nowMs = Date.now();
  return (job) => alertsOf(job, nowMs, alerts);
}

/** One sentence, and the command that helps. */
export function alertWords({ message, action }: Alert, job: Job): string {
  const id = printable(job.id);
  switch (action) {
    case 'report':
      return `${message} "llm-batch report ${id}" says why.`;
    case 'cancel':
      return `${message} "llm-batch cancel ${id}" stops it with what it has.`;
    case 'resolve':
      return `${message} "llm-batch resolve ${id}", with --adopt BATCH_ID or --not-sent, settles it.`;
    case 'watch':
      return isTerminal(job) ? message : `${message} "llm-batch watch ${id}" goes on with it.`;
  }
}

/** Below what was asked for, so that it is read last. */
export async function sayAlerts(jobs: readonly Job[], terminal: Terminal): Promise<void> {
  const alertsOf = await alertReader(terminal);
  for (const job of jobs) {
    const of = jobs.length === 1 ? '' : `${printable(job.name)}: `;
    for (const alert of alertsOf(job)) terminal.print(`${of}${alertWords(alert, job)}`);
  }
}
