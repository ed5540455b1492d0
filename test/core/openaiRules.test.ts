// Which fields of OpenAI's requests need or exclude each other, and what would mend them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CheckLineOptions, checkLine, problemCodes } from '#core';
import { checking, checkingAs } from '../checking.ts';
import { fixed } from './fixing.ts';

const lineOf = (url: string, body: object): string =>
  JSON.stringify({ custom_id: 'a', method: 'POST', url, body });

/** `severity code place`, of what is not said of the model as a whole. */
function said(url: string, body: object, how: CheckLineOptions = checking): string[] {
  return checkLine(lineOf(url, body), 1, how)
    .findings.filter(({ code }) => !/^model\.(?!parameter)/.test(code))
    .map(({ code, severity = problemCodes[code].severity, where }) => {
      const place = where.kind === 'path' ? where.path.slice(1).join('.') : where.kind;
      return `${severity} ${code} ${place}`;
    });
}

const chat = (fields: object, how?: CheckLineOptions): string[] =>
  said(
    '/v1/chat/completions',
    { model: 'gpt-5.4-mini', messages: [{ role: 'user', content: 'Hi' }], ...fields },
    how,
  );
const respond = (fields: object): string[] =>
  said('/v1/responses', { model: 'gpt-5.4-mini', input: 'Hi', ...fields });
const draw = (model: string, fields: object): string[] =>
  said('/v1/images/generations', { model, prompt: 'A bicycle', ...fields });
const edit = (model: string, fields: object): string[] =>
  said('/v1/images/edits', { model, prompt: 'Blue', images: [{ file_id: 'file-1' }], ...fields });

describe('chat completions', () => {
  test('a field with null is a field left out', () => {
    const nulls = { top_logprobs: null, logprobs: null, metadata: null, audio: null, modalities: null };
    assert.deepEqual(chat({ ...nulls, max_tokens: null, max_completion_tokens: 9, prediction: null }), []);
  });

  test('what only OpenAI refuses is said of OpenAI and Azure alone', () => {
    const fields = { metadata: { run: '7' } };
    for (const provider of ['openai', 'azure'] as const) {
      assert.deepEqual(chat(fields, checkingAs(provider)), ['warning body.conflict metadata'], provider);
    }
    for (const provider of ['mistral', 'groq', 'xai', 'openai-compatible'] as const) {
      assert.ok(!chat(fields, checkingAs(provider)).some((one) => one.includes('conflict')), provider);
    }
  });

  test('values of any shape break no rule', () => {
    for (const odd of [0, 'a', true, [], {}, [null], { a: null }]) {
      const fields = ['tools', 'metadata', 'audio', 'modalities', 'prediction', 'web_search_options'];
      for (const field of fields) assert.ok(Array.isArray(chat({ [field]: odd })), field);
    }
  });
});

describe('responses', () => {
  test('values of any shape break no rule', () => {
    for (const odd of [0, 'a', true, null, [], {}, [null], [{}], { type: null }]) {
      for (const field of ['tools', 'tool_choice', 'include', 'text', 'reasoning', 'input', 'conversation']) {
        assert.ok(Array.isArray(respond({ [field]: odd })), field);
      }
      assert.ok(Array.isArray(respond({ tools: [odd] })));
    }
  });

  test('a filter of approvals is somebody’s own choice', () => {
    const tool = { type: 'mcp', server_label: 's', server_url: 'https://example.com' };
    assert.deepEqual(
      respond({ tools: [{ ...tool, require_approval: { never: { tool_names: ['a'] } } }] }),
      [],
    );
    assert.deepEqual(respond({ tools: [tool] }), ['warning body.conflict tools.0']);
  });
});

describe('images', () => {
  test('each generation of models has its own options', () => {
    const cases: readonly (readonly [string[], string[]])[] = [
      [draw('gpt-image-2', { quality: 'max' }), ['warning model.parameter quality']],
      [draw('gpt-image-1.5', { quality: 'xhigh' }), ['warning model.parameter quality']],
      [draw('gpt-image-2.5-flare', { quality: 'max' }), []],
      [draw('gpt-image-2.6-flare', { quality: 'max' }), []],
      [draw('gpt-image-1-mini', { size: '1536x864' }), ['warning model.parameter size']],
      [draw('gpt-image-1.5', { size: '1024x1536' }), []],
      [draw('gpt-image-2.5-sunburst-2026-09-08', { size: '1536x864' }), []],
      [draw('gpt-image-2-2026-04-21', { size: '1536x868' }), ['error body.range size']],
      [draw('gpt-image-2.6-flare', { size: '1536x868' }), ['warning body.range size']],
      [edit('gpt-image-1.5', { input_fidelity: 'high' }), []],
      [edit('gpt-image-1-mini', { input_fidelity: 'high' }), ['warning model.parameter input_fidelity']],
      [edit('gpt-image-1-mini', { input_fidelity: 'low' }), []],
      [edit('gpt-image-2', { input_fidelity: 'low' }), ['warning model.parameter input_fidelity']],
      [edit('gpt-image-2', { markup: { file_id: 'f' } }), ['warning model.parameter markup']],
      [edit('gpt-image-2.5-flare', { markup: { file_id: 'f' } }), []],
    ];
    for (const [index, [found, expected]] of cases.entries()) assert.deepEqual(found, expected, `${index}`);
  });

  test('sizes up to the largest, upright or lying', () => {
    for (const size of ['auto', '3840x2160', '2160x3840', '3072x1024', '816x816']) {
      assert.deepEqual(draw('gpt-image-2', { size }), [], size);
    }
    const wrong = ['3856x2160', '3840x2176', '3088x1024', '0x1024', '1024x16', '99999x99999'];
    for (const size of wrong) {
      assert.deepEqual(draw('gpt-image-2', { size }), ['error body.range size'], size);
    }
    for (const size of ['', '1024', '1024X1024', '1024x1024x3', '1e3x1e3', `${'9'.repeat(10_000)}x1`]) {
      assert.deepEqual(draw('gpt-image-2', { size }), ['warning body.value size'], size.slice(0, 20));
    }
  });
});

test('safe fixes change nothing that is asked', () => {
  const chatLine = (fields: string): string =>
    `{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Hi"}]${fields}}}`;
  const cases: readonly (readonly [string, string])[] = [
    [',"tools":[]', ''],
    [',"tools":[],"parallel_tool_calls":true', ''],
    [',"user":null', ''],
    [',"stop_sequences":["a"]', ',"stop":["a"]'],
    [',"max_output_tokens":9', ',"max_completion_tokens":9'],
    // Which of two limits is meant only a person knows.
    [',"max_tokens":9,"max_completion_tokens":8', ',"max_tokens":9,"max_completion_tokens":8'],
    [',"top_logprobs":3', ',"top_logprobs":3'],
    [',"service_tier":"flex"', ',"service_tier":"flex"'],
  ];
  for (const [before, after] of cases) assert.deepEqual(fixed([chatLine(before)]), [chatLine(after)], before);
  const edits = (fields: string): string =>
    `{"custom_id":"a","method":"POST","url":"/v1/images/edits","body":{"model":"gpt-image-2","prompt":"Blue",${fields}}}`;
  assert.deepEqual(fixed([edits('"image":[{"file_id":"f"}]')]), [edits('"images":[{"file_id":"f"}]')]);
  assert.deepEqual(fixed([edits('"images":["https://e.com/a"]')]), [
    edits('"images":[{"image_url":"https://e.com/a"}]'),
  ]);
  const shown = (part: string): string =>
    `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"gpt-5.4-mini","input":[{"role":"user","content":[${part}]}]}}`;
  assert.deepEqual(fixed([shown('{"type":"input_image","image_url":{"url":"https://e.com/a"}}')]), [
    shown('{"type":"input_image","image_url":"https://e.com/a"}'),
  ]);
});

test('fields are noted wherever they stand, once, and not where they say nothing', () => {
  const reasoning = { generate_summary: 'auto' };
  assert.deepEqual(respond({ reasoning }), ['hint body.deprecated reasoning.generate_summary']);
  assert.deepEqual(respond({ reasoning: { generate_summary: null } }), []);
  const called = { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } };
  const messages = [{ role: 'user', content: 'Hi' }, called, called];
  assert.deepEqual(
    chat({ messages }).filter((one) => one.startsWith('hint')),
    ['hint body.deprecated messages.1.function_call', 'hint body.deprecated messages.2.function_call'],
  );
  for (const tier of ['auto', 'default', null]) assert.deepEqual(chat({ service_tier: tier }), []);
  assert.deepEqual(respond({ background: true }), ['hint body.not-in-batch background']);
  assert.deepEqual(respond({ background: false }), []);
});
