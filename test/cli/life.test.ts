// Jobs in parts, batches taken over, unclear jobs settled, old records gone: as typed in a terminal, against real HTTP.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chatLines, type Outcome, Workplace } from './command.ts';

interface PartJson {
  readonly batch_id: string | null;
  readonly requests: number;
  readonly first_line: number | null;
  readonly upload: { readonly id: string; readonly deleted: boolean } | null;
}

interface JobJson {
  readonly id: string;
  readonly state: string;
  readonly parts: readonly PartJson[];
  readonly rows: { readonly succeeded: number } | null;
  readonly results: string | null;
}

interface Document {
  readonly jobs: readonly JobJson[];
  readonly remote?: readonly {
    readonly batch_id: string;
    readonly job: string | null;
    readonly made_by: string | null;
  }[];
  readonly pruned?: {
    readonly dry_run: boolean;
    readonly jobs: number;
    readonly bytes: number;
    readonly kept: readonly { readonly id: string; readonly why: string; readonly message: string }[];
  };
}

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  url = (await place.simulate(['--latency', '300ms'])).url;
});
after(() => place.dispose());

function answer({ stdout }: Outcome): Document {
  return JSON.parse(stdout) as Document;
}

async function write(name: string, requests: number, word: string): Promise<void> {
  await writeFile(place.path(name), chatLines(requests).replaceAll('Say', word));
}

async function run(...args: readonly string[]): Promise<Outcome> {
  return place.run([...args, '--base-url', url, '--format', 'json']);
}

test('submit --split sends parts, one file of results is in the order of the source, and uploads go', async () => {
  await write('parts.jsonl', 7, 'Part');
  const sent = await run(
    'submit',
    'parts.jsonl',
    '--split',
    '3',
    '--delete-uploads',
    '--yes',
    '--wait',
    ...quickly,
  );
  assert.equal(sent.code, 0, sent.stderr);
  assert.match(sent.stderr, /7 requests in 3 parts/);
  const [job] = answer(sent).jobs;
  assert.deepEqual(
    job?.parts.map(({ requests, first_line }) => [requests, first_line]),
    [
      [3, 1],
      [3, 4],
      [1, 7],
    ],
  );
  assert.ok(
    job?.parts.every(({ upload }) => upload?.deleted),
    JSON.stringify(job?.parts),
  );
  const rows = (await readFile(place.path('parts.results.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    rows.map((row) => (JSON.parse(row) as { readonly custom_id: string }).custom_id),
    ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'],
  );
  const text = await place.run(['status', job?.id ?? '', '--base-url', url]);
  assert.match(text.stdout, /part 2 .*batch_\S+, completed, 3 of 3, results here/);
  assert.match(text.stdout, /uploads +deleted at the provider/);
});

test('the queue of the account makes parts and waves by itself; --split off sends one file', async () => {
  await writeFile(
    place.path('.llm-batch.json'),
    JSON.stringify({ limits: { queueTokens: { 'gpt-5.4-mini': 40 } } }),
  );
  try {
    await write('waves.jsonl', 6, 'Wave');
    const sent = await run('submit', 'waves.jsonl', '--yes', '--wait', ...quickly);
    assert.equal(sent.code, 0, sent.stderr);
    const [job] = answer(sent).jobs;
    assert.ok((job?.parts.length ?? 0) > 1);
    assert.match(sent.stderr, /sent as 40 tokens in the queue allow/);
    assert.equal(job?.rows?.succeeded, 6);
    const whole = await run('submit', 'waves.jsonl', '--split', 'off', '--yes', ...quickly);
    assert.equal(answer(whole).jobs[0]?.parts.length, 1);
  } finally {
    await writeFile(place.path('.llm-batch.json'), '{}');
  }
});

test('what settings.json wishes of every submit is said and done; an option goes before it', async () => {
  const wishes = place.path('wishes');
  await mkdir(wishes, { recursive: true });
  await writeFile(join(wishes, 'settings.json'), JSON.stringify({ retryFailed: 2, deleteUploads: true }));
  const env = { LLM_BATCH_HOME: wishes };
  const submit = async (name: string, ...more: readonly string[]): Promise<Outcome> => {
    await write(name, 2, name);
    const args = ['submit', name, '--yes', '--wait', ...quickly, ...more];
    return place.run([...args, '--base-url', url, '--format', 'json'], { env });
  };
  const sent = await submit('wished.jsonl');
  const said =
    /By your settings\.json: what fails and could succeed is sent again, up to 2 times; uploads are deleted/;
  assert.match(sent.stderr, said);
  assert.equal(answer(sent).jobs[0]?.parts[0]?.upload?.deleted, true);
  const kept = await submit('kept.jsonl', '--no-delete-uploads', '--retry-failed', '0');
  assert.doesNotMatch(kept.stderr, /By your settings/);
  assert.equal(answer(kept).jobs[0]?.parts[0]?.upload?.deleted, false);
});

test('jobs says what this month cost and what the limit is; the simulator costs nothing', async () => {
  const home = place.path('month');
  await mkdir(home, { recursive: true });
  const env = { LLM_BATCH_HOME: home };
  await write('paid.jsonl', 2, 'Paid');
  const args = ['submit', 'paid.jsonl', '--yes', '--wait', ...quickly, '--base-url', url];
  assert.equal((await place.run(args, { env })).code, 0);
  const spendOf = async (): Promise<Record<string, unknown>> =>
    JSON.parse((await place.run(['jobs', '--format', 'json'], { env })).stdout).spend;
  const { month, usd, open_usd, unbounded_jobs, limit_usd } = await spendOf();
  assert.match(String(month), /^\d{4}-\d\d$/);
  assert.ok(Number(usd) > 0);
  assert.deepEqual([open_usd, unbounded_jobs, limit_usd], [0, 0, null]);
  assert.match((await place.run(['jobs'], { env })).stdout, /\nIn \d{4}-\d\d \$\S+ is spent\.\n$/);
  await writeFile(join(home, 'settings.json'), JSON.stringify({ budget: { perMonthUsd: 50 } }));
  assert.equal((await spendOf()).limit_usd, 50);
  assert.match(
    (await place.run(['jobs'], { env })).stdout,
    / is spent\. Your limit for a month is \$50(\.00)?\.\n$/,
  );
});

test('jobs --remote asks the provider that is named', async () => {
  const remote = await run('jobs', '--remote', '--provider', 'gemini');
  assert.deepEqual([remote.code, answer(remote).remote], [0, []], remote.stderr);
  const here = await run('jobs', '--remote', '--provider', 'openai');
  assert.ok((answer(here).remote?.length ?? 0) > 0);
  const usage = await place.run(['jobs', '--provider', 'gemini']);
  assert.deepEqual([usage.code, /go with --remote/.test(usage.stderr)], [2, true]);
  assert.equal((await place.run(['jobs', '--remote', '--provider', 'mistral'])).code, 2);
});

test('a batch that is lost here is listed at the provider, taken over, and fetched', async () => {
  await write('lost.jsonl', 3, 'Lost');
  const [job] = answer(await run('submit', 'lost.jsonl', '--yes')).jobs;
  const batchId = job?.parts[0]?.batch_id ?? '';
  const here = answer(await run('jobs', '--remote'));
  assert.equal(here.remote?.find(({ batch_id }) => batch_id === batchId)?.job, job?.id);
  assert.equal((await run('adopt', batchId, 'lost.jsonl')).code, 2);
  // Another computer.
  const elsewhere = { env: { LLM_BATCH_HOME: place.path('elsewhere') } };
  const there = await place.run(['jobs', '--remote', '--base-url', url, '--format', 'json'], elsewhere);
  const seen = answer(there).remote?.find(({ batch_id }) => batch_id === batchId);
  assert.deepEqual([seen?.job, seen?.made_by], [null, job?.id]);
  await write('other.jsonl', 5, 'Lost');
  const wrong = await place.run(['adopt', batchId, 'other.jsonl', '--base-url', url], elsewhere);
  assert.deepEqual([wrong.code, /has 3 requests and the file has 5/.test(wrong.stderr)], [2, true]);
  const args = [
    'adopt',
    batchId,
    'lost.jsonl',
    '--out',
    'adopted.jsonl',
    '--base-url',
    url,
    '--format',
    'json',
  ];
  const adopted = await place.run(args, elsewhere);
  assert.equal(adopted.code, 0, adopted.stderr);
  const id = answer(adopted).jobs[0]?.id ?? '';
  const watched = await place.run(['watch', id, ...quickly, '--format', 'json'], elsewhere);
  assert.deepEqual([watched.code, answer(watched).jobs[0]?.rows?.succeeded], [0, 3], watched.stderr);
});

test('resolve: one of the two must be said, and only of a job that is unclear', async () => {
  await write('clear.jsonl', 2, 'Clear');
  const [job] = answer(await run('submit', 'clear.jsonl', '--yes')).jobs;
  const neither = await run('resolve', job?.id ?? '');
  assert.deepEqual([neither.code, /--adopt BATCH_ID, or --not-sent/.test(neither.stderr)], [2, true]);
  const clear = await run('resolve', job?.id ?? '', '--not-sent');
  assert.deepEqual([clear.code, /not unclear/.test(clear.stderr)], [2, true]);
});

test('a file that changed is said while a job of its earlier version is open', async () => {
  await write('versions.jsonl', 2, 'First');
  const [job] = answer(await run('submit', 'versions.jsonl', '--yes')).jobs;
  await write('versions.jsonl', 2, 'Second');
  const again = await run('submit', 'versions.jsonl', '--yes');
  assert.match(again.stderr, new RegExp(`versions\\.jsonl changed since job ${job?.id} was made of it`));
});

test('prune lists, then removes, what is over; results stay', async () => {
  await write('old.jsonl', 2, 'Old');
  const sent = await run('submit', 'old.jsonl', '--yes', '--wait', ...quickly);
  const id = answer(sent).jobs[0]?.id;
  const usage = await place.run(['jobs', '--older-than', '3']);
  assert.equal(usage.code, 2);
  const dry = answer(
    await place.run(['jobs', '--prune', '--older-than', '0', '--dry-run', '--format', 'json']),
  );
  assert.ok(dry.jobs.some((job) => job.id === id) && dry.pruned?.dry_run === true);
  const pruned = await place.run(['jobs', '--prune', '--older-than', '0']);
  assert.match(pruned.stdout, /Removed: \d+ records? of jobs, .*results stay/);
  const left = answer(await place.run(['jobs', '--format', 'json'])).jobs;
  assert.ok(!left.some((job) => job.id === id));
  assert.equal((await readFile(place.path('old.results.jsonl'), 'utf8')).trimEnd().split('\n').length, 2);
});

test('the results of an edited file take the place of the older ones, which stay with their job until they are a file again', async () => {
  const prune = ['jobs', '--prune', '--older-than', '0', '--dry-run', '--format', 'json'];
  await write('edited.jsonl', 2, 'Before');
  const older = answer(await run('submit', 'edited.jsonl', '--yes', '--wait', ...quickly)).jobs[0]?.id ?? '';
  await write('edited.jsonl', 3, 'After');
  const newer = answer(await run('submit', 'edited.jsonl', '--yes', '--wait', ...quickly)).jobs[0]?.id ?? '';
  const { jobs, pruned } = answer(await place.run(prune));
  assert.deepEqual([jobs.some(({ id }) => id === newer), jobs.some(({ id }) => id === older)], [true, false]);
  const kept = pruned?.kept.find(({ id }) => id === older);
  assert.equal(kept?.why, 'results_replaced');
  assert.match(kept?.message ?? '', new RegExp(`newer job, .*"llm-batch download ${older}"`));
  // Whoever asks for those of the older job is not shown the newer one's.
  const report = await place.run(['report', older]);
  assert.deepEqual([report.code, /newer job/.test(report.stderr)], [2, true]);
  const again = await place.run(['download', older]);
  assert.match(again.stderr, /edited\.results\.jsonl holds the results of a newer job/);
  const rows = async (name: string): Promise<number> =>
    (await readFile(place.path(name), 'utf8')).trimEnd().split('\n').length;
  assert.deepEqual([await rows(`edited.${older}.results.jsonl`), await rows('edited.results.jsonl')], [2, 3]);
  assert.equal((await place.run(['report', older])).code, 0);
  assert.ok(answer(await place.run(prune)).jobs.some(({ id }) => id === older));
});
