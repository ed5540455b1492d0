// Gemini's lines: what safe fixes make of the usual mistakes, the model of the batch, and lines that mean harm.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyEdit, checkLine, detectFile, type FixChange, type LineFacts, lineEdit } from '#core';
import { settle } from '../../core/fix/settle.ts';
import { checkingAs } from '../checking.ts';

const checking = checkingAs('gemini');

function factsOf(line: string, config: Parameters<typeof checkingAs>[1] = {}): LineFacts {
  return checkLine(line, Buffer.byteLength(line), checkingAs('gemini', config));
}

const lineOf = (request: unknown): string => JSON.stringify({ key: 'k', request });
const user = [{ role: 'user', parts: [{ text: 'x' }] }];

/** After every safe fix; ids are given by the file, not by the line. */
function mended(line: string): string {
  return settle(line, factsOf(line), () => true, checking).text;
}

function severities(line: string, config: Parameters<typeof checkingAs>[1] = {}): string[] {
  return factsOf(line, config).findings.map(({ code, severity }) => `${severity ?? 'default'} ${code}`);
}

describe('safe fixes', () => {
  const cases: readonly (readonly [what: string, before: unknown, after: unknown])[] = [
    [
      'flat fields go into generationConfig, under the names it has',
      { contents: user, temperature: 0.5, max_tokens: 10, stop: ['.'] },
      {
        contents: user,
        generation_config: { temperature: 0.5, max_output_tokens: 10, stop_sequences: ['.'] },
      },
    ],
    [
      'in a request in snake_case the names are so, too',
      { contents: user, system_instruction: { parts: [{ text: 'x' }] }, temperature: 0.5, max_tokens: 10 },
      {
        contents: user,
        system_instruction: { parts: [{ text: 'x' }] },
        generation_config: { temperature: 0.5, max_output_tokens: 10 },
      },
    ],
    [
      'what is flat in camelCase stays so',
      { contents: user, maxOutputTokens: 5, topP: 0.5 },
      { contents: user, generationConfig: { maxOutputTokens: 5, topP: 0.5 } },
    ],
    [
      'a generationConfig that is there takes them in',
      { top_p: 0.5, contents: user, generationConfig: { topK: 1 }, seed: 1 },
      { contents: user, generationConfig: { topK: 1, top_p: 0.5, seed: 1 } },
    ],
    [
      "the SDK's config is generationConfig where all of it belongs there",
      { contents: user, config: { temperature: 0.5, thinkingConfig: { thinkingBudget: 0 } } },
      { contents: user, generationConfig: { temperature: 0.5, thinkingConfig: { thinkingBudget: 0 } } },
    ],
    [
      'thinking goes into thinkingConfig',
      { contents: user, generationConfig: { thinkingBudget: 0 } },
      { contents: user, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    ],
    [
      'texts become parts',
      { contents: 'x', systemInstruction: 'Be brief.' },
      { contents: [{ parts: [{ text: 'x' }] }], systemInstruction: { parts: [{ text: 'Be brief.' }] } },
    ],
    [
      'the assistant is the model',
      { contents: [...user, { role: 'assistant', parts: [{ text: 'y' }] }, ...user] },
      { contents: [...user, { role: 'model', parts: [{ text: 'y' }] }, ...user] },
    ],
    [
      'system_instructions loses its s',
      { contents: user, system_instructions: { parts: [{ text: 'x' }] } },
      { contents: user, system_instruction: { parts: [{ text: 'x' }] } },
    ],
    [
      'a schema gets its type of answer',
      { contents: user, generationConfig: { responseSchema: { type: 'object' } } },
      {
        contents: user,
        generationConfig: { responseSchema: { type: 'OBJECT' }, responseMimeType: 'application/json' },
      },
    ],
    [
      'names of enums get what all of them begin with',
      { contents: user, generationConfig: { mediaResolution: 'low' } },
      { contents: user, generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' } },
    ],
  ];
  for (const [what, before, after] of cases) {
    test(what, () => {
      assert.notDeepEqual(factsOf(lineOf(before)).findings, []);
      const line = mended(lineOf(before));
      assert.deepEqual(JSON.parse(line), { key: 'k', request: after });
      assert.deepEqual(
        factsOf(line).findings.filter(({ severity = 'error' }) => severity !== 'hint'),
        [],
      );
    });
  }

  test('custom_id is key', () => {
    const line = JSON.stringify({ custom_id: 'k', request: { contents: user } });
    assert.deepEqual(JSON.parse(mended(line)), { key: 'k', request: { contents: user } });
  });

  test('a bare request, or one beside its key, gets a request around it', () => {
    const request = { contents: user, generation_config: { topK: 1 } };
    assert.deepEqual(JSON.parse(mended(JSON.stringify({ key: 'k', ...request }))), { key: 'k', request });
    assert.deepEqual(JSON.parse(mended(JSON.stringify(request))), { request });
  });

  test("OpenAI's response_format stays: another form must be written", () => {
    const line = lineOf({ contents: user, response_format: { type: 'json_object' } });
    assert.equal(mended(line), line);
  });
});

describe('moving a member', () => {
  const move = (path: FixChange & { kind: 'moveMember' }, text: string): string | null => {
    const edit = lineEdit(text, path);
    return edit === null ? null : applyEdit(text, edit);
  };
  const cases: readonly (readonly [before: string, after: string | null])[] = [
    ['{"a":1,"b":2}', '{"into":{"a":1},"b":2}'],
    ['{ "a": [1, 2], "b": 2 }', '{ "into": {"a": [1, 2]}, "b": 2 }'],
    ['{"a":1,"into":{}}', '{"into":{"a":1}}'],
    ['{"a":1,"x":" , ","into":{"b":2},"c":3}', '{"x":" , ","into":{"b":2,"a":1},"c":3}'],
    ['{"into":{"b":2},"x":{"y":1},"a":"}"}', '{"into":{"b":2,"a":"}"},"x":{"y":1}}'],
    ['{"into":{"b":2},"a":1}', '{"into":{"b":2,"a":1}}'],
    ['{"into":{"a":2},"a":1}', null],
    ['{"into":5,"a":1}', null],
    ['{"a":1,"a":2}', null],
    ['{"a":1,"into":{},"into":{}}', null],
    ['{"b":1}', null],
    ['[]', null],
  ];
  for (const [before, after] of cases) {
    test(`${before} gives ${after}`, () => {
      assert.equal(move({ kind: 'moveMember', path: ['a'], into: 'into' }, before), after);
    });
  }

  test('a member cannot go into itself', () => {
    assert.equal(move({ kind: 'moveMember', path: ['a'], into: 'a' }, '{"a":{}}'), null);
  });
});

describe('the model', () => {
  const budget = { contents: user, generationConfig: { thinkingConfig: { thinkingBudget: 0 } } };

  test('the configured one decides what is refused, whatever a line names', () => {
    assert.deepEqual(severities(lineOf(budget)), []);
    assert.deepEqual(severities(lineOf(budget), { model: 'gemini-2.5-pro' }), ['default model.parameter']);
    assert.deepEqual(
      severities(lineOf({ ...budget, model: 'gemini-2.5-pro' }), { model: 'gemini-2.5-flash' }),
      ['warning body.not-in-batch'],
    );
  });

  test('a line that names the same model is not worth a word', () => {
    const line = lineOf({ contents: user, model: 'models/gemini-3.5-flash' });
    assert.deepEqual(severities(line, { model: 'gemini-3.5-flash' }), []);
  });

  test('a model without a number has no rules of thinking', () => {
    assert.deepEqual(severities(lineOf(budget), { model: 'my-tuned-model', severity: {} }), []);
  });
});

describe('whose file it is', () => {
  test('a line with key and contents is a Gemini line; bare requests are only if someone says so', () => {
    const bare = JSON.stringify({ contents: user });
    assert.equal(detectFile([bare], 'auto')?.kind, 'recognised');
    const asked = detectFile([bare], 'gemini');
    assert.equal(asked?.kind === 'requests' && asked.dialect.provider, 'gemini');
    const flat = detectFile([JSON.stringify({ key: 'k', contents: user })], 'auto');
    assert.equal(flat?.kind === 'requests' && flat.dialect.provider, 'gemini');
  });
});

describe('lines that mean harm', () => {
  test('schemas and JSON without end', () => {
    const deep = `${'{"items":'.repeat(3000)}{}${'}'.repeat(3000)}`;
    const line = `{"key":"k","request":{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseSchema":${deep}}}}`;
    assert.ok(factsOf(line).findings.some(({ message }) => message.includes('nests deeper')));
    const free = `{"key":"k","request":{"contents":[{"parts":[{"functionCall":{"name":"f","args":{"a":${'['.repeat(3000)}${']'.repeat(3000)}}}}]}]}}`;
    assert.equal(factsOf(free).kind, 'request');
  });

  test('a hundred thousand parts, names and settings, all of them wrong', () => {
    const many = 100_000;
    const parts = Array.from({ length: many }, () => ({
      text: 'x',
      inlineData: { mimeType: '', data: ' ' },
    }));
    const contents = Array.from({ length: 1000 }, () => ({ role: 'assistant', parts: [{}] }));
    const safetySettings = Array.from({ length: many }, () => ({ category: 'harm_category_harassment' }));
    const names = Object.fromEntries(parts.map((_, index) => [`max_tokens_${index}`, index]));
    for (const request of [
      { contents: [{ parts }] },
      { contents, safetySettings },
      { contents: user, ...names },
    ]) {
      const { findings } = factsOf(lineOf(request));
      assert.ok(findings.length > 0 && findings.length < 500, String(findings.length));
    }
  });

  test('requests of any shape', () => {
    const shapes = [null, 5, 'x', [], {}, { contents: null }, { contents: [null] }, { contents: [[]] }];
    for (const shape of [
      ...shapes,
      { contents: { parts: null } },
      { contents: [{ parts: [null, [], 5] }], tools: [null], toolConfig: [], safetySettings: {} },
      {
        contents: user,
        generationConfig: [],
        systemInstruction: [],
        cachedContent: 5,
        config: [],
        model: {},
      },
      { content: [], embedContentConfig: 5, taskType: {} },
      {
        contents: user,
        generationConfig: { thinkingConfig: [], speechConfig: 5, stopSequences: {}, responseSchema: [] },
      },
    ]) {
      assert.equal(factsOf(lineOf(shape)).kind, 'request');
    }
  });
});
