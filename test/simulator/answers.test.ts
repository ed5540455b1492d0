// Are simulated answers shaped like real ones, fit for their prompt, and refused row by row where OpenAI would refuse?
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { Response } from 'openai/resources/responses/responses';
import { chatLine, type ResultLine, readResults, responsesLine, startSession } from './startSession.ts';

type Rows = ReadonlyMap<string, ResultLine>;

async function run(context: TestContext, lines: readonly string[]): Promise<{ output: Rows; errors: Rows }> {
  const { client, submit } = await startSession(context);
  const endpoint = JSON.parse(lines[0] as string).url;
  const { id } = await submit(lines, { endpoint });
  const batch = await client.batches.retrieve(id);
  assert.equal(batch.status, 'completed', JSON.stringify(batch.errors));
  const byId = async (fileId: string | undefined): Promise<Rows> =>
    new Map((await readResults(client, fileId)).map((row) => [row.custom_id, row]));
  return { output: await byId(batch.output_file_id), errors: await byId(batch.error_file_id) };
}

function chatOf(rows: Rows, id: string): ChatCompletion {
  const row = rows.get(id);
  assert.equal(row?.response?.status_code, 200, `${id} has no answer`);
  return row.response.body as ChatCompletion;
}

function textOf(rows: Rows, id: string): string {
  return chatOf(rows, id).choices[0]?.message.content ?? '';
}

const ask = (text: string): object => ({ messages: [{ role: 'user', content: text }] });

test('a chat answer has the members of a real one', async (context) => {
  const { output } = await run(context, [chatLine('a'), chatLine('b', { n: 3 })]);
  const row = output.get('a');
  assert.match(row?.id ?? '', /^batch_req_\w+$/);
  assert.match(row?.response?.request_id ?? '', /^\w{32}$/);
  assert.equal(row?.error, null);
  const answer = chatOf(output, 'a');
  assert.match(answer.id, /^chatcmpl-/);
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.model, 'gpt-4o-mini-2024-07-18');
  assert.equal(answer.created, 1_795_000_000);
  assert.deepEqual(Object.keys(answer.choices[0] ?? {}), ['index', 'message', 'logprobs', 'finish_reason']);
  assert.equal(answer.choices[0]?.finish_reason, 'stop');
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {};
  assert.ok(prompt_tokens > 8 && prompt_tokens < 40 && completion_tokens > 0);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
  assert.equal(chatOf(output, 'b').choices.length, 3);
});

test('a responses answer has the members of a real one', async (context) => {
  const { output } = await run(context, [
    responsesLine('a', { instructions: 'Be brief.', max_output_tokens: 200 }),
    responsesLine('b', { model: 'gpt-4.1-mini', max_output_tokens: 16, input: 'word '.repeat(200) }),
    responsesLine('c', {
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'yes or no: is it?' }] }],
    }),
  ]);
  const answer = output.get('a')?.response?.body as Response;
  assert.equal(answer.object, 'response');
  assert.equal(answer.status, 'completed');
  assert.equal(answer.model, 'gpt-4.1-mini-2025-04-14');
  assert.equal(answer.instructions, 'Be brief.');
  const message = answer.output.at(-1);
  assert.ok(message?.type === 'message' && message.content[0]?.type === 'output_text');
  assert.ok(message.content[0].text.length > 0);
  const { input_tokens, output_tokens, total_tokens } = answer.usage ?? assert.fail();
  assert.equal(total_tokens, input_tokens + output_tokens);
  const cut = output.get('b')?.response?.body as Response;
  assert.deepEqual([cut.status, cut.incomplete_details], ['incomplete', { reason: 'max_output_tokens' }]);
  assert.equal(cut.usage?.output_tokens, 16);
  const short = output.get('c')?.response?.body as Response;
  assert.match(JSON.stringify(short.output), /"text":"(Yes|No)"/);
});

test('a model that thinks says so', async (context) => {
  const { output } = await run(context, [
    chatLine('a', { model: 'gpt-5-mini' }),
    chatLine('b', { model: 'gpt-5-mini', max_completion_tokens: 10 }),
  ]);
  const thought = chatOf(output, 'a').usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  assert.ok(thought > 0 && thought < (chatOf(output, 'a').usage?.completion_tokens ?? 0));
  const cut = chatOf(output, 'b');
  assert.deepEqual([cut.choices[0]?.finish_reason, cut.choices[0]?.message.content], ['length', '']);
  assert.equal(cut.usage?.completion_tokens, 10);
});

test('the answer fits the question', async (context) => {
  const text = 'The lamp arrived broken and nobody answered the phone. I want my money back.';
  const { output } = await run(context, [
    chatLine('labels', {
      messages: [
        { role: 'system', content: 'Classify the message as one of: refund, delivery, praise.' },
        { role: 'user', content: text },
      ],
    }),
    chatLine('sentiment', ask(`What is the sentiment? ${text}`)),
    chatLine('yes', ask(`Is the customer angry? Answer yes or no.\n${text}`)),
    chatLine('free', ask(`Summarise. ${text}`)),
    chatLine('json', { ...ask('Give me json.'), response_format: { type: 'json_object' } }),
  ]);
  assert.match(textOf(output, 'labels'), /^(refund|delivery|praise)$/);
  assert.match(textOf(output, 'sentiment'), /^(positive|negative|neutral)$/);
  assert.match(textOf(output, 'yes'), /^(Yes|No)$/);
  assert.match(textOf(output, 'free'), /lamp|money/);
  assert.equal(typeof JSON.parse(textOf(output, 'json')), 'object');
});

const schema = {
  type: 'object',
  properties: {
    label: { type: 'string', enum: ['a', 'b'] },
    score: { type: 'integer', minimum: 1, maximum: 5 },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
    sure: { type: 'boolean' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['label', 'score', 'tags', 'sure', 'note'],
  additionalProperties: false,
  $defs: { tag: { type: 'object', properties: { name: { type: 'string' } } } },
};

test('structured output fits its schema, a forced tool is called', async (context) => {
  const { output } = await run(context, [
    chatLine('schema', {
      response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
    }),
    chatLine('tool', {
      tools: [{ type: 'function', function: { name: 'rate', parameters: schema } }],
      tool_choice: { type: 'function', function: { name: 'rate' } },
    }),
  ]);
  const fits = (text: string): void => {
    const value = JSON.parse(text);
    assert.deepEqual(Object.keys(value), schema.required);
    assert.ok(['a', 'b'].includes(value.label));
    assert.ok(Number.isInteger(value.score) && value.score >= 1 && value.score <= 5);
    assert.equal(typeof value.tags[0].name, 'string');
  };
  fits(textOf(output, 'schema'));
  const choice = chatOf(output, 'tool').choices[0];
  assert.deepEqual([choice?.finish_reason, choice?.message.content], ['tool_calls', null]);
  const call = choice?.message.tool_calls?.[0];
  assert.ok(call?.type === 'function' && call.function.name === 'rate');
  fits(call.function.arguments);
});

test('responses: a tool call and structured output', async (context) => {
  const format = { type: 'json_schema', name: 'x', strict: true, schema };
  const { output } = await run(context, [
    responsesLine('schema', { text: { format } }),
    responsesLine('tool', {
      tools: [{ type: 'function', name: 'rate', parameters: schema }],
      tool_choice: 'required',
    }),
  ]);
  const items = (id: string): Response['output'] => {
    const answer: Response | undefined = output.get(id)?.response?.body;
    return answer?.output ?? [];
  };
  const message = items('schema').at(-1);
  assert.ok(message?.type === 'message' && message.content[0]?.type === 'output_text');
  assert.deepEqual(Object.keys(JSON.parse(message.content[0].text)), schema.required);
  const call = items('tool').at(-1);
  assert.ok(call?.type === 'function_call' && call.name === 'rate');
  assert.deepEqual(Object.keys(JSON.parse(call.arguments)), schema.required);
});

const reasoning = { model: 'gpt-6-luna' };
const chatMistakes: readonly [object, string, string | null, string | null][] = [
  [{ max_tokens_: 5 }, 'Unrecognized request argument supplied: max_tokens_', null, null],
  [{ temperature: 'hot' }, 'expected a decimal, but got a string', 'temperature', 'invalid_type'],
  [{ temperature: 3 }, 'Expected a value <= 2', 'temperature', 'decimal_above_max_value'],
  [{ max_completion_tokens: 1.5 }, 'expected an integer', 'max_completion_tokens', 'invalid_type'],
  [
    { max_tokens: 1, max_completion_tokens: 1 },
    'at the same time',
    'max_tokens',
    'invalid_parameter_combination',
  ],
  [{ messages: [] }, 'empty array', 'messages', 'empty_array'],
  [{ messages: 'hello' }, 'expected an array', 'messages', 'invalid_type'],
  [
    { messages: [{ role: 'bot', content: 'x' }] },
    "Invalid value: 'bot'",
    'messages[0].role',
    'invalid_value',
  ],
  [{ messages: [{ content: 'x' }] }, 'Missing required', 'messages[0].role', 'missing_required_parameter'],
  [{ messages: [{ role: 'user', content: 5 }] }, 'expected one of', 'messages[0].content', 'invalid_type'],
  [{ metadata: { a: 1 } }, 'expected a string', 'metadata.a', 'invalid_type'],
  [{ response_format: { type: 'json_object' } }, "the word 'json'", 'messages', null],
  [
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', strict: true, schema: { type: 'object' } },
      },
    },
    "'additionalProperties' is required",
    'response_format',
    'invalid_json_schema',
  ],
];

test('each mistake in a chat body costs its own row, in the words of a real 400', async (context) => {
  const lines = chatMistakes.map(([body], at) => chatLine(`bad-${at}`, body));
  const { output, errors } = await run(context, [...lines, chatLine('good')]);
  assert.deepEqual([...output.keys()], ['good']);
  for (const [at, [body, message, param, code]] of chatMistakes.entries()) {
    const row = errors.get(`bad-${at}`);
    assert.equal(row?.error, null);
    assert.equal(row?.response?.status_code, 400);
    const { error } = row.response.body;
    assert.ok(error.message.includes(message), `${JSON.stringify(body)}: ${error.message}`);
    assert.deepEqual([error.param, error.code, error.type], [param, code, 'invalid_request_error']);
  }
});

test('reasoning models take neither max_tokens nor temperature', async (context) => {
  const { output, errors } = await run(context, [
    chatLine('max', { ...reasoning, max_tokens: 5 }),
    chatLine('hot', { ...reasoning, temperature: 0.2 }),
    chatLine('usual', { ...reasoning, temperature: 1, max_completion_tokens: 500 }),
    chatLine('none', { ...reasoning, temperature: 0.2, reasoning_effort: 'none' }),
  ]);
  assert.deepEqual([...output.keys()].sort(), ['none', 'usual']);
  assert.deepEqual(errors.get('max')?.response?.body.error, {
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    type: 'invalid_request_error',
    param: 'max_tokens',
    code: 'unsupported_parameter',
  });
  assert.equal(errors.get('hot')?.response?.body.error.code, 'unsupported_value');
});

test('mistakes in a responses body', async (context) => {
  const { output, errors } = await run(context, [
    responsesLine('chat', { max_tokens: 5 }),
    responsesLine('unknown', { frobnicate: 1 }),
    responsesLine('input', { input: 5 }),
    responsesLine('effort', { reasoning: { effort: 'huge' } }),
  ]);
  assert.equal(output.size, 0);
  const codes = ['chat', 'unknown', 'input', 'effort'].map((id) => errors.get(id)?.response?.body.error.code);
  assert.deepEqual(codes, ['unsupported_parameter', 'unknown_parameter', 'invalid_type', 'invalid_value']);
  assert.match(errors.get('chat')?.response?.body.error.message, /has moved to 'max_output_tokens'/);
});

test('a request nested without end costs at most its row', async (context) => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const line = chatLine('deep', { tools: '@' }).replace('"@"', deep);
  const constant = chatLine('const', { response_format: { type: 'json_schema', json_schema: '@' } }).replace(
    '"@"',
    `{"name":"x","schema":{"const":${deep}}}`,
  );
  const { output, errors } = await run(context, [line, constant, chatLine('good')]);
  assert.ok(output.has('good'));
  assert.equal(output.size + errors.size, 3);
});
