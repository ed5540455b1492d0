import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLine, chatLines, Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('clean.jsonl'), chatLines(3));
  await writeFile(place.path('twice.jsonl'), `${chatLine('a')}\n${chatLine('b')}\n${chatLine('a')}\n`);
});
after(() => place.dispose());

test('a clean file: one summary line, exit status 0', async () => {
  const { code, stdout, stderr } = await place.run(['check', 'clean.jsonl']);
  assert.equal(code, 0);
  assert.match(stdout, /^No problems in 3 requests \(OpenAI \/v1\/chat\/completions, \d+ bytes, .+ s\)\n$/);
  assert.equal(stderr, '');
});

test('problems with path, line, column, severity, code and message; where else; a summary; what to do next', async () => {
  const { code, stdout } = await place.run(['check', 'twice.jsonl']);
  assert.equal(code, 1);
  const lines = stdout.split('\n');
  assert.match(lines[0] ?? '', /^twice\.jsonl:1:14 error {2}id\.duplicate {2}"a" is also on line 3/);
  assert.match(lines[1] ?? '', /^ {4}twice\.jsonl:3:14 /);
  assert.match(lines[2] ?? '', /^twice\.jsonl:3:14 error {2}id\.duplicate {2}"a" is also on line 1/);
  assert.match(lines[4] ?? '', /^2 errors in 3 requests \(/);
  assert.match(lines[5] ?? '', /^OpenAI would refuse the whole file; correct it/);
});

test('errors that cost their row only say so', async () => {
  await writeFile(place.path('row.jsonl'), `${chatLine('a', 'x', { temperature: 3 })}\n${chatLine('b')}\n`);
  const { code, stdout } = await place.run(['check', 'row.jsonl']);
  assert.equal(code, 1);
  assert.match(stdout, /1 error would cost its row only; .*submit --allow-errors row\.jsonl/);
});

test('the JSON of the contract', async () => {
  const { code, stdout, stderr } = await place.run([
    'check',
    'twice.jsonl',
    'clean.jsonl',
    '--format',
    'json',
  ]);
  assert.equal(code, 1);
  assert.equal(stderr, '');
  const { files } = JSON.parse(stdout);
  assert.deepEqual(
    files.map((file: Record<string, unknown>) => [file.path, file.provider, file.endpoint, file.requests]),
    [
      ['twice.jsonl', 'openai', '/v1/chat/completions', 3],
      ['clean.jsonl', 'openai', '/v1/chat/completions', 3],
    ],
  );
  assert.deepEqual(files[0].counts, { error: 2, warning: 0, info: 0, hint: 0 });
  assert.equal(files[0].truncated, false);
  const [first] = files[0].problems;
  assert.deepEqual(
    { ...first, message: typeof first.message, related: first.related.length },
    {
      ...{ line: 1, column: 14, endLine: 1, endColumn: 17 },
      ...{ severity: 'error', code: 'id.duplicate', scope: 'file', message: 'string', related: 1 },
    },
  );
  assert.equal(first.related[0].line, 3);
});

test('standard input, whose name is no problem', async () => {
  const { code, stdout } = await place.run(['check', '-', '--format', 'json'], { stdin: chatLines(2) });
  assert.equal(code, 0);
  const [file] = JSON.parse(stdout).files;
  assert.deepEqual([file.path, file.requests, file.problems], ['-', 2, []]);
  const twice = await place.run(['check', '-', '-'], { stdin: '' });
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /only once/);
});

test('--max-problems lists the worst and says how many it does not list', async () => {
  await writeFile(place.path('many.jsonl'), `${chatLine('x')}\n`.repeat(30));
  const text = await place.run(['check', 'many.jsonl', '--max-problems', '4']);
  assert.equal(text.code, 1);
  assert.equal(text.stdout.match(/^many\.jsonl:/gm)?.length, 4);
  assert.match(text.stdout, /30 errors in 30 requests/);
  assert.match(text.stdout, /4 problems are listed, 26 more are not; --max-problems N lists more\./);
  const json = await place.run(['check', 'many.jsonl', '--max-problems', '4', '--format', 'json']);
  const [file] = JSON.parse(json.stdout).files;
  assert.deepEqual([file.counts.error, file.problems.length, file.truncated], [30, 4, true]);
});

test('--severity shows that severity and worse, and counts all', async () => {
  await writeFile(
    place.path('levels.jsonl'),
    `${chatLine('a', 'x', { temperature: 3, user: 'u' })}\n\n${chatLine('b')}\n`,
  );
  const { code, stdout } = await place.run([
    'check',
    'levels.jsonl',
    '--severity',
    'warning',
    '--format',
    'json',
  ]);
  assert.equal(code, 1);
  const [file] = JSON.parse(stdout).files;
  assert.deepEqual(file.counts, { error: 1, warning: 1, info: 0, hint: 1 });
  assert.deepEqual(
    file.problems.map(({ code }: { readonly code: string }) => code),
    ['body.range', 'line.blank'],
  );
  assert.equal(file.truncated, false);
});

test('.llm-batch.json above the file changes severities; one that is no JSON is named', async () => {
  await mkdir(place.path('project/batches'), { recursive: true });
  await writeFile(place.path('project/.llm-batch.json'), '{"severity":{"id.duplicate":"hint"}}');
  await writeFile(place.path('project/batches/a.jsonl'), `${chatLine('a')}\n${chatLine('a')}\n`);
  const lenient = await place.run(['check', 'project/batches/a.jsonl']);
  assert.equal(lenient.code, 0);
  assert.match(lenient.stdout, /2 hints in 2 requests/);
  await writeFile(place.path('project/batches/.llm-batch.json'), '{');
  const broken = await place.run(['check', 'project/batches/a.jsonl']);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /\.llm-batch\.json is not JSON and has no effect/);
});

test('files that are no batch files', async () => {
  await writeFile(place.path('other.jsonl'), '{"a":1}\n');
  const { code, stdout } = await place.run(['check', 'other.jsonl']);
  assert.equal(code, 1);
  assert.match(stdout, /file\.unknown-dialect/);
  const folder = await place.run(['check', 'project']);
  assert.equal(folder.code, 2);
  assert.equal(folder.stderr, 'llm-batch: project is a folder; name a file in it.\n');
});

test('escape sequences in ids, file names and messages never reach the terminal', async () => {
  const name = 'a\u001b[31mb.jsonl';
  await writeFile(place.path(name), `${chatLine('\u001b]0;owned\u0007')}\n`.repeat(2));
  for (const format of ['text', 'json']) {
    const { code, stdout, stderr } = await place.run(['check', name, '--format', format]);
    assert.equal(code, 1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.match(stdout, /\\u001b/);
  }
});

test('no colours where the answer is not a screen, NO_COLOR or not', async () => {
  const { stdout } = await place.run(['check', 'twice.jsonl'], { env: { FORCE_COLOR: '1', TERM: 'xterm' } });
  assert.ok(!stdout.includes('\u001b'));
});

test('a pipe is named as one instead of waited for', async () => {
  spawnSync('mkfifo', [place.path('pipe.jsonl')]);
  const { code, stderr } = await place.run(['check', 'pipe.jsonl']);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^llm-batch: .*pipe\.jsonl is no regular file and cannot be read twice; save it to a file/,
  );
});
