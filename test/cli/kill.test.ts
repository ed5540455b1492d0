// Killed without a chance to tidy up, at every step, then the same command again: one batch at the provider, every row, nothing left lying about.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KillScene, type KillSceneOptions, type Moment } from './killing.ts';

interface Step extends KillSceneOptions {
  readonly name: string;
  readonly moment: Moment;
  /** The state of the job's record after the kill; null when there is none yet. */
  readonly left: string | null;
  /** Batches at the provider after the kill. */
  readonly batches: 0 | 1;
  /** What is held before the provider arrives there after all, at the next command's call of this name. */
  readonly late?: string;
  /** Instead of the same command. */
  readonly verb?: 'watch' | 'download';
  readonly exit?: 1;
}

/** The nth time that the job's record is put in its place. */
const record = (nth: number, when: 'before' | 'after' = 'after'): Moment => file('rename', 'job', when, nth);
const file = (op: string, name: string, when: 'before' | 'after', nth = 1): Moment => ({
  ...{ op, path: `\\b${name}\\.jsonl?$`, when, nth },
});
const create: Moment = { call: 'POST /v1/batches', where: 'before' };
const upload: Moment = { call: 'POST /v1/files', where: 'before' };
const look: Moment = { call: 'GET /v1/batches/*', where: 'before' };
const download: Moment = { call: 'GET /v1/files/*/content', where: 'before' };
const merged = 'a\\.results';

const unborn = { left: null, batches: 0 } as const;
const sending = { left: 'uploading', batches: 0 } as const;
const unanswered = { left: 'uploading', batches: 1 } as const;
const sent = { left: 'submitted', batches: 1 } as const;
const over = { left: 'finishing', batches: 1 } as const;

const steps: readonly Step[] = [
  { ...unborn, name: 'while it checks the file', moment: file('any', 'a', 'after') },
  { ...unborn, name: 'while it counts tokens', moment: file('any', 'a', 'after', 2) },
  { ...unborn, name: 'while it copies the bytes', moment: file('open', 'requests', 'after') },
  { ...unborn, name: 'just before the intent is written down', moment: record(1, 'before') },
  { left: 'intended', batches: 0, name: 'just after', moment: record(1) },
  { ...sending, name: 'before the upload', moment: record(2) },
  { ...sending, name: 'before the upload arrives', moment: upload },
  { ...sending, name: 'before an upload that arrives later', moment: upload, late: 'POST /v1/files' },
  { ...sending, name: 'in the middle of the upload', moment: { ...upload, where: 'midway' } },
  { ...sending, name: 'before the upload is answered', moment: { ...upload, where: 'after' } },
  { ...sending, name: 'between upload and create', moment: record(3) },
  { ...sending, name: 'with the create written down', moment: record(4) },
  {
    ...{ ...sending, name: 'with the create begun' },
    moment: { op: 'open', path: 'create-1$', when: 'after', nth: 1 },
  },
  { ...sending, name: 'before the create arrives', moment: create },
  { ...sending, name: 'before a create that arrives later', moment: create, late: 'GET /v1/batches' },
  { ...unanswered, name: 'after create, before its answer', moment: { ...create, where: 'after' } },
  { ...unanswered, name: 'before the batch is written down', moment: record(5, 'before') },
  { ...sent, name: 'with the batch written down', moment: record(5), verb: 'watch' },
  { ...sent, name: 'while polling', moment: { ...look, where: 'after' } },
  { ...over, name: 'before the download', moment: download },
  { ...over, name: 'in the middle of the download', moment: { ...download, where: 'half' } },
  {
    ...{ ...over, name: 'in the middle of the second download', faults: 'fail=10%', exit: 1 },
    moment: { ...download, where: 'half', nth: 2 },
  },
  {
    ...{ ...over, name: 'before what was downloaded is put in its place', verb: 'download' },
    moment: file('rename', 'output-1', 'before'),
  },
  { ...over, name: 'and just after', moment: file('rename', 'output-1', 'after') },
  {
    ...{ ...over, name: 'at the start of the join' },
    moment: { op: 'open', path: '\\.tmp$', since: 'output-1', when: 'after', nth: 1 },
  },
  {
    ...{ ...over, name: 'before the merged file is put in its place', verb: 'download' },
    moment: file('rename', merged, 'before'),
  },
  { ...over, name: 'with the merged file in its place', moment: file('rename', merged, 'after') },
  {
    ...{ left: 'done', batches: 1, name: 'with the end written down', verb: 'download' },
    moment: { op: 'rename', path: 'job\\.json$', since: 'merge\\.json$', when: 'after', nth: 1 },
  },
];

async function survive(step: Step): Promise<void> {
  const scene = await KillScene.open(step);
  try {
    assert.ok(await scene.killAt(step.moment), `it was not killed\n${scene.said}`);
    assert.equal((await scene.job())?.state ?? null, step.left);
    assert.equal(scene.simulator.stats().batches, step.batches);
    const id = (await scene.job())?.id ?? '';
    const args =
      step.verb === undefined
        ? scene.submitArgs()
        : [step.verb, id, '--base-url', scene.proxy.url, '--format', 'json'];
    if (step.late !== undefined) scene.proxy.deliverAt(step.late);
    const { code, stderr } = await scene.run(args);
    assert.equal(code, step.exit ?? 0, stderr);
    if (step.left !== null && step.verb === undefined) assert.match(stderr, /^These bytes are already job /);
    await scene.assertWhole(step.name, { anyStatus: step.exit === 1, locked: step.left === 'done' });
  } finally {
    await scene.dispose();
  }
}

describe('SIGKILL, and the same command again', { concurrency: 2 }, () => {
  for (const step of steps) test(step.name, () => survive(step));
});
