// What ships is the bundles, not the sources: the journey once more through dist/cli.js, on every Node this machine has.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'dist', 'cli.js');

/** This Node, and another one on the PATH where it is recent enough (20 or later). */
function nodes(): readonly string[] {
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter((path) => !path.includes('node_modules') && existsSync(path))
    .filter(
      (path) =>
        Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) >= 20,
    );
  return [process.execPath, ...others.slice(0, 1)];
}

for (const node of nodes()) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  test(`the built command checks, submits, waits and merges on Node ${version}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'llm-batch-dist-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(root, 'examples', 'reviews.jsonl'), join(folder, 'reviews.jsonl'));
    const simulator = spawn(node, [command, 'simulate', '--port', '0', '--latency', '300'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.after(() => simulator.kill());
    const [url] = (await once(createInterface(simulator.stdout), 'line')) as [string];
    const run = (...arguments_: readonly string[]): ReturnType<typeof spawnSync> =>
      spawnSync(node, [command, ...arguments_], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, LLM_BATCH_HOME: join(folder, 'home'), OPENAI_BASE_URL: url },
      });
    assert.equal(run('check', 'reviews.jsonl').status, 0);
    assert.equal(run('estimate', 'reviews.jsonl').status, 0);
    const submitted = run('submit', 'reviews.jsonl', '--yes', '--wait', '--poll-min', '0.1');
    assert.equal(submitted.status, 0, String(submitted.stderr));
    const rows = readFileSync(join(folder, 'reviews.results.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(rows.length, 24);
  });
}
