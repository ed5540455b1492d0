// A merged file is no longer what its job wrote: another job of the same file took its place, a person changed it, or it is
// gone. No paid answer is lost by that, hidden, or taken for another's.
import assert from 'node:assert/strict';
import { access, appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Job } from '#core';
import { reuse } from '#files';
import { findAnswers, mergedAgain, pruneJobs } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { World } from './world.ts';

let world: World;
let provider: FakeProvider;
beforeEach(async () => {
  world = await World.make();
  provider = new FakeProvider();
});
afterEach(() => world.remove());

const signal = new AbortController().signal;
const dayMs = 86_400_000;

async function submit(forceNew = false): Promise<string> {
  world.nowMs += 60_000;
  const sent = await world
    .process(provider)
    .submit({ ...(await world.submitRequest()), forceNew }, { signal });
  return sent.kind === 'job' ? sent.job.id : assert.fail(sent.message);
}

async function finish(id: string): Promise<Job> {
  const { job, stopped } = await world.process(provider).follow(id, { signal, until: 'end' });
  assert.equal(stopped, null);
  return job;
}

async function edit(): Promise<void> {
  const path = join(world.folder, 'a.jsonl');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replaceAll('Question', 'Other question').replaceAll('id-', 'new-'));
}

async function idsIn(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return (JSON.parse(lines[0] ?? '') as { readonly custom_id: string }).custom_id;
}

async function pruned(dryRun = false): Promise<{
  readonly gone: readonly string[];
  readonly kept: readonly (readonly [string, string])[];
}> {
  world.nowMs += 2 * dayMs;
  const { jobs, kept } = await pruneJobs(world.environment(provider), { olderThanMs: dayMs, dryRun });
  return { gone: jobs.map(({ id }) => id), kept: kept.map(({ job, why }) => [job.id, why]) };
}

test('a job whose merged file was taken by that of an edited file keeps its record, until it has one of its own', async () => {
  const first = await finish(await submit());
  await edit();
  const second = await finish(await submit());
  assert.equal(second.resultsPath, first.resultsPath);
  assert.equal(await idsIn(second.resultsPath), 'new-0');
  assert.deepEqual(await pruned(true), { gone: [second.id], kept: [[first.id, 'replaced']] });
  const again = await mergedAgain(world.environment(provider), first.id, signal);
  const { job } = again.kind === 'merged' ? again : assert.fail(again.kind);
  assert.equal(job.resultsPath, join(world.folder, `a.${first.id}.results.jsonl`));
  assert.equal(await idsIn(job.resultsPath), 'id-0');
  assert.equal(await idsIn(second.resultsPath), 'new-0');
  assert.equal((await world.store.get(first.id))?.resultsPath, job.resultsPath);
  assert.equal((await mergedAgain(world.environment(provider), first.id, signal)).kind, 'own');
  assert.deepEqual(await pruned(), { gone: [second.id, first.id], kept: [] });
  assert.equal(await idsIn(job.resultsPath), 'id-0');
});

test('the same file sent again: its answers are others, and the older ones are kept with their record', async () => {
  const first = await finish(await submit());
  provider.failing = ['id-0'];
  const second = await finish(await submit(true));
  assert.deepEqual(await pruned(), { gone: [second.id], kept: [[first.id, 'replaced']] });
});

test('an older job that ends after a newer one of the same file leaves its results where they are', async () => {
  provider.looksNeeded = Number.POSITIVE_INFINITY;
  const older = await submit();
  await edit();
  provider.looksNeeded = 1;
  const newer = await finish(await submit());
  const job = await finish(older);
  assert.equal(await idsIn(newer.resultsPath), 'new-0');
  assert.equal(await idsIn(job.resultsPath), 'id-0');
  assert.notEqual(job.resultsPath, newer.resultsPath);
  assert.match(job.message ?? '', new RegExp(`newer job ${newer.id}.* The results are in .*${older}`));
  // So does its next attempt.
  provider.failing = [];
  assert.deepEqual(await pruned(), { gone: [newer.id, older], kept: [] });
});

test('a retry of a job whose place a newer one took does not take it back', async () => {
  provider.failing = ['id-1'];
  const older = await finish(await submit());
  await edit();
  provider.failing = [];
  const newer = await finish(await submit());
  const runner = world.process(provider);
  assert.equal((await runner.retryFailed(older.id)).kind, 'job');
  const job = await finish(older.id);
  assert.deepEqual([job.rows?.succeeded, await idsIn(job.resultsPath)], [4, 'id-0']);
  assert.equal(await idsIn(newer.resultsPath), 'new-0');
});

test('what somebody changed in a merged file is not overwritten, and the record stays', async () => {
  provider.failing = ['id-1'];
  const first = await finish(await submit());
  const row = (await readFile(first.resultsPath, 'utf8')).split('\n')[0] ?? '';
  await appendFile(first.resultsPath, `${row.replace('answer to', 'what I think of')}\n`);
  const edited = await readFile(first.resultsPath, 'utf8');
  assert.deepEqual(await pruned(), { gone: [], kept: [[first.id, 'changed']] });
  // Neither by its next attempt, nor by the next job.
  provider.failing = [];
  await world.process(provider).retryFailed(first.id);
  const retried = await finish(first.id);
  assert.equal(retried.rows?.succeeded, 4);
  assert.match(retried.message ?? '', /changed since/);
  assert.equal(await readFile(first.resultsPath, 'utf8'), edited);
  assert.equal((await readFile(retried.resultsPath, 'utf8')).trimEnd().split('\n').length, 4);
});

test('the next job of a file does not overwrite what somebody changed in the results of the last', async () => {
  const first = await finish(await submit());
  const edited = (await readFile(first.resultsPath, 'utf8')).replace('answer to', 'what I think of');
  await writeFile(first.resultsPath, edited);
  await edit();
  const second = await finish(await submit());
  assert.notEqual(second.resultsPath, first.resultsPath);
  assert.equal(await idsIn(second.resultsPath), 'new-0');
  assert.equal(await readFile(first.resultsPath, 'utf8'), edited);
});

test('a merged file that is gone keeps the record, which is said, and is made again', async () => {
  const job = await finish(await submit());
  await rm(job.resultsPath);
  assert.deepEqual(await pruned(), { gone: [], kept: [[job.id, 'missing']] });
  const again = await mergedAgain(world.environment(provider), job.id, signal);
  assert.equal(again.kind === 'merged' ? again.job.resultsPath : '', job.resultsPath);
  await access(job.resultsPath);
  assert.deepEqual((await pruned()).gone, [job.id]);
});

test('answers are taken over from what the provider gave, whatever became of the merged file', async () => {
  const first = await finish(await submit());
  const text = await readFile(first.resultsPath, 'utf8');
  await writeFile(first.resultsPath, text.replaceAll('answer to', 'what I think of'));
  const { file, account, endpoint, model } = await world.submitRequest();
  const question = { file, account, endpoint, model, folder: world.folder };
  const found = await findAnswers({ store: world.store, reuse }, question, signal);
  assert.deepEqual(found.kind === 'found' && [found.reused, found.rest], [4, 0]);
  const rows = await readFile(join(world.folder, 'rows.jsonl'), 'utf8');
  assert.match(rows, /answer to id-0/);
  assert.doesNotMatch(rows, /what I think of/);
});
