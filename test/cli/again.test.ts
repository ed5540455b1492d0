// In the terminal: answers that are there are not paid for again, limits are kept, failures are tried again when that was said.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLine, chatLines, Workplace } from './command.ts';

const quickly = ['--yes', '--wait', '--poll-min', '0.1', '--poll-max', '0.2'];

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  ({ url } = await place.simulate(['--latency', '200ms']));
});
after(() => place.dispose());

async function rowsOf(
  name: string,
): Promise<readonly { custom_id: string; status: string; attempt: number }[]> {
  const text = await readFile(place.path(name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function requestsAt(): Promise<number> {
  const answer = (await (await fetch(`${url}/batches?limit=100`)).json()) as {
    readonly data: readonly { readonly request_counts: { readonly total: number } }[];
  };
  return answer.data.reduce((sum, { request_counts }) => sum + request_counts.total, 0);
}

test('submit --reuse: the plan says what is kept and saved; only new and changed requests are sent', async () => {
  await writeFile(place.path('a.jsonl'), chatLines(20));
  const first = await place.run(['submit', 'a.jsonl', '--base-url', url, ...quickly]);
  assert.equal(first.code, 0, first.stderr);
  const before = await requestsAt();
  await writeFile(
    place.path('a.jsonl'),
    `${chatLine('new')}\n${chatLines(20).replace('Say r7.', 'Sing r7.')}`,
  );
  const { code, stderr } = await place.run(['submit', 'a.jsonl', '--base-url', url, '--reuse', ...quickly]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^ {2}2 requests in 1 part/m);
  assert.match(
    stderr,
    /^ {2}19 requests are unchanged since job \S+ and keep their answers, which saves up to \$\S+$/m,
  );
  assert.equal((await requestsAt()) - before, 2);
  const rows = await rowsOf('a.results.jsonl');
  assert.deepEqual(
    rows.map(({ custom_id }) => custom_id),
    ['new', ...Array.from({ length: 20 }, (_, i) => `r${i + 1}`)],
  );
  assert.deepEqual(
    rows.filter(({ attempt }) => attempt === 1).map(({ custom_id }) => custom_id),
    ['new', 'r7'],
  );
  const { stdout } = await place.run(['jobs', '--format', 'json']);
  assert.equal(JSON.parse(stdout).jobs[0].reused.rows, 19);
});

test('submit --reuse of what was answered before sends nothing and makes no job', async () => {
  await writeFile(place.path('again.jsonl'), chatLines(5));
  const before = await requestsAt();
  const json = ['submit', 'again.jsonl', '--base-url', url, '--reuse', '--format', 'json'];
  const { code, stdout } = await place.run(json);
  assert.equal(code, 0);
  const { jobs, reused } = JSON.parse(stdout);
  assert.deepEqual([jobs, reused.rows, reused.results], [[], 5, place.path('again.results.jsonl')]);
  assert.equal((await rowsOf('again.results.jsonl')).length, 5);
  const text = await place.run(json.slice(0, -2));
  assert.match(
    text.stdout,
    /^Nothing was sent: 5 requests have their answers from 2 earlier jobs\.\nResults: again\.results\.jsonl/,
  );
  assert.equal(await requestsAt(), before);
});

test('submit --reuse without an earlier answer sends all, and says so', async () => {
  await writeFile(place.path('fresh.jsonl'), chatLines(3).replaceAll('Say', 'Whistle'));
  const { code, stderr } = await place.run([
    'submit',
    'fresh.jsonl',
    '--base-url',
    url,
    '--reuse',
    ...quickly,
  ]);
  assert.equal(code, 0);
  assert.match(stderr, /No earlier job has an answer to any of these requests\./);
});

test('submit --retry-failed sends what failed again by itself, in the same job', async () => {
  const flaky = await place.simulate(['--latency', '100ms', '--faults', 'fail=30%']);
  await writeFile(place.path('flaky.jsonl'), chatLines(30).replaceAll('Say', 'Hum'));
  const args = [
    'submit',
    'flaky.jsonl',
    '--base-url',
    flaky.url,
    '--retry-failed',
    '2',
    '--format',
    'json',
    ...quickly,
  ];
  const { stdout } = await place.run(args);
  const [job] = JSON.parse(stdout).jobs;
  assert.ok(job.attempt >= 2, `attempt ${job.attempt}`);
  assert.equal((await rowsOf('flaky.results.jsonl')).length, 30);
});

test('above a limit of the settings nothing is sent without a word for it: exit status 4', async () => {
  const home = place.path('frugal');
  await mkdir(home, { recursive: true });
  const settings = (budget: object): Promise<void> =>
    writeFile(`${home}/settings.json`, JSON.stringify({ budget }));
  const env = { LLM_BATCH_HOME: home };
  const submit = (name: string, more: readonly string[] = []) =>
    place.run(['submit', name, '--base-url', url, ...quickly, ...more], { env });
  await writeFile(place.path('dear.jsonl'), chatLines(4).replaceAll('Say', 'Cry'));
  await settings({ perJobUsd: 0.0000001 });
  const over = await submit('dear.jsonl');
  assert.equal(over.code, 4);
  assert.match(
    over.stderr,
    /It can cost \$\S+\. Your limit for a job is \$\S+\.\nNothing was sent: add --over-budget/,
  );
  const agreed = await submit('dear.jsonl', ['--over-budget']);
  assert.equal(agreed.code, 0, agreed.stderr);
  const spend = JSON.parse(await readFile(`${home}/spend.json`, 'utf8'));
  const [entry] = Object.values(spend.jobs) as readonly { readonly months: Record<string, number> }[];
  const [usd] = Object.values(entry?.months ?? {});
  assert.ok(usd !== undefined && usd > 0);
  await writeFile(place.path('more.jsonl'), chatLines(4).replaceAll('Say', 'Laugh'));
  await settings({ perMonthUsd: usd });
  const month = await submit('more.jsonl');
  assert.equal(month.code, 4);
  assert.match(month.stderr, /In \d{4}-\d\d \$\S+ is spent\. Your limit for a month is \$/);
  await settings({ perMonthUsd: 1000 });
  const within = await submit('more.jsonl');
  assert.equal(within.code, 0);
  assert.match(within.stderr, /In \d{4}-\d\d \$\S+ is spent\. Your limit for a month is \$1,?000/);
});

test('a limit that is written wrongly is said', async () => {
  const home = place.path('wrong');
  await mkdir(home, { recursive: true });
  await writeFile(`${home}/settings.json`, JSON.stringify({ budget: { perJobUsd: 'five' } }));
  await writeFile(place.path('w.jsonl'), chatLines(1).replaceAll('Say', 'Yawn'));
  const env = { LLM_BATCH_HOME: home };
  const { stderr } = await place.run(['submit', 'w.jsonl', '--base-url', url, ...quickly], { env });
  assert.match(stderr, /settings\.json: "budget\.perJobUsd" must be a number/);
});

test('retry JOB: the plan of what is left, then the next attempt of the same job', async () => {
  const failing = await place.simulate(['--latency', '100ms', '--faults', 'fail=100%']);
  await writeFile(place.path('r.jsonl'), chatLines(4).replaceAll('Say', 'Row'));
  const sent = await place.run([
    'submit',
    'r.jsonl',
    '--base-url',
    failing.url,
    '--format',
    'json',
    ...quickly,
  ]);
  const [{ id }] = JSON.parse(sent.stdout).jobs;
  const asked = await place.run(['retry', id, '--format', 'json']);
  assert.equal(asked.code, 4);
  assert.match(
    asked.stderr,
    /^4 requests of \S+ to send again[^\n]*\nSubmit r\.jsonl to .*\n {2}4 requests in 1 part/,
  );
  assert.deepEqual(JSON.parse(asked.stdout), { jobs: [] });
  const again = await place.run(['retry', id, '--format', 'json', ...quickly]);
  assert.equal(again.code, 1, again.stderr);
  const [job] = JSON.parse(again.stdout).jobs;
  assert.deepEqual([job.id, job.attempt, job.parts.length, job.rows.failed], [id, 2, 2, 4]);
  assert.equal((await place.run(['retry', 'no-such-job'])).code, 2);
});

test('retry JOB of what was answered has nothing to do', async () => {
  const { stdout } = await place.run(['jobs', '--format', 'json']);
  const done = (JSON.parse(stdout).jobs as readonly { id: string; rows: { failed: number } | null }[]).find(
    ({ rows }) => rows?.failed === 0,
  );
  const { code, stderr } = await place.run(['retry', done?.id ?? '']);
  assert.equal(code, 0);
  assert.match(stderr, /nothing to send again/);
});
