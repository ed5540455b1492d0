// Does each verb say what is so of a job: at whose prices, whether it was sent, and what a person can do now?
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { chatLines, type Outcome, Workplace } from './command.ts';

interface Document {
  readonly jobs: readonly {
    readonly id: string;
    readonly cost_usd: number | null;
    readonly comparison: Readonly<
      Record<'input_tokens' | 'output_tokens', { readonly actual: number }>
    > | null;
  }[];
}

const quickly = ['--poll-min', '0.1', '--poll-max', '0.2'];
const claude = (id: string): string =>
  `${JSON.stringify({
    custom_id: id,
    params: {
      model: 'claude-haiku-5-5',
      max_tokens: 20,
      messages: [{ role: 'user', content: `Say ${id}.` }],
    },
  })}\n`;

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  url = (await place.simulate(['--latency', '100ms', '--faults', 'fail=1'])).url;
  const prices = { 'gpt-5.4-mini': { batchInput: 100, batchOutput: 1000 } };
  await mkdir(place.home, { recursive: true });
  await writeFile(
    place.path('home/settings.json'),
    JSON.stringify({ profiles: { gateway: { baseUrl: url, prices } } }),
  );
});
after(() => place.dispose());

function idOf({ stdout }: Outcome): string {
  return (JSON.parse(stdout) as Document).jobs[0]?.id ?? '';
}

test('what a job cost, and what its retry would, is told at the prices of its profile', async () => {
  await writeFile(place.path('priced.jsonl'), chatLines(4));
  const asked = ['submit', 'priced.jsonl', '--profile', 'gateway', '--yes', '--wait', ...quickly];
  const ended = await place.run([...asked, '--format', 'json']);
  assert.equal(ended.code, 1, ended.stderr);
  const [job] = (JSON.parse(ended.stdout) as Document).jobs;
  const [input = 0, output = 0] = [
    job?.comparison?.input_tokens.actual,
    job?.comparison?.output_tokens.actual,
  ];
  assert.ok(input > 0);
  assert.ok(Math.abs((job?.cost_usd ?? 0) - (input * 100 + output * 1000) / 1e6) < 1e-9, ended.stdout);
  const again = await place.run(['retry', idOf(ended)]);
  assert.equal(again.code, 4);
  assert.match(again.stderr, /gpt-5\.4-mini has its price from your settings/);
});

test('a job that was cancelled before it was sent cost nothing', async () => {
  await writeFile(place.path('never.jsonl'), chatLines(2).replaceAll('Say', 'Never'));
  // Nothing listens there.
  const away = ['--base-url', 'http://127.0.0.1:9/v1'];
  const tried = await place.run([
    ...['submit', 'never.jsonl', ...away, '--yes', '--timeout', '1', '--format', 'json'],
  ]);
  assert.equal(tried.code, 3, tried.stderr);
  const id = idOf(tried);
  assert.match((await place.run(['watch', id, '--timeout', '0.5'])).stdout, /"llm-batch cancel .*" drops it/);
  const dropped = await place.run(['cancel', id]);
  assert.equal(dropped.code, 0, dropped.stderr);
  assert.match(dropped.stdout, /cost +nothing, it was not sent/);
});

test('an unclear batch is not called stopped when it is to be cancelled, nor sent when it is said not to be there', async () => {
  const { url: unsure } = await place.simulate(['--latency', '1m', '--faults', 'drop-create-answer=9']);
  const base = ['--base-url', unsure.replace(/\/v1$/, '')];
  await writeFile(place.path('unclear.jsonl'), claude('a') + claude('b'));
  const submitted = await place.run([...['submit', 'unclear.jsonl', ...base, '--yes', '--poll-min', '0.1']]);
  assert.equal(submitted.code, 3, submitted.stderr);
  const [, id = ''] = /llm-batch resolve (\S+) --adopt msgbatch_/.exec(submitted.stdout) ?? [];
  assert.notEqual(id, '', submitted.stdout);
  assert.doesNotMatch(submitted.stdout, /Nothing is known to run/);
  const looked = await place.run(['status', id]);
  assert.match(looked.stderr, /"llm-batch jobs --remote --profile anthropic" lists/);
  const cancelled = await place.run(['cancel', id]);
  assert.match(cancelled.stderr, /stopped once it is known whether the provider has it/);
  assert.doesNotMatch(cancelled.stderr, /is stopping it/);
  const settled = await place.run(['resolve', id, '--not-sent']);
  assert.equal(settled.code, 0, settled.stderr);
  assert.match(settled.stdout, /state +being cancelled/);
  assert.match(settled.stderr, /ends it, and nothing is sent/);
  const ended = await place.run(['watch', id]);
  assert.match(ended.stdout, /Cancelled before anything was sent/);
});

test('what was meant for another verb, or for nobody, is answered with what to write', async () => {
  await writeFile(
    place.path('plants.jsonl'),
    '{"key":"a","request":{"contents":[{"parts":[{"text":"Hi"}]}]}}\n',
  );
  const base = ['--base-url', url.replace(/\/v1$/, '')];
  const unnamed = await place.run(['run', 'plants.jsonl', ...base, '--yes']);
  assert.equal(unnamed.code, 4, unnamed.stdout);
  assert.match(unnamed.stderr, /none is chosen; say which with --model/);
  const alone = await place.run(['retry', 'priced.jsonl']);
  assert.equal(alone.code, 2);
  assert.match(alone.stderr, /llm-batch retry priced\.jsonl RESULTS/);
  const filtered = await place.run(['jobs', '--profile', 'gateway']);
  assert.equal(filtered.code, 2);
  assert.match(filtered.stderr, /go with --remote/);
  const foreign = await place.run(['submit', 'unclear.jsonl', '--profile', 'gateway', '--yes']);
  assert.match(foreign.stderr, /the account at 127\.0\.0\.1:\d+ speaks OpenAI's API/);
});

test('a key that is refused says so with what to do, costs nothing, and takes away no results that are there', async () => {
  const refusing = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"Incorrect API key.","code":"invalid_api_key"}}');
    });
  });
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const base = ['--base-url', `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/v1`];
  try {
    const env = { OPENAI_API_KEY: 'sk-abcdefghijklmnop' };
    const before = await readFile(place.path('priced.results.jsonl'), 'utf8');
    const sent = await place.run(['submit', 'priced.jsonl', ...base, '--yes', '--wait'], { env });
    assert.equal(sent.code, 2, sent.stderr);
    assert.match(sent.stdout, /check the key \("llm-batch doctor"\), then submit it again/);
    const [, id = ''] = /\((\d{8}-\d{6}-\w+)\)/.exec(sent.stderr) ?? [];
    assert.match((await place.run(['status', id])).stdout, /cost +nothing, it was refused/);
    const ran = await place.run(['run', 'priced.jsonl', ...base, '--yes'], { env });
    assert.equal(ran.code, 2, ran.stderr);
    assert.equal(await readFile(place.path('priced.results.jsonl'), 'utf8'), before);
  } finally {
    refusing.close();
    refusing.closeAllConnections();
  }
});
