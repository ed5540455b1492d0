import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLines, Workplace } from './command.ts';

interface JobJson {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly results: string | null;
  readonly parts: readonly { readonly batch_id: string | null; readonly remote_status: string | null }[];
}

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];

let place: Workplace;
let quick: string;
let slow: string;
/** Ends a batch in forty seconds, long after it is told to stop, and stops one in six. */
let fair: string;
before(async () => {
  place = await Workplace.create();
  [quick, slow, fair] = await Promise.all([
    place.simulate(['--latency', '300ms']).then(({ url }) => url),
    place.simulate(['--latency', '10m']).then(({ url }) => url),
    place.simulate(['--latency', '40s']).then(({ url }) => url),
  ]);
});
after(() => place.dispose());

async function submit(name: string, url: string, word: string): Promise<JobJson> {
  await writeFile(place.path(name), chatLines(3).replaceAll('Say', word));
  const { code, stdout } = await place.run([
    ...['submit', name, '--base-url', url, '--yes', '--format', 'json'],
  ]);
  assert.equal(code, 0);
  return jobsOf(stdout)[0] as JobJson;
}

function jobsOf(stdout: string): readonly JobJson[] {
  return (JSON.parse(stdout) as { readonly jobs: readonly JobJson[] }).jobs;
}

test('jobs: none yet, then a table and JSON, the newest first; a record that cannot be read is named', async () => {
  const none = await place.run(['jobs']);
  assert.deepEqual(
    [none.code, none.stdout],
    [0, 'There are no jobs yet; "llm-batch submit FILE" makes one.\n'],
  );
  const idle = await place.run(['watch', '--format', 'json']);
  assert.deepEqual([idle.code, JSON.parse(idle.stdout)], [0, { jobs: [] }]);
  const first = await submit('one.jsonl', slow, 'One');
  const second = await submit('two.jsonl', slow, 'Two');
  await mkdir(place.path('home/jobs/broken'));
  await writeFile(place.path('home/jobs/broken/job.json'), '{');
  const json = await place.run(['jobs', '--format', 'json']);
  assert.equal(json.code, 0);
  assert.deepEqual(
    jobsOf(json.stdout).map(({ id }) => id),
    [second.id, first.id],
  );
  assert.match(json.stderr, /broken\/job\.json/);
  const { stdout } = await place.run(['jobs']);
  assert.match(stdout, new RegExp(`^job +name +state +requests +cost +made\n${second.id} +two\\.jsonl +`));
  await rm(place.path('home/jobs/broken'), { recursive: true });
});

test('status asks once, where the job was made; ids may be shortened', async () => {
  const job = await submit('three.jsonl', slow, 'Three');
  const last = job.id.split('-').at(-1) ?? '';
  for (const named of [job.id, last, job.parts[0]?.batch_id ?? '']) {
    const { code, stdout } = await place.run(['status', named, '--format', 'json']);
    assert.equal(code, 0);
    const [now] = jobsOf(stdout);
    assert.equal(now?.id, job.id);
    assert.match(now?.parts[0]?.remote_status ?? '', /^(validating|in_progress)$/);
  }
  const text = await place.run(['status', last]);
  assert.match(text.stdout, new RegExp(`^three\\.jsonl \\(${job.id}\\)\n {2}state +(validating|running)`));
  const none = await place.run(['status', 'zzzz']);
  assert.deepEqual(
    [none.code, none.stderr],
    [2, 'llm-batch: There is no job zzzz; "llm-batch jobs" lists those there are.\n'],
  );
  const several = await place.run(['status', '2']);
  assert.equal(several.code, 2);
  assert.match(several.stderr, /^llm-batch: 2 fits \d+ jobs \(.*\); give more of the id\.\n$/);
});

test('status does not fetch results; download does, and makes them again when they are gone', async () => {
  const job = await submit('four.jsonl', quick, 'Four');
  for (let state = job.state; state !== 'finishing'; ) {
    const { stdout } = await place.run(['status', job.id, '--format', 'json']);
    state = jobsOf(stdout)[0]?.state ?? '';
    assert.ok(['submitted', 'running', 'finishing'].includes(state), state);
  }
  const fetched = await place.run(['download', job.id, '--format', 'json']);
  assert.equal(fetched.code, 0, fetched.stdout + fetched.stderr);
  const [done] = jobsOf(fetched.stdout);
  assert.deepEqual([done?.state, done?.results], ['done', place.path('four.results.jsonl')]);
  const rows = await readFile(place.path('four.results.jsonl'));
  await rm(place.path('four.results.jsonl'));
  const again = await place.run(['download', job.id]);
  assert.equal(again.code, 0);
  assert.match(again.stderr, /were gone from .*four\.results\.jsonl; those of this job are made again/);
  assert.deepEqual(await readFile(place.path('four.results.jsonl')), rows);
});

test('download of a job that runs: exit status 3', async () => {
  const job = await submit('five.jsonl', slow, 'Five');
  const { code, stdout } = await place.run(['download', job.id, '--format', 'json']);
  assert.equal(code, 3);
  assert.match(jobsOf(stdout)[0]?.state ?? '', /^(submitted|running)$/);
});

test('cancel stops it; watch then fetches what there is; a second cancel has nothing to do', async () => {
  const job = await submit('six.jsonl', fair, 'Six');
  const asked = await place.run(['cancel', job.id, '--format', 'json']);
  assert.equal(asked.code, 0);
  const now = jobsOf(asked.stdout)[0]?.parts[0]?.remote_status ?? '';
  assert.match(now, /^cancell(ing|ed)$/, asked.stderr);
  const watched = await place.run(['watch', job.id, '--format', 'json', ...quickly]);
  assert.equal(watched.code, 1);
  const [over] = jobsOf(watched.stdout);
  assert.deepEqual([over?.state, over?.results], ['cancelled', place.path('six.results.jsonl')]);
  const again = await place.run(['cancel', job.id]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /six\.jsonl is over \(cancelled\); there is nothing to cancel\./);
});

test('watch follows several jobs to their ends', async () => {
  const jobs = [await submit('seven.jsonl', quick, 'Seven'), await submit('eight.jsonl', quick, 'Eight')];
  const { code, stdout, stderr } = await place.run(['watch', ...jobs.map(({ id }) => id), ...quickly]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(
    stdout,
    /^seven\.jsonl finished: 3 answered · \$\S+\n3 answers were cut off\.\nResults: seven\.results\.jsonl\n/,
  );
  assert.match(stdout, /^eight\.jsonl finished: 3 answered/m);
  assert.match(stderr, /^seven\.jsonl \([\w-]+\): /m);
  const open = await place.run(['watch', '--timeout', '0.3', '--format', 'json']);
  assert.equal(open.code, 3);
  assert.ok(jobsOf(open.stdout).length >= 2);
  assert.ok(jobsOf(open.stdout).every(({ state }) => state !== 'done'));
});

test('a key goes only where the job was made with it', async () => {
  await writeFile(place.path('nine.jsonl'), chatLines(3).replaceAll('Say', 'Nine'));
  const made = { OPENAI_API_KEY: 'sk-proj-one-one-one-one-one' };
  const { stdout } = await place.run(
    ['submit', 'nine.jsonl', '--base-url', slow, '--yes', '--format', 'json'],
    { env: made },
  );
  const id = jobsOf(stdout)[0]?.id ?? '';
  assert.equal((await place.run(['status', id], { env: made })).code, 0);
  const other = await place.run(['status', id], { env: { OPENAI_API_KEY: 'sk-proj-two-two-two-two-two' } });
  assert.equal(other.code, 2);
  assert.match(
    other.stdout + other.stderr,
    /This job is at http:\/\/127\.0\.0\.1:\d+\/v1, not at https:\/\/api\.openai/,
  );
});
