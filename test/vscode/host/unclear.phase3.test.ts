// A create that was not answered, at a provider whose batches carry no mark: a person says in the editor what became of it.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '#core';
import { accountOf, providerFor } from '#jobs';
import { type Simulator, startSimulator } from '#simulator';
import { test, until } from './testing.ts';
import { answering, folder, jobs, picking, rowsOf, withSettings } from './workspace.ts';

const batchMs = 600_000;

/** Its batches are over when its clock says so: nothing depends on how fast this computer is. */
async function withProvider(
  faults: string,
  act: (own: Simulator, end: () => void) => Promise<unknown>,
): Promise<void> {
  let aheadMs = 0;
  const own = await startSimulator({ latencyMs: batchMs, faults, now: () => Date.now() + aheadMs });
  const end = (): void => {
    aheadMs += batchMs;
  };
  const profiles = { 'claude-here': { provider: 'anthropic', baseUrl: `http://127.0.0.1:${own.port}` } };
  const settings = { profile: 'claude-here', profiles, 'poll.minSeconds': 1, 'poll.maxSeconds': 1 };
  try {
    await withSettings(settings, () => act(own, end));
  } finally {
    await own.dispose();
  }
}

function copyOfTickets(name: string): vscode.Uri {
  const path = join(folder(), name);
  copyFileSync(join(folder(), 'tickets.jsonl'), path);
  return vscode.Uri.file(path);
}

function jobOf({ fsPath }: vscode.Uri): Job | undefined {
  return jobs().find((job) => job.file === fsPath);
}

async function unclear(uri: vscode.Uri): Promise<{ readonly job: Job; readonly batchId: string }> {
  const said = await answering(['Submit'], () => vscode.commands.executeCommand('llmBatch.submit', uri));
  assert.match(said.join('\n'), /\.jsonl: no answer came, so it is unclear whether it was sent\./);
  return await shows(uri, 'it is unclear, with a candidate', (job) => {
    const batchId = job.parts[0]?.unclear?.[0];
    return job.state === 'unclear' && batchId !== undefined ? { job, batchId } : null;
  });
}

/** Waits until the record says so; what it says instead is in the failure. */
async function shows<T>(uri: vscode.Uri, what: string, read: (job: Job) => T | null | false): Promise<T> {
  return until(what, () => {
    const job = jobOf(uri);
    const found = job === undefined ? null : read(job);
    if (found !== null && found !== false) return found;
    const { state, message, updatedAt, parts = [] } = job ?? {};
    throw new Error(JSON.stringify({ now: new Date(), state, message, updatedAt, parts }));
  });
}

test('a person says which batch it is: nothing is sent again, and its results come', async () => {
  await withProvider('drop-create-answer=1', async (own, end) => {
    const uri = copyOfTickets('unclear-1.jsonl');
    const { job, batchId } = await unclear(uri);
    await until('a row for it', () =>
      rowsOf(uri.fsPath)[0]?.children.some(({ label }) => label === '1 batch may be this one'),
    );
    let said: readonly string[] = [];
    const details: string[] = [];
    await picking({ label: new RegExp(`^It is ${batchId}$`), details }, async () => {
      said = await answering([], () => vscode.commands.executeCommand('llmBatch.resolveJob', job.id));
    });
    assert.ok(details.includes('Where the provider has it after all, it is paid twice'), details.join('\n'));
    assert.match(said.join('\n'), new RegExp(`^unclear-1.jsonl is ${batchId}; its results come when`));
    end();
    const { rows } = await shows(uri, 'its results', (over) => over.state === 'done' && over);
    assert.equal(rows?.succeeded, 10);
    assert.equal(own.stats().batches, 1);
  });
});

test('that it was not sent is asked once more, for it may be paid twice', async () => {
  await withProvider('drop-create-answer=1', async (own, end) => {
    const uri = copyOfTickets('unclear-2.jsonl');
    const { job } = await unclear(uri);
    const notSent = (answers: readonly string[]): Promise<void> =>
      picking({ label: /^It was not sent: send it again$/ }, () =>
        answering(answers, () => vscode.commands.executeCommand('llmBatch.resolveJob', job.id)),
      );
    await notSent([]);
    assert.equal(jobOf(uri)?.state, 'unclear', 'no is no');
    await notSent(['Send Again']);
    await shows(uri, 'it is sent', ({ parts }) => (parts[0]?.remote ?? null) !== null);
    assert.equal(own.stats().batches, 2);
    await answering(['Cancel the batch'], () => vscode.commands.executeCommand('llmBatch.cancelJob', job.id));
    await shows(uri, 'it is being cancelled', ({ parts }) => parts[0]?.remote?.status === 'canceling');
    end();
    await shows(uri, 'its end', ({ state }) => state === 'cancelled');
  });
});

test('a batch of another tool is adopted from the list of the provider', async () => {
  await withProvider('', async (own, end) => {
    const uri = copyOfTickets('adopted.jsonl');
    const { sizeBytes, batchId } = await sendElsewhere(own, uri.fsPath);
    assert.ok(sizeBytes > 0);
    await picking({ label: new RegExp(`^${batchId}$`) }, () =>
      answering([], () => vscode.commands.executeCommand('llmBatch.adoptBatch', uri)),
    );
    end();
    const { parts } = await shows(uri, 'its results', (job) => job.state === 'done' && job);
    assert.equal(parts[0]?.remote?.batchId, batchId);
    assert.equal(own.stats().batches, 1, 'nothing was sent');
    await picking({ label: new RegExp(`^${batchId}$`) }, () =>
      answering([], () => vscode.commands.executeCommand('llmBatch.adoptBatch', uri)),
    );
    assert.equal(jobs().filter((job) => job.file === uri.fsPath).length, 1, 'it is in the list no more');
  });
});

async function sendElsewhere(
  own: Simulator,
  path: string,
): Promise<{ readonly sizeBytes: number; readonly batchId: string }> {
  const baseUrl = `http://127.0.0.1:${own.port}`;
  const answer = accountOf({ profile: 'x', provider: 'anthropic', baseUrl, apiKey: null });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const provider = await providerFor(answer.account);
  const { size: sizeBytes } = await vscode.workspace.fs.stat(vscode.Uri.file(path));
  const made = await provider.create(
    {
      ...{ inputFileId: null, bytes: { path, offset: 0, sizeBytes }, endpoint: '/v1/messages' },
      ...{ model: 'claude-haiku-5-5', metadata: {}, mark: { jobId: 'x', part: 1, attempt: 1 } },
    },
    new AbortController().signal,
  );
  if (made.kind === 'problem') throw new Error(made.problem.message);
  return { sizeBytes, batchId: made.value.batchId };
}
