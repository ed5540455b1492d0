// What was learnt on disk: several processes at once lose nothing, and what is not understood stays as it is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Lesson, learnedKey, ownPlaces, readEvidence } from '#core';
import { LearnedFile } from '#files';
import { keepLesson } from '#jobs';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'llm-batch-calibration-'));
});
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));

const path = (): string => join(home, 'calibration.json');
const nowMs = Date.parse('2026-11-21T12:00:00Z');

function lesson(id: string, model = 'gpt-6-luna', ratio = 1.2): Lesson {
  const input = { rows: 50, estimated: 1000, actual: 1000 * ratio, spread: 0.01, basis: 'b' };
  const models = [{ model, input, output: { rows: 50, meanTokens: 20, spread: 1 } }];
  const at = new Date(nowMs).toISOString();
  return { id, source: 'job', at, place: ownPlaces.openai, provider: 'openai', models };
}

async function modelsOnDisk(): Promise<readonly string[]> {
  const file = readEvidence(await readFile(path(), 'utf8'));
  return file.kind === 'entries' ? file.entries.map(({ model }) => model).sort() : [file.message];
}

test('is read where it is needed, again when it changed', async () => {
  const file = new LearnedFile(join(home, 'not', 'there'));
  assert.deepEqual(await file.at(ownPlaces, nowMs), {});
  const learned = new LearnedFile(home);
  await keepLesson(home, lesson('a'));
  const first = await learned.at(ownPlaces, nowMs);
  assert.equal(first[learnedKey('openai', 'gpt-6-luna')]?.input?.ratio, 1.2);
  assert.equal(await learned.at(ownPlaces, nowMs), first, 'the same object while nothing changed');
  await keepLesson(home, lesson('a', 'gpt-6-luna', 1.5));
  const second = await learned.at(ownPlaces, nowMs);
  assert.equal(second[learnedKey('openai', 'gpt-6-luna')]?.input?.ratio, 1.5);
});

test('processes that write at once lose nothing of each other', async () => {
  const script = `
    import { keepLesson } from '#jobs';
    const [, home, process_] = process.argv;
    const at = new Date().toISOString();
    for (let n = 0; n < 8; n++) {
      const models = [{ model: process_ + n, input: null, output: { rows: 5, meanTokens: 2, spread: 0 } }];
      const kept = await keepLesson(home, { id: 'a', source: 'job', at, place: 'p', provider: 'openai', models });
      if (kept.kind !== 'kept') { console.error(kept.message); process.exitCode = 1; }
    }`;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const run = (name: string): Promise<number | null> =>
    new Promise((resolve) => {
      const args = ['--input-type=module', '--eval', script, home, name];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
      child.on('exit', resolve);
    });
  const names = ['a', 'b', 'c'];
  assert.deepEqual(await Promise.all(names.map(run)), [0, 0, 0]);
  const expected = names.flatMap((name) => Array.from({ length: 8 }, (_, n) => `${name}${n}`));
  assert.deepEqual(await modelsOnDisk(), expected.sort());
  const left = (await readdir(home)).filter(
    (name) => !['calibration.json', 'calibration.owner'].includes(name),
  );
  assert.deepEqual(left, []);
});

for (const [name, text, said] of [
  [
    'a newer version',
    '{"version":2,"models":[],"more":1}',
    /calibration\.json was written by a newer version/,
  ],
  ['a broken file', '{"version":1,"models":[{"pl', /calibration\.json is not JSON; it was left as it is/],
  ['an entry that is not ours', '{"version":1,"models":[{"x":1}]}', /is not complete; it was left as it is/],
] as const) {
  test(`${name} stays byte for byte, and estimates go on without it`, async () => {
    await writeFile(path(), text);
    const kept = await keepLesson(home, lesson('a'));
    assert.match(kept.kind === 'notKept' ? kept.message : '', said);
    assert.equal(await readFile(path(), 'utf8'), text);
    assert.deepEqual(await new LearnedFile(home).at(ownPlaces, nowMs), {});
  });
}

test('what a killed process left half written goes; its lock is taken over', async () => {
  await writeFile(path(), '{"version":1,"models":[]}');
  await writeFile(`${path()}.1234567`, '{"version":1,"mod');
  await mkdir(join(home, 'calibration'));
  const mark = { pid: 2 ** 22 + 12345, host: 'elsewhere' };
  await writeFile(join(home, 'calibration.owner'), JSON.stringify(mark));
  await rm(join(home, 'calibration'), { recursive: true });
  assert.equal((await keepLesson(home, lesson('a'))).kind, 'kept');
  assert.deepEqual(await modelsOnDisk(), ['gpt-6-luna']);
  assert.ok(!(await readdir(home)).some((name) => /json\.\d+$/.test(name)));
});

test('the lock of a process that was killed before it left its mark is waited for, until nobody renews it', async () => {
  const lock = join(home, 'calibration');
  await mkdir(lock);
  // Taken two seconds ago: the ten that a lock lives without being renewed are not over.
  const takenAt = new Date(Date.now() - 2_000);
  await utimes(lock, takenAt, takenAt);
  assert.deepEqual(await keepLesson(home, lesson('a')), { kind: 'kept' });
  assert.deepEqual(await modelsOnDisk(), ['gpt-6-luna']);
});

test('a folder that cannot be written to is said, and nothing is thrown', async () => {
  await writeFile(join(home, 'file'), '');
  const kept = await keepLesson(join(home, 'file'), lesson('a'));
  assert.equal(kept.kind, 'notKept');
});
