import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLine, Workplace } from './command.ts';

/** Spaces and an escaped letter, so that anything but the very bytes shows. */
const oddLine = chatLine('r2').replace('{"custom_id"', '{ "custom_id"').replace('"Say', '"\\u0053ay');
const requests = [chatLine('r1'), oddLine, chatLine('r3'), chatLine('r4')];

function answer(id: string, text: string): string {
  const message = { role: 'assistant', content: text };
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const body = { model: 'gpt-5.4-mini', choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
  return JSON.stringify({
    custom_id: id,
    response: { status_code: 200, request_id: 'q', body },
    error: null,
  });
}

function refusal(id: string, code: string): string {
  const body = { error: { code, message: `It is \u001b[31m${code}.`, type: 'x', param: null } };
  return JSON.stringify({
    custom_id: id,
    response: { status_code: 400, request_id: 'q', body },
    error: null,
  });
}

const output = [answer('r3', 'three'), answer('r1', 'one'), answer('r9', 'nine'), answer('r1', 'again')];

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('a.jsonl'), `${requests.join('\n')}\n`);
  await writeFile(place.path('out.jsonl'), `${output.join('\n')}\n`);
  await writeFile(place.path('err.jsonl'), `${refusal('r2', 'bad_prompt')}\n`);
});
after(() => place.dispose());

async function rowsOf(name: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(place.path(name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('merge: one row for each request in source order; what is odd is named; exit status 1', async () => {
  const { code, stdout, stderr } = await place.run(['merge', 'a.jsonl', 'out.jsonl', 'err.jsonl']);
  assert.equal(code, 1);
  assert.equal(stderr, '');
  const rows = await rowsOf('a.results.jsonl');
  assert.deepEqual(
    rows.map(({ line, custom_id, status }) => [line, custom_id, status]),
    [
      [1, 'r1', 'succeeded'],
      [2, 'r2', 'failed'],
      [3, 'r3', 'succeeded'],
      [4, 'r4', 'missing'],
    ],
  );
  assert.equal((await rowsOf('a.surplus.jsonl')).length, 1);
  assert.match(stdout, /^a\.results\.jsonl: 4 rows: 2 answered, 1 failed, 1 missing · \$\S+$/m);
  assert.match(stdout, /^ {2}failed {2}bad_prompt × 1 {2}line 2: It is \\u001b\[31mbad_prompt\.$/m);
  assert.match(stdout, /^1 request had more than one result:\n {2}"r1": out\.jsonl:\d \(succeeded\) stands/m);
  assert.match(
    stdout,
    /^1 result belongs to no request; kept in a\.surplus\.jsonl:\n {2}out\.jsonl:3 "r9"$/m,
  );
  assert.match(stdout, /llm-batch retry a\.jsonl a\.results\.jsonl$/m);
});

test('merge --format json', async () => {
  const { code, stdout } = await place.run([
    ...['merge', 'a.jsonl', 'out.jsonl', 'err.jsonl', '-o', 'b.jsonl', '--format', 'json'],
  ]);
  assert.equal(code, 1);
  const report = JSON.parse(stdout);
  assert.equal(report.out, place.path('b.jsonl'));
  assert.deepEqual(report.rows, {
    succeeded: 2,
    failed: 1,
    expired: 0,
    cancelled: 0,
    missing: 1,
    surplus: 1,
  });
  assert.equal(report.duplicates[0].custom_id, 'r1');
  assert.equal(report.errors[0].code, 'bad_prompt');
});

test('merge -o - and requests from standard input: rows on stdout, the report on stderr', async () => {
  for (const args of [
    ['merge', 'a.jsonl', 'out.jsonl', '-o', '-'],
    ['merge', '-', 'out.jsonl'],
  ]) {
    const { code, stdout, stderr } = await place.run(args, { stdin: await readFile(place.path('a.jsonl')) });
    assert.equal(code, 1);
    const rows = stdout.trimEnd().split('\n');
    assert.deepEqual(
      rows.map((row) => JSON.parse(row).text),
      ['again', null, 'three', null],
    );
    assert.match(stderr, /^4 rows: 2 answered, 2 missing/);
  }
  const both = await place.run(['merge', 'a.jsonl', 'out.jsonl', '-o', '-', '--format', 'json']);
  assert.equal(both.code, 2);
  assert.equal(JSON.parse(both.stdout).error.code, 'usage');
});

test('a file that is not ours is never replaced', async () => {
  await writeFile(place.path('mine.jsonl'), 'mine\n');
  const { code, stderr } = await place.run(['merge', 'a.jsonl', 'out.jsonl', '-o', 'mine.jsonl']);
  assert.equal(code, 2);
  assert.match(stderr, /mine\.jsonl is already there/);
  assert.equal(await readFile(place.path('mine.jsonl'), 'utf8'), 'mine\n');
});

test('retry: exactly the bytes of those that were not answered', async () => {
  const expected = `${requests[1]}\n${requests[3]}\n`;
  const { code, stdout } = await place.run(['retry', 'a.jsonl', 'out.jsonl', 'err.jsonl']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^2 requests to send again in a\.retry\.jsonl\n1 of them would fail again as they are\.\nNext: llm-batch submit a\.retry\.jsonl\n$/,
  );
  assert.equal(await readFile(place.path('a.retry.jsonl'), 'utf8'), expected);
  const again = await place.run(['retry', 'a.jsonl', 'out.jsonl', 'err.jsonl']);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /a\.retry\.jsonl is already there/);
  const forced = await place.run(['retry', 'a.jsonl', 'out.jsonl', '--force', '--format', 'json']);
  assert.equal(forced.code, 0);
  assert.deepEqual(JSON.parse(forced.stdout), { out: place.path('a.retry.jsonl'), written: 2, hopeless: 0 });
  const piped = await place.run(['retry', 'a.jsonl', 'out.jsonl', 'err.jsonl', '-o', '-']);
  assert.equal(piped.stdout, expected);
});

test('retry: nothing to send again is said, and no file is written', async () => {
  await writeFile(place.path('one.jsonl'), `${chatLine('r1')}\n`);
  const { code, stderr } = await place.run(['retry', 'one.jsonl', 'out.jsonl']);
  assert.equal(code, 0);
  assert.equal(stderr, 'Every request was answered; there is nothing to send again.\n');
  await assert.rejects(access(place.path('one.retry.jsonl')));
});

test('files that are no results, or not there, cost exit status 2', async () => {
  const none = await place.run(['merge', 'a.jsonl', 'nowhere.jsonl']);
  assert.equal(none.code, 2);
  assert.equal(none.stderr, 'llm-batch: There is no file nowhere.jsonl; check the name.\n');
  const wrong = await place.run(['merge', 'a.jsonl', 'a.jsonl', '-o', 'c.jsonl']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^llm-batch: .*\.\n$/);
});
