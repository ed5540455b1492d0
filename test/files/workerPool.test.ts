// The worker pool answers in the right order, lets go when told, and outlives its workers.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, describe, test } from 'node:test';
import { WorkerPool, type WorkerPoolOptions, WorkerStoppedError } from '#files';
import { checking } from '../checking.ts';

const counting = { today: checking.today, provider: 'openai', config: checking.config } as const;
const script = new URL('./moodyWorker.ts', import.meta.url);
let pools: WorkerPool[] = [];

function poolOf(options: WorkerPoolOptions = {}): WorkerPool {
  const pool = new WorkerPool({ size: 1, script, coolDownMs: 20, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.dispose()));
  pools = [];
});

/** What the moody worker answers: the text, and the thread it ran in. */
async function ask(pool: WorkerPool, text: string, options = {}): Promise<readonly [string, number]> {
  const answer: unknown = await pool.run('estimate', { ...counting, texts: [text] }, options);
  return answer as readonly [string, number];
}

describe('a worker pool', () => {
  test('takes what a person waits for before what a file needs', async () => {
    const pool = poolOf();
    const order: string[] = [];
    const note = async (text: string, priority: 'interactive' | 'bulk'): Promise<void> => {
      order.push((await ask(pool, text, { priority }))[0]);
    };
    await Promise.all([
      note('slow', 'bulk'),
      note('bulk 1', 'bulk'),
      note('bulk 2', 'bulk'),
      note('typed 1', 'interactive'),
      note('typed 2', 'interactive'),
    ]);
    assert.deepEqual(order, ['slow', 'typed 1', 'typed 2', 'bulk 1', 'bulk 2']);
  });

  test('works in as many threads as it was given, and keeps them', async () => {
    const pool = poolOf({ size: 2 });
    const answers = await Promise.all(['slow', 'slow', 'a', 'b', 'c'].map((text) => ask(pool, text)));
    assert.equal(new Set(answers.map(([, thread]) => thread)).size, 2);
  });

  test('rejects at once when aborted, waiting or at work, and goes on', async () => {
    const pool = poolOf();
    const working = new AbortController();
    const waiting = new AbortController();
    const first = ask(pool, 'slow', { signal: working.signal });
    const second = ask(pool, 'never asked', { signal: waiting.signal });
    const third = ask(pool, 'third');
    waiting.abort(new Error('closed'));
    working.abort();
    await assert.rejects(second, { message: 'closed' });
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal((await third)[0], 'third');
    await assert.rejects(ask(pool, 'late', { signal: working.signal }), { name: 'AbortError' });
  });

  test('sends short tasks ahead, two at most, and none behind a long one', async () => {
    const pool = poolOf();
    const ahead = { ahead: true };
    const order: string[] = [];
    const note = async (text: string, options: object): Promise<void> => {
      order.push((await ask(pool, text, options))[0]);
    };
    await Promise.all([
      note('slow', ahead),
      note('sent', ahead),
      note('third', ahead),
      note('typed', { priority: 'interactive' }),
    ]);
    // The worker of this test begins a task while it waits in another.
    assert.deepEqual(order, ['sent', 'slow', 'typed', 'third']);
    order.length = 0;
    await Promise.all([note('slow', {}), note('waits', ahead), note('typed', { priority: 'interactive' })]);
    assert.deepEqual(order, ['slow', 'typed', 'waits']);
  });

  test('lets a person wait for the short tasks at work alone, however many more a file has', async () => {
    const pool = poolOf();
    let asked = 0;
    let isAnswered = false;
    const readFile = async (): Promise<void> => {
      while (!isAnswered && asked < 50) {
        asked++;
        await ask(pool, 'part', { ahead: true });
      }
    };
    const readers = Promise.all([readFile(), readFile()]);
    await ask(pool, 'typed', { priority: 'interactive' });
    isAnswered = true;
    await readers;
    assert.ok(asked <= 4, `${asked} parts were read before the person's turn`);
  });

  test('loses nothing that it sent ahead to a worker that crashed', async () => {
    const pool = poolOf();
    const crashed = ask(pool, 'crash', { ahead: true });
    const next = ask(pool, 'next', { ahead: true });
    await assert.rejects(crashed, WorkerStoppedError);
    assert.equal((await next)[0], 'next');
  });

  test('hands on what an operation throws, with its kind', async () => {
    await assert.rejects(
      ask(poolOf(), 'fail'),
      (error) => error instanceof RangeError && error.message === 'no such thing',
    );
  });

  for (const [mood, reason] of [
    ['crash', /^A worker stopped: out of memory\.$/],
    ['exit', /^A worker stopped: exit code 3\.$/],
  ] as const) {
    test(`replaces a worker that did ${mood}, losing only the task at work`, async () => {
      const pool = poolOf();
      const crashed = ask(pool, mood);
      const next = ask(pool, 'next');
      await assert.rejects(
        crashed,
        (error) => error instanceof WorkerStoppedError && reason.test(error.message),
      );
      assert.equal((await next)[0], 'next');
    });
  }

  test('waits before it replaces a worker that crashes again and again', async () => {
    const pool = poolOf({ coolDownMs: 60 });
    const startedMs = performance.now();
    await Promise.allSettled([ask(pool, 'crash'), ask(pool, 'crash')]);
    assert.equal((await ask(pool, 'after'))[0], 'after');
    assert.ok(performance.now() - startedMs >= 59);
  });

  test('rejects everything when it is disposed of, and what is asked afterwards', async () => {
    const pool = poolOf();
    const working = ask(pool, 'slow');
    const waiting = ask(pool, 'waiting');
    const settled = Promise.allSettled([working, waiting]);
    await pool.dispose();
    for (const { status } of await settled) assert.equal(status, 'rejected');
    await assert.rejects(ask(pool, 'late'), WorkerStoppedError);
  });

  test('estimates lines in order, null where a line is no object', async () => {
    const pool = new WorkerPool({ size: 1 });
    pools.push(pool);
    const line = (model: string): string =>
      JSON.stringify({ custom_id: model, url: '/v1/chat/completions', body: { model, messages: [] } });
    const texts = [line('gpt-4o'), '{"broken', line('gpt-4'), '[]', ''];
    const estimates = await pool.estimateLines({ ...counting, texts }, { priority: 'interactive' });
    assert.deepEqual(
      estimates.map((estimate) => estimate?.customId ?? null),
      ['gpt-4o', null, 'gpt-4', null, null],
    );
    assert.equal(estimates[2]?.inputTokens, 3);
  });

  test('does not keep a process alive that has nothing left to ask', () => {
    const program = `
      import { WorkerPool } from '#files';
      const pool = new WorkerPool({ size: 1 });
      await pool.estimateLines({ ...${JSON.stringify(counting)}, texts: ['{}'] });
      console.log('answered');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 120_000,
      cwd: new URL('../../', import.meta.url),
    });
    assert.equal(run.stdout, 'answered\n', run.stderr);
    assert.equal(run.status, 0);
  });
});
