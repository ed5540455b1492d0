// `check` and `estimate` on hostile files, as a person would run them: the right code or one clear sentence, within seconds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { chatLine, type Outcome, Workplace } from '../cli/command.ts';
import { type HostileInput, hostileInputs, usualMegabytes } from './inputs.ts';

const place = await Workplace.create();
after(() => place.dispose());

const memoryReporter = new URL('reportMemory.ts', import.meta.url).href;
const forbidder = new URL('forbidFile.ts', import.meta.url).href;
/** Of work, by all its threads: a machine that is busy with others makes no file hostile. */
const mostWorkMs = 60_000;

interface Measured extends Outcome {
  readonly megabytes: number;
}

let runs = 0;

async function run(args: readonly string[]): Promise<Measured> {
  const note = place.path(`memory-${runs++}.txt`);
  const outcome = await place.run(args, {
    env: { NODE_OPTIONS: `--import=${memoryReporter} --import=${forbidder}`, LLM_BATCH_TEST_MEMORY: note },
  });
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await readFile(note, 'utf8'));
  const workMs = (userCPUTime + systemCPUTime) / 1000;
  assert.ok(workMs < mostWorkMs, `it took too long: ${workMs} ms`);
  const megabytes = Math.round((maxRSS * 1024) / 1e6);
  return { ...outcome, megabytes };
}

/** What no run may do, whatever the file. */
function assertCivil({ code, stdout, stderr }: Outcome): void {
  const all = `${stdout}${stderr}`;
  assert.ok(code === 0 || code === 1 || code === 2, `exit status ${code}: ${stderr}`);
  assert.doesNotMatch(all, /^\s+at |at file:|node:internal/m, 'a stack trace');
  assert.doesNotMatch(all, /Something unexpected/, 'a failure without a sentence of its own');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
  assert.doesNotMatch(all, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/, 'a control character');
}

function codesOf(stdout: string): readonly string[] {
  const lines = stdout.matchAll(/^\S+:\d+:\d+ +(?:error|warning|info|hint) +([a-z-]+\.[a-z-]+) /gm);
  return [...lines].map(([, code = '']) => code).sort();
}

async function checks(input: HostileInput): Promise<void> {
  const outcome = await run(['check', `${input.name}.jsonl`]);
  assertCivil(outcome);
  assert.deepEqual(codesOf(outcome.stdout), [...input.codes].sort(), outcome.stderr);
  if (input.says !== undefined) assert.match(outcome.stdout, input.says);
  assert.equal(outcome.code, /^\S+ errors?\b/m.test(outcome.stdout) ? 1 : 0, outcome.stdout);
  assert.ok(outcome.megabytes < (input.maxMegabytes ?? usualMegabytes), `${outcome.megabytes} MB`);
}

async function estimates(input: HostileInput): Promise<void> {
  const outcome = await run(['estimate', `${input.name}.jsonl`]);
  assertCivil(outcome);
  if (input.estimateSays !== undefined) assert.match(outcome.stdout, input.estimateSays);
  assert.equal(outcome.code, input.unreadable ? 1 : 0, outcome.stdout + outcome.stderr);
  assert.ok(outcome.megabytes < (input.maxMegabytes ?? usualMegabytes), `${outcome.megabytes} MB`);
}

describe('hostile files', { concurrency: 2 }, () => {
  for (const input of hostileInputs) {
    test(input.name, async () => {
      await writeFile(place.path(`${input.name}.jsonl`), input.content());
      await checks(input);
      await estimates(input);
    });
  }
});

describe('what is no file that can be read', { concurrency: 2 }, () => {
  const cases: readonly {
    readonly what: string;
    readonly name: string;
    readonly make?: (path: string) => void;
    readonly says: RegExp;
  }[] = [
    {
      what: 'a folder',
      name: 'folder',
      make: (path) => mkdirSync(path),
      says: /folder is a folder; name a file in it/,
    },
    { what: 'nothing', name: 'none.jsonl', says: /There is no file none\.jsonl; check the name/ },
    {
      what: 'nothing, with a name that is no text',
      name: '\u001b[31mno\nne',
      says: /There is no file \\u001b\[31mno\\u000ane;/,
    },
    { what: 'an empty name', name: '', says: /The name of a file is empty; name a file/ },
    { what: 'a name that is too long', name: 'x'.repeat(5000), says: /its name is too long, check the name/ },
    {
      what: 'a file as a folder',
      name: 'plain.jsonl/x.jsonl',
      make: () => writeFileSync(place.path('plain.jsonl'), ''),
      says: /There is no file plain\.jsonl\/x\.jsonl; check the name/,
    },
    {
      what: 'a circle of links',
      name: 'circle.jsonl',
      make: (path) => symlinkSync('circle.jsonl', path),
      says: /its symbolic links lead round in a circle/,
    },
    {
      what: 'a link to nothing',
      name: 'dangling.jsonl',
      make: (path) => symlinkSync('gone.jsonl', path),
      says: /There is no file dangling\.jsonl/,
    },
    {
      what: 'a pipe that nobody writes to',
      name: 'pipe.jsonl',
      make: (path) => spawnSync('mkfifo', [path]),
      says: /pipe\.jsonl is no regular file and cannot be read twice; save it to a file first/,
    },
    { what: 'a device without an end', name: '/dev/zero', says: /\/dev\/zero is no regular file/ },
    { what: 'a device without a beginning', name: '/dev/null', says: /\/dev\/null is no regular file/ },
    {
      what: 'a link to a device',
      name: 'device.jsonl',
      make: (path) => symlinkSync('/dev/zero', path),
      says: /device\.jsonl is no regular file/,
    },
    {
      what: 'a file that may not be read',
      name: 'forbidden.jsonl',
      make: (path) => writeFileSync(path, chatLine('a')),
      says: /forbidden\.jsonl cannot be read: access is denied, change its permissions/,
    },
  ];
  for (const { what, name, make, says } of cases) {
    test(what, async () => {
      make?.(place.path(name));
      for (const verb of ['check', 'estimate']) {
        const outcome = await run([verb, name]);
        assertCivil(outcome);
        assert.match(outcome.stderr, says);
        assert.equal(outcome.stderr.trim().split('\n').length, 1);
        assert.equal(outcome.code, 2);
        assert.equal(outcome.stdout, '');
      }
    });
  }
});

for (const [how, change] of [
  ['grows', (path: string) => appendFileSync(path, `${chatLine('z')}\n`)],
  ['shrinks', (path: string) => truncateSync(path, Math.max(0, statSync(path).size - 1000))],
  [
    'is replaced',
    (path: string) => {
      // One of two as large, so that reading it takes longer than the time to the next one; never as it was before.
      const other = `${path}.${statSync(path).ino === statSync(`${path}.1`).ino ? 2 : 1}`;
      utimesSync(other, new Date(), new Date());
      linkSync(other, `${path}.new`);
      renameSync(`${path}.new`, path);
    },
  ],
] as const) {
  test(`a file that ${how} while it is read`, async () => {
    const path = place.path(`${how.replace(' ', '-')}.jsonl`);
    for (const verb of ['check', 'estimate']) {
      const lines = `${chatLine('a', 'word '.repeat(200))}\n`.repeat(50_000);
      for (const name of [path, `${path}.1`, `${path}.2`]) writeFileSync(name, lines);
      const timer = setInterval(() => change(path), 2);
      try {
        const outcome = await run([verb, path]);
        assertCivil(outcome);
        assert.equal(outcome.code, 2, outcome.stdout);
        assert.match(
          outcome.stderr,
          /\.jsonl changed while it was read; try again when nothing writes to it\.\n$/,
        );
      } finally {
        clearInterval(timer);
      }
    }
  });
}

test('more lines than fit into memory are refused, not tried', async () => {
  writeFileSync(place.path('endless.jsonl'), `${chatLine('a')}\n${chatLine('b')}\n${'{}\n'.repeat(500_000)}`);
  const outcome = await run(['check', 'endless.jsonl']);
  assertCivil(outcome);
  assert.equal(outcome.code, 2);
  assert.match(
    outcome.stderr,
    /^llm-batch: endless\.jsonl has more than 500,000 lines, .*; split it first\.\n$/,
  );
  assert.ok(outcome.megabytes < 1500, `${outcome.megabytes} MB`);
});

test('all of them at once, as one JSON document', async () => {
  const inputs = hostileInputs.filter(({ name }) => !/-mb$|equal-ids|another-file/.test(name));
  const names = inputs.map(({ name }) => `${name}.jsonl`);
  const { code, stdout, stderr } = await run(['check', '--format', 'json', ...names]);
  assertCivil({ code, stdout, stderr });
  const { files } = JSON.parse(stdout) as { files: { path: string; problems: { code: string }[] }[] };
  assert.deepEqual(
    files.map(({ path, problems }) => [path, problems.map((problem) => problem.code).sort()]),
    inputs.map(({ codes }, i) => [names[i], [...codes].sort()]),
  );
  assert.equal(code, 1);
});

test('a project file that is a device, a pipe, a folder or huge has no effect, and that is said', async () => {
  for (const [name, make] of [
    ['device', (path: string) => symlinkSync('/dev/zero', path)],
    ['pipe', (path: string) => spawnSync('mkfifo', [path])],
    ['folder', (path: string) => mkdirSync(path)],
    ['huge', (path: string) => writeFileSync(path, '['.repeat(500_000))],
    ['deep', (path: string) => writeFileSync(path, '['.repeat(100_000))],
  ] as const) {
    mkdirSync(place.path(`project-${name}`));
    make(place.path(`project-${name}/.llm-batch.json`));
    writeFileSync(place.path(`project-${name}/x.jsonl`), `${chatLine('a')}\n`);
    const outcome = await run(['check', `project-${name}/x.jsonl`]);
    assertCivil(outcome);
    assert.equal(outcome.code, 0);
    assert.match(outcome.stderr, /\.llm-batch\.json .*\.\n$/);
  }
});
