// The extension host is killed (SIGKILL) at every step of a batch and comes back: one batch at the provider, every row, and the
// person sees the batch go on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '#core';
import { type Simulator, startSimulator } from '#simulator';
import { chatLines } from '../../cli/command.ts';
import { type CallMoment, type HoldingProxy, startHoldingProxy } from '../../cli/holdingProxy.ts';
import { Workbench } from './driver.ts';

type Moment =
  | CallMoment
  /** The person is asked. */
  | 'plan'
  /** The job's folder appears: its bytes are copied, its record is written. */
  | 'intent'
  /** Beside the source something appears that will become the merged results. */
  | 'join'
  /** Some time after the person agreed. */
  | { readonly afterMs: number };

const polling: CallMoment = { call: 'GET /v1/batches/*', where: 'before' };

const steps: readonly (readonly [string, Moment])[] = [
  ['while the plan is shown', 'plan'],
  ['while the intent is written down', 'intent'],
  ['before the upload arrives', { call: 'POST /v1/files', where: 'before' }],
  ['in the middle of the upload', { call: 'POST /v1/files', where: 'midway' }],
  ['before the upload is answered', { call: 'POST /v1/files', where: 'after' }],
  ['before the create arrives', { call: 'POST /v1/batches', where: 'before' }],
  ['after create, before its answer', { call: 'POST /v1/batches', where: 'after' }],
  ['while polling', polling],
  ['in the middle of the download', { call: 'GET /v1/files/*/content', where: 'half' }],
  ['during the join', 'join'],
  ...randomMoments(),
];

/** LLM_BATCH_SEED=N gives others; the milliseconds are in the name of the test. */
function randomMoments(): readonly (readonly [string, Moment])[] {
  const seed = Number(process.env.LLM_BATCH_SEED ?? 1);
  return [1, 2].map((turn) => {
    const afterMs = (seed * 7919 + turn * 104_729) % 2500;
    return [`${afterMs} ms after the yes`, { afterMs }];
  });
}

/** A join is over in a moment: where it was over before the kill, another file is sent. */
const mostTurns = 5;
const turnsOf = (index: number): number => (steps[index]?.[1] === 'join' ? mostTurns : 1);

/** Each file has other bytes, so that each has its own batch. */
interface File {
  readonly name: string;
  readonly lines: number;
}

const files: readonly (readonly File[])[] = steps.map((_, index) =>
  Array.from({ length: turnsOf(index) }, (_, turn) => ({
    name: turn === 0 ? `step-${index + 1}.jsonl` : `step-${index + 1}-again-${turn}.jsonl`,
    lines: (turnsOf(index) > 1 ? 3000 + 100 * turn : 30) + index,
  })),
);
const sentFiles: File[] = [];

let simulator: Simulator;
let proxy: HoldingProxy;
let workbench: Workbench;

before(async () => {
  simulator = await startSimulator({ latencyMs: 800 });
  proxy = await startHoldingProxy(simulator.url);
  workbench = await Workbench.open({
    files: Object.fromEntries(files.flat().map(({ name, lines }) => [name, chatLines(lines)])),
    settings: {
      'llmBatch.profile': 'openai',
      'llmBatch.openai.baseUrl': proxy.url,
      'llmBatch.poll.minSeconds': 1,
      'llmBatch.poll.maxSeconds': 1,
      'llmBatch.inlayHints': false,
    },
    env: { LLM_BATCH_SETTLE_MS: '500' },
  });
  await workbench.showContainer('LLM Batch');
});
after(async () => {
  await workbench?.dispose();
  proxy?.dispose();
  await simulator?.dispose();
});

for (const [index, [name, moment]] of steps.entries()) {
  test(`the extension host is killed ${name}`, async () => {
    for (const file of files[index] ?? []) {
      if (await killAt(moment, file, index)) return;
    }
    assert.fail('it was killed in time');
  });
}

/** @returns whether it came in time; all must be well either way. */
async function killAt(moment: Moment, file: File, index: number): Promise<boolean> {
  const { name } = file;
  sentFiles.push(file);
  await propose(file);
  const hosts = findHosts();
  const reached = reach(moment);
  if (moment !== 'plan') await workbench.pressInDialog('Submit');
  await reached;
  for (const pid of hosts) kill(pid);
  proxy.release();
  // Its first look after the restart is held, so that there is time to see what is shown meanwhile.
  if (moment === polling) void proxy.hold(polling);
  const isChosen = typeof moment !== 'object' || 'call' in moment;
  const isLate = moment === 'join' && jobOf(name)?.state !== 'finishing';
  if (isChosen && !isLate) assert.notEqual(jobOf(name)?.state, 'done', 'it was killed before the end');
  // VS Code starts it again by itself, but not a third time: then a person loads the window again.
  if (index % 3 === 2 || moment === 'plan' || isLate) await workbench.reload();
  if (jobOf(name) === undefined) {
    assert.ok(index < 2 || !isChosen, 'what was agreed to is known');
    await propose(file);
    await workbench.pressInDialog('Submit');
  }
  if (moment === polling) await lookAtTheTree(name);
  await until(`${name} is done`, () => jobOf(name)?.state === 'done');
  await assertWhole(name);
  return !isLate;
}

test('nothing is left over: a batch for each file, and nothing half-written', async () => {
  const batches = await list<{ readonly input_file_id: string }>('batches?limit=100');
  const uploads = await list<{ readonly id: string }>('files?purpose=batch');
  assert.equal(batches.length, sentFiles.length);
  assert.deepEqual(
    uploads.map(({ id }) => id).sort(),
    batches.map(({ input_file_id }) => input_file_id).sort(),
  );
  const halfWritten = (): readonly string[] =>
    [workbench.folder, workbench.home].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        /\.tmp$|\.part$|job\.json\.|abandoned/.test(path),
      ),
    );
  // What is learned of the last one is written after its end.
  await until('nothing is half-written', () => halfWritten().length === 0);
  assert.equal(jobs().length, sentFiles.length);
  // A lock that was just being taken is of a job that is not there yet: it goes with the next job.
  const begun = (name: string): boolean =>
    readdirSync(join(workbench.home, 'jobs', name)).some((inside) => inside !== 'lock');
  assert.equal(
    readdirSync(join(workbench.home, 'jobs')).filter((name) => /^\d/.test(name) && begun(name)).length,
    jobs().length,
  );
});

/** Opens the file and asks for the plan. */
async function propose({ name, lines }: File): Promise<void> {
  await workbench.openFile(name);
  await workbench.runCommand('LLM Batch: Submit');
  await workbench.waitFor('dialog', new RegExp(`${lines.toLocaleString('en')} requests in 1 part`));
}

async function reach(moment: Moment): Promise<void> {
  if (moment === 'plan') return;
  if (typeof moment === 'object') return 'call' in moment ? proxy.hold(moment) : sleep(moment.afterMs);
  const folder = moment === 'join' ? workbench.folder : join(workbench.home, 'jobs');
  const known = new Set(readdirSync(folder));
  await new Promise<void>((resolve) => {
    const watcher = watch(folder, (_, name) => {
      const isNew =
        name !== null && !known.has(name) && (moment === 'join' ? name.endsWith('.tmp') : /^\d/.test(name));
      if (!isNew) return;
      watcher.close();
      resolve();
    });
  });
}

/** Before the moment comes: it may be short. */
function findHosts(): readonly number[] {
  const { stdout } = spawnSync('ps', ['-Ao', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const parents = new Map(rows.map((row) => [Number(row?.[1]), Number(row?.[2])]));
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || (pid > 1 && isOurs(parents.get(pid))));
  const hosts = rows.flatMap((row) =>
    row?.[3]?.includes('--type=extensionHost') && isOurs(Number(row[1])) ? [Number(row[1])] : [],
  );
  assert.ok(hosts.length > 0, 'there is one');
  // Also one that VS Code started while the window was loaded again, and that nobody uses.
  return hosts;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // One that nobody used has ended by itself meanwhile.
  }
}

/** Without a command the batch goes on, and the sidebar shows it. */
async function lookAtTheTree(file: string): Promise<void> {
  await workbench.showContainer('LLM Batch');
  await workbench.waitFor('sideBar', new RegExp(`Active[^]*${file}`));
  await workbench.screenshot('killed-goes-on');
  proxy.release();
  await workbench.waitFor('notifications', `${file} finished`);
}

async function assertWhole(file: string): Promise<void> {
  const path = join(workbench.folder, file);
  const mine = jobs().filter((job) => job.file === path);
  assert.equal(mine.length, 1, 'one job');
  const marked = (
    await list<{ readonly metadata: Readonly<Record<string, string>> }>('batches?limit=100')
  ).filter(({ metadata }) => metadata.llm_batch_job === mine[0]?.id);
  assert.equal(marked.length, 1, 'one batch');
  const sent = readFileSync(path, 'utf8').trimEnd().split('\n');
  const rows = readFileSync(path.replace('.jsonl', '.results.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal(rows.length, sent.length);
  for (const [row, text] of rows.entries()) {
    assert.ok(text.includes(`"custom_id":"r${row + 1}","status":"succeeded"`), text.slice(0, 200));
    assert.ok(text.includes(sent[row] ?? '-'));
  }
}

async function list<T>(what: string): Promise<readonly T[]> {
  const answer = await fetch(`${simulator.url}/${what}`);
  return ((await answer.json()) as { readonly data: readonly T[] }).data;
}

function jobs(): readonly Job[] {
  const folder = join(workbench.home, 'jobs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folder, name, 'job.json'), 'utf8')) as Job];
    } catch {
      return [];
    }
  });
}

function jobOf(file: string): Job | undefined {
  return jobs().find((job) => job.file === join(workbench.folder, file));
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 240_000; !isSo(); await sleep(50)) {
    if (Date.now() > end) {
      const picture = await workbench.screenshot('failure-killed');
      throw new Error(
        `Still not: ${what}. See ${picture}. ${JSON.stringify(jobs().map(({ id, state, message }) => ({ id, state, message })))}`,
      );
    }
  }
}
