// Several terminals send the same bytes at once, and the one that drives the job is killed: one batch, and all see its end.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { outcomeOf } from './command.ts';
import { KillScene } from './killing.ts';

test('three commands at once on the same bytes, the driving one killed', async () => {
  const scene = await KillScene.open();
  try {
    // Only whoever drives the job asks after its batch, and is kept waiting for the answer.
    const driven = scene.proxy.hold({ call: 'GET /v1/batches/*', where: 'before' });
    const children = [1, 2, 3].map(() => scene.start(scene.submitArgs(), null));
    const outcomes = children.map((child) => outcomeOf(child));
    await driven;
    const { id } = (await scene.job()) ?? { id: '' };
    const owner = JSON.parse(await readFile(scene.place.path(`home/jobs/${id}/lock.owner`), 'utf8')) as {
      readonly pid: number;
    };
    const driving = children.find(({ pid }) => pid === owner.pid);
    assert.ok(driving, 'one of them drives');
    driving.kill('SIGKILL');
    await outcomes[children.indexOf(driving)];
    scene.proxy.release();
    const ends = await Promise.all(outcomes);
    scene.said += ends.map(({ stderr }) => stderr).join('');
    assert.deepEqual(ends.map(({ code }) => code).toSorted(), [0, 0, null], scene.said);
    await scene.assertWhole('three at once');
  } finally {
    await scene.dispose();
  }
});
