// A batch of Gemini's from the terminal: its model chosen at submit, its rows merged, its cost that of its own usage.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Workplace } from './command.ts';

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];
const model = 'gemini-2.5-flash';

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  url = (await place.simulate(['--latency', '300ms', '--faults', 'fail=2,429=1,poll-404=1,download-reset=1']))
    .url;
});
after(() => place.dispose());

function generateLines(count: number): string {
  const request = (id: number): object => ({
    contents: [{ role: 'user', parts: [{ text: `Say ${id} in one word.` }] }],
    generationConfig: { maxOutputTokens: 400 },
  });
  const lines = Array.from({ length: count }, (_, id) => ({ key: `k${id + 1}`, request: request(id + 1) }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

interface Row {
  readonly custom_id: string;
  readonly status: string;
  readonly text: string | null;
  readonly usage: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly reasoning_tokens: number;
  };
  readonly cost_usd: number | null;
}

async function rowsOf(name: string): Promise<readonly Row[]> {
  const text = await readFile(place.path(name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function submit(name: string, ...more: readonly string[]): ReturnType<Workplace['run']> {
  return place.run(['submit', name, '--base-url', url, '--yes', ...more]);
}

test('without a model nothing is sent; with one, every row is accounted for', async () => {
  await writeFile(place.path('a.jsonl'), generateLines(12));
  const refused = await submit('a.jsonl');
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /Gemini makes a batch for one model.*--model/);
  const { code, stdout, stderr } = await submit('a.jsonl', '--model', model, '--wait', ...quickly);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /gemini-2\.5-flash · generateContent/);
  assert.match(stdout, /10 answered, 2 failed/);
  const rows = await rowsOf('a.results.jsonl');
  assert.deepEqual(
    rows.map(({ custom_id }) => custom_id),
    Array.from({ length: 12 }, (_, index) => `k${index + 1}`),
  );
  const answered = rows.filter(({ status }) => status === 'succeeded');
  assert.equal(answered.length, 10);
  for (const { text, usage, cost_usd } of answered) {
    assert.notEqual(text ?? '', '');
    assert.ok(usage.reasoning_tokens > 0 && usage.output_tokens > usage.reasoning_tokens);
    assert.ok((cost_usd ?? 0) > 0);
  }
});

test('the same bytes go on with their job, for another model they do not', async () => {
  await writeFile(place.path('b.jsonl'), generateLines(3).replaceAll('Say', 'Write'));
  const slow = (await place.simulate(['--latency', '10m'])).url;
  const asked = ['submit', 'b.jsonl', '--base-url', slow, '--yes', '--model'];
  assert.equal((await place.run([...asked, model])).code, 0);
  const again = await place.run([...asked, `models/${model}`]);
  assert.deepEqual([again.code, /already job/.test(again.stderr)], [0, true]);
  const other = await place.run([...asked, 'gemini-2.5-pro']);
  assert.equal(other.code, 2);
  assert.match(other.stderr, /for gemini-2\.5-flash; --new sends them again for gemini-2\.5-pro/);
});

test('vectors: made by their own method, their model of the project', async () => {
  const request = { content: { parts: [{ text: 'A short text.' }] }, outputDimensionality: 8 };
  const lines = ['a', 'b'].map((key) => `${JSON.stringify({ key, request })}\n`);
  await writeFile(place.path('v.jsonl'), lines.join(''));
  await writeFile(place.path('.llm-batch.json'), JSON.stringify({ model: 'gemini-embedding-001' }));
  const { stderr } = await submit('v.jsonl', '--wait', ...quickly);
  assert.match(stderr, /gemini-embedding-001 · embedContent/);
  const rows = await rowsOf('v.results.jsonl');
  assert.deepEqual(
    rows.map(({ custom_id }) => custom_id),
    ['a', 'b'],
  );
});

test('a model is not asked for where the requests name theirs', async () => {
  const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content: 'One.' }] };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  await writeFile(place.path('o.jsonl'), `${JSON.stringify(line)}\n`);
  const { code, stderr } = await submit('o.jsonl', '--model', 'gpt-6-luna');
  assert.equal(code, 2);
  assert.match(stderr, /name their model themselves; leave out --model/);
});

test('submit does not hang on a provider that asks to come back in hours: the job is kept, and says so', async () => {
  const far = (await place.simulate(['--latency', '300ms', '--faults', '429=1,retry-after=7200'])).url;
  await writeFile(place.path('held.jsonl'), generateLines(3));
  const kept = await place.run(['submit', 'held.jsonl', '--base-url', far, '--yes', '--model', model]);
  assert.equal(kept.code, 3, kept.stderr);
  assert.match(kept.stderr, /429 RESOURCE_EXHAUSTED: .* Trying again at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./);
  assert.match(
    kept.stdout,
    /held\.jsonl \(\S+\): not sent yet\.\nNothing is known to run .*"llm-batch watch /,
  );
  assert.doesNotMatch(kept.stdout, /is submitted/);
  const id = /\((\S+)\): not sent yet/.exec(kept.stdout)?.[1] ?? '';
  const status = await place.run(['status', id, '--base-url', far]);
  assert.match(status.stdout, /batch +not taken by the provider now, tried again in 2 h/);
});
