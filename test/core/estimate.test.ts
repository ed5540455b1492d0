// What requests cost: tokens of their bodies, prices, sums; unknown stays unknown.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  type Counters,
  createTokenCounter,
  encodingOf,
  estimateRequest,
  findModel,
  type LineEstimate,
  pricesFor,
  summarizeEstimates,
  toEstimateJson,
  usdOf,
} from '#core';
import { checking, checkingAs } from '../checking.ts';

const byEncoding = { o200k_base: createTokenCounter(o200k), cl100k_base: createTokenCounter(cl100k) };
const counters: Counters = (encoding) => byEncoding[encoding];
const count = (text: string): number => byEncoding.o200k_base.count(text);

function chat(body: unknown, model = 'gpt-4o-mini'): LineEstimate {
  const request = {
    custom_id: 'a',
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, ...(body as object) },
  };
  return estimateRequest(request, counters, checking);
}

function responses(body: unknown, model = 'gpt-4o-mini'): LineEstimate {
  return estimateRequest({ url: '/v1/responses', body: { model, ...(body as object) } }, counters, checking);
}

const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] });

describe('input tokens of chat completions', () => {
  test('are texts and roles with the documented framing', () => {
    const estimate = chat({
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', name: 'Ada', content: 'Why is the sky blue?' },
      ],
    });
    const framed =
      3 + 1 + count('You are terse.') + 3 + 1 + count('Ada') + 1 + count('Why is the sky blue?') + 3;
    assert.equal(estimate.inputTokens, framed);
    assert.equal(estimate.inputMethod, 'exact');
    assert.equal(estimate.inputErrorPercent, 0);
  });

  test('are those of the cookbook’s example', () => {
    const example = [
      [
        'system',
        'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
      ],
      ['system', 'New synergies will help drive top-line growth.', 'example_user'],
      ['system', 'Things working well together will increase revenue.', 'example_assistant'],
      [
        'system',
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
        'example_user',
      ],
      ['system', "Let's talk later when we're less busy about how to do better.", 'example_assistant'],
      ['user', "This late pivot means we don't have time to boil the ocean for the client deliverable."],
    ] as const;
    const messages = example.map(([role, content, name]) =>
      name === undefined ? { role, content } : { role, content, name },
    );
    assert.equal(chat({ messages }, 'gpt-4o').inputTokens, 124);
    assert.equal(chat({ messages }, 'gpt-4').inputTokens, 129);
  });

  test('are the same for a text and for its only part', () => {
    const plain = chat(user('Read this.'));
    const parts = chat(user([{ type: 'text', text: 'Read this.' }]));
    assert.deepEqual([parts.inputTokens, parts.inputMethod], [plain.inputTokens, 'exact']);
  });

  test('are estimated where no rule is published', () => {
    const plain = chat(user('Hi')).inputTokens!;
    const schema = { type: 'object', properties: { city: { type: 'string', description: 'A city.' } } };
    const bodies: Record<string, object> = {
      tools: {
        tools: [
          { type: 'function', function: { name: 'weather', description: 'Weather.', parameters: schema } },
        ],
      },
      functions: { functions: [{ name: 'weather', parameters: schema }] },
      'a response format': {
        response_format: { type: 'json_schema', json_schema: { name: 'city', schema } },
      },
    };
    for (const [what, body] of Object.entries(bodies)) {
      const estimate = chat({ ...user('Hi'), ...body });
      assert.equal(estimate.inputMethod, 'estimated', what);
      assert.ok(estimate.inputTokens! > plain && estimate.inputTokens! < plain + 60, what);
      assert.ok(estimate.inputErrorPercent! > 0 && estimate.inputErrorPercent! <= 30, what);
    }
    const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } };
    const asked = chat({ messages: [{ role: 'assistant', content: null, tool_calls: [call] }] });
    assert.equal(asked.inputMethod, 'estimated');
    assert.ok(asked.inputTokens! > 10);
  });

  test('of tools follow the cookbook’s constants', () => {
    const parameters = {
      type: 'object',
      properties: {
        location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
        unit: {
          type: 'string',
          description: 'The unit of temperature to return',
          enum: ['celsius', 'fahrenheit'],
        },
      },
      required: ['location'],
    };
    const tools = [
      {
        type: 'function',
        function: {
          name: 'get_current_weather',
          description: 'Get the current weather in a given location',
          parameters,
        },
      },
    ];
    const messages = [
      {
        role: 'system',
        content: 'You are a helpful assistant that can answer to questions about the weather.',
      },
      { role: 'user', content: "What's the weather like in San Francisco?" },
    ];
    assert.equal(chat({ messages, tools }, 'gpt-4o').inputTokens, 101);
  });

  test('of an assumed encoding are estimated, with their error', () => {
    const exact = chat(user('Hello there, how are you?'));
    const assumed = chat(user('Hello there, how are you?'), 'gpt-6-luna');
    assert.equal(assumed.inputTokens, exact.inputTokens);
    assert.deepEqual([assumed.inputMethod, assumed.inputErrorPercent], ['estimated', 10]);
  });

  test('are unknown where part of the input is elsewhere', () => {
    for (const body of [
      user([{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }]),
      user([{ type: 'file', file: { file_id: 'file-1' } }]),
    ]) {
      const estimate = chat(body);
      assert.deepEqual(
        [estimate.inputTokens, estimate.inputMethod, estimate.batchUsd.input],
        [null, 'unknown', null],
      );
    }
  });

  test('of a literal special token are those of text', () => {
    assert.equal(chat(user('<|endoftext|>')).inputTokens, 3 + 1 + count('<|endoftext|>') + 3);
  });

  test('take the encoding of the model', () => {
    assert.equal(encodingOf({ body: { model: 'gpt-4' } }, checking), 'cl100k_base');
    assert.equal(encodingOf({ body: { model: 'gpt-4o' } }, checking), 'o200k_base');
    assert.equal(encodingOf({ body: { model: 'ft:gpt-3.5-turbo-0125:acme::x' } }, checking), 'cl100k_base');
    assert.equal(encodingOf(null, checking), 'o200k_base');
  });
});

describe('input tokens of images', () => {
  /** The first bytes of a PNG; only its size is ever read. */
  const png = (width: number, height: number): string => {
    const bytes = Buffer.alloc(24);
    bytes.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return `data:image/png;base64,${bytes.toString('base64')}${'A'.repeat(200_000)}`;
  };
  const jpeg = (width: number, height: number, profileBytes = 2): string => {
    const head = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(profileBytes, 10);
    const frame = Buffer.from([0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3]);
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
    const profile = Buffer.alloc(profileBytes - 2, 0xff);
    return `data:image/jpeg;base64,${Buffer.concat([head, profile, frame]).toString('base64')}`;
  };
  const image = (url: string, detail?: string): object =>
    user([{ type: 'image_url', image_url: { url, ...(detail ? { detail } : {}) } }]);
  const imageTokens = (body: object, model: string): number =>
    chat(body, model).inputTokens! - chat(user([]), model).inputTokens!;

  test('follow the rule of tiles', () => {
    assert.equal(imageTokens(image(png(1024, 1024), 'high'), 'gpt-4o'), 85 + 4 * 170);
    assert.equal(imageTokens(image(png(2048, 4096), 'high'), 'gpt-4o'), 85 + 6 * 170);
    assert.equal(imageTokens(image(png(4096, 8192), 'low'), 'gpt-4o'), 85);
    for (const profileBytes of [2, 50, 4000, 65_000]) {
      assert.equal(imageTokens(image(jpeg(500, 400, profileBytes)), 'gpt-4o-mini'), 2833 + 5667);
    }
  });

  test('follow the rule of patches', () => {
    assert.equal(imageTokens(image(png(1024, 1024)), 'gpt-4.1-mini'), Math.ceil(1024 * 1.62));
    assert.equal(imageTokens(image(png(1800, 2400)), 'gpt-4.1-mini'), Math.ceil(1452 * 1.62));
    assert.equal(imageTokens(image(png(4032, 3024), 'auto'), 'gpt-6-luna'), Math.ceil(126 * 95 * 1.2));
  });

  test('are judged by an assumed size, with a large error, where the size is not in the request', () => {
    const estimate = chat(image('https://example.org/a.png'), 'gpt-4o');
    assert.equal(estimate.inputMethod, 'estimated');
    assert.ok(estimate.inputErrorPercent! > 90);
    assert.equal(imageTokens(image('https://example.org/a.png'), 'gpt-4o'), 765);
  });

  test('never count the data as text', () => {
    assert.ok(chat(image(png(64, 64)), 'gpt-4o').inputTokens! < 300);
    const input = [{ role: 'user', content: [{ type: 'input_image', image_url: png(64, 64) }] }];
    assert.ok(responses({ input }, 'gpt-4o').inputTokens! < 300);
  });
});

describe('input tokens of responses', () => {
  test('are those of the same messages in chat', () => {
    const messages = [
      { role: 'developer', content: 'Be kind.' },
      { role: 'user', content: 'Hello' },
    ];
    const expected = chat({ messages }).inputTokens;
    assert.equal(responses({ instructions: 'Be kind.', input: 'Hello' }).inputTokens, expected);
    assert.equal(responses({ input: messages }).inputTokens, expected);
    const parts = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }];
    assert.equal(responses({ instructions: 'Be kind.', input: parts }).inputTokens, expected);
  });

  test('are unknown with a stored conversation, prompt or search', () => {
    for (const more of [
      { previous_response_id: 'resp_1' },
      { conversation: 'conv_1' },
      { prompt: { id: 'pmpt_1' } },
      { tools: [{ type: 'web_search' }] },
    ]) {
      assert.equal(responses({ input: 'Hello', ...more }).inputTokens, null, JSON.stringify(more));
    }
    assert.equal(responses({ input: 'Hello', previous_response_id: null }).inputMethod, 'exact');
  });

  test('count calls and their outputs', () => {
    const input = [
      { role: 'user', content: 'Weather in Ulm?' },
      { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{"city":"Ulm"}' },
      { type: 'function_call_output', call_id: 'c', output: '{"celsius":21}' },
    ];
    const estimate = responses({ input });
    assert.equal(estimate.inputMethod, 'estimated');
    assert.ok(estimate.inputTokens! > responses({ input: input.slice(0, 1) }).inputTokens! + 10);
  });
});

describe('the bound on output', () => {
  test('is the request’s own limit, for all its choices', () => {
    assert.equal(chat({ max_completion_tokens: 100 }).outputMaxTokens, 100);
    assert.equal(chat({ max_tokens: 50 }).outputMaxTokens, 50);
    assert.equal(chat({ max_completion_tokens: 100, n: 3 }).outputMaxTokens, 300);
    assert.equal(responses({ max_output_tokens: 70 }).outputMaxTokens, 70);
  });

  test('is unknown where there is none, or a wrong one', () => {
    for (const body of [
      {},
      { max_tokens: '50' },
      { max_tokens: -1 },
      { max_tokens: 1.5 },
      { max_tokens: 9, n: 'x' },
    ]) {
      const { outputMaxTokens, batchUsd } = chat(body);
      assert.equal(outputMaxTokens, null);
      assert.equal(batchUsd.outputMax, null);
    }
    assert.equal(chat({ max_output_tokens: 70 }).outputMaxTokens, null);
  });
});

describe('prices', () => {
  test('of known sums', () => {
    const sum = (id: string, requests: number, input: number, output: number): number[] => {
      const { standard, batch } = pricesFor(findModel(id)!, checking.today, input);
      return [standard!, batch!].map(
        (prices) => usdOf(requests * input, prices.input)! + usdOf(requests * output, prices.output)!,
      );
    };
    assert.deepEqual(sum('gpt-4o-mini', 10_000, 100, 150), [1.05, 0.525]);
    assert.deepEqual(sum('gpt-4o', 10_000, 100, 150), [17.5, 8.75]);
    assert.deepEqual(sum('gpt-4o', 100_000, 500, 200), [325, 162.5]);
  });

  test('add up without noise over many requests', () => {
    const lines = (id: string, requests: number, input: number, output: number): LineEstimate[] => {
      const { standard, batch } = pricesFor(findModel(id)!, checking.today, input);
      const line: LineEstimate = {
        ...chat(user('Hi'), id),
        inputTokens: input,
        outputMaxTokens: output,
        batchUsd: { input: usdOf(input, batch!.input), outputMax: usdOf(output, batch!.output) },
        syncUsd: { input: usdOf(input, standard!.input), outputMax: usdOf(output, standard!.output) },
      };
      return Array.from({ length: requests }, () => line);
    };
    const small = summarizeEstimates(lines('gpt-4o-mini', 10_000, 100, 150));
    assert.deepEqual(small.syncUsd, { input: 0.15, outputMax: 0.9 });
    assert.deepEqual(small.batchUsd, { input: 0.075, outputMax: 0.45 });
    assert.equal(small.savingsUsd, 0.525);
    const large = summarizeEstimates(lines('gpt-4o', 100_000, 500, 200));
    assert.deepEqual(
      [large.syncUsd, large.batchUsd],
      [
        { input: 125, outputMax: 200 },
        { input: 62.5, outputMax: 100 },
      ],
    );
    assert.equal(large.savingsUsd, 162.5);
  });

  test('of an unknown model are unknown, and its tokens are counted all the same', () => {
    const estimate = chat({ ...user('Hello there'), max_tokens: 10 }, 'my-own-model');
    assert.equal(estimate.modelKnown, false);
    assert.equal(estimate.inputMethod, 'estimated');
    assert.equal(estimate.inputTokens, chat(user('Hello there')).inputTokens);
    assert.deepEqual(estimate.batchUsd, { input: null, outputMax: null });
    assert.deepEqual(estimate.syncUsd, { input: null, outputMax: null });
  });

  test('keep what is not published apart from nothing', () => {
    const request = { url: '/v1/chat/completions', body: { model: 'grok-4.7', ...user('Hello') } };
    const grok = estimateRequest(request, counters, checkingAs('xai'));
    assert.equal(grok.batchUsd.input, null);
    assert.ok(grok.syncUsd.input! > 0);
  });
});

describe('sums', () => {
  const known = (content: string): LineEstimate => chat({ ...user(content), max_tokens: 10 });

  test('are null with one unknown part, while the known models keep their own', () => {
    const summary = summarizeEstimates([
      known('Hello'),
      chat({ ...user('Hello'), max_tokens: 10 }, 'my-own-model'),
    ]);
    assert.equal(summary.batchUsd.input, null);
    assert.equal(summary.savingsUsd, null);
    assert.equal(summary.outputMaxTokens, 20);
    assert.equal(summary.inputMethod, 'estimated');
    assert.deepEqual(
      summary.models.map(({ model, requests, known, batchUsd }) => [
        model,
        requests,
        known,
        batchUsd.input !== null,
      ]),
      [
        ['gpt-4o-mini', 1, true, true],
        ['my-own-model', 1, false, false],
      ],
    );
  });

  test('say how sure they are', () => {
    const exact = summarizeEstimates([known('a'), known('b')]);
    assert.deepEqual([exact.inputMethod, exact.inputErrorPercent], ['exact', 0]);
    const mixed = summarizeEstimates([known('a '.repeat(1000)), chat(user('b'), 'gpt-6-luna')]);
    assert.deepEqual([mixed.inputMethod, mixed.inputErrorPercent], ['estimated', 1]);
    const unknown = summarizeEstimates([known('a'), responses({ input: 'a', conversation: 'c' })]);
    assert.deepEqual(
      [unknown.inputMethod, unknown.inputTokens, unknown.inputErrorPercent],
      ['unknown', null, null],
    );
  });

  test('of nothing are nothing, exactly', () => {
    const none = summarizeEstimates([]);
    assert.deepEqual(
      [none.requests, none.inputTokens, none.inputMethod, none.batchUsd.input],
      [0, 0, 'exact', 0],
    );
  });

  test('tell what repeats the opening of an earlier request', () => {
    const opening = 'Classify the ticket with care. '.repeat(300);
    const line = (content: string): LineEstimate =>
      chat({
        messages: [
          { role: 'system', content: opening },
          { role: 'user', content },
        ],
      });
    const tokens = Math.floor((3 + 1 + count(opening)) / 128) * 128;
    assert.equal(summarizeEstimates([line('a'), line('b'), line('c')]).cacheableInputTokens, 2 * tokens);
    assert.equal(summarizeEstimates([line('a')]).cacheableInputTokens, 0);
    assert.equal(
      summarizeEstimates([known('a'), known('a')]).cacheableInputTokens,
      0,
      'too short to be cached',
    );
    const other = chat({
      messages: [
        { role: 'system', content: `${opening}!` },
        { role: 'user', content: 'a' },
      ],
    });
    assert.equal(summarizeEstimates([line('a'), other]).cacheableInputTokens, 0);
  });

  test('are written as the contract says', () => {
    const lines = [known('Hello'), known('Goodbye')].map((estimate, line) => ({ line, estimate }));
    const summary = summarizeEstimates(lines.map((line) => line.estimate));
    const json = toEstimateJson('a.jsonl', 'openai', summary, lines);
    assert.deepEqual(json, {
      path: 'a.jsonl',
      provider: 'openai',
      requests: 2,
      tokens: { input: 16 + 1, inputMethod: 'exact', inputErrorPercent: 0, outputMax: 20, cacheableInput: 0 },
      cost: {
        currency: 'USD',
        pricesAsOf: summary.pricesAsOf,
        batch: { input: 0.000001275, outputMax: 0.000006 },
        sync: { input: 0.00000255, outputMax: 0.000012 },
        savings: 0.000007275,
      },
      expected: null,
      models: [
        {
          ...{ model: 'gpt-4o-mini', requests: 2, known: true, tokens: json.tokens, cost: json.cost },
          expected: null,
        },
      ],
      lines: [
        { line: 1, custom_id: 'a', input: 8, outputMax: 10, batchUsd: 0.0000036 },
        { line: 2, custom_id: 'a', input: 9, outputMax: 10, batchUsd: 0.000003675 },
      ],
    });
    assert.equal('lines' in toEstimateJson('a.jsonl', 'openai', summary), false);
  });
});

describe('what is no request', () => {
  test('never throws and costs nothing known', () => {
    for (const value of [
      null,
      undefined,
      1,
      'x',
      [],
      {},
      { body: null },
      { body: [] },
      { url: 1, body: { model: 2 } },
    ]) {
      const estimate = estimateRequest(value, counters, checking);
      assert.deepEqual(
        [estimate.inputTokens, estimate.inputMethod, estimate.modelKnown],
        [null, 'unknown', false],
      );
    }
  });

  test('may hold anything anywhere', () => {
    const keys = fc.constantFrom(
      ...[
        'role',
        'content',
        'type',
        'text',
        'name',
        'image_url',
        'url',
        'detail',
        'tool_calls',
        'function',
        'parameters',
      ],
      ...[
        'properties',
        'enum',
        'items',
        'file',
        'file_data',
        'format',
        'schema',
        'json_schema',
        '__proto__',
        'constructor',
      ],
    );
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.constantFrom(
          null,
          true,
          0,
          -1,
          Number.MAX_VALUE,
          '',
          'text',
          'image_url',
          'function',
          'json_schema',
          'input_image',
          'file',
        ),
        fc.string(),
      ),
      tree: fc.oneof(
        { depthSize: 'medium' },
        tie('leaf'),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    const body = fc.record(
      {
        messages: fc.array(tree, { maxLength: 4 }),
        input: fc.oneof(tree, fc.array(tree, { maxLength: 4 })),
        tools: fc.array(tree, { maxLength: 3 }),
        functions: tree,
        response_format: tree,
        text: tree,
        n: tree,
        max_tokens: tree,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, fc.constantFrom('/v1/chat/completions', '/v1/responses'), (value, url) => {
        const request: unknown = JSON.parse(JSON.stringify({ url, body: value }));
        const { inputTokens } = estimateRequest(request, counters, checking);
        assert.ok(inputTokens === null || (Number.isSafeInteger(inputTokens) && inputTokens >= 0));
      }),
      { seed: 42, numRuns: 1000 },
    );
  });

  test('may be nested 100,000 levels deep', () => {
    const deep = (open: string, close: string): unknown =>
      JSON.parse(`${open.repeat(100_000)}1${close.repeat(100_000)}`);
    const arrays = deep('[', ']');
    const objects = deep('{"a":', '}');
    const properties = deep('{"properties":{"a":', '}}');
    const function_ = { name: 'f', parameters: properties };
    for (const value of [arrays, objects, properties]) {
      chat({ messages: value });
      chat(user(value));
      chat(user([value]));
      chat({ ...user('a'), tools: [{ type: 'function', function: function_ }, value] });
      chat({ ...user('a'), response_format: { type: 'json_schema', json_schema: { schema: value } } });
      responses({ input: value });
      responses({ input: [value, { type: 'reasoning', summary: value }] });
    }
  });

  test('may use the names of Object’s own members', () => {
    const request: unknown = JSON.parse(
      '{"custom_id":"p","url":"/v1/chat/completions","body":{"model":"__proto__","__proto__":{"messages":[1]},"messages":[{"__proto__":{"role":"user","content":"x"}}]}}',
    );
    const estimate = estimateRequest(request, counters, checking);
    assert.equal(estimate.inputTokens, 6, 'one empty message and the reply');
    assert.deepEqual([estimate.model, estimate.modelKnown], ['__proto__', false]);
  });
});
