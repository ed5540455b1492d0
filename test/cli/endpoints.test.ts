// Each endpoint beside chat and responses, end to end: check, estimate, submit --wait, and the merged rows.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Workplace } from './command.ts';

let place: Workplace;
let url: string;
before(async () => {
  place = await Workplace.create();
  url = (await place.simulate(['--latency', '100ms', '--faults', 'shuffle'])).url;
});
after(() => place.dispose());

interface Row {
  readonly custom_id: string;
  readonly status: string;
  readonly text: string | null;
  readonly finish_reason: string | null;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number } | null;
  readonly cost_usd: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

interface Journey {
  readonly estimate: {
    readonly tokens: {
      readonly input: number | null;
      readonly inputMethod: string;
      readonly outputMax: number | null;
    };
    readonly cost: { readonly batch: { readonly input: number | null; readonly outputMax: number | null } };
  };
  readonly said: string;
  readonly rows: readonly Row[];
}

/** Bodies by id, as one file from check to merged rows; every id is expected back, in order. */
async function travel(
  name: string,
  endpoint: string,
  bodies: Readonly<Record<string, object>>,
  options: {
    readonly checkCode?: number;
    readonly submitCode?: number;
    readonly more?: readonly string[];
  } = {},
): Promise<Journey> {
  const lines = Object.entries(bodies).map(([id, body]) =>
    JSON.stringify({ custom_id: id, method: 'POST', url: endpoint, body }),
  );
  await writeFile(place.path(`${name}.jsonl`), `${lines.join('\n')}\n`);
  const checked = await place.run(['check', `${name}.jsonl`]);
  assert.equal(checked.code, options.checkCode ?? 0, checked.stdout);
  const estimated = await place.run(['estimate', `${name}.jsonl`, '--format', 'json']);
  assert.equal(estimated.code, 0, estimated.stderr);
  const quickly = ['--base-url', url, '--yes', '--wait', '--poll-min', '0.1', '--poll-max', '0.2'];
  const sent = await place.run(['submit', `${name}.jsonl`, ...quickly, ...(options.more ?? [])]);
  assert.equal(sent.code, options.submitCode ?? 0, sent.stdout + sent.stderr);
  const text = await readFile(place.path(`${name}.results.jsonl`), 'utf8');
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  assert.deepEqual(
    rows.map((row) => row.custom_id),
    Object.keys(bodies),
  );
  return { estimate: JSON.parse(estimated.stdout).files[0], said: sent.stdout + sent.stderr, rows };
}

/** Usage of input tokens alone, as estimated: the simulator counts token ids as everybody does. */
const inputOnly = (tokens: number): object => ({
  input_tokens: tokens,
  output_tokens: 0,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
});

test('embeddings', async () => {
  const model = 'text-embedding-3-small';
  const { estimate, said, rows } = await travel('embeddings', '/v1/embeddings', {
    ids: { model, input: [1, 2, 3, 4] },
    lists: { model, input: [[1, 2], [3]], dimensions: 256 },
    packed: { model, input: ['The food was good.', 'So was the view.'], encoding_format: 'base64' },
  });
  assert.deepEqual(estimate.tokens, {
    input: 17,
    inputMethod: 'exact',
    inputErrorPercent: 0,
    outputMax: 0,
    cacheableInput: 0,
  });
  assert.deepEqual(estimate.cost.batch, { input: 1.7e-7, outputMax: 0 });
  assert.match(said, /Costs \$0\.00000017 · results within 24 h/);
  assert.deepEqual(
    rows.map(({ status, text, finish_reason }) => [status, text, finish_reason]),
    [
      ['succeeded', '1 vector of 1,536 dimensions', null],
      ['succeeded', '2 vectors of 256 dimensions', null],
      ['succeeded', '2 vectors of 1,536 dimensions', null],
    ],
  );
  assert.deepEqual([rows[0]?.usage, rows[0]?.cost_usd], [inputOnly(4), 4e-8]);
  assert.deepEqual([rows[1]?.usage, rows[1]?.cost_usd], [inputOnly(3), 3e-8]);
});

test('an embedding row that the provider refuses fails by itself, with its words', async () => {
  const ids = new Array<number>(8193).fill(1);
  const { rows } = await travel(
    'too-long',
    '/v1/embeddings',
    {
      long: { model: 'text-embedding-3-large', input: [ids] },
      good: { model: 'text-embedding-3-large', input: 'Short.' },
    },
    { checkCode: 1, submitCode: 1, more: ['--allow-errors'] },
  );
  assert.deepEqual(
    [rows[0]?.status, rows[0]?.text, rows[0]?.usage, rows[0]?.cost_usd],
    ['failed', null, null, null],
  );
  assert.match(rows[0]?.error?.message ?? '', /maximum context length is 8192 tokens/);
  assert.equal(rows[1]?.text, '1 vector of 3,072 dimensions');
});

test('completions', async () => {
  // Every public model of the endpoint was shut down; that costs a row each, and the simulator runs them all the same.
  const model = 'babbage-002';
  const { estimate, rows } = await travel(
    'completions',
    '/v1/completions',
    {
      story: { model, prompt: 'There was a lamp in the window all night.', max_tokens: 100, n: 2 },
      short: { model, prompt: 'Write a very long story about a very long road, please.', max_tokens: 2 },
      ids: { model, prompt: [1, 2, 3], max_tokens: 10 },
    },
    { checkCode: 1, more: ['--allow-errors'] },
  );
  assert.deepEqual([estimate.tokens.inputMethod, estimate.tokens.outputMax], ['exact', 212]);
  assert.equal(estimate.cost.batch.outputMax, 0.0000424);
  assert.deepEqual(
    rows.map(({ status, finish_reason }) => [status, finish_reason]),
    [
      ['succeeded', 'stop'],
      ['succeeded', 'length'],
      ['succeeded', 'stop'],
    ],
  );
  assert.match(rows[0]?.text ?? '', /lamp/);
  for (const { usage, cost_usd } of rows) {
    const tokens = (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
    assert.equal(cost_usd, Number(((tokens * 0.2) / 1e6).toPrecision(12)));
  }
});

test('moderations', async () => {
  const model = 'omni-moderation-latest';
  const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
  const { estimate, said, rows } = await travel('moderations', '/v1/moderations', {
    kind: { model, input: 'Good morning.' },
    unkind: { model, input: 'I will kill you, you idiot.' },
    list: { model, input: ['Good night.', 'They want to murder him.', 'Sleep well.'] },
    image: { model, input: [{ type: 'text', text: 'Look.' }, image] },
  });
  assert.deepEqual(
    [estimate.tokens.input, estimate.tokens.inputMethod],
    [null, 'unknown'],
    'an image is among them',
  );
  assert.deepEqual(estimate.cost.batch, { input: 0, outputMax: 0 });
  assert.match(said, /· unknown tokens in\n.*Free of charge/);
  assert.deepEqual(
    rows.map(({ text, finish_reason, usage, cost_usd }) => [text, finish_reason, usage, cost_usd]),
    [
      ['not flagged', null, null, 0],
      ['flagged: harassment, harassment/threatening, violence', null, null, 0],
      ['1 of 3 flagged: violence', null, null, 0],
      ['not flagged', null, null, 0],
    ],
  );
});
