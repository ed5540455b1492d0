// `run` as a person types it, against the simulator over HTTP: the whole way, stopped, killed, refused, and gone on with.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatLine, chatLines, outcomeOf, Workplace } from './command.ts';

let place: Workplace;
let plain: string;
before(async () => {
  place = await Workplace.create();
  plain = (await place.simulate()).url;
});
after(() => place.dispose());

interface Row {
  readonly line: number;
  readonly custom_id: string;
  readonly status: string;
  readonly attempt: number;
  readonly cost_usd: number | null;
}

function rowsOf(name: string): readonly Row[] {
  return readFileSync(place.path(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** Of the newest run: how many bytes of answers there are. */
function answeredBytes(file: string): number {
  const runs = join(place.home, 'runs');
  const mine = readdirSync(runs, { withFileTypes: true })
    .map(({ name }) => join(runs, name))
    .filter((folder) => existsSync(join(folder, 'run.json')))
    .filter((folder) => readFileSync(join(folder, 'run.json'), 'utf8').includes(`/${file}"`));
  const answers = mine.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith('answers-'))
      .map((name) => statSync(join(folder, name)).size),
  );
  return answers.reduce((sum, size) => sum + size, 0);
}

/** One request a second is sent meanwhile, of fifty. */
async function untilAnswered(file: string, child: ChildProcess): Promise<void> {
  for (;;) {
    assert.equal(child.exitCode, null, 'it ended before');
    if (existsSync(join(place.home, 'runs')) && answeredBytes(file) > 0) return;
    await sleep(10);
  }
}

test('the plan with the price of now, then rows in source order; the journal and source stay as they are', async () => {
  await writeFile(place.path('a.jsonl'), chatLines(60));
  const { code, stdout, stderr } = await place.run(['run', 'a.jsonl', '--base-url', plain, '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^Run a\.jsonl now at 127\.0\.0\.1:\d+ \(no key\):\n {2}60 requests · up to 16 at a time\n/,
  );
  assert.match(stderr, /At most about \$\S+ \(input .*; as a batch \$/);
  assert.match(stdout, /^a\.results\.jsonl: 60 rows: 60 answered · \$\S+\n(?: {2}.*\n)*60 requests in /);
  assert.deepEqual(
    rowsOf('a.results.jsonl').map(({ line, custom_id }) => [line, custom_id]),
    Array.from({ length: 60 }, (_, at) => [at + 1, `r${at + 1}`]),
  );
  const batch = await place.run([
    'submit',
    'a.jsonl',
    '--base-url',
    plain,
    '--yes',
    '--wait',
    '--out',
    'batch.results.jsonl',
    '--poll-min',
    '0.2',
    '--poll-max',
    '0.5',
  ]);
  assert.equal(batch.code, 0, batch.stderr);
  // The same answers, at twice the price.
  const [now, later] = [rowsOf('a.results.jsonl'), rowsOf('batch.results.jsonl')].map((rows) =>
    rows.reduce((sum, { cost_usd }) => sum + (cost_usd ?? Number.NaN), 0),
  );
  const share = (now ?? 0) / (later ?? 1);
  assert.ok(share > 1.8 && share < 2.2, String(share));
});

test('run again: nothing is sent; --new sends all of it', async () => {
  await writeFile(place.path('b.jsonl'), chatLines(5).replaceAll('Say', 'Shout'));
  const args = ['run', 'b.jsonl', '--base-url', plain, '--format', 'json'];
  const first = JSON.parse((await place.run([...args, '--yes'])).stdout).runs[0];
  assert.deepEqual([first.state, first.calls, first.earlier, first.unclear], ['done', 5, 0, 0]);
  // Nothing is paid, so nobody is asked.
  const again = await place.run(args);
  assert.equal(again.code, 0, again.stderr);
  const second = JSON.parse(again.stdout).runs[0];
  assert.deepEqual([second.calls, second.earlier, second.rows.succeeded], [0, 5, 5]);
  assert.equal(second.id, first.id);
  const third = JSON.parse((await place.run([...args, '--new', '--yes'])).stdout).runs[0];
  assert.equal(third.calls, 5);
  assert.notEqual(third.id, first.id);
});

test('not agreed to: status 4, nothing sent, nothing written', async () => {
  await writeFile(place.path('c.jsonl'), chatLines(5).replaceAll('Say', 'Sing'));
  const args = ['run', 'c.jsonl', '--base-url', plain];
  for (const more of [[], ['--yes', '--max-cost', '0.000001'], ['--format', 'json']]) {
    const { code, stdout } = await place.run([...args, ...more]);
    assert.equal(code, 4);
    if (more.includes('json')) assert.deepEqual(JSON.parse(stdout), { runs: [] });
  }
  assert.ok(!existsSync(place.path('c.results.jsonl')));
  await writeFile(place.path('double.jsonl'), `${chatLine('x')}\n${chatLine('x', 'other')}\n`);
  const doubled = await place.run(['run', 'double.jsonl', '--base-url', plain, '--yes', '--allow-errors']);
  assert.equal(doubled.code, 4);
  assert.match(doubled.stderr, /id\.duplicate/);
});

test('what is a mistake in a batch only is none here: models and endpoints mixed', async () => {
  const embedding = JSON.stringify({
    ...{ custom_id: 'e', method: 'POST', url: '/v1/embeddings' },
    body: { model: 'text-embedding-3-small', input: 'kettle' },
  });
  await writeFile(
    place.path('mixed.txt'),
    `${chatLine('a')}\n${chatLine('b', 'x', { model: 'gpt-4o-mini' })}\n${embedding}\n`,
  );
  const { code, stderr } = await place.run(['run', 'mixed.txt', '--base-url', plain, '--yes']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    rowsOf('mixed.txt.results.jsonl').map(({ status }) => status),
    ['succeeded', 'succeeded', 'succeeded'],
  );
});

test("Anthropic's and Gemini's files go to their own endpoints; Gemini's with the model of the command", async () => {
  const root = plain.replace(/\/v1$/, '');
  const env = { ANTHROPIC_BASE_URL: root, GOOGLE_GEMINI_BASE_URL: root };
  const claude = {
    model: 'claude-haiku-5-5',
    max_tokens: 400,
    messages: [{ role: 'user', content: 'Say a.' }],
  };
  const contents = [{ role: 'user', parts: [{ text: 'Say a.' }] }];
  const files = {
    'claude.jsonl': [{ custom_id: 'a', params: claude }],
    'gemini.jsonl': [{ key: 'a', request: { contents, generationConfig: { maxOutputTokens: 2000 } } }],
    'vectors.jsonl': [{ key: 'a', request: { content: contents[0] } }],
  };
  const models = { 'gemini.jsonl': 'gemini-3.8-flash', 'vectors.jsonl': 'gemini-embedding-001' };
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(place.path(name), lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const model = Object.entries(models).flatMap(([file, named]) =>
      file === name ? ['--model', named] : [],
    );
    const { code, stderr } = await place.run(['run', name, '--yes', ...model], { env });
    assert.equal(code, 0, stderr);
    const [row] = rowsOf(name.replace('.jsonl', '.results.jsonl'));
    assert.deepEqual([row?.custom_id, row?.status], ['a', 'succeeded'], name);
    assert.ok((row?.cost_usd ?? 0) > 0, name);
  }
  // Without a model Gemini's have no address to go to.
  const nowhere = await place.run(['run', 'gemini.jsonl', '--yes', '--out', 'other.results.jsonl'], { env });
  assert.ok(nowhere.code === 4 || nowhere.code === 1, nowhere.stderr);
});

test('limits of the account: it waits, and every row is answered once', async () => {
  // Two at a time at first, then one every 50 ms.
  const { url } = await place.simulate(['--faults', 'rpm=1200,429=2,retry-after=0.05']);
  await writeFile(place.path('d.jsonl'), chatLines(30).replaceAll('Say', 'Whisper'));
  const { code, stdout } = await place.run([
    'run',
    'd.jsonl',
    '--base-url',
    url,
    '--yes',
    '--format',
    'json',
  ]);
  assert.equal(code, 0, stdout);
  const [run] = JSON.parse(stdout).runs;
  assert.ok(run.busy >= 1);
  assert.equal(run.calls, 30 + run.busy);
});

test('an answer that never came is counted, sent again, and said', async () => {
  const { url } = await place.simulate(['--faults', 'drop-answer=2']);
  await writeFile(place.path('e.jsonl'), chatLines(6).replaceAll('Say', 'Hum'));
  const { code, stdout } = await place.run([
    'run',
    'e.jsonl',
    '--base-url',
    url,
    '--yes',
    '--concurrency',
    '1',
  ]);
  assert.match(stdout, /2 requests got no answer and may have been paid for all the same\./);
  assert.match(stdout, /^e\.results\.jsonl: 6 rows: 5 answered, 1 failed · cost unknown: 1 row /m);
  // With what says where it was run: another address would be another run.
  const next = stdout.trimEnd().split('\n').at(-1);
  assert.equal(next, `To send those again that may succeed: llm-batch run e.jsonl --base-url ${url}`);
  // The first row met both.
  assert.equal(code, 1);
  const again = await place.run(['run', 'e.jsonl', '--base-url', url, '--yes']);
  assert.equal(again.code, 0);
  assert.match(again.stderr, /5 rows are done already, and not sent again/);
  assert.match(again.stdout, /^e\.results\.jsonl: 6 rows: 6 answered · at least \$\S+$/m);
  assert.deepEqual(
    rowsOf('e.results.jsonl').map(({ attempt }) => attempt),
    [2, 1, 1, 1, 1, 1],
  );
});

test('above a limit of the settings it is agreed to once more; what it cost is kept', async () => {
  const other = await Workplace.create();
  try {
    await mkdir(other.home, { recursive: true });
    await writeFile(join(other.home, 'settings.json'), '{ "budget": { "perJobUsd": 0.000001 } }');
    await writeFile(other.path('i.jsonl'), chatLines(3));
    const args = ['run', 'i.jsonl', '--base-url', plain, '--yes', '--format', 'json'];
    const stopped = await other.run(args);
    assert.equal(stopped.code, 4);
    assert.match(stopped.stderr, /Your limit for a job is/);
    assert.ok(!existsSync(join(other.home, 'spend.json')));
    const agreed = await other.run([...args, '--over-budget']);
    assert.equal(agreed.code, 0, agreed.stderr);
    const [run] = JSON.parse(agreed.stdout).runs;
    const { jobs } = JSON.parse(readFileSync(join(other.home, 'spend.json'), 'utf8'));
    assert.deepEqual(Object.keys(jobs), [run.id]);
    assert.deepEqual(Object.values(jobs[run.id].months), [run.cost_usd]);
  } finally {
    await other.dispose();
  }
});

test('a wrong key stops it at once, and is not printed', async () => {
  await writeFile(place.path('f.jsonl'), chatLines(40).replaceAll('Say', 'Yell'));
  const env = { OPENAI_API_KEY: 'sk-invalid-marked-0123456789' };
  const args = ['run', 'f.jsonl', '--base-url', plain, '--yes', '--format', 'json'];
  const { code, stdout, stderr } = await place.run(args, { env });
  assert.equal(code, 2);
  const { runs, error } = JSON.parse(stdout);
  assert.equal(error.code, 'provider');
  assert.equal(runs[0].state, 'stopped');
  assert.ok(runs[0].calls <= 4);
  assert.equal(runs[0].rows.missing, 40);
  assert.ok(!`${stdout}${stderr}`.includes('marked'));
  // With the right one it goes on.
  const right = await place.run(args, { env: { OPENAI_API_KEY: 'sk-right' } });
  assert.equal(right.code, 0);
});

test('Ctrl-C: what is answered is kept, status 3; the next time only the rest is sent', {
  skip: process.platform === 'win32',
}, async () => {
  await writeFile(place.path('g.jsonl'), chatLines(50).replaceAll('Say', 'Mutter'));
  const args = ['run', 'g.jsonl', '--base-url', plain, '--yes', '--format', 'json'];
  const child = place.start([...args, '--rpm', '60', '--concurrency', '2']);
  const ended = outcomeOf(child);
  await untilAnswered('g.jsonl', child);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.equal(code, 3, stdout);
  const [run] = JSON.parse(stdout).runs;
  assert.equal(run.state, 'interrupted');
  assert.ok(run.rows.succeeded >= 1 && run.rows.missing >= 1);
  assert.equal(run.unclear, 0);
  const [rest] = JSON.parse((await place.run(args)).stdout).runs;
  assert.equal(rest.calls, run.rows.missing);
  assert.equal(rest.rows.succeeded, 50);
});

test('killed: at most what was under way is sent again, and is said to be unclear', {
  skip: process.platform === 'win32',
}, async () => {
  const { url } = await place.simulate();
  await writeFile(place.path('h.jsonl'), chatLines(50).replaceAll('Say', 'Murmur'));
  const args = ['run', 'h.jsonl', '--base-url', url, '--yes', '--format', 'json'];
  const child = place.start([...args, '--rpm', '60', '--concurrency', '3']);
  const ended = outcomeOf(child);
  await untilAnswered('h.jsonl', child);
  child.kill('SIGKILL');
  await ended;
  const again = await place.run(args);
  assert.equal(again.code, 0, again.stderr);
  const [run] = JSON.parse(again.stdout).runs;
  assert.ok(run.earlier >= 1 && run.unclear <= 3, again.stdout);
  assert.equal(run.earlier + run.calls, 50);
  assert.equal(run.rows.succeeded, 50);
  assert.equal(rowsOf('h.results.jsonl').length, 50);
});
