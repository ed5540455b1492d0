import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chatLine, chatLines, outcomeOf, Workplace } from './command.ts';
import { assertFormat } from './formats.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

let place: Workplace;
let slow: string;
before(async () => {
  place = await Workplace.create();
  slow = (await place.simulate(['--latency', '10m'])).url;
  await writeFile(place.path('clean.jsonl'), chatLines(2));
  await writeFile(place.path('many.jsonl'), `${chatLine('same')}\n`.repeat(3000));
  await writeFile(place.path('-dash.jsonl'), chatLines(1));
});
after(() => place.dispose());

test('exit statuses: 0 clean, 1 errors, 2 could not run, 3 still running, 4 no consent', async () => {
  const submit = ['submit', 'clean.jsonl', '--base-url', slow];
  const independent: readonly Row[] = [
    [0, ['check', 'clean.jsonl']],
    [1, ['check', 'many.jsonl']],
    [2, ['check', 'nowhere.jsonl']],
    [2, ['check', 'clean.jsonl', 'nowhere.jsonl']],
    [2, ['check']],
    [2, ['nothing']],
    [0, ['estimate', 'clean.jsonl']],
    [2, ['estimate', '']],
    [4, submit],
    [4, [...submit, '--yes', '--max-cost', '0']],
    [2, ['submit', 'clean.jsonl', '--yes']],
    [2, ['status', 'nothing']],
    [2, ['download', 'nothing']],
    [2, ['cancel', 'nothing']],
    [2, ['merge', 'clean.jsonl', 'nowhere.jsonl']],
    [2, ['retry', 'clean.jsonl', 'nowhere.jsonl']],
    [0, ['doctor', '--base-url', slow]],
    [1, ['doctor']],
  ];
  // A few at a time: some ask the simulator, and wait for it no longer than seconds.
  const left = [...independent];
  const some = Array.from({ length: 3 }, async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) await assertStatus(row);
  });
  await Promise.all(some);
  const oneByOne: readonly Row[] = [
    [0, [...submit, '--yes']],
    [3, [...submit, '--yes', '--wait', '--timeout', '0.2']],
    [0, ['jobs']],
    [3, ['watch', '--timeout', '0.2']],
  ];
  for (const row of oneByOne) await assertStatus(row);
});

type Row = readonly [number, readonly string[]];

/** As text, then as JSON, whose document is held against its schema. */
async function assertStatus([status, args]: Row): Promise<void> {
  const env = { OPENAI_BASE_URL: args[0] === 'doctor' ? 'http://provider.invalid/v1' : '' };
  const text = await place.run(args, { env });
  assert.equal(text.code, status, `${args.join(' ')}: ${text.stderr}`);
  const json = await place.run([...args, '--format', 'json'], { env });
  assert.equal(json.code, status, `${args.join(' ')} as JSON: ${json.stderr}`);
}

test('JSON of a command that could not run: one document, whatever the reason', async () => {
  const errorOf = async (
    args: readonly string[],
  ): Promise<{ readonly code: string; readonly message: string }> =>
    JSON.parse((await place.run([...args, '--format=json'])).stdout).error;
  assert.deepEqual(await errorOf(['check', 'nowhere.jsonl']), {
    code: 'file',
    message: 'There is no file nowhere.jsonl; check the name.',
  });
  assert.deepEqual(await errorOf(['check', '--fixx', 'clean.jsonl']), {
    code: 'usage',
    message: "Unknown option '--fixx' (Did you mean --fix?)",
  });
  assert.equal((await errorOf(['submit', 'clean.jsonl'])).code, 'account');
  assert.equal((await errorOf(['status', 'nothing'])).code, 'job');
  assert.equal((await errorOf(['simulate', '--port', new URL(slow).port])).code, 'port');
  await writeFile(place.path('file'), '');
  const { stdout } = await place.run(
    ['submit', 'clean.jsonl', '--base-url', slow, '--new', '--yes', '--format', 'json'],
    {
      env: { LLM_BATCH_HOME: place.path('file') },
    },
  );
  assert.equal(JSON.parse(stdout).error.code, 'state');
});

test('simulate --format json: one line, then it goes on', async () => {
  const child = place.start(['simulate', '--port', '0', '--format', 'json']);
  const line = await new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text));
  });
  assert.match(line, /^\{.*\}\n$/);
  const { url, pid } = JSON.parse(line);
  assert.equal(pid, child.pid);
  assert.equal((await fetch(`${url}/batches`)).status, 200);
});

test('Ctrl-C before there is an answer: exit status 130, and JSON that says so', async () => {
  const args = ['check', '-', '--format', 'json'];
  const child = place.start(args, { stdin: null });
  // More than a pipe holds: when it is written, the command is reading.
  await new Promise((resolve) => child.stdin?.write(chatLines(10_000), resolve));
  const ended = outcomeOf(child);
  child.kill('SIGINT');
  const outcome = await ended;
  assert.equal(outcome.code, 130);
  assertFormat(args, outcome);
  assert.equal(JSON.parse(outcome.stdout).error.code, 'interrupted');
});

test('a name that begins with a dash, behind --', async () => {
  const { code, stdout } = await place.run(['check', '--format', 'json', '--', '-dash.jsonl']);
  assert.deepEqual([code, JSON.parse(stdout).files[0].path], [0, '-dash.jsonl']);
});

test('a reader that has seen enough ends it quietly', () => {
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${main}" check many.jsonl --max-problems 3000 | head -n 1`],
    { cwd: place.folder, encoding: 'utf8', env: { ...process.env, LLM_BATCH_HOME: place.home } },
  );
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(stdout.split('\n').length, 2);
});

test('what is similar to what was typed is named, for verbs in help and for options', async () => {
  for (const args of [['chekc'], ['help', 'chekc']]) {
    const { code, stderr, stdout } = await place.run(args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(
      stderr,
      /Unknown command 'chekc'\n\(Did you mean check\?\)\n"llm-batch --help" shows the verbs\./,
    );
  }
  const { stderr } = await place.run(['check', '--max-problem', '3', 'clean.jsonl']);
  assert.match(stderr, /\(Did you mean --max-problems\?\)/);
});

test('no help is wider than 80 columns where there is no screen', async () => {
  const { stdout } = await place.run(['--help']);
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, verb]) => verb ?? '');
  assert.ok(verbs.length >= 13);
  for (const verb of ['', ...verbs]) {
    const help = await place.run([...(verb === '' ? [] : [verb]), '--help']);
    assert.deepEqual(
      help.stdout.split('\n').filter((line) => line.length > 80),
      [],
      verb,
    );
  }
});

test('merge replaces a merged file of ours with the answers of a retry added, as its help says', async () => {
  const answer = (id: string): string =>
    JSON.stringify({ custom_id: id, response: { status_code: 200, body: { choices: [] } }, error: null });
  await writeFile(place.path('first.jsonl'), `${answer('r1')}\n`);
  assert.equal((await place.run(['merge', 'clean.jsonl', 'first.jsonl'])).code, 1);
  const retried = await place.run(['retry', 'clean.jsonl', 'clean.results.jsonl', '-o', 'again.jsonl']);
  assert.match(retried.stdout, /^1 request to send again in again\.jsonl\n/);
  await writeFile(place.path('again.results.jsonl'), `${answer('r2')}\n`);
  assert.equal(
    (await place.run(['merge', 'clean.jsonl', 'clean.results.jsonl', 'again.results.jsonl'])).code,
    0,
  );
  const rows = (await readFile(place.path('clean.results.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    rows.map((row) => JSON.parse(row).status),
    ['succeeded', 'succeeded'],
  );
});
