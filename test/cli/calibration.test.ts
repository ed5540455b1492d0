// The command line learns: a job's rows correct the next estimate, --count asks the provider, and each figure says which it is.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chatLine, Workplace } from './command.ts';

let place: Workplace;
let env: Record<string, string>;
const model = 'gpt-6-luna';
const lines = Array.from({ length: 12 }, (_, at) =>
  chatLine(`r${at}`, 'Tell me how this parcel was lost. '.repeat(1 + (at % 4)), { model }),
);

before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('a.jsonl'), lines.map((line) => `${line}\n`).join(''));
  const { url } = await place.simulate(['--latency', '0']);
  const origin = url.replace(/\/v1$/, '');
  env = { OPENAI_BASE_URL: url, ANTHROPIC_BASE_URL: origin, GOOGLE_GEMINI_BASE_URL: origin };
});
after(() => place.dispose());

// biome-ignore lint/suspicious/noExplicitAny: fields of JSON, looked at one by one
async function estimate(args: readonly string[] = [], at = env, file = 'a.jsonl'): Promise<any> {
  const { code, stdout, stderr } = await place.run(['estimate', file, '--format', 'json', ...args], {
    env: at,
  });
  assert.equal(code, 0, stderr);
  return { ...JSON.parse(stdout).files[0], stderr };
}

test('after a job the estimate is calibrated and says so; at the provider itself it is as before', async () => {
  const before = await estimate();
  assert.deepEqual([before.tokens.inputMethod, before.expected], ['estimated', null]);
  const { code, stdout, stderr } = await place.run(
    ['submit', 'a.jsonl', '--yes', '--wait', '--poll-min', '0.1', '--poll-max', '0.1'],
    { env },
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^Estimate and actual: tokens in: [\d,]+ estimated, [\d,]+ used( \([+−]?\d+ %\))?; out: up to 600, [\d,]+ used; cost: up to \$\S+, \$\S+ in fact \(\d+ % of the bound\)\.$/m,
  );
  const listed = JSON.parse((await place.run(['jobs', '--format', 'json'])).stdout).jobs[0];
  assert.equal(listed.comparison.complete, true);
  const used = listed.comparison.input_tokens.actual;
  assert.equal(listed.comparison.input_tokens.estimate, before.tokens.input);
  const after = await estimate();
  assert.equal(after.tokens.inputMethod, 'calibrated');
  assert.ok(Math.abs(after.tokens.input - used) <= lines.length, `${after.tokens.input} ${used}`);
  assert.equal(after.expected.rows, 12);
  assert.equal(after.tokens.outputMax, before.tokens.outputMax);
  assert.equal(after.cost.batch.outputMax, before.cost.batch.outputMax);
  const text = (await place.run(['estimate', 'a.jsonl'], { env })).stdout;
  assert.match(text, /^ {2}input tokens +~[\d,]+ \(calibrated, within about \d+ %\)$/m);
  assert.match(
    text,
    /^ {2}expected +about [\d,]+ output tokens by 12 earlier answers; in all about \$\S+ in a batch$/m,
  );
  const elsewhere = await estimate([], {});
  assert.deepEqual(
    [elsewhere.tokens, elsewhere.expected],
    [before.tokens, null],
    'what a server on this computer answered says nothing of the provider',
  );
  const status = (await place.run(['status', listed.id], { env })).stdout;
  assert.match(status, /^ {2}estimate {2}tokens in: /m);
});

test('what the project says goes before what was learnt', async () => {
  const calibration = { 'gpt-6-*': { ratio: 3, errorPercent: 12, outputTokens: 7 } };
  await writeFile(place.path('.llm-batch.json'), JSON.stringify({ calibration }));
  try {
    const stated = await estimate();
    assert.deepEqual([stated.tokens.inputMethod, stated.tokens.inputErrorPercent], ['calibrated', 12]);
    assert.deepEqual([stated.expected.outputTokens, stated.expected.rows], [84, null]);
  } finally {
    await writeFile(place.path('.llm-batch.json'), '{}');
  }
});

test('--count asks the provider, says before what goes where, and keeps what it learnt', async () => {
  const home = place.path('counted');
  const at = { ...env, LLM_BATCH_HOME: home };
  const { counted, tokens, stderr } = await estimate(['--count', '5'], at);
  assert.match(
    stderr,
    /^5 of 12 requests go to 127\.0\.0\.1:\d+ to be counted, with all that is in them; counting is free\.$/m,
  );
  assert.deepEqual([counted.counted, counted.kept, counted.message], [5, true, null]);
  const [{ ratio, errorPercent, actual, estimated }] = counted.models;
  assert.equal(ratio, Number((actual / estimated).toPrecision(5)));
  assert.deepEqual([tokens.inputMethod, tokens.inputErrorPercent], ['calibrated', errorPercent]);
  const kept = await readFile(`${home}/calibration.json`, 'utf8');
  assert.match(kept, /"source": "count"/);
  assert.doesNotMatch(kept, /parcel/);
  const text = await place.run(['estimate', 'a.jsonl', '--count', '5'], { env: at });
  assert.match(
    text.stdout,
    /^gpt-6-luna: 5 requests are [\d,]+ tokens at 127\.0\.0\.1:\d+, [\d,]+ by our estimate: times \d\.\d{3}, within about \d+ %\.$/m,
  );
  assert.match(text.stdout, /^The correction is kept for a day, for requests to 127\.0\.0\.1:\d+ alone\.$/m);
});

test('--count for Anthropic and Gemini, by their own variables', async () => {
  const at = { ...env, LLM_BATCH_HOME: place.path('others') };
  const claude = {
    custom_id: 'a',
    params: {
      model: 'claude-haiku-5-5',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'hello there' }],
    },
  };
  const gemini = { key: 'a', request: { contents: [{ role: 'user', parts: [{ text: 'hello there' }] }] } };
  await writeFile(place.path('claude.jsonl'), `${JSON.stringify(claude)}\n`.repeat(4));
  await writeFile(place.path('gemini.jsonl'), `${JSON.stringify(gemini)}\n`.repeat(4));
  const one = await estimate(['--count', '3'], at, 'claude.jsonl');
  assert.deepEqual([one.counted.counted, one.counted.models[0].actual], [3, 3 * (3 + 4 + 4)]);
  const two = await estimate(['--count', '3', '--model', 'gemini-3.8-flash'], at, 'gemini.jsonl');
  assert.deepEqual([two.counted.counted, two.counted.host], [3, new URL(env.OPENAI_BASE_URL ?? '').host]);
});

test('nothing is counted without a key, at nobody, and nothing unasked', async () => {
  const none = await place.run(['estimate', 'a.jsonl', '--count', '5']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /There is no key for OpenAI; set OPENAI_API_KEY to count there\./);
  assert.doesNotMatch(none.stderr, /requests go to/);
  const dead = await place.run([
    'estimate',
    'a.jsonl',
    '--count',
    '1',
    '--base-url',
    'http://127.0.0.1:9/v1',
  ]);
  assert.equal(dead.code, 2);
  assert.match(dead.stderr, /127\.0\.0\.1:9 cannot be reached/);
  const wrong = await place.run(['estimate', 'a.jsonl', '--count', '2'], {
    env: { ...env, OPENAI_API_KEY: 'sk-invalid-0123456789' },
  });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /refuses the key \(401 invalid_api_key\)/);
  assert.doesNotMatch(wrong.stderr + wrong.stdout, /sk-invalid/);
});

test('a provider that counts no tokens is said to be one, before a key is asked for', async () => {
  await writeFile(
    place.path('xai.jsonl'),
    `${chatLine('a').replace(/"model":"[^"]+"/, '"model":"grok-4.3"')}\n`,
  );
  const { code, stderr } = await place.run(['estimate', 'xai.jsonl', '--count', '1']);
  assert.equal(code, 2);
  assert.match(stderr, /xAI has no endpoint that counts tokens/);
});

test('doctor says which keys are set, and shows none', async () => {
  const keys = {
    ANTHROPIC_API_KEY: 'sk-ant-very-secret',
    GOOGLE_GEMINI_BASE_URL: 'https://u:pw@gem.example',
  };
  const { stdout } = await place.run(['doctor', '--format', 'json'], { env: { ...env, ...keys } });
  const { providers, message } = JSON.parse(stdout).keys;
  assert.deepEqual(
    providers.map((one: Record<string, unknown>) => [one.provider, one.variable, one.present]),
    [
      ['openai', 'OPENAI_API_KEY', false],
      ['anthropic', 'ANTHROPIC_API_KEY', true],
      ['gemini', 'GEMINI_API_KEY', false],
      ['azure', 'AZURE_OPENAI_API_KEY', false],
      ['groq', 'GROQ_API_KEY', false],
    ],
  );
  assert.deepEqual(providers[2].base_url, 'https://gem.example/');
  assert.match(
    message,
    /^OpenAI not set for http\S+, Anthropic set for http\S+, Gemini not set for https:\/\/gem\.example\/, Azure OpenAI not set, Groq not set$/,
  );
  assert.doesNotMatch(stdout, /very-secret|pw@/);
});

test('what was learnt at the address of a profile corrects estimates for that profile', async () => {
  const home = place.path('profiled');
  await mkdir(home);
  const profiles = { gateway: { baseUrl: env.OPENAI_BASE_URL } };
  await writeFile(join(home, 'settings.json'), JSON.stringify({ profiles }));
  const at = { LLM_BATCH_HOME: home };
  assert.equal((await estimate(['--count', '5'], { ...env, ...at })).tokens.inputMethod, 'calibrated');
  assert.equal((await estimate(['--profile', 'gateway'], at)).tokens.inputMethod, 'calibrated');
  assert.equal((await estimate(['--profile', 'openai'], at)).tokens.inputMethod, 'estimated');
});
