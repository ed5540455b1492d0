// Schemas within requests: what is none, what strict mode refuses, and fixes that mend it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkLine, type Severity } from '#core';
import { settle } from '../../core/fix/settle.ts';
import { checkingAs } from '../checking.ts';
import { chat, claude, findingsOf, gemini, placesOf, responses, strictAnswer } from './inside.ts';

const text = { type: 'string' };

test('the schema of the guide to structured outputs is fine in each place and dialect', () => {
  const schema = {
    type: 'object',
    properties: {
      steps: {
        type: 'array',
        items: {
          type: 'object',
          properties: { explanation: text, output: text },
          required: ['explanation', 'output'],
          additionalProperties: false,
        },
      },
      unit: { type: ['string', 'null'], enum: ['F', 'C', null], description: 'Unit' },
      day: { type: 'string', format: 'date' },
      score: { type: 'number', minimum: 0, maximum: 1 },
    },
    required: ['steps', 'unit', 'day', 'score'],
    additionalProperties: false,
  };
  const { score: _, ...ofClaude } = schema.properties;
  const claudeSchema = { ...schema, properties: ofClaude, required: ['steps', 'unit', 'day'] };
  const tool = { type: 'function', function: { name: 'f', strict: true, parameters: schema } };
  assert.deepEqual(placesOf(chat({ ...strictAnswer(schema), tools: [tool] })), []);
  const format = { type: 'json_schema', name: 'a', strict: true, schema };
  const flat = { type: 'function', name: 'f', strict: true, parameters: schema };
  assert.deepEqual(placesOf(responses({ text: { format }, tools: [flat] })), []);
  const ofTool = { name: 'f', strict: true, input_schema: claudeSchema };
  const output = { format: { type: 'json_schema', schema: claudeSchema } };
  assert.deepEqual(placesOf(claude({ output_config: output, tools: [ofTool] }), 'anthropic'), []);
  const declaration = { name: 'f', parametersJsonSchema: schema };
  assert.deepEqual(placesOf(gemini({ tools: [{ functionDeclarations: [declaration] }] }), 'gemini'), []);
});

test('other servers that speak as OpenAI does may take more: what is wrong is a warning', () => {
  const request = chat(strictAnswer({ type: 'object', properties: { a: { type: 'int' } } }));
  const severities = (provider: 'groq' | 'openai-compatible' | 'azure'): Set<Severity | undefined> =>
    new Set(
      findingsOf(request, provider)
        .filter(({ code }) => code === 'schema.strict' || code === 'body.value')
        .map(({ severity }) => severity),
    );
  assert.deepEqual(severities('groq'), new Set(['warning']));
  assert.deepEqual(severities('openai-compatible'), new Set(['warning']));
  assert.deepEqual(severities('azure'), new Set(['error']));
});

test('without strict: true, nothing of strict mode is asked', () => {
  const schema = { type: 'object', properties: { a: { oneOf: [text, { type: 'null' }] } } };
  const format = { type: 'json_schema', json_schema: { name: 'a', schema } };
  assert.deepEqual(placesOf(chat({ response_format: format })), []);
  const flat = { type: 'function', name: 'f', parameters: schema };
  assert.deepEqual(placesOf(responses({ tools: [flat, { ...flat, name: 'g', strict: false }] })), []);
});

test('limits of strict schemas: one more than published is told, as many are not', () => {
  const withProperties = (count: number): object => {
    const names = Array.from({ length: count }, (_, index) => `p${index}`);
    return {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, text])),
      required: names,
      additionalProperties: false,
    };
  };
  assert.deepEqual(placesOf(chat(strictAnswer(withProperties(5000)))), []);
  assert.deepEqual(placesOf(chat(strictAnswer(withProperties(5001)))), [
    'schema.strict body.response_format.json_schema.schema',
  ]);
  // Azure's page has the older limits.
  assert.deepEqual(placesOf(chat(strictAnswer(withProperties(100))), 'azure'), []);
  assert.equal(placesOf(chat(strictAnswer(withProperties(101))), 'azure').length, 1);
  const withValues = (count: number, length: number): object => ({
    type: 'object',
    properties: {
      a: { type: 'string', enum: Array.from({ length: count }, (_, i) => `${i}`.padEnd(length, 'x')) },
    },
    required: ['a'],
    additionalProperties: false,
  });
  assert.deepEqual(placesOf(chat(strictAnswer(withValues(1000, 4)))), []);
  assert.equal(placesOf(chat(strictAnswer(withValues(1001, 4)))).length, 1);
  assert.deepEqual(placesOf(chat(strictAnswer(withValues(250, 100)))), []);
  assert.equal(placesOf(chat(strictAnswer(withValues(251, 100)))).length, 1);
  assert.equal(placesOf(chat(strictAnswer(withValues(250, 500)))).length, 1, '125,000 characters in all');
});

test('recursion is fine for OpenAI and refused by Anthropic; names used twice are no recursion', () => {
  const node = {
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
    required: ['next'],
    additionalProperties: false,
  };
  const root = {
    type: 'object',
    properties: { first: { $ref: '#/$defs/node' } },
    required: ['first'],
    additionalProperties: false,
    $defs: { node },
  };
  assert.deepEqual(placesOf(chat(strictAnswer(root))), []);
  const output = (schema: object): object => ({ format: { type: 'json_schema', schema } });
  assert.deepEqual(placesOf(claude({ output_config: output(root) }), 'anthropic'), [
    'schema.strict params.output_config.format.schema.$defs.node.properties.next.anyOf.0.$ref',
  ]);
  const twice = {
    ...root,
    properties: { a: { $ref: '#/$defs/x' }, b: { $ref: '#/$defs/y' } },
    required: ['a', 'b'],
    $defs: { x: text, y: { type: 'array', items: { $ref: '#/$defs/x' } } },
  };
  assert.deepEqual(placesOf(claude({ output_config: output(twice) }), 'anthropic'), []);
});

test('names with slashes, tildes and per cent signs are found behind a reference', () => {
  const root = {
    type: 'object',
    properties: { a: { $ref: '#/$defs/x~1y~0z' }, b: { $ref: '#/$defs/100%25' } },
    required: ['a', 'b'],
    additionalProperties: false,
    $defs: { 'x/y~z': text, '100%': text },
  };
  assert.deepEqual(placesOf(chat(strictAnswer(root))), []);
});

/** Schemas as people write them, with what strict mode refuses left in. */
const anySchema: fc.Arbitrary<object> = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constantFrom('string', 'integer', 'null', 'int', 'STRING', 'bool', 'strin') }),
    fc.record({ type: fc.constant('string'), format: fc.constantFrom('date', 'uri') }),
    fc.record({ type: fc.constantFrom('array', 'list'), items: tie('schema') }, { requiredKeys: ['type'] }),
    fc.record({ anyOf: fc.array(tie('schema'), { maxLength: 2 }) }),
    fc.record(
      {
        type: fc.constantFrom('object', 'dict', ['object', 'null']),
        properties: fc.dictionary(fc.constantFrom('a', 'b"', 'c d', '__proto__'), tie('schema'), {
          maxKeys: 3,
        }),
        required: fc.array(fc.constantFrom('a', 'b"', 'z'), { maxLength: 2 }),
        additionalProperties: fc.constantFrom(true, false, {}),
      },
      { requiredKeys: ['properties'] },
    ),
  ),
})).schema;

test('safe fixes of any schema bring no new error, and a second time nothing is left to do', () => {
  const every = (): boolean => true;
  for (const [provider, wrap] of [
    ['openai', (schema: object) => chat(strictAnswer(schema))],
    ['anthropic', (schema: object) => claude({ output_config: { format: { type: 'json_schema', schema } } })],
    [
      'gemini',
      (schema: object) =>
        gemini({ tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: schema }] }] }),
    ],
  ] as const) {
    const options = checkingAs(provider);
    fc.assert(
      fc.property(anySchema, fc.boolean(), (schema, isSpaced) => {
        const compact = JSON.stringify(wrap(schema));
        const line = isSpaced ? JSON.stringify(JSON.parse(compact), null, 1).replaceAll('\n', ' ') : compact;
        const before = checkLine(line, line.length, options);
        const settled = settle(line, before, every, options);
        const errors = ({ findings }: typeof before): number =>
          findings.filter(({ severity }) => (severity ?? 'error') === 'error').length;
        JSON.parse(settled.text);
        assert.ok(errors(settled.facts) <= errors(before), settled.text);
        assert.equal(settle(settled.text, settled.facts, every, options).text, settled.text);
        if (provider !== 'openai') return;
        const left = settled.facts.findings.filter(({ message }) =>
          /is missing in|must require all/.test(message),
        );
        assert.deepEqual(left, [], 'every object is closed and requires all of its properties');
      }),
      { seed: 23, numRuns: 200 },
    );
  }
});

test('a schema that is hostile is read in no time, and says no more than a person reads', () => {
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`p${index}`, 7]));
  const refs = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [`d${index}`, { $ref: `#/$defs/d${(index * 7) % 2000}` }]),
  );
  for (const schema of [
    { type: 'object', properties: wide, required: Object.keys(wide) },
    { type: 'object', properties: {}, $defs: refs },
    { type: 'object', required: Array.from({ length: 20_000 }, (_, index) => `r${index}`) },
  ]) {
    assert.ok(findingsOf(chat(strictAnswer(schema))).length <= 60);
    const output = { format: { type: 'json_schema', schema } };
    assert.ok(findingsOf(claude({ output_config: output }), 'anthropic').length <= 110);
  }
  const deep = `${'{"anyOf":['.repeat(50_000)}{}${']}'.repeat(50_000)}`;
  const line = JSON.stringify(chat(strictAnswer('deep'))).replace('"deep"', deep);
  assert.ok(checkLine(line, line.length, checkingAs('openai')).findings.length <= 60);
});
