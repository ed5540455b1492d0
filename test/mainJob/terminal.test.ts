// The main job on real input, through the command itself: check, mend, price, submit, wait, merge, retry.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckJsonFile } from '#core';
import { realTexts, requestsFrom } from './realText.ts';

const command = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const size = 5000;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Row {
  readonly line: number;
  readonly custom_id: string;
  readonly status: string;
  readonly text: string | null;
  readonly error: unknown;
}

let folder = '';
let simulator: ChildProcess;
let environment: NodeJS.ProcessEnv = {};

async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env: environment });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-main-job-'));
  const faults = 'fail=3%,seed=3';
  simulator = spawn(
    process.execPath,
    [command, 'simulate', '--port', '0', '--latency', '1500', '--faults', faults],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [url] = (await once(createInterface(simulator.stdout as NodeJS.ReadableStream), 'line')) as [string];
  environment = { ...process.env, LLM_BATCH_HOME: join(folder, 'home'), OPENAI_BASE_URL: url, NO_COLOR: '1' };
  delete environment.OPENAI_API_KEY;
});

after(async () => {
  simulator.kill();
  await rm(folder, { recursive: true, force: true });
});

test('5,000 real requests from a broken file to merged results and a retry file', async () => {
  const lines = requestsFrom(realTexts(size));
  const broken = [...lines];
  broken[1233] = (broken[1233] ?? '').slice(0, -1);
  broken[4000] = (broken[4000] ?? '').replace('package-04001', 'package-00007');
  const path = join(folder, 'packages.jsonl');
  await writeFile(path, `${broken.join('\n')}\n`);

  const bad = await run('check', 'packages.jsonl', '--format', 'json');
  assert.equal(bad.code, 1, bad.stderr);
  const report = (JSON.parse(bad.stdout) as { files: CheckJsonFile[] }).files[0];
  assert.equal(report?.requests, size);
  assert.deepEqual(
    report?.problems.map((problem) => [problem.line, problem.code]),
    [
      [7, 'id.duplicate'],
      [1234, 'json.invalid'],
      [4001, 'id.duplicate'],
    ],
  );
  const blocked = await run('submit', 'packages.jsonl', '--yes');
  assert.equal(blocked.code, 4, blocked.stderr);

  await writeFile(path, `${lines.join('\n')}\n`);
  assert.equal((await run('check', 'packages.jsonl')).code, 0);

  const estimate = await run('estimate', 'packages.jsonl', '--format', 'json');
  assert.equal(estimate.code, 0, estimate.stderr);
  const priced = (
    JSON.parse(estimate.stdout) as {
      files: { requests: number; tokens: { input: number; outputMax: number } }[];
    }
  ).files[0];
  assert.equal(priced?.requests, size);
  assert.equal(priced?.tokens.outputMax, size * 20);
  assert.ok((priced?.tokens.input ?? 0) > size * 20);

  const submit = await run(
    'submit',
    'packages.jsonl',
    '--yes',
    '--wait',
    '--poll-min',
    '0.2',
    '--format',
    'json',
  );
  assert.equal(submit.code, 1, `failed rows are errors: ${submit.stderr}`);
  const job = (
    JSON.parse(submit.stdout) as { jobs: { state: string; rows: Record<string, number>; results: string }[] }
  ).jobs[0];
  assert.equal(job?.state, 'done');
  assert.equal(job?.results, join(folder, 'packages.results.jsonl'));

  const merged = (await readFile(join(folder, 'packages.results.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.equal(merged.length, size);
  const failed: string[] = [];
  for (const [index, text] of merged.entries()) {
    const row = JSON.parse(text) as Row;
    assert.equal(row.line, index + 1);
    assert.equal(row.custom_id, `package-${String(index + 1).padStart(5, '0')}`);
    assert.ok(
      text.includes(`"request":${lines[index]}`) || text.includes(`"request": ${lines[index]}`),
      'spliced unchanged',
    );
    if (row.status !== 'succeeded') failed.push(lines[index] ?? '');
    assert.equal(row.text === null, row.status !== 'succeeded');
  }
  assert.equal(job?.rows.failed, failed.length);
  assert.ok(failed.length > size * 0.02 && failed.length < size * 0.04, `${failed.length} failed`);

  const retry = await run('retry', 'packages.jsonl', 'packages.results.jsonl', '-o', 'again.jsonl');
  assert.equal(retry.code, 0, retry.stderr);
  assert.equal(await readFile(join(folder, 'again.jsonl'), 'utf8'), `${failed.join('\n')}\n`);
});
