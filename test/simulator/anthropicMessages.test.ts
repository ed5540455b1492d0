// What does the simulated /v1/messages answer, and what does it refuse, by model and by version of the API?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import { type AnthropicSession, refused, request, startAnthropic } from './anthropicSession.ts';

/** A message by these parameters over the usual ones. */
function ask({ client }: AnthropicSession, params: object): Promise<Anthropic.Message> {
  return client.messages.create(request('a', params).params);
}

test('a message has what the API says of one', async (context) => {
  const session = await startAnthropic(context);
  const message = await ask(session, {});
  assert.match(message.id, /^msg_/);
  assert.deepEqual(
    { ...message, id: '', content: message.content.map(({ type }) => type), usage: null },
    {
      ...{ id: '', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', content: ['text'] },
      ...{ stop_reason: 'end_turn', stop_sequence: null, stop_details: null },
      ...{ container: null, diagnostics: null, usage: null },
    },
  );
  const { input_tokens: input, output_tokens: output, ...usage } = message.usage;
  assert.ok(input > 0 && output > 0);
  assert.deepEqual(usage, {
    ...{ cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens_details: { thinking_tokens: 0 },
    ...{ server_tool_use: null, service_tier: 'standard', inference_geo: 'global', speed: 'standard' },
  });
  const counted = await session.client.messages.countTokens({
    model: 'claude-haiku-5-5',
    messages: request('a').params.messages,
  });
  assert.equal(counted.input_tokens, input);
  assert.deepEqual(await ask(session, {}), message);
});

test('each way to stop', async (context) => {
  const session = await startAnthropic(context);
  const cut = await ask(session, { max_tokens: 2 });
  assert.deepEqual([cut.stop_reason, cut.usage.output_tokens], ['max_tokens', 2]);
  const stopped = await ask(session, { stop_sequences: ['nowhere', ' '] });
  assert.deepEqual([stopped.stop_reason, stopped.stop_sequence], ['stop_sequence', ' ']);
  const refusal = await ask(session, {
    messages: [{ role: 'user', content: 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB61' }],
  });
  assert.deepEqual([refusal.stop_reason, refusal.content], ['refusal', []]);
  assert.equal(refusal.stop_details?.type, 'refusal');
  const input_schema = { type: 'object', properties: { city: { type: 'string', enum: ['Oslo'] } } };
  const tools = [
    { name: 'other', input_schema },
    { name: 'weather', input_schema },
  ];
  const called = await ask(session, { tools, tool_choice: { type: 'tool', name: 'weather' } });
  assert.equal(called.stop_reason, 'tool_use');
  const [call] = called.content;
  assert.ok(call?.type === 'tool_use');
  assert.deepEqual([call.name, call.input], ['weather', { city: 'Oslo' }]);
  const any = await ask(session, { tools, tool_choice: { type: 'any' } });
  assert.equal(any.content[0]?.type === 'tool_use' && any.content[0].name, 'other');
});

test('a structured output fits its schema, and thinking comes before the text', async (context) => {
  const session = await startAnthropic(context);
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  const message = await ask(session, {
    ...{ model: 'claude-opus-5-5', max_tokens: 500, thinking: { type: 'adaptive' } },
    output_config: { format: { type: 'json_schema', schema } },
  });
  const [thought, text] = message.content;
  assert.deepEqual([thought?.type, text?.type], ['thinking', 'text']);
  assert.equal(typeof JSON.parse(text?.type === 'text' ? text.text : '').ok, 'boolean');
  const thinking = message.usage.output_tokens_details?.thinking_tokens ?? 0;
  assert.ok(thinking > 0 && thinking < message.usage.output_tokens);
});

test('what is cached is not among the input tokens: written once, read another time', async (context) => {
  const session = await startAnthropic(context);
  const seen = new Set<string>();
  for (let at = 0; at < 12; at++) {
    const long = { type: 'text', text: 'x'.repeat(6000), cache_control: { type: 'ephemeral', ttl: '1h' } };
    const { usage } = await ask(session, {
      system: [long],
      messages: [{ role: 'user', content: `Question ${at}` }],
    });
    const { cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
    assert.equal(usage.cache_creation?.ephemeral_1h_input_tokens, written);
    assert.ok(usage.input_tokens < 20);
    assert.ok((written ?? 0) + (read ?? 0) > 2000);
    seen.add(written ? 'written' : 'read');
  }
  assert.equal(seen.size, 2);
});

const invalid = 'invalid_request_error';
const refusals: readonly (readonly [string, object, RegExp])[] = [
  ['an unknown parameter', { max_completion_tokens: 5 }, /max_completion_tokens: Extra inputs/],
  ['no length', { max_tokens: undefined }, /max_tokens: Field required/],
  ['a length of nothing', { max_tokens: 0 }, /greater than or equal to 1/],
  ['no messages', { messages: [] }, /at least one message/],
  ['an empty message', { messages: [{ role: 'user', content: '' }] }, /non-empty content/],
  ['a role of others', { messages: [{ role: 'tool', content: 'x' }] }, /Unexpected role "tool"/],
  [
    'a prefill',
    {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: '{' },
      ],
    },
    /prefill/,
  ],
  ['a temperature of a later model', { temperature: 0.5 }, /`temperature` is deprecated/],
  [
    'a budget of a later model',
    { thinking: { type: 'enabled', budget_tokens: 1024 } },
    /thinking\.type\.enabled/,
  ],
  [
    'a budget beyond the length',
    { model: 'claude-sonnet-4-5', thinking: { type: 'enabled', budget_tokens: 1024 } },
    /`max_tokens` must be greater/,
  ],
  ['adaptive thinking before 4.6', { model: 'claude-haiku-4-5', thinking: { type: 'adaptive' } }, /adaptive/],
  ['a choice of no tools', { tool_choice: { type: 'any' } }, /only be specified while providing tools/],
  [
    'a format without schema',
    { output_config: { format: { type: 'json_schema' } } },
    /schema: Field required/,
  ],
];

test('what is refused, and how', async (context) => {
  const session = await startAnthropic(context);
  for (const [what, params, words] of refusals) {
    const [status, type, message] = await refused(ask(session, params));
    assert.deepEqual([status, type], [400, invalid], what);
    assert.match(message, words, what);
  }
  const gone = await refused(ask(session, { model: 'claude-3-5-sonnet-20241022' }));
  assert.deepEqual(gone, [404, 'not_found_error', 'model: claude-3-5-sonnet-20241022']);
});

test('the later version takes no sampling parameters, not even defaults; the earlier one takes defaults', async (context) => {
  const later = await startAnthropic(context, { version: '2026-10-21' });
  const earlier = await startAnthropic(context, { version: '2023-06-01' });
  const old = { model: 'claude-sonnet-4-6', temperature: 0.5 };
  for (const params of [{ temperature: 1 }, { top_p: 1 }, old]) {
    assert.match((await refused(ask(later, params)))[2], /Extra inputs are not permitted/);
    assert.equal((await ask(earlier, params)).stop_reason, 'end_turn');
  }
  // A batch goes by the version of the call that created it.
  const { id } = await later.submit([request('a', { temperature: 1 }), request('b')]);
  const types = new Map((await later.results(id)).map((row) => [row.custom_id, row.result.type]));
  assert.deepEqual([types.get('a'), types.get('b')], ['errored', 'succeeded']);
});

test('what is beta needs its header, alone and in a batch', async (context) => {
  const { client, submit, results } = await startAnthropic(context);
  const beta = request('a', { context_management: { edits: [] } });
  assert.match((await refused(client.messages.create(beta.params)))[2], /context_management: Extra inputs/);
  const headers = { 'anthropic-beta': 'context-management-2025-06-27' };
  assert.equal((await client.messages.create(beta.params, { headers })).stop_reason, 'end_turn');
  const withBeta = await client.messages.batches.create({ requests: [beta] }, { headers });
  const typeOf = async (id: string): Promise<string> => (await results(id))[0]?.result.type;
  assert.equal(await typeOf(withBeta.id), 'succeeded');
  assert.equal(await typeOf((await submit([beta])).id), 'errored');
});

test('headers: a version that there is, and a key in either header', async (context) => {
  const { simulator } = await startAnthropic(context);
  const statusOf = async (headers: Readonly<Record<string, string>>): Promise<readonly [number, string]> => {
    const url = `http://127.0.0.1:${simulator.port}/v1/messages`;
    const body = JSON.stringify(request('a').params);
    const response = await fetch(url, { method: 'POST', body, headers });
    const { error } = (await response.json()) as { error?: { type: string } };
    return [response.status, error?.type ?? ''];
  };
  const version = { 'anthropic-version': '2023-06-01' };
  assert.deepEqual(await statusOf({}), [400, invalid]);
  assert.deepEqual(await statusOf({ 'anthropic-version': '2020-01-01' }), [400, invalid]);
  assert.deepEqual(await statusOf({ ...version, 'x-api-key': 'sk-invalid-1' }), [
    401,
    'authentication_error',
  ]);
  assert.deepEqual(await statusOf({ ...version, authorization: 'Bearer sk-invalid' }), [
    ...[401, 'authentication_error'],
  ] as never);
  assert.deepEqual(await statusOf({ ...version, 'x-api-key': 'sk-good' }), [200, '']);
});

test('limits per minute are said, and hold', async (context) => {
  const session = await startAnthropic(context, { faults: 'rpm=2' });
  const asked = request('a').params;
  const { response } = await session.client.messages.create(asked).withResponse();
  assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), '2');
  assert.equal(response.headers.get('anthropic-ratelimit-requests-remaining'), '1');
  assert.match(response.headers.get('anthropic-ratelimit-requests-reset') ?? '', /^2026-.*Z$/);
  await ask(session, {});
  const error = await ask(session, {}).catch((reason: unknown) => reason);
  assert.equal((error as { status?: unknown }).status, 429);
  assert.equal((error as { headers: Headers }).headers.get('retry-after'), '30');
  session.pass(30_000);
  await ask(session, {});
});

test('some fail once, and an answer may be lost', async (context) => {
  const session = await startAnthropic(context, { faults: 'fail=1,drop-answer=1' });
  assert.ok((await refused(ask(session, {})))[0] >= 400);
  await assert.rejects(ask(session, {}), { name: 'APIConnectionError' });
  await ask(session, {});
});
