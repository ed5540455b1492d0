// Does the schema of /v1/chat/completions take what OpenAI takes, and name a fault once and where it is?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import schema from '#schemas/openai/chat-completions.json' with { type: 'json' };
import { type JsonObject, probe } from './schemaProbe.ts';

const verdictOf = probe(schema);

const hi = { role: 'user', content: 'Hi' };
const chat = (fields: JsonObject): JsonObject => ({ model: 'gpt-5.4-mini', messages: [hi], ...fields });
const talk = (...messages: readonly unknown[]): JsonObject => ({ model: 'gpt-5.4-mini', messages });
const shown = (...parts: readonly unknown[]): JsonObject => talk({ role: 'user', content: parts });

const schemaOfPlace = {
  type: 'object',
  properties: { city: { type: 'string' }, 'x-note': { anyOf: [{ type: 'null' }, true] } },
  required: ['city'],
  additionalProperties: false,
};
const weather = { type: 'function', function: { name: 'get_weather', parameters: schemaOfPlace } };
const weatherCall = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Delft"}' },
};
const png = 'data:image/png;base64,iVBORw0KGgo=';

const valid: Readonly<Record<string, JsonObject>> = {
  'the least there is': chat({}),
  'the example of the guide': talk(
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Hello world!' },
  ),
  'a model nobody knows yet': chat({ model: 'ft:gpt-9-mini:acme::abc123' }),
  'developer parts': talk({ role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }, hi),
  'named participants': talk({ ...hi, name: 'ann' }, { role: 'assistant', content: 'Yes?', name: 'bot' }),
  'empty content': talk({ role: 'user', content: '' }, { role: 'system', content: [] }),
  'image by address': shown(
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
  ),
  'image by content': shown({ type: 'image_url', image_url: { url: png, detail: 'original' } }),
  audio: shown({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }),
  'file by id': shown({ type: 'file', file: { file_id: 'file-1' } }),
  'file by content': shown({
    type: 'file',
    file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' },
  }),
  'cache breakpoint': shown({
    type: 'text',
    text: 'long start',
    prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
  }),
  'tool call and result': talk(
    hi,
    { role: 'assistant', content: null, tool_calls: [weatherCall] },
    { role: 'tool', tool_call_id: 'call_1', content: '{"celsius":21}' },
  ),
  'tool call without content': talk(hi, { role: 'assistant', tool_calls: [weatherCall] }),
  'custom tool call': talk(hi, {
    role: 'assistant',
    tool_calls: [{ id: 'call_2', type: 'custom', custom: { name: 'run', input: 'ls' } }],
  }),
  'tool result in parts, with a name': talk({
    role: 'tool',
    tool_call_id: 'call_1',
    name: 'get_weather',
    content: [{ type: 'text', text: '21' }],
  }),
  'an answer sent back as it came': talk(
    hi,
    {
      role: 'assistant',
      content: 'Hello!',
      refusal: null,
      annotations: [],
      audio: null,
      function_call: null,
    },
    hi,
  ),
  'a refusal sent back': talk(hi, { role: 'assistant', content: null, refusal: 'No.' }, hi),
  'a refusal in parts': talk({ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }),
  'a spoken answer sent back': talk({ role: 'assistant', audio: { id: 'audio_1' } }, hi),
  'functions of old': chat({
    messages: [
      hi,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: null },
    ],
    functions: [{ name: 'f', description: 'does f', parameters: { type: 'object', properties: {} } }],
    function_call: { name: 'f' },
  }),
  'function_call auto': chat({ functions: [{ name: 'f' }], function_call: 'auto' }),
  'limits and sampling': chat({ max_completion_tokens: 100, temperature: 0.2, top_p: 1, n: 3, seed: -7 }),
  'the older limit': chat({ max_tokens: 100, temperature: 2 }),
  'everything nullable is null': chat({
    ...Object.fromEntries(
      ['audio', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_completion_tokens', 'max_tokens']
        .concat(['metadata', 'modalities', 'moderation', 'n', 'prediction', 'presence_penalty'])
        .concat(['prompt_cache_key', 'prompt_cache_retention', 'reasoning_effort', 'safety_identifier'])
        .concat(['seed', 'service_tier', 'stop', 'store', 'stream', 'stream_options', 'temperature'])
        .concat(['top_logprobs', 'top_p', 'verbosity'])
        .map((name) => [name, null]),
    ),
  }),
  penalties: chat({ frequency_penalty: -2, presence_penalty: 2 }),
  'stop as a text': chat({ stop: '\n' }),
  'stop as a list': chat({ stop: ['a', 'b', 'c', 'd'] }),
  'log probabilities': chat({ logprobs: true, top_logprobs: 20 }),
  'logit bias': chat({ logit_bias: { '50256': -100, '11': 0.5 } }),
  reasoning: chat({ model: 'gpt-6-luna', reasoning_effort: 'xhigh', verbosity: 'low' }),
  'a function': chat({ tools: [weather], tool_choice: 'required', parallel_tool_calls: false }),
  'a strict function': chat({
    tools: [{ type: 'function', function: { ...weather.function, strict: true, description: '' } }],
  }),
  'a function by name': chat({
    tools: [weather],
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
  }),
  'some of the tools': chat({
    tools: [weather],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'get_weather' } }] },
    },
  }),
  'custom tools': chat({
    tools: [
      { type: 'custom', custom: { name: 'run' } },
      { type: 'custom', custom: { name: 'say', format: { type: 'text' } } },
      {
        type: 'custom',
        custom: {
          name: 'sum',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: /1/' } },
        },
      },
    ],
    tool_choice: { type: 'custom', custom: { name: 'run' } },
  }),
  'format text': chat({ response_format: { type: 'text' } }),
  'format JSON': chat({ response_format: { type: 'json_object' } }),
  'format schema': chat({
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'place-1', description: 'A place', schema: schemaOfPlace, strict: true },
    },
  }),
  'spoken answer': chat({ modalities: ['text', 'audio'], audio: { voice: 'marin', format: 'opus' } }),
  'own voice': chat({ modalities: ['audio'], audio: { voice: { id: 'voice_1' }, format: 'mp3' } }),
  prediction: chat({ prediction: { type: 'content', content: [{ type: 'text', text: 'class A {}' }] } }),
  'web search': chat({
    model: 'gpt-5-search-api',
    web_search_options: {
      search_context_size: 'high',
      user_location: { type: 'approximate', approximate: { country: 'NL', timezone: 'Europe/Amsterdam' } },
    },
  }),
  'web search, bare': chat({ web_search_options: {} }),
  moderation: chat({
    moderation: { model: 'omni-moderation-latest', policy: { input: { mode: 'block' }, output: null } },
  }),
  'notes and identity': chat({
    metadata: { run: '7', note: 'é'.repeat(512) },
    store: true,
    user: 'u1',
    safety_identifier: 'a'.repeat(128),
  }),
  caching: chat({
    prompt_cache_key: 'k',
    prompt_cache_options: { mode: 'explicit', ttl: '30m' },
    prompt_cache_retention: '24h',
  }),
  'service tier': chat({ service_tier: 'fast' }),
  'stream off': chat({ stream: false }),
};

const faults: readonly (readonly [name: string, body: unknown, ...verdict: string[]])[] = [
  ['no object', 'x', 'type'],
  ['no model', { messages: [hi] }, 'required model'],
  ['no messages', { model: 'm' }, 'required messages'],
  ['model is a number', chat({ model: 4 }), '/model type'],
  ['messages is a text', chat({ messages: 'Hi' }), '/messages type'],
  ['no message at all', chat({ messages: [] }), '/messages minItems'],
  ['a message is a text', talk('Hi'), '/messages/0 type'],
  ['no role', talk({ content: 'Hi' }), '/messages/0 discriminator'],
  ['unknown role', talk({ role: 'model', content: 'Hi' }), '/messages/0 discriminator'],
  ['no content', talk({ role: 'user' }), '/messages/0 required content'],
  ['null content', talk({ role: 'user', content: null }), '/messages/0/content type'],
  ['content is one part', talk({ role: 'user', content: {} }), '/messages/0/content type'],
  ['assistant without anything', talk({ role: 'assistant' }), '/messages/0 required content'],
  ['field of a message', talk({ ...hi, text: '' }), '/messages/0 additionalProperties text'],
  ['a part is a text', shown('Hi'), '/messages/0/content/0 type'],
  ['part without type', shown({ text: 'Hi' }), '/messages/0/content/0 discriminator'],
  ['part of responses', shown({ type: 'input_text', text: 'Hi' }), '/messages/0/content/0 discriminator'],
  ['part without text', shown({ type: 'text' }), '/messages/0/content/0 required text'],
  [
    'second part wrong',
    shown({ type: 'text', text: 'a' }, { type: 'text', text: 1 }),
    '/messages/0/content/1/text type',
  ],
  ['address as a text', shown({ type: 'image_url', image_url: png }), '/messages/0/content/0/image_url type'],
  [
    'detail',
    shown({ type: 'image_url', image_url: { url: png, detail: 'max' } }),
    '/messages/0/content/0/image_url/detail enum',
  ],
  [
    'audio format',
    shown({ type: 'input_audio', input_audio: { data: '', format: 'ogg' } }),
    '/messages/0/content/0/input_audio/format enum',
  ],
  [
    'image for the system',
    talk({ role: 'system', content: [{ type: 'image_url', image_url: { url: png } }] }),
    '/messages/0/content/0 discriminator',
  ],
  ['tool result without id', talk({ role: 'tool', content: 'x' }), '/messages/0 required tool_call_id'],
  [
    'arguments as an object',
    talk({
      role: 'assistant',
      tool_calls: [{ ...weatherCall, function: { name: 'f', arguments: {} } }],
    }),
    '/messages/0/tool_calls/0/function/arguments type',
  ],
  ['no tool calls', talk({ role: 'assistant', tool_calls: [] }), '/messages/0/tool_calls minItems'],
  ['too hot', chat({ temperature: 2.1 }), '/temperature maximum'],
  ['temperature as a text', chat({ temperature: '0.2' }), '/temperature type'],
  ['top_p', chat({ top_p: -0.1 }), '/top_p minimum'],
  ['penalty', chat({ presence_penalty: 3 }), '/presence_penalty maximum'],
  ['no tokens', chat({ max_completion_tokens: 0 }), '/max_completion_tokens minimum'],
  ['half a token', chat({ max_tokens: 1.5 }), '/max_tokens type'],
  ['n', chat({ n: 0 }), '/n minimum'],
  ['top_logprobs', chat({ top_logprobs: 21 }), '/top_logprobs maximum'],
  ['five stops', chat({ stop: ['a', 'b', 'c', 'd', 'e'] }), '/stop maxItems'],
  ['a stop is a number', chat({ stop: ['a', 1] }), '/stop/1 type'],
  ['bias', chat({ logit_bias: { '1': 101 } }), '/logit_bias/1 maximum'],
  ['effort', chat({ reasoning_effort: 'extreme' }), '/reasoning_effort enum'],
  ['effort as a number', chat({ reasoning_effort: 3 }), '/reasoning_effort enum'],
  ['verbosity', chat({ verbosity: 'none' }), '/verbosity enum'],
  ['format as a text', chat({ response_format: 'json_object' }), '/response_format type'],
  ['format unknown', chat({ response_format: { type: 'json' } }), '/response_format discriminator'],
  [
    'format without schema',
    chat({ response_format: { type: 'json_schema' } }),
    '/response_format required json_schema',
  ],
  [
    'schema name',
    chat({ response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } }),
    '/response_format/json_schema/name pattern',
  ],
  [
    'schema as a text',
    chat({ response_format: { type: 'json_schema', json_schema: { name: 'a', schema: '{}' } } }),
    '/response_format/json_schema/schema type',
  ],
  ['tools as an object', chat({ tools: weather }), '/tools type'],
  ['tool without type', chat({ tools: [{ function: { name: 'f' } }] }), '/tools/0 discriminator'],
  [
    'function without name',
    chat({ tools: [{ type: 'function', function: {} }] }),
    '/tools/0/function required name',
  ],
  [
    'function name',
    chat({ tools: [{ type: 'function', function: { name: 'get weather' } }] }),
    '/tools/0/function/name pattern',
  ],
  [
    'long function name',
    chat({ tools: [{ type: 'function', function: { name: 'f'.repeat(65) } }] }),
    '/tools/0/function/name maxLength',
  ],
  [
    'tool in the form of responses',
    chat({ tools: [{ type: 'function', name: 'f' }] }),
    '/tools/0 required function',
    '/tools/0 additionalProperties name',
  ],
  ['choice', chat({ tool_choice: 'any' }), '/tool_choice enum'],
  ['choice as a flag', chat({ tool_choice: true }), '/tool_choice type'],
  ['choice without type', chat({ tool_choice: { name: 'f' } }), '/tool_choice discriminator'],
  [
    'choice without name',
    chat({ tool_choice: { type: 'function', function: {} } }),
    '/tool_choice/function required name',
  ],
  ['old choice', chat({ function_call: 'required' }), '/function_call enum'],
  ['modality', chat({ modalities: ['text', 'video'] }), '/modalities/1 enum'],
  ['audio', chat({ audio: { voice: 'alloy' } }), '/audio required format'],
  ['metadata value', chat({ metadata: { a: 1 } }), '/metadata/a type'],
  ['metadata key', chat({ metadata: { [`${'k'.repeat(65)}`]: '' } }), '/metadata maxLength'],
  [
    'metadata count',
    chat({ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ''])) }),
    '/metadata maxProperties',
  ],
  ['metadata length', chat({ metadata: { a: 'x'.repeat(513) } }), '/metadata/a maxLength'],
  ['stream as a text', chat({ stream: 'false' }), '/stream type'],
  ['misspelt', chat({ temprature: 1 }), 'additionalProperties temprature'],
  ['field of responses', chat({ max_output_tokens: 9 }), 'additionalProperties max_output_tokens'],
  ['cache ttl', chat({ prompt_cache_options: { ttl: '12h' } }), '/prompt_cache_options/ttl enum'],
  [
    'search option',
    chat({ web_search_options: { search_context_size: 'huge' } }),
    '/web_search_options/search_context_size enum',
  ],
];

test('takes valid chat requests', () => {
  assert.ok(Object.keys(valid).length >= 40);
  for (const [name, body] of Object.entries(valid)) assert.deepEqual(verdictOf(body), [], name);
});

test('names each fault of a chat request once, where it is', () => {
  for (const [name, body, ...verdict] of faults) assert.deepEqual(verdictOf(body), verdict, name);
});

test('says nothing about stream, which is for notInBatch to say', () => {
  assert.deepEqual(verdictOf(chat({ stream: true, stream_options: { include_usage: true } })), []);
  assert.equal(typeof schema.properties.stream.notInBatch, 'string');
  assert.equal(typeof schema.properties.stream_options.notInBatch, 'string');
});
