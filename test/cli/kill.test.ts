// Killed without a chance to tidy up, then the same command again: one batch at the provider, and a complete merged file.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator';
import { chatLines, outcomeOf, Workplace } from './command.ts';
import { startHoldingProxy } from './holdingProxy.ts';

const requests = 50;

function submitArgs(url: string): readonly string[] {
  return [
    ...['submit', 'a.jsonl', '--base-url', url, '--yes', '--wait', '--format', 'json'],
    ...['--poll-min', '0.1', '--poll-max', '0.2'],
  ];
}

/** A command that ends before the moment came says why. */
async function reach(moment: Promise<void>, child: ChildProcess): Promise<void> {
  const ended = outcomeOf(child).then(({ code, stderr }) => {
    throw new Error(`It ended with ${code}: ${stderr}`);
  });
  ended.catch(() => {});
  await Promise.race([moment, ended]);
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Runs the command once more and looks at everything that must hold then. */
async function assertGoesOn(place: Workplace, url: string, simulator: Simulator): Promise<void> {
  const { code, stdout, stderr } = await place.run(submitArgs(url));
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^These bytes are already job /);
  const { jobs } = JSON.parse(stdout);
  assert.equal(jobs.length, 1);
  assert.equal(jobs[0].state, 'done');
  const { batches, files } = simulator.stats();
  assert.equal(batches, 1);
  const uploaded = simulator.stats().requests['POST /v1/files'];
  assert.equal(uploaded, 1, `${files} files`);
  const rows = (await readFile(place.path('a.results.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    rows.map((row) => [JSON.parse(row).custom_id, JSON.parse(row).status]),
    Array.from({ length: requests }, (_, i) => [`r${i + 1}`, 'succeeded']),
  );
}

async function withPlace(
  latencyMs: number,
  act: (place: Workplace, simulator: Simulator) => Promise<void>,
): Promise<void> {
  const place = await Workplace.create();
  const simulator = await startSimulator({ latencyMs });
  try {
    await writeFile(place.path('a.jsonl'), chatLines(requests));
    await act(place, simulator);
  } finally {
    await place.dispose();
    await simulator.dispose();
  }
}

describe('SIGKILL, and the same command again', { concurrency: true }, () => {
  const lostAnswers = [
    ['between upload and create', 'POST /v1/files'],
    ['after create, before its answer', 'POST /v1/batches'],
  ] as const;
  for (const [moment, call] of lostAnswers) {
    test(moment, async () => {
      await withPlace(300, async (place, simulator) => {
        const proxy = await startHoldingProxy(call, simulator.url);
        try {
          const child = place.start(submitArgs(proxy.url));
          await reach(proxy.held, child);
          await kill(child);
          assert.equal(simulator.stats().batches, call === 'POST /v1/files' ? 0 : 1);
          proxy.release();
          await assertGoesOn(place, proxy.url, simulator);
        } finally {
          proxy.dispose();
        }
      });
    });
  }

  test('while polling', async () => {
    await withPlace(3000, async (place, simulator) => {
      const child = place.start(submitArgs(simulator.url));
      const running = new Promise<void>((resolve) => {
        child.stderr?.on('data', (text: Buffer | string) => {
          if (text.includes('running')) resolve();
        });
      });
      await reach(running, child);
      await kill(child);
      await assertGoesOn(place, simulator.url, simulator);
    });
  });
});
