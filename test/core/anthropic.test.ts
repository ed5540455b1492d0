// Anthropic's rules that golden files do not show: both API versions, models side by side, fixes, and hostile requests.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type AnthropicVersion, checkLine, type ProblemCode, problemCodes, type Severity } from '#core';
import messages from '#schemas/anthropic/messages.json' with { type: 'json' };
import { checkingAs } from '../checking.ts';
import { fixed } from './fixing.ts';

type Params = Readonly<Record<string, unknown>>;

const turn = (content: unknown): Params => ({ role: 'user', content });
const ask = (params: Params): Params => ({
  model: 'claude-haiku-5-5',
  max_tokens: 4096,
  messages: [turn('Hello')],
  ...params,
});
const lineOf = (params: Params): string => JSON.stringify({ custom_id: 'a', params });
const as = (anthropicVersion: AnthropicVersion = '2026-10-21') =>
  checkingAs('anthropic', { anthropicVersion });

/** `error body.range params.max_tokens`, one for each finding. */
function found(params: Params, version?: AnthropicVersion): readonly string[] {
  const text = lineOf(ask(params));
  return checkLine(text, text.length, as(version)).findings.map(({ code, severity, where }) => {
    const place = where.kind === 'path' ? where.path.slice(1).join('.') : where.kind;
    return `${severity ?? usual(code)} ${code} ${place}`;
  });
}

const usual = (code: ProblemCode): Severity => problemCodes[code].severity;
const mended = (params: Params): Params =>
  JSON.parse(fixed([lineOf(ask(params))], undefined, as())[0] ?? '').params;

const old: AnthropicVersion = '2023-06-01';

test('sampling is free before API version 2026-10-21 for models before Claude 4.7', () => {
  const sonnet = { model: 'claude-sonnet-4-6' };
  assert.deepEqual(found({ ...sonnet, temperature: 0.3 }, old), []);
  assert.deepEqual(found({ ...sonnet, top_p: 0.5, top_k: 10 }, old), []);
  assert.deepEqual(found({ ...sonnet, temperature: 0.3, top_p: 0.5 }, old), ['error body.conflict top_p']);
  assert.deepEqual(found({ ...sonnet, temperature: 1.5 }, old), ['error body.range temperature']);
  assert.deepEqual(found({ ...sonnet, temperature: 0.3 }), ['error body.unknown-field temperature']);
  assert.deepEqual(found({ ...sonnet, temperature: null }), ['warning body.unknown-field temperature']);
});

test('from Claude 4.7 on sampling stays at its defaults, whatever the API version', () => {
  assert.deepEqual(found({ temperature: 1 }, old), []);
  assert.deepEqual(found({ top_p: 0.99 }, old), []);
  assert.deepEqual(found({ temperature: 0 }, old), ['error model.parameter temperature']);
  assert.deepEqual(found({ top_p: 0.5 }, old), ['error model.parameter top_p']);
  // Pages differ on whether 1 is taken for the default.
  assert.deepEqual(found({ top_p: 1 }, old), ['warning model.parameter top_p']);
  assert.deepEqual(found({ top_k: 5 }, old), ['error model.parameter top_k']);
  assert.deepEqual(found({ model: 'claude-fable-5-2', temperature: 0 }, old), [
    'warning model.parameter temperature',
  ]);
  assert.deepEqual(found({ model: 'claude-opus-9', temperature: 0 }, old), ['info model.unknown model']);
});

test('beside thinking, sampling is not free', () => {
  const thinking = { model: 'claude-opus-4-5', thinking: { type: 'enabled', budget_tokens: 1024 } };
  assert.deepEqual(found({ ...thinking, temperature: 1 }, old), []);
  assert.deepEqual(found({ ...thinking, top_p: 0.95 }, old), []);
  assert.deepEqual(found({ ...thinking, temperature: 0.5 }, old), ['error body.conflict temperature']);
  assert.deepEqual(found({ ...thinking, top_p: 0.5 }, old), ['error body.conflict top_p']);
  assert.deepEqual(found({ ...thinking, top_k: 5 }, old), ['error body.conflict top_k']);
});

test('API version 2026-10-21 alone refuses documents of the assistant and citations of the user', () => {
  const text = { type: 'text', text: 'a' };
  const citation = {
    type: 'char_location',
    cited_text: 'a',
    document_index: 0,
    document_title: null,
    start_char_index: 0,
    end_char_index: 1,
  };
  const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a' } };
  const documents = { messages: [turn('a'), { role: 'assistant', content: [document] }, turn('b')] };
  const cited = { messages: [turn([{ ...text, citations: [citation] }])] };
  const result = {
    type: 'search_result',
    source: 'a',
    title: 'b',
    content: [{ ...text, citations: [citation] }],
  };
  assert.deepEqual(found(documents, old), []);
  assert.deepEqual(found(cited, old), []);
  assert.deepEqual(found(documents), ['error body.value messages.1.content.0.type']);
  assert.deepEqual(found(cited), ['error body.value messages.0.content.0.citations']);
  assert.deepEqual(found({ messages: [turn([result])] }), [
    'error body.value messages.0.content.0.content.0.citations',
  ]);
  assert.deepEqual(found({ messages: [turn([{ ...text, citations: [] }])] }), []);
});

/** Per model: thinking adaptive, enabled, disabled, between_tools; "y" taken, "n" refused, "d" deprecated, "w" doubted. */
const kinds = ['adaptive', 'enabled', 'disabled', 'between_tools'] as const;
const models: readonly (readonly [model: string, thinking: string])[] = [
  ['claude-haiku-4-5', 'nyyn'],
  ['claude-opus-4-5', 'nyyn'],
  ['claude-sonnet-4-6', 'ydyn'],
  ['claude-opus-4-7', 'ynyn'],
  ['claude-opus-4-8', 'ynyn'],
  ['claude-sonnet-5', 'ynyn'],
  ['claude-opus-5', 'ynyn'],
  ['claude-haiku-5-5', 'ynyn'],
  ['claude-sonnet-5-5', 'ynny'],
  ['claude-opus-5-5', 'ynnn'],
  ['claude-fable-5', 'ynnn'],
  ['claude-fable-5-1', 'ynnn'],
  ['claude-mythos-5-2', 'ywww'],
];

for (const [model, expected] of models) {
  test(`${model}: which thinking it takes`, () => {
    const verdicts = kinds.map((type) => {
      const thinking = type === 'enabled' ? { type, budget_tokens: 1024 } : { type };
      const about = found({ model, thinking }).filter((one) => one.includes('thinking'));
      if (about.length === 0) return 'y';
      return about[0]?.startsWith('error') ? 'n' : about[0]?.startsWith('warning') ? 'w' : 'd';
    });
    assert.equal(verdicts.join(''), expected);
  });
}

test('an answer that paused may go on; one that is begun may not, from Claude 4.6 on', () => {
  const use = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
  const text = { type: 'text', text: 'a' };
  const ending = (content: unknown, model = 'claude-opus-5-5') =>
    found({ model, messages: [turn('a'), { role: 'assistant', content }] });
  assert.deepEqual(ending([text, use]), []);
  assert.deepEqual(ending([use, text]), []);
  assert.deepEqual(ending([text]), ['error model.parameter messages.1.role']);
  assert.deepEqual(ending('a'), ['error model.parameter messages.1.role']);
  assert.deepEqual(ending('a', 'claude-opus-4-5'), []);
  assert.deepEqual(ending('', 'claude-opus-4-5'), []);
  assert.deepEqual(ending('a '), ['error model.parameter messages.1.role']);
});

test('what can mean nothing else is written as Anthropic has it', () => {
  assert.deepEqual(
    mended({
      max_tokens: undefined,
      max_completion_tokens: 5,
      stop: ['END'],
      tool_choice: 'required',
      tools: [{ name: 'a', parameters: { type: 'object' } }],
      messages: [
        turn([{ type: 'input_text', text: 'a' }]),
        { role: 'model', content: 'b' },
        turn([
          { type: 'image', source: { type: 'base64', mimeType: 'image/png', data: 'aa' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/jpg', data: 'aa' } },
        ]),
      ],
    }),
    {
      model: 'claude-haiku-5-5',
      messages: [
        turn([{ type: 'text', text: 'a' }]),
        { role: 'assistant', content: 'b' },
        turn([
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aa' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'aa' } },
        ]),
      ],
      max_tokens: 5,
      stop_sequences: ['END'],
      tool_choice: { type: 'any' },
      tools: [{ name: 'a', input_schema: { type: 'object' } }],
    },
  );
  assert.deepEqual(mended({ temperature: 1, stream: true }), ask({}));
  // It changes what is asked, or is no list: a person's to mend.
  assert.deepEqual(mended({ temperature: 0, stop: 'END' }), ask({ temperature: 0, stop: 'END' }));
  const off = { model: 'claude-sonnet-5-5', thinking: { type: 'disabled' } };
  assert.deepEqual(mended(off), ask({ ...off, thinking: { type: 'between_tools' } }));
});

test('every beta that the schema names is one of the SDK', () => {
  const sdk = dirname(createRequire(import.meta.url).resolve('@anthropic-ai/sdk'));
  const declared = readFileSync(join(sdk, 'resources/beta/beta.d.ts'), 'utf8');
  const named = [...JSON.stringify(messages).matchAll(/"beta":"([^"]+)"/g)].map((match) => match[1] ?? '');
  assert.ok(named.length > 10);
  for (const beta of named) assert.ok(declared.includes(`'${beta}'`), beta);
});

test('hostile requests get few findings, and none of them throws', () => {
  const blocks = Array.from({ length: 20_000 }, () => ({ type: 'text', text: '' }));
  const marked = blocks.map((block) => ({ ...block, cache_control: { type: 'ephemeral' } }));
  let nested: unknown = 'a';
  for (let depth = 0; depth < 500; depth++)
    nested = [{ type: 'tool_result', tool_use_id: 'a', content: nested }];
  const odd: readonly Params[] = [
    { messages: [turn(blocks)] },
    { messages: [turn(marked)], system: marked },
    { messages: blocks.map(() => ({ role: 'system', content: '' })) },
    { messages: [turn(nested)] },
    { messages: 5, tools: 'a', thinking: [], output_config: 'a', system: {}, tool_choice: 1, betas: {} },
    { messages: [null, 1, [], { role: {}, content: {} }], tools: [null, 1, [[]]], stop_sequences: [1, null] },
  ];
  for (const params of odd) {
    for (const version of [old, '2026-10-21'] as const) assert.ok(found(params, version).length <= 150);
  }
});
