import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chatLine, chatLines, outcomeOf, Workplace } from './command.ts';

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];

let place: Workplace;
/** Ends a batch in half a second; three in a hundred rows fail. */
let quick: string;
/** Ends a batch in ten minutes. */
let slow: string;
before(async () => {
  place = await Workplace.create();
  [quick, slow] = await Promise.all([
    place.simulate(['--latency', '500ms', '--faults', 'fail=3%,shuffle,429=1']).then(({ url }) => url),
    place.simulate(['--latency', '10m']).then(({ url }) => url),
  ]);
});
after(() => place.dispose());

async function batchesAt(url: string): Promise<number> {
  const answer = await fetch(`${url}/batches?limit=100`);
  return ((await answer.json()) as { readonly data: readonly unknown[] }).data.length;
}

test('submit --wait: merged in source order; merge and retry of the failed ones, byte for byte', async () => {
  const lines = chatLines(200);
  await writeFile(place.path('a.jsonl'), lines);
  const { code, stdout, stderr } = await place.run([
    ...['submit', 'a.jsonl', '--base-url', quick, '--yes', '--wait', '--name', 'my \u001bjob', ...quickly],
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /^Submit a\.jsonl to 127\.0\.0\.1:\d+ \(no key\):\n {2}200 requests in 1 part/);
  assert.match(
    stdout,
    /^my \\u001bjob finished: 194 answered, 6 failed · \$\S+\n194 answers were cut off\.\nResults: a\.results\.jsonl\n/,
  );
  const rows = (await readFile(place.path('a.results.jsonl'), 'utf8')).trimEnd().split('\n');
  const parsed = rows.map((row) => JSON.parse(row));
  const source = lines.trimEnd().split('\n');
  assert.deepEqual(
    parsed.map(({ line, custom_id }) => [line, custom_id]),
    source.map((_, i) => [i + 1, `r${i + 1}`]),
  );
  assert.equal((await place.run(['retry', 'a.jsonl', 'a.results.jsonl'])).code, 0);
  const failed = source.filter((_, i) => parsed[i].status === 'failed');
  assert.equal(failed.length, 6);
  assert.equal(
    await readFile(place.path('a.retry.jsonl'), 'utf8'),
    failed.map((line) => `${line}\n`).join(''),
  );
});

test('--format json is one document of the contract, and everything else goes to stderr', async () => {
  const name = place.path('b.jsonl');
  await writeFile(name, chatLines(20).replaceAll('Say', 'Write'));
  const { code, stdout } = await place.run([
    ...['submit', name, '--base-url', quick, '--yes', '--wait', '--format', 'json', '--out', 'there.jsonl'],
    ...['--metadata', 'team=red', '--metadata', 'run=1=2', ...quickly],
  ]);
  assert.equal(code, 1);
  const { jobs } = JSON.parse(stdout);
  assert.equal(jobs.length, 1);
  const [job] = jobs;
  assert.deepEqual(Object.keys(job), [
    ...[
      'id',
      'name',
      'file',
      'provider',
      'profile',
      'state',
      'attempt',
      'parts',
      'reused',
      'retries_left',
      'rows',
      'results',
      'cost_usd',
    ],
    ...['created_at', 'message', 'comparison', 'alerts'],
  ]);
  assert.deepEqual(
    [job.name, job.file, job.profile, job.state, job.results],
    ['b.jsonl', name, 'openai', 'done', place.path('there.jsonl')],
  );
  assert.equal(job.parts[0].remote_status, 'completed');
  assert.deepEqual(job.parts[0].counts, { total: 20, completed: 19, failed: 1 });
  const batch = await fetch(`${quick}/batches/${job.parts[0].batch_id}`);
  const { metadata } = (await batch.json()) as { readonly metadata: Record<string, string> };
  assert.equal(metadata.team, 'red');
  assert.equal(metadata.run, '1=2');
});

test('without consent nothing is sent: exit status 4', async () => {
  await writeFile(place.path('c.jsonl'), chatLines(5).replaceAll('Say', 'Sing'));
  const before = await batchesAt(slow);
  const ask = await place.run(['submit', 'c.jsonl', '--base-url', slow]);
  assert.equal(ask.code, 4);
  assert.match(ask.stderr, /^Submit c\.jsonl to .*\?\n[\s\S]*Nothing was sent: .*--yes/);
  const over = await place.run(['submit', 'c.jsonl', '--base-url', slow, '--yes', '--max-cost', '0.00001']);
  assert.equal(over.code, 4);
  assert.match(over.stderr, /Nothing was sent: it can cost \$\S+, more than the \$0\.00001 of --max-cost\./);
  const json = await place.run(['submit', 'c.jsonl', '--base-url', slow, '--format', 'json']);
  assert.equal(json.code, 4);
  assert.deepEqual(JSON.parse(json.stdout), { jobs: [] });
  await writeFile(place.path('nova.jsonl'), `${chatLine('a', 'x', { model: 'gpt-99-nova' })}\n`);
  const unknown = await place.run(['submit', 'nova.jsonl', '--base-url', slow, '--yes', '--max-cost', '5']);
  assert.equal(unknown.code, 4);
  assert.match(unknown.stderr, /the most it can cost is not known/);
  assert.equal(await batchesAt(slow), before);
});

test('problems block: those of the file always, those of rows unless allowed', async () => {
  await writeFile(place.path('twice.jsonl'), `${chatLine('a')}\n`.repeat(2));
  const file = await place.run(['submit', 'twice.jsonl', '--base-url', slow, '--yes', '--allow-errors']);
  assert.equal(file.code, 4);
  assert.match(file.stderr, /^twice\.jsonl:1:14 error {2}id\.duplicate/);
  assert.match(
    file.stderr,
    /reject the whole file\. Nothing was sent; "llm-batch check twice\.jsonl" lists all/,
  );
  await writeFile(place.path('row.jsonl'), `${chatLine('a', 'x', { temperature: 3 })}\n${chatLine('b')}\n`);
  const row = await place.run(['submit', 'row.jsonl', '--base-url', slow, '--yes']);
  assert.equal(row.code, 4);
  assert.match(row.stderr, /add --allow-errors/);
  const args = ['submit', 'row.jsonl', '--base-url', quick, '--yes', '--allow-errors', '--wait', ...quickly];
  assert.equal((await place.run(args)).code, 1);
});

test('what cannot run costs exit status 2: no key, no file, a URL that is none, standard input without --out', async () => {
  await writeFile(place.path('d.jsonl'), chatLines(1));
  const key = await place.run(['submit', 'd.jsonl', '--yes']);
  assert.equal(key.code, 2);
  assert.match(key.stderr, /^llm-batch: There is no key for OpenAI; set OPENAI_API_KEY/);
  assert.equal((await place.run(['submit', 'no.jsonl', '--base-url', slow, '--yes'])).code, 2);
  assert.equal((await place.run(['submit', 'd.jsonl', '--base-url', 'here', '--yes'])).code, 2);
  assert.equal((await place.run(['submit', 'd.jsonl', '--profile', 'other', '--yes'])).code, 2);
  const stdin = await place.run(['submit', '-', '--base-url', slow, '--yes'], { stdin: chatLines(1) });
  assert.equal(stdin.code, 2);
  assert.match(stdin.stderr, /--out FILE/);
});

test('a job is asked after by its own account: another --profile is an error, and watch leaves its jobs alone', async () => {
  await writeFile(place.path('mine.jsonl'), chatLines(1).replaceAll('Say', 'Own'));
  const sent = await place.run(['submit', 'mine.jsonl', '--base-url', slow, '--yes', '--format', 'json']);
  const { id } = JSON.parse(sent.stdout).jobs[0];
  for (const verb of ['status', 'watch', 'cancel', 'download']) {
    const { code, stderr } = await place.run([verb, id, '--profile', 'groq']);
    assert.equal(code, 2, verb);
    assert.match(stderr, /is a job of openai, not of groq; leave --profile out/, verb);
  }
  assert.match((await place.run(['watch', '--profile', 'groq'])).stdout, /^No job is open/);
  assert.equal((await place.run(['status', id, '--profile', 'openai'])).code, 0);
  const unnamed = await place.run(['status', '']);
  assert.equal(unnamed.code, 2);
  assert.match(unnamed.stderr, /^llm-batch: The id of a job is empty; /);
});

test('a key is never shown', async () => {
  await writeFile(place.path('k.jsonl'), chatLines(2).replaceAll('Say', 'Keep'));
  const env = {
    OPENAI_API_KEY: 'sk-proj-verysecretverysecret4f2a',
    OPENAI_BASE_URL: quick,
    LLM_BATCH_DEBUG: '1',
  };
  const { code, stdout, stderr } = await place.run(['submit', 'k.jsonl', '--yes', '--wait', ...quickly], {
    env,
  });
  assert.equal(code, 0);
  assert.match(stderr, /\(key …4f2a\)/);
  assert.doesNotMatch(stdout + stderr, /verysecret/);
});

test('standard input with --out', async () => {
  const { code } = await place.run(
    ['submit', '-', '--base-url', quick, '--yes', '--wait', '--out', 'piped.jsonl', ...quickly],
    { stdin: chatLines(3).replaceAll('Say', 'Pipe') },
  );
  assert.equal(code, 0);
  assert.equal((await readFile(place.path('piped.jsonl'), 'utf8')).trimEnd().split('\n').length, 3);
});

test('time that runs out costs exit status 3; the same bytes go on with the same job, unless --new', async () => {
  await writeFile(place.path('e.jsonl'), chatLines(3).replaceAll('Say', 'Wait'));
  const before = await batchesAt(slow);
  const submit = ['submit', 'e.jsonl', '--base-url', slow, '--yes'];
  const args = [...submit, '--wait', '--timeout', '1', '--poll-min', '0.2'];
  const first = await place.run(args);
  assert.equal(first.code, 3);
  const id = /llm-batch watch ([\w-]+)/.exec(first.stdout)?.[1] ?? '';
  const again = await place.run([...args, '--format', 'json']);
  assert.equal(again.code, 3);
  assert.match(again.stderr, new RegExp(`^These bytes are already job ${id}; going on with it`));
  assert.equal(JSON.parse(again.stdout).jobs[0].id, id);
  const watched = await place.run(['watch', id, '--timeout', '0.5']);
  assert.equal(watched.code, 3);
  // On a slow machine all that time may have passed before it was sent.
  const sent = await place.run([...submit, '--format', 'json'], { env: { LLM_BATCH_SETTLE_MS: '100' } });
  assert.deepEqual([sent.code, JSON.parse(sent.stdout).jobs[0].id], [0, id], sent.stderr);
  assert.equal(await batchesAt(slow), before + 1);
  const anew = await place.run([...submit, '--new']);
  assert.equal(anew.code, 0);
  assert.match(anew.stdout, /^e\.jsonl is submitted as job [\w-]+\.\n"llm-batch watch [\w-]+" waits/);
  assert.equal(await batchesAt(slow), before + 2);
});

test('Ctrl-C stops the waiting, not the batch, and says how to come back', async () => {
  await writeFile(place.path('f.jsonl'), chatLines(3).replaceAll('Say', 'Stop'));
  const child = place.start([
    'submit',
    'f.jsonl',
    '--base-url',
    slow,
    '--yes',
    '--wait',
    '--poll-min',
    '0.1',
  ]);
  child.stderr?.on('data', (text: Buffer) => {
    if (text.includes('validating')) child.kill('SIGINT');
  });
  const { code, stdout } = await outcomeOf(child);
  assert.equal(code, 3);
  assert.match(stdout, /The batch goes on at the provider; "llm-batch watch [\w-]+" comes back to it/);
});

test('a file that the provider refuses costs exit status 2, in its words', async () => {
  // A severity that is switched off lets through what the provider does not.
  await writeFile(place.path('.llm-batch.json'), '{"severity":{"id.duplicate":"off"}}');
  await writeFile(place.path('g.jsonl'), `${chatLine('same', 'Refuse')}\n`.repeat(2));
  const args = ['submit', 'g.jsonl', '--base-url', quick, '--yes', '--wait', ...quickly];
  const { code, stdout } = await place.run(args);
  await writeFile(place.path('.llm-batch.json'), '{}');
  assert.equal(code, 2);
  assert.match(stdout, /^g\.jsonl: refused\.\nThe provider refused the file: duplicate_custom_id/);
  await assert.rejects(access(place.path('g.results.jsonl')));
  const { jobs } = JSON.parse((await place.run(['jobs', '--format', 'json'])).stdout);
  const status = await place.run(['status', jobs[0].id, '--format', 'json']);
  assert.deepEqual([status.code, JSON.parse(status.stdout).error.code], [2, 'refused']);
});
