// What the simulated models of Gemini answer, in a batch and at once, and what they refuse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answered, account, line, model } from './geminiAccount.ts';

const refusedRows: readonly (readonly [string, unknown, RegExp])[] = [
  ['no request', undefined, /a message was expected/],
  ['no contents', {}, /contents is not specified/],
  ['the config of the SDK', { contents: [{ parts: [{ text: 'x' }] }], config: {} }, /Unknown name "config"/],
  ['an unknown role', { contents: [{ role: 'system', parts: [{ text: 'x' }] }] }, /valid role/],
  ['no parts', { contents: [{ role: 'user' }] }, /parts must not be empty/],
  [
    'a parameter in the wrong place',
    { contents: [{ parts: [{ text: 'x' }] }], generation_config: { response_format: {} } },
    /Unknown name "response_format" at 'generation_config'/,
  ],
  ['a temperature of 3', line('', 'x', { temperature: 3 }), /temperature must be/],
];

for (const [what, request, expected] of refusedRows) {
  test(`a row is refused, not its file, and at once as well: ${what}`, async (context) => {
    const google = await account(context);
    const asked = what === 'a temperature of 3' ? (request as { request: unknown }).request : request;
    const [bad, good] = await google.run([{ key: 'bad', request: asked }, line('good', 'One.')]);
    assert.equal(bad.key, 'bad');
    assert.equal(bad.error.code, 3);
    assert.match(bad.error.message, expected);
    assert.ok(good.response.candidates);
    if (asked === undefined) return;
    const { status, body } = await google.ask('POST', `/v1beta/models/${model}:generateContent`, asked);
    assert.deepEqual([status, body.error.status], [400, 'INVALID_ARGUMENT']);
  });
}

test('answers: thoughts are counted beside what is said, and both against the most', async (context) => {
  const google = await account(context);
  const [full, short, none, silent] = await google.run([
    line('full', 'Tell me something about rivers and lakes.', { thinkingConfig: { includeThoughts: true } }),
    line('short', 'Tell me something about rivers and lakes.', { maxOutputTokens: 10 }),
    line('none', 'Tell me something.', { thinkingConfig: { thinkingBudget: 0 } }),
    line('silent', 'Tell me something (simulate: empty).'),
  ]);
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } =
    full.response.usageMetadata;
  assert.equal(totalTokenCount, promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
  const [thought, said] = full.response.candidates[0].content.parts;
  assert.deepEqual(
    [thought.thought, said.thought, full.response.candidates[0].finishReason],
    [true, undefined, 'STOP'],
  );
  const [cut] = short.response.candidates;
  assert.deepEqual([cut.finishReason, cut.content.parts], ['MAX_TOKENS', undefined]);
  assert.equal(short.response.usageMetadata.thoughtsTokenCount, 10);
  assert.equal(none.response.usageMetadata.thoughtsTokenCount, undefined);
  assert.deepEqual(silent.response.candidates[0].content, { role: 'model' });
});

test('blocked: a prompt without an answer, and an answer that ends badly', async (context) => {
  const google = await account(context);
  const [blocked, unsafe] = await google.run([
    line('a', 'Something (simulate: blocked).'),
    line('b', 'Something (simulate: SAFETY).'),
  ]);
  assert.equal(blocked.response.promptFeedback.blockReason, 'PROHIBITED_CONTENT');
  assert.equal(blocked.response.candidates, undefined);
  assert.deepEqual(unsafe.response.candidates, [{ finishReason: 'SAFETY', index: 0 }]);
});

test('structured output and forced calls fit what was asked for, in both styles of names', async (context) => {
  const google = await account(context);
  const schema = { type: 'OBJECT', properties: { n: { type: 'INTEGER', minimum: 3, maximum: 3 } } };
  const declared = {
    name: 'look',
    parameters: { type: 'OBJECT', properties: { where: { type: 'STRING', enum: ['here'] } } },
  };
  const called = {
    contents: [{ parts: [{ text: 'Call.' }] }],
    tools: [{ function_declarations: [declared] }],
    tool_config: { function_calling_config: { mode: 'ANY' } },
  };
  const [answer, call] = await google.run([
    line('a', 'Give n.', { response_mime_type: 'application/json', response_schema: schema }),
    { key: 'b', request: called },
  ]);
  assert.deepEqual(JSON.parse(answer.response.candidates[0].content.parts[0].text), { n: 3 });
  assert.deepEqual(call.response.candidates[0].content.parts, [
    { functionCall: { name: 'look', args: { where: 'here' } } },
  ]);
});

test('vectors: in a batch and at once, for models that make them', async (context) => {
  const google = await account(context);
  const request = { content: { parts: [{ text: 'A text.' }] }, outputDimensionality: 3 };
  const [row] = await google.run([{ key: 'a', request }], 'asyncBatchEmbedContent', 'gemini-embedding-001');
  assert.deepEqual([row.response.embedding.values.length, row.response.tokenCount], [3, '2']);
  const now = await google.ask('POST', '/v1beta/models/gemini-embedding-001:embedContent', request);
  assert.deepEqual(now.body.embedding, row.response.embedding);
  const chat = await google.ask('POST', `/v1beta/models/${model}:embedContent`, request);
  assert.equal(chat.status, 404);
});

test('at once: limits a minute, an answer that is lost, requests that fail', async (context) => {
  let now = 0;
  const google = await account(context, { now: () => now, faults: 'rpm=2,drop-answer=1,fail=1' });
  const { request } = line('a', 'One.') as { readonly request: object };
  const ask = (): Promise<Answered> => google.ask('POST', `/v1beta/models/${model}:generateContent`, request);
  const failed = await ask();
  assert.ok(failed.status >= 400 && failed.body.error.message !== '');
  await assert.rejects(ask());
  const limited = await ask();
  assert.deepEqual([limited.status, limited.body.error.details[0].retryDelay], [429, '30s']);
  now += 30_000;
  assert.equal((await ask()).status, 200);
});
