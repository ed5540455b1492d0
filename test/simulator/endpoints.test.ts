// Embeddings, completions and moderations: are answers shaped like real ones, the same each time, and refused where OpenAI would?
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Batch } from 'openai/resources/batches';
import type { Completion } from 'openai/resources/completions';
import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import type { ModerationCreateResponse } from 'openai/resources/moderations';
import { type ResultLine, readResults, startSession } from './startSession.ts';

type Url = '/v1/embeddings' | '/v1/completions' | '/v1/moderations';
type Rows = ReadonlyMap<string, ResultLine>;

const usual: Readonly<Record<Url, object>> = {
  '/v1/embeddings': { model: 'text-embedding-3-small', input: 'The food was delicious.' },
  '/v1/completions': { model: 'babbage-002', prompt: 'Once upon a time there was a lamp.' },
  '/v1/moderations': { model: 'omni-moderation-latest', input: 'Good morning.' },
};

interface Run {
  readonly batch: Batch;
  readonly output: Rows;
  readonly errors: Rows;
}

/** Sends bodies, each laid over the usual one and named by its key. */
async function run(context: TestContext, url: Url, bodies: Readonly<Record<string, object>>): Promise<Run> {
  const { client, submit } = await startSession(context);
  const lines = Object.entries(bodies).map(([id, body]) =>
    JSON.stringify({ custom_id: id, method: 'POST', url, body: { ...usual[url], ...body } }),
  );
  const { id } = await submit(lines, { endpoint: url });
  const batch = await client.batches.retrieve(id);
  const byId = async (fileId: string | undefined): Promise<Rows> =>
    new Map((await readResults(client, fileId)).map((row) => [row.custom_id, row]));
  return { batch, output: await byId(batch.output_file_id), errors: await byId(batch.error_file_id) };
}

function bodyOf<T>(rows: Rows, id: string): T {
  const row = rows.get(id);
  assert.equal(row?.response?.status_code, 200, `${id} has no answer`);
  return row.response.body as T;
}

/** Message and code of the refusal of each row that was refused. */
function refusals(rows: Rows): Readonly<Record<string, readonly [string, string | null]>> {
  return Object.fromEntries(
    [...rows].map(([id, row]) => {
      assert.equal(row.response?.status_code, 400);
      const { message, code } = row.response.body.error;
      return [id, [message, code]];
    }),
  );
}

const lengthOf = (vector: readonly number[]): number => Math.hypot(...vector);

test('embeddings: vectors of the right length, equal for equal inputs', async (context) => {
  const { batch, output } = await run(context, '/v1/embeddings', {
    text: {},
    again: {},
    other: { input: 'The service was slow.' },
    texts: { input: ['The food was delicious.', 'b', 'c'] },
    ids: { input: [1, 2, 3] },
    lists: { input: [[1, 2, 3], [4]] },
    short: { dimensions: 256 },
    packed: { encoding_format: 'base64' },
  });
  const answer = (id: string): CreateEmbeddingResponse => bodyOf(output, id);
  const vector = (id: string, at = 0): number[] => answer(id).data[at]?.embedding ?? [];
  assert.deepEqual(Object.keys(answer('text')), ['object', 'data', 'model', 'usage']);
  assert.deepEqual([answer('text').object, answer('text').model], ['list', 'text-embedding-3-small']);
  assert.deepEqual(answer('text').usage, { prompt_tokens: 6, total_tokens: 6 });
  assert.deepEqual([answer('texts').data.length, answer('texts').data[2]?.index], [3, 2]);
  assert.equal(answer('ids').usage.prompt_tokens, 3);
  assert.deepEqual([answer('lists').data.length, answer('lists').usage.prompt_tokens], [2, 4]);
  assert.equal(vector('text').length, 1536);
  assert.ok(Math.abs(lengthOf(vector('text')) - 1) < 1e-5);
  assert.deepEqual(vector('again'), vector('text'));
  assert.deepEqual(vector('texts'), vector('text'));
  assert.notDeepEqual(vector('other'), vector('text'));
  assert.deepEqual(vector('lists'), vector('ids'));
  assert.equal(vector('short').length, 256);
  assert.ok(Math.abs(lengthOf(vector('short')) - 1) < 1e-5);
  const bytes = Buffer.from(
    bodyOf<{ data: { embedding: string }[] }>(output, 'packed').data[0]?.embedding ?? '',
    'base64',
  );
  assert.equal(bytes.length, 4 * 1536);
  for (const [at, part] of vector('text').entries())
    assert.ok(Math.abs(bytes.readFloatLE(4 * at) - part) < 1e-8);
  const tokens = [...output.keys()].reduce((sum, id) => sum + answer(id).usage.total_tokens, 0);
  assert.deepEqual([batch.usage?.input_tokens, batch.usage?.output_tokens], [tokens, 0]);
});

test('embeddings: the other models', async (context) => {
  for (const [model, dimensions, answered] of [
    ['text-embedding-3-large', 3072, 'text-embedding-3-large'],
    ['text-embedding-ada-002', 1536, 'text-embedding-ada-002-v2'],
  ] as const) {
    const { output } = await run(context, '/v1/embeddings', { a: { model } });
    const answer = bodyOf<CreateEmbeddingResponse>(output, 'a');
    assert.deepEqual([answer.data[0]?.embedding.length, answer.model], [dimensions, answered]);
  }
});

test('embeddings: each mistake costs its own row', async (context) => {
  const ids = (count: number): number[] => new Array<number>(count).fill(1);
  const invalid =
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";
  const { output, errors } = await run(context, '/v1/embeddings', {
    good: { input: new Array(30).fill(ids(8192)) },
    empty: { input: '' },
    'empty inside': { input: ['a', ''] },
    none: { input: [] },
    mixed: { input: ['a', [1]] },
    fraction: { input: [1.5] },
    many: { input: new Array(2049).fill('a') },
    long: { input: [ids(8193)] },
    sum: { input: new Array(37).fill(ids(8192)) },
    format: { encoding_format: 'int8' },
    wide: { dimensions: 1537 },
    unknown: { messages: [] },
  });
  assert.deepEqual([...output.keys()], ['good']);
  assert.deepEqual(refusals(errors), {
    empty: ["Invalid 'input': input cannot be an empty string.", null],
    'empty inside': ["Invalid 'input': input cannot be an empty string.", null],
    none: [invalid, null],
    mixed: [invalid, null],
    fraction: [invalid, null],
    many: [
      "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length 2049 instead.",
      'array_above_max_length',
    ],
    long: [
      "This model's maximum context length is 8192 tokens, however you requested 8193 tokens (8193 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.",
      null,
    ],
    sum: ['Requested 303104 tokens, max 300000 tokens per request', 'max_tokens_per_request'],
    format: ["Invalid value: 'int8'. Supported values are: 'float' and 'base64'.", 'invalid_value'],
    wide: ["Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.", null],
    unknown: ['Unrecognized request argument supplied: messages', null],
  });
  const ada = { model: 'text-embedding-ada-002', dimensions: 256 };
  assert.deepEqual(refusals((await run(context, '/v1/embeddings', { ada })).errors), {
    ada: ['This model does not support specifying dimensions.', null],
  });
});

test('embeddings: more than 50,000 inputs over all lines fail the file', async (context) => {
  const input = new Array(2000).fill('a');
  const bodies = (count: number): Record<string, object> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`r${at}`, { input }]));
  const { batch } = await run(context, '/v1/embeddings', bodies(26));
  assert.equal(batch.status, 'failed');
  assert.match(batch.errors?.data?.[0]?.message ?? '', /more than 50000 embedding inputs/);
});

test('completions: choices for each prompt, bounded and billed as documented', async (context) => {
  const { output } = await run(context, '/v1/completions', {
    usual: {},
    long: { max_tokens: 200 },
    none: { max_tokens: 0, echo: true },
    several: { prompt: ['One lamp is enough for a room.', 'Two'], n: 2, max_tokens: 50 },
    ids: { prompt: [[1, 2], [3]] },
    best: { n: 1, best_of: 4, max_tokens: 200 },
    null: { prompt: null },
    echo: { prompt: 'Say it: ', echo: true },
  });
  const answer = (id: string): Completion => bodyOf(output, id);
  const usual = answer('usual');
  assert.match(usual.id, /^cmpl-\w+$/);
  assert.deepEqual(
    [usual.object, usual.model, usual.created],
    ['text_completion', 'babbage-002', 1_795_000_000],
  );
  assert.deepEqual(Object.keys(usual.choices[0] ?? {}), ['text', 'index', 'logprobs', 'finish_reason']);
  assert.ok((usual.usage?.completion_tokens ?? 99) <= 16);
  assert.deepEqual(
    [answer('long').choices[0]?.finish_reason, answer('long').choices[0]?.text !== ''],
    ['stop', true],
  );
  assert.deepEqual(
    [
      answer('none').choices[0]?.finish_reason,
      answer('none').choices[0]?.text,
      answer('none').usage?.completion_tokens,
    ],
    ['length', 'Once upon a time there was a lamp.', 0],
  );
  assert.deepEqual(
    answer('several').choices.map((choice) => choice.index),
    [0, 1, 2, 3],
  );
  assert.deepEqual([answer('ids').choices.length, answer('ids').usage?.prompt_tokens], [2, 3]);
  const { choices, usage } = answer('best');
  assert.equal(choices.length, 1);
  assert.ok(
    (usage?.completion_tokens ?? 0) > Math.ceil((choices[0]?.text.length ?? 0) / 4) * 2,
    'all four are billed',
  );
  assert.equal(answer('null').usage?.prompt_tokens, 1);
  assert.ok(answer('echo').choices[0]?.text.startsWith('Say it: '));
});

test('completions: mistakes, and a model of another endpoint', async (context) => {
  const { output, errors } = await run(context, '/v1/completions', {
    good: { suffix: '.', stop: ['\n'], logit_bias: { 50256: -100 }, logprobs: 2 },
    chat: { messages: [] },
    mixed: { prompt: ['a', 1] },
    object: { prompt: { text: 'a' } },
    fewer: { n: 3, best_of: 2 },
    hot: { temperature: 3 },
  });
  assert.deepEqual([...output.keys()], ['good']);
  const found = refusals(errors);
  assert.deepEqual(Object.fromEntries(Object.entries(found).map(([id, [, code]]) => [id, code])), {
    chat: null,
    mixed: 'invalid_type',
    object: 'invalid_type',
    fewer: null,
    hot: 'decimal_above_max_value',
  });
  assert.match(found.fewer?.[0] ?? '', /set 'n' \(currently 3\) to be at most 'best_of' \(currently 2\)/);
  const wrong = await run(context, '/v1/completions', { a: { model: 'gpt-6-luna' } });
  assert.match(refusals(wrong.errors).a?.[0] ?? '', /^This is a chat model and not supported/);
});

test('moderations: a verdict for each text, one for all parts, the same each time', async (context) => {
  const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
  const { batch, output, errors } = await run(context, '/v1/moderations', {
    kind: {},
    unkind: { input: 'I will kill you, you idiot.' },
    again: { input: 'I will kill you, you idiot.' },
    texts: { input: ['Good evening.', 'They want to murder him.'] },
    parts: { input: [{ type: 'text', text: 'Look at this.' }, image] },
    images: { input: [image, image] },
    number: { input: 5 },
    part: { input: [{ type: 'video' }] },
    mixed: { input: ['a', image] },
  });
  const answer = (id: string): ModerationCreateResponse => bodyOf(output, id);
  const verdict = (id: string, at = 0): ModerationCreateResponse['results'][number] =>
    answer(id).results[at] ?? assert.fail();
  const flagged = (id: string, at = 0): string[] =>
    Object.entries(verdict(id, at).categories).flatMap(([name, is]) => (is === true ? [name] : []));
  assert.match(answer('kind').id, /^modr-\w+$/);
  assert.equal(answer('kind').model, 'omni-moderation-latest');
  assert.equal('usage' in answer('kind'), false);
  assert.deepEqual([verdict('kind').flagged, flagged('kind')], [false, []]);
  assert.equal(Object.keys(verdict('kind').categories).length, 13);
  assert.deepEqual(Object.keys(verdict('kind').category_scores), Object.keys(verdict('kind').categories));
  assert.deepEqual(flagged('unkind'), ['harassment', 'harassment/threatening', 'violence']);
  assert.deepEqual(verdict('again'), verdict('unkind'));
  assert.ok(
    verdict('unkind').category_scores.violence > 0.5 && verdict('unkind').category_scores.hate < 0.01,
  );
  assert.deepEqual(
    [answer('texts').results.length, flagged('texts'), flagged('texts', 1)],
    [2, [], ['violence']],
  );
  assert.equal(answer('parts').results.length, 1);
  const { violence, hate } = verdict('parts').category_applied_input_types;
  assert.deepEqual([violence, hate], [['text', 'image'], ['text']]);
  assert.deepEqual(refusals(errors), {
    images: ['Number of images (2) exceeds maximum of 1', 'too_many_images'],
    number: [
      "Invalid type for 'input': expected one of a string, array of strings, or array of objects, but got an integer instead.",
      'invalid_type',
    ],
    part: ["Invalid value: 'video'. Supported values are: 'text' and 'image_url'.", 'invalid_value'],
    mixed: [
      "Invalid type for 'input': expected one of a string, array of strings, or array of objects, but got an array instead.",
      'invalid_type',
    ],
  });
  assert.equal(batch.usage?.total_tokens, 0);
});

test('a file without its input, without a model or with streaming is refused as a whole', async (context) => {
  for (const [url, member, title] of [
    ['/v1/embeddings', 'input', 'Embeddings'],
    ['/v1/completions', 'prompt', 'Completions'],
    ['/v1/moderations', 'input', 'Moderations'],
  ] as const) {
    const { batch } = await run(context, url, {
      a: { [member]: undefined },
      b: { model: undefined },
      c: { stream: true },
    });
    assert.equal(batch.status, 'failed');
    const name = `${member.slice(0, 1).toUpperCase()}${member.slice(1)}`;
    assert.deepEqual(
      batch.errors?.data?.map(({ line, message }) => [line, message]),
      [
        [1, `${name} parameter is required.`],
        [2, 'Model parameter is required.'],
        [3, `${title}: Streaming is not supported in the Batch API.`],
      ],
    );
  }
});

test('models of other endpoints cost their rows', async (context) => {
  for (const [url, model, message] of [
    ['/v1/embeddings', 'gpt-6-luna', /not allowed to generate embeddings/],
    ['/v1/moderations', 'gpt-6-luna', /Invalid value for 'model' = gpt-6-luna/],
  ] as const) {
    const { errors } = await run(context, url, { a: { model } });
    assert.match(refusals(errors).a?.[0] ?? '', message);
  }
});
