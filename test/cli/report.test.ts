// `llm-batch report`: of a job with its duration and estimate, of files, and when there is nothing to report.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLine, Workplace } from './command.ts';

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  await writeFile(
    place.path('a.jsonl'),
    `${['r1', 'r2', 'r3', 'r4'].map((id) => chatLine(id)).join('\n')}\n`,
  );
  ({ url } = await place.simulate(['--latency', '300ms', '--faults', 'fail=50%']));
});
after(() => place.dispose());

test('report JOB: what was answered, how long it took, what it cost and would have cost, and the estimate', async () => {
  const sent = await place.run([
    ...['submit', 'a.jsonl', '--base-url', url, '--yes', '--wait', '--format', 'json', ...quickly],
  ]);
  const [job] = JSON.parse(sent.stdout).jobs;
  const { code, stdout } = await place.run(['report', job.id, '--format', 'json']);
  const report = JSON.parse(stdout);
  assert.equal(code, job.rows.failed > 0 ? 1 : 0);
  assert.deepEqual([report.job.id, report.job.state, report.requests], [job.id, 'done', 4]);
  const { surplus: _, ...rows } = job.rows;
  assert.deepEqual(report.rows, rows);
  assert.equal(report.cost_usd, job.cost_usd);
  assert.ok(report.duration_seconds !== null && report.duration_seconds >= 0);
  assert.deepEqual(report.comparison, job.comparison);
  assert.equal(report.completion_percent, (rows.succeeded / 4) * 100);
  const text = await place.run(['report', job.id.split('-').at(-1)]);
  assert.equal(text.code, code);
  for (const word of ['job', 'requests', 'duration', 'tokens', 'cost', 'at once']) {
    assert.match(text.stdout, new RegExp(`^${word} `, 'm'));
  }
  assert.match(text.stdout, /^requests +4: \d answered \(\d+ %\)/m);
  const ofFile = JSON.parse((await place.run(['report', 'a.results.jsonl', '--format', 'json'])).stdout);
  assert.deepEqual([ofFile.job, ofFile.duration_seconds, ofFile.comparison], [null, null, null]);
  assert.deepEqual(ofFile.rows, report.rows);
  await rm(place.path('a.results.jsonl'));
  const gone = await place.run(['report', job.id]);
  assert.equal(gone.code, 2);
  assert.match(gone.stderr, /a\.results\.jsonl is gone; "llm-batch download/);
});

test('report FILES: several are counted together; standard input; text from a file cannot command the terminal', async () => {
  const body = { error: { code: 'bad\u001b[31m', message: 'No \u001b[2J.' } };
  const line = { custom_id: 'x', response: { status_code: 400, body }, error: null };
  await writeFile(place.path('err.jsonl'), `${JSON.stringify(line)}\n`);
  const { code, stdout } = await place.run(['report', 'err.jsonl', 'err.jsonl']);
  assert.equal(code, 1);
  assert.match(stdout, /^requests +2: 0 answered \(0 %\), 2 failed$/m);
  assert.ok(!stdout.includes('\u001b'));
  const piped = await place.run(['report', '-', '--format', 'json'], { stdin: JSON.stringify(line) });
  assert.equal(JSON.parse(piped.stdout).rows.failed, 1);
});

test('report: what is not there, and what holds no results, in one sentence each', async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [['nobody'], /There is no job nobody/],
    [['nowhere.jsonl'], /nowhere\.jsonl is not there/],
    [['err.jsonl', 'nowhere.jsonl'], /nowhere\.jsonl/],
    [['a.jsonl'], /a\.jsonl holds no batch results/],
  ];
  for (const [args, words] of cases) {
    const { code, stderr } = await place.run(['report', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, words);
  }
});
