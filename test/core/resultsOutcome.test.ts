// Does readOutcome say of every line what it says, in one form, whatever its shape?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Outcome, readOutcome } from '#core';

function outcome(line: unknown): Outcome {
  const result = readOutcome(typeof line === 'string' ? line : JSON.stringify(line));
  assert.equal(result.kind, 'outcome', JSON.stringify(result));
  return result as Outcome;
}

function line(response: unknown, error: unknown = null): object {
  return { id: 'batch_req_1', custom_id: 'a', response, error };
}

function answered(body: unknown, statusCode: unknown = 200): object {
  return line({ status_code: statusCode, request_id: 'req_1', body });
}

function chat(message: unknown, finishReason: unknown = 'stop', more: object = {}): object {
  return answered({
    id: 'c',
    object: 'chat.completion',
    model: 'gpt-5.4-mini-2026-03-17',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    ...more,
  });
}

function responses(output: unknown, more: object = {}): object {
  return answered({ object: 'response', status: 'completed', model: 'gpt-6-luna', output, ...more });
}

const said = (text: string) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});

function responseOf({ responseAt }: Outcome, text: string): string | null {
  return responseAt === null ? null : text.slice(responseAt.start, responseAt.end);
}

test('a chat completion: text, reason, model, and the response as it was written', () => {
  const response =
    '{"status_code":200,  "body":{"model":"m","choices":[{"message":{"content":"\\u0041 1e400"}}],"seed":12345678901234567890}}';
  const text = `{"custom_id":"x","response": ${response} ,"error":null}`;
  const read = outcome(text);
  assert.equal(read.customId, 'x');
  assert.equal(read.status, 'succeeded');
  assert.equal(read.text, 'A 1e400');
  assert.equal(read.model, 'm');
  assert.equal(responseOf(read, text), response);
  assert.equal(read.error, null);
});

test('chat completions: text and finish reason', () => {
  const cases: readonly [string, object, string | null, string | null][] = [
    ['text', chat({ content: 'hello' }), 'hello', 'stop'],
    ['empty text is text', chat({ content: '' }), '', 'stop'],
    ['cut off', chat({ content: 'hel' }, 'length'), 'hel', 'length'],
    ['filtered', chat({ content: null }, 'content_filter'), null, 'content_filter'],
    ['tool calls', chat({ content: null, tool_calls: [{}] }, 'tool_calls'), null, 'tool_calls'],
    ['tool calls with words', chat({ content: 'let me see' }, 'tool_calls'), 'let me see', 'tool_calls'],
    ['function call', chat({ content: null, function_call: {} }, 'function_call'), null, 'tool_calls'],
    ['refusal', chat({ content: null, refusal: 'I cannot.' }), 'I cannot.', 'refusal'],
    ['no refusal', chat({ content: 'ok', refusal: null }), 'ok', 'stop'],
    ['unknown word', chat({ content: 'x' }, 'constructor'), 'x', 'other'],
    ['no word', chat({ content: 'x' }, null), 'x', null],
    ['parts', chat({ content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }, 3] }), 'ab', 'stop'],
    ['no message', chat(undefined), null, 'stop'],
    [
      'of several the first',
      chat(null, 'stop', {
        choices: [
          { message: { content: 'one' }, finish_reason: 'stop' },
          { message: { content: 'two' }, finish_reason: 'length' },
        ],
      }),
      'one',
      'stop',
    ],
  ];
  for (const [name, result, text, finishReason] of cases) {
    const read = outcome(result);
    assert.deepEqual([read.status, read.text, read.finishReason], ['succeeded', text, finishReason], name);
  }
});

test('responses: text and finish reason', () => {
  const cases: readonly [string, object, string | null, string | null][] = [
    ['one message', responses([said('hi')]), 'hi', 'stop'],
    ['all messages', responses([{ type: 'reasoning', summary: [] }, said('a'), said('b')]), 'ab', 'stop'],
    [
      'refusal',
      responses([{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }]),
      'No.',
      'refusal',
    ],
    ['a call', responses([{ type: 'function_call', name: 'f', arguments: '{}' }]), null, 'tool_calls'],
    ['a call with words', responses([said('so'), { type: 'custom_tool_call' }]), 'so', 'tool_calls'],
    ['a hosted tool', responses([{ type: 'web_search_call' }, said('found')]), 'found', 'stop'],
    [
      'cut off',
      responses([said('ha')], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
      'ha',
      'length',
    ],
    [
      'filtered',
      responses([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      null,
      'content_filter',
    ],
    ['incomplete', responses([], { status: 'incomplete', incomplete_details: null }), null, 'other'],
    ['nothing', responses([]), null, 'stop'],
    ['no status', responses([said('x')], { status: undefined }), 'x', null],
  ];
  for (const [name, result, text, finishReason] of cases) {
    const read = outcome(result);
    assert.deepEqual([read.status, read.text, read.finishReason], ['succeeded', text, finishReason], name);
  }
});

test('responses: what is said on the way is no answer, and an incomplete answer is noted whatever the reason', () => {
  const phased = (phase: string, text: string): object => ({ ...said(text), phase });
  const read = outcome(responses([phased('commentary', 'Let me see.'), phased('final_answer', '{"n":1}')]));
  assert.equal(read.text, '{"n":1}');
  assert.equal(outcome(responses([phased('commentary', 'Let me see.')])).text, 'Let me see.');
  for (const incomplete_details of [null, {}, { reason: 'max_tool_calls' }]) {
    const { note, finishReason } = outcome(
      responses([said('half')], { status: 'incomplete', incomplete_details }),
    );
    assert.deepEqual([finishReason, note?.code], ['other', 'truncated']);
  }
});

test('both shapes of an error line, and every other way to fail', () => {
  const http = (code: unknown, body: unknown): object => answered(body, code);
  const error = { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' };
  const cases: readonly [string, object, Outcome['status'], string, string | null][] = [
    ['4xx with error null', http(429, { error }), 'failed', 'rate_limit_exceeded', 'Slow down.'],
    [
      'code null',
      http(400, { error: { message: 'Bad.', type: 'invalid_request_error', code: null } }),
      'failed',
      'invalid_request_error',
      'Bad.',
    ],
    ['5xx without a body', http(503, null), 'failed', 'http_503', null],
    ['5xx with words', http(502, 'Bad gateway'), 'failed', 'http_502', 'Bad gateway'],
    [
      '5xx with an answer in it',
      http(500, { choices: [{ message: { content: 'x' } }] }),
      'failed',
      'http_500',
      null,
    ],
    ['status as a string', http('404', {}), 'failed', 'http_404', null],
    [
      '4xx whatever error says',
      line({ status_code: 400, body: {} }, { code: 'batch_expired', message: 'Late.' }),
      'failed',
      'batch_expired',
      'Late.',
    ],
    [
      'expired',
      line(null, { code: 'batch_expired', message: 'Too late.' }),
      'expired',
      'batch_expired',
      'Too late.',
    ],
    [
      'cancelled',
      line(null, { code: 'batch_cancelled', message: 'Stopped.' }),
      'cancelled',
      'batch_cancelled',
      'Stopped.',
    ],
    [
      'other error',
      line(null, { code: 'server_error', message: 'Oops.' }),
      'failed',
      'server_error',
      'Oops.',
    ],
    ['error of words', line(null, 'Oops.'), 'failed', 'unknown_error', 'Oops.'],
    ['error of a number', line(null, { code: 500 }), 'failed', '500', null],
    ['error of an array', line(null, [[1]]), 'failed', 'unknown_error', null],
    ['200 with an error in the body', answered({ error }), 'failed', 'rate_limit_exceeded', 'Slow down.'],
    [
      '200 and failed',
      answered({ status: 'failed', error: { code: 'server_error', message: 'Oops.' } }),
      'failed',
      'server_error',
      'Oops.',
    ],
    [
      '200 and not finished',
      answered({ status: 'queued', output: [] }),
      'failed',
      'response_unfinished',
      null,
    ],
    [
      '200 and cancelled',
      answered({ status: 'cancelled', output: [] }),
      'cancelled',
      'response_cancelled',
      null,
    ],
    ['200 without a body', answered(null), 'failed', 'no_body', null],
    ['nothing at all', line(null, null), 'failed', 'no_response', null],
    ['a response of words', line('gone', null), 'failed', 'no_body', null],
  ];
  for (const [name, result, status, code, message] of cases) {
    const read = outcome(result);
    assert.deepEqual([read.status, read.error?.code, read.text], [status, code, null], name);
    if (message !== null) assert.equal(read.error?.message, message, name);
    assert.ok(read.error?.message, name);
  }
});

test('an error that says nothing is none', () => {
  for (const error of [null, '', {}, [], { code: null, message: null }, false]) {
    assert.equal(outcome(line({ status_code: 200, body: { choices: [] } }, error)).status, 'succeeded');
  }
});

test('usage in one form; missing is null, never 0', () => {
  const usageOf = (usage: unknown) => outcome(answered({ choices: [], usage })).usage;
  assert.deepEqual(
    usageOf({
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 12 },
    }),
    {
      input_tokens: 100,
      output_tokens: 20,
      cached_input_tokens: 64,
      cache_write_tokens: 8,
      reasoning_tokens: 12,
    },
  );
  const small = { cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
  assert.deepEqual(
    usageOf({
      input_tokens: 5,
      input_tokens_details: { cached_tokens: 2 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 3 },
    }),
    { ...small, input_tokens: 5, output_tokens: 7, cached_input_tokens: 2, reasoning_tokens: 3 },
  );
  assert.deepEqual(usageOf({ prompt_tokens: 5, total_tokens: 5 }), {
    ...small,
    input_tokens: 5,
    output_tokens: 0,
  });
  const beside = {
    prompt_tokens: 32,
    completion_tokens: 9,
    completion_tokens_details: { reasoning_tokens: 94 },
  };
  assert.deepEqual(
    usageOf({ ...beside, total_tokens: 135 }),
    { ...small, input_tokens: 32, output_tokens: 103, reasoning_tokens: 94 },
    'xAI counts reasoning beside the completion',
  );
  assert.equal(usageOf({ ...beside, completion_tokens: 103, total_tokens: 135 })?.output_tokens, 103);
  assert.equal(usageOf(beside)?.output_tokens, 9, 'without a total nothing is guessed');
  for (const usage of [
    undefined,
    null,
    5,
    [],
    {},
    { prompt_tokens: 5 },
    { completion_tokens: 5 },
    { prompt_tokens: -1, completion_tokens: 1 },
    { prompt_tokens: 'many', completion_tokens: 1 },
  ]) {
    assert.equal(usageOf(usage), null, JSON.stringify(usage));
  }
});

test('a failed row keeps what it used', () => {
  const read = outcome(answered({ status: 'failed', usage: { input_tokens: 3, output_tokens: 1 } }));
  assert.equal(read.status, 'failed');
  assert.equal(read.usage?.input_tokens, 3);
});

test('what is no result is said to be none', () => {
  const cases: readonly [string, 'notJson' | 'noResult'][] = [
    ['{"custom_id":"a","response":{"status_co', 'notJson'],
    ['', 'notJson'],
    ['[]', 'noResult'],
    ['null', 'noResult'],
    ['"text"', 'noResult'],
    ['{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}', 'noResult'],
    ['{"line":0,"custom_id":"a","status":"failed","attempt":1,"request":{}}', 'noResult'],
    ['{"line":1,"custom_id":"a","status":"done","attempt":1,"request":{}}', 'noResult'],
    ['{"__proto__":{"response":{}}}', 'noResult'],
  ];
  for (const [text, reason] of cases) {
    const read = readOutcome(text);
    assert.equal(read.kind, 'unreadable', text);
    assert.equal(read.kind === 'unreadable' && read.reason, reason, text);
  }
});

test('ids are strings or none', () => {
  for (const id of [null, 5, {}, [], true, undefined]) {
    assert.equal(outcome({ custom_id: id, response: null }).customId, null);
  }
  for (const id of ['', '__proto__', 'ä\u2028', 'toString']) {
    assert.equal(outcome({ custom_id: id, response: null }).customId, id);
  }
});

test('deep nesting is read like anything else', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const response = `{"status_code":200,"body":{"choices":${deep}}}`;
  const text = `{"custom_id":"a","response":${response},"error":${deep}}`;
  const read = outcome(text);
  assert.equal(read.status, 'failed');
  assert.equal(responseOf(read, text), response);
});

test('property: no JSON makes it throw, and text is null unless the row succeeded', () => {
  const keys = fc.constantFrom(
    ...[
      'response',
      'error',
      'body',
      'status_code',
      'custom_id',
      'choices',
      'message',
      'content',
      'output',
      'type',
      'text',
    ],
    ...[
      'usage',
      'status',
      'line',
      'attempt',
      'request',
      'incomplete_details',
      '__proto__',
      'code',
      'finish_reason',
    ],
  );
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.constantFrom(
      null,
      true,
      false,
      0,
      1,
      -1,
      200,
      404,
      'a',
      '',
      'failed',
      'succeeded',
      'message',
      'output_text',
    ),
    tree: fc.oneof(
      { maxDepth: 6 },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value);
      const read = readOutcome(text);
      if (read.kind !== 'outcome') return;
      if (read.status !== 'succeeded') assert.equal(read.text, null);
      const response = responseOf(read, text);
      if (response !== null) assert.doesNotThrow(() => JSON.parse(response));
      assert.equal(read.error === null, read.status === 'succeeded');
    }),
    { numRuns: 2000 },
  );
});
