// Killed at moments that nobody chose, several times in a row, then left alone: one batch, every row, nothing left lying about.
// LLM_BATCH_SEED=N runs the history of one seed, as a failure names it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomFrom } from '../random.ts';
import { KillScene, type Moment } from './killing.ts';

const chosen = process.env.LLM_BATCH_SEED;
const seeds = chosen === undefined ? [1, 2, 3, 4, 5, 6] : [Number(chosen)];

const wheres = ['before', 'midway', 'after', 'half'] as const;
const faults = ['', '', 'fail=20%', '500=2', '429=2,retry-after=0.1', 'drop-create-answer=1'] as const;

class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** 0 … below - 1. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

/** A call of the file system, a call of the provider, or some time. */
function momentOf(chance: Chance): Moment {
  const kind = chance.below(5);
  if (kind < 2) {
    const when = chance.pick(['before', 'after'] as const);
    return { op: 'any', path: 'home|results', nth: 1 + chance.below(60), when };
  }
  if (kind < 4) return { call: '*', where: chance.pick(wheres), nth: 1 + chance.below(9) };
  return { afterMs: 200 + chance.below(900) };
}

async function survive(seed: number): Promise<void> {
  const chance = new Chance(seed);
  const scene = await KillScene.open({ latencyMs: 100 + chance.below(400), faults: chance.pick(faults) });
  const history: Moment[] = [];
  try {
    for (let kills = 1 + chance.below(3); kills > 0; kills--) {
      const moment = momentOf(chance);
      history.push(moment);
      await scene.killAt(moment);
      if ((await scene.job())?.state === 'done') break;
    }
    const job = await scene.job();
    const isDone = job?.state === 'done';
    const { code, stderr } = await scene.run(
      isDone ? ['download', job.id, '--base-url', scene.proxy.url] : scene.submitArgs(),
    );
    const what = `LLM_BATCH_SEED=${seed}: ${JSON.stringify(history)}`;
    assert.ok(code === 0 || code === 1, `${what}\n${stderr}`);
    await scene.assertWhole(what, { anyStatus: true, locked: isDone });
  } finally {
    await scene.dispose();
  }
}

describe('SIGKILL at random moments', { concurrency: 2 }, () => {
  for (const seed of seeds) test(`seed ${seed}`, () => survive(seed));
});
