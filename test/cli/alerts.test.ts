// What is pointed out about jobs in the terminal: by the usual thresholds, and by those of a person's settings.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Job } from '#core';
import { jobInState, jobOf, partOf, remoteOf } from '../core/jobSamples.ts';
import { Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await keep(halfFailed);
  await keep(unclear);
});
after(() => place.dispose());

const rows = { succeeded: 1, failed: 1, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
const halfFailed: Job = { ...jobInState.done, rows, id: '20261121-100000-half', name: 'half.jsonl' };
const remote = remoteOf('in_progress', { createdAt: '2026-01-01T00:00:00Z' });
const unclear = jobOf({ ...jobInState.unclear, id: '20261121-100000-lost', name: 'lost.jsonl' });

async function keep(job: Job): Promise<void> {
  const folder = join(place.home, 'jobs', job.id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
}

async function alertsOf(id: string): Promise<readonly { kind: string; message: string }[]> {
  const { stdout } = await place.run(['status', id, '--format', 'json']);
  return JSON.parse(stdout).jobs[0].alerts;
}

test('status says what is wrong with a job that is over, and what explains it', async () => {
  const { stdout, code } = await place.run(['status', 'half']);
  assert.match(
    stdout,
    /Only 50 % of 2 requests succeeded; 95 % are expected\. "llm-batch report 20261121-100000-half" says why\.$/m,
  );
  assert.equal(code, 1);
  assert.deepEqual(
    (await alertsOf('half')).map(({ kind }) => kind),
    ['completion'],
  );
});

test('jobs points out the open ones below the table, by name', async () => {
  const { stdout } = await place.run(['jobs']);
  assert.match(
    stdout,
    /^lost\.jsonl: For \d+ \S+ it has not been certain|^For \d+ \S+ it has not been certain/m,
  );
  assert.doesNotMatch(stdout, /Only 50 %/);
});

test('thresholds of settings.json are a person’s own', async () => {
  const settings = join(place.home, 'settings.json');
  await writeFile(settings, JSON.stringify({ alerts: { completionPercent: 50 } }));
  assert.deepEqual(await alertsOf('half'), []);
  await writeFile(settings, '{}');
  assert.equal((await alertsOf('half')).length, 1);
});

test('a batch that should be over long ago is pointed out in all that is wrong with it', async () => {
  const old = jobOf({ id: '20261121-100000-old1', state: 'running', parts: [partOf({ remote })] });
  await keep({ ...old, updatedAt: '2026-01-01T00:00:00Z' });
  const { stdout } = await place.run(['jobs', '--format', 'json']);
  const found = JSON.parse(stdout).jobs.find(({ id }: Job) => id === old.id);
  assert.deepEqual(
    found.alerts.map(({ kind }: { kind: string }) => kind),
    ['results', 'expiry', 'running'],
  );
});
