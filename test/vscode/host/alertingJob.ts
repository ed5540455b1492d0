// A job that has run for 13 hours and expires in one, at a provider whose key is not here.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { jobOf, partOf, remoteOf } from '../../core/jobSamples.ts';

const id = '20261121-000000-long';
const hourMs = 3_600_000;
export const file = '/data/long.jsonl';

function jobFolder(): string {
  return join(process.env.LLM_BATCH_HOME ?? '', 'jobs', id);
}

export function writeLongJob(): void {
  const at = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();
  const times = { createdAt: at(-13), expiresAt: at(1) };
  const remote = remoteOf('in_progress', { ...times, counts: { total: 3, completed: 1, failed: 0 } });
  const sent = { uploadStartedAt: at(-13), inputFileId: 'file-1', createStartedAt: at(-13) };
  const job = jobOf({
    ...{ id, name: 'long.jsonl', file, state: 'running', createdAt: at(-13), updatedAt: at(0) },
    parts: [partOf({ ...sent, remote })],
  });
  mkdirSync(jobFolder(), { recursive: true });
  writeFileSync(join(jobFolder(), 'job.json'), JSON.stringify(job));
}

export function removeLongJob(): void {
  rmSync(jobFolder(), { recursive: true, force: true });
}

/** Takes what is said as a warning, until it is told to stop. */
export function hearWarnings(): { readonly said: string[]; stop(): void } {
  const window = vscode.window as { showWarningMessage: unknown };
  const original = window.showWarningMessage;
  const said: string[] = [];
  window.showWarningMessage = (message: string) => {
    said.push(message);
    return Promise.resolve(undefined);
  };
  return { said, stop: () => Object.assign(window, { showWarningMessage: original }) };
}
