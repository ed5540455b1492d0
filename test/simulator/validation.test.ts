// Does the simulator refuse an input file for the reasons, in the words and with the lines that OpenAI gives?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatLine, chatLines, responsesLine, startSession } from './startSession.ts';

const ok = chatLine('ok');
const missing = (name: string): string => `Missing required parameter: '${name}'.`;

interface Case {
  readonly what: string;
  readonly lines: readonly string[];
  readonly endpoint?: '/v1/responses';
  /** Code, param, 1-based line, and a part of the message. */
  readonly errors: readonly (readonly [string, string | null, number | null, string])[];
}

const cases: readonly Case[] = [
  {
    what: 'lines that are no JSON objects',
    lines: [ok, '{broken', '[1]', `${ok.slice(0, -1)},}`],
    errors: [2, 3, 4].map((line) => [
      'invalid_json_line',
      null,
      line,
      'This line is not parseable as valid JSON.',
    ]),
  },
  {
    what: 'a BOM',
    lines: [`\uFEFF${ok}`],
    errors: [['invalid_json_line', null, 1, 'not parseable']],
  },
  {
    what: 'missing members',
    lines: ['custom_id', 'method', 'url', 'body'].map((name, at) =>
      chatLine(`r${at}`, {}, { [name]: undefined }),
    ),
    errors: ['custom_id', 'method', 'url', 'body'].map((name, at) => [
      'missing_required_parameter',
      name,
      at + 1,
      missing(name),
    ]),
  },
  {
    what: 'the form of another provider',
    lines: ['{"custom_id":"a","params":{"model":"claude-sonnet-5","max_tokens":5,"messages":[]}}'],
    errors: ['method', 'url', 'body'].map((name) => ['missing_required_parameter', name, 1, missing(name)]),
  },
  {
    what: 'an id that is no text',
    lines: [chatLine('a', {}, { custom_id: 7 })],
    errors: [['invalid_type', 'custom_id', 1, 'expected a string, but got an integer']],
  },
  {
    what: 'an empty id',
    lines: [chatLine('')],
    errors: [['missing_required_parameter', 'custom_id', 1, missing('custom_id')]],
  },
  {
    what: 'a missing model and missing messages',
    lines: [chatLine('a', { model: undefined }), chatLine('b', { messages: undefined })],
    errors: [
      ['invalid_request', 'body.model', 1, 'Model parameter is required.'],
      ['invalid_request', 'body.messages', 2, 'Messages parameter is required.'],
    ],
  },
  {
    what: 'a missing input',
    lines: [responsesLine('a', { input: undefined })],
    endpoint: '/v1/responses',
    errors: [['invalid_request', 'body.input', 1, 'Input parameter is required.']],
  },
  {
    what: 'another url',
    lines: [
      ok,
      chatLine('b', {}, { url: '/v1/embeddings' }),
      chatLine('c', {}, { url: '/chat/completions' }),
    ],
    errors: [2, 3].map((line) => [
      'invalid_url',
      'url',
      line,
      'The URL provided for this request does not match the batch endpoint.',
    ]),
  },
  {
    what: 'another method',
    lines: [chatLine('a', {}, { method: 'post' })],
    errors: [['invalid_method', 'method', 1, 'POST']],
  },
  {
    what: 'streaming',
    lines: [chatLine('a', { stream: false }), chatLine('b', { stream: true })],
    errors: [
      [
        'streaming_unsupported',
        'body.stream',
        2,
        'Chat Completions: Streaming is not supported in the Batch API.',
      ],
    ],
  },
  {
    what: 'models that are not there',
    lines: ['nonexistent-model-xyz', 'claude-sonnet-5', 'gpt-3.5-turbo-0125', 'gpt-4'].map((model) =>
      chatLine(model, { model }),
    ),
    errors: ['nonexistent-model-xyz', 'claude-sonnet-5', 'gpt-3.5-turbo-0125', 'gpt-4'].map((model, at) => [
      'model_not_found',
      'body.model',
      at + 1,
      `The provided model '${model}' is not supported by the Batch API.`,
    ]),
  },
  {
    what: 'two models',
    lines: [ok, chatLine('b', { model: 'gpt-4o' }), chatLine('c')],
    errors: [['mismatched_model', 'body.model', 2, "'gpt-4o'"]],
  },
  {
    what: 'an id twice',
    lines: [chatLine('a'), chatLine('b'), chatLine('a'), chatLine('a')],
    errors: [3, 4].map((line) => ['duplicate_custom_id', 'custom_id', line, "'a'"]),
  },
  {
    what: 'blank lines alone',
    lines: ['', '  ', '\t'],
    errors: [['empty_file', null, null, 'The input file is empty.']],
  },
];

for (const { what, lines, endpoint, errors } of cases) {
  test(`a file is refused for ${what}`, async (context) => {
    const { client, upload } = await startSession(context);
    // A first line that is no JSON would already be refused by the upload.
    const input_file_id = await upload(lines.join('\n'));
    const { id } = await client.batches.create({
      input_file_id,
      endpoint: endpoint ?? '/v1/chat/completions',
      completion_window: '24h',
    });
    const batch = await client.batches.retrieve(id);
    assert.equal(batch.status, 'failed');
    assert.equal(batch.errors?.object, 'list');
    const found = batch.errors?.data ?? [];
    assert.deepEqual(
      found.map(({ code, param, line }) => [code, param, line]),
      errors.map(([code, param, line]) => [code, param, line]),
    );
    for (const [at, [, , , part]] of errors.entries()) assert.ok(found[at]?.message?.includes(part));
    assert.deepEqual(batch.request_counts, { total: 0, completed: 0, failed: 0 });
    assert.deepEqual([batch.output_file_id, batch.error_file_id], [null, null]);
    assert.equal(batch.failed_at, 1_795_000_000);
  });
}

test('errors of many kinds come together, in line order, and not without end', async (context) => {
  const { client, submit } = await startSession(context);
  const few = await submit([ok, chatLine('b', { stream: true, model: 'gpt-4o' }), '{', ok]);
  const codes = (await client.batches.retrieve(few.id)).errors?.data?.map(
    ({ code, line }) => `${line} ${code}`,
  );
  assert.deepEqual(codes, [
    '2 streaming_unsupported',
    '2 mismatched_model',
    '3 invalid_json_line',
    '4 duplicate_custom_id',
  ]);
  const many = await submit([ok, ...Array.from({ length: 500 }, () => '{')]);
  assert.equal((await client.batches.retrieve(many.id)).errors?.data?.length, 100);
});

test('blank lines, CRLF and a missing last line end are let through', async (context) => {
  const { client, upload } = await startSession(context);
  const input_file_id = await upload(
    `\n${chatLine('a')}\r\n\r\n${chatLine('b\u2028c')}\n  \n${chatLine('d')}`,
  );
  const { id } = await client.batches.create({
    input_file_id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  const batch = await client.batches.retrieve(id);
  assert.deepEqual(batch.request_counts, { total: 3, completed: 3, failed: 0 });
});

for (const model of [
  'gpt-6-luna',
  'gpt-6.1-sol',
  'gpt-5.4-mini',
  'gpt-5',
  'o3',
  'gpt-4.1',
  'ft:gpt-4o-mini:acme::x',
]) {
  test(`a batch of ${model} runs`, async (context) => {
    const { client, submit } = await startSession(context);
    const { id } = await submit([chatLine('a', { model })]);
    assert.equal((await client.batches.retrieve(id)).request_counts?.completed, 1);
  });
}

test('50,000 requests are the most', async (context) => {
  const { client, submit } = await startSession(context);
  const { id } = await submit([...chatLines(50_001)]);
  let batch = await client.batches.retrieve(id);
  while (batch.status === 'validating') batch = await client.batches.retrieve(id);
  assert.equal(batch.status, 'failed');
  assert.equal(batch.errors?.data?.[0]?.code, 'too_many_tasks');
});
