// Is an answer held against the schema of its own request: as Ajv would, wherever the request has it, and never for long?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { AnswerCheck, type AnswerFormat, readRequest } from '#core';
import { workedMs } from '../cpuTime.ts';

function noteOf(schema: unknown, answer: unknown, kind: AnswerFormat['kind'] = 'jsonSchema'): string | null {
  const note = new AnswerCheck({ kind, schema: JSON.stringify(schema) }).note(
    typeof answer === 'string' ? answer : JSON.stringify(answer),
  );
  return note === null || note === 'unknown' ? note : note.message;
}

const asked = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

test('a format is found wherever a provider has its requests say it', () => {
  const text = '{"type":"object","properties":{}}';
  const openai = (format: string): string => `{"custom_id":"a","url":"/v1/x","body":{${format}}}`;
  const gemini = (config: string): string => `{"key":"a","request":{"contents":[],${config}}}`;
  const found = { kind: 'jsonSchema', schema: text };
  const cases: readonly [string, AnswerFormat | null][] = [
    [
      openai(`"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":${text}}}`),
      found as AnswerFormat,
    ],
    [openai(`"text":{"format":{"type":"json_schema","schema":${text}}}`), found as AnswerFormat],
    [openai('"response_format":{"type":"json_object"}'), { kind: 'jsonSchema', schema: '{"type":"object"}' }],
    [openai('"response_format":{"type":"text"}'), null],
    [openai('"response_format":{"type":"json_schema"}'), null],
    [openai('"text":{"verbosity":"low"}'), null],
    [
      `{"custom_id":"a","params":{"output_config":{"effort":"low","format":{"type":"json_schema","schema":${text}}}}}`,
      found as AnswerFormat,
    ],
    [
      gemini(`"generationConfig":{"responseMimeType":"application/json","responseSchema":${text}}`),
      { kind: 'openapi', schema: text },
    ],
    [
      gemini(`"generation_config":{"response_mime_type":"application/json","response_schema":${text}}`),
      { kind: 'openapi', schema: text },
    ],
    [gemini(`"generationConfig":{"responseJsonSchema":${text}}`), found as AnswerFormat],
    [
      gemini('"generationConfig":{"responseMimeType":"application/json"}'),
      { kind: 'jsonSchema', schema: 'true' },
    ],
    [gemini(`"generationConfig":{"responseMimeType":"text/x.enum","responseSchema":${text}}`), null],
    [gemini('"generationConfig":{"temperature":0}'), null],
  ];
  for (const [line, format] of cases) assert.deepEqual(readRequest(line).format, format, line);
});

test('what does not fit is said with its place', () => {
  const items = {
    type: 'array',
    items: { type: 'object', properties: { price: { type: 'number', minimum: 0 } } },
  };
  const schema = {
    type: 'object',
    properties: { items, kind: { enum: ['a', 'b'] }, 'odd name': { type: ['integer', 'null'] } },
    required: ['items'],
    additionalProperties: false,
  };
  const cases: readonly [unknown, RegExp | null][] = [
    [{ items: [{ price: 1 }], kind: 'a', 'odd name': null }, null],
    [{ items: [{ price: 1 }, { price: '2' }] }, /: answer\.items\[1\]\.price must be a number\.$/],
    [{ items: [{ price: -1 }] }, /answer\.items\[0\]\.price must be 0 or more/],
    [{ kind: 'a' }, /answer\.items is missing/],
    [{ items: [], kind: 'c' }, /answer\.kind must be one of the values/],
    [{ items: [], more: 1 }, /answer\.more is a member that its schema does not have/],
    [{ items: [], 'odd name': 1.5 }, /answer\["odd name"\] must be a whole number or null/],
    [[], /: answer must be an object/],
    ['```json\n{}\n```', /is not JSON/],
    ['', /is not JSON/],
  ];
  for (const [answer, words] of cases) {
    const note = noteOf(schema, answer);
    if (words === null) assert.equal(note, null);
    else assert.match(note ?? '', words);
  }
});

test("Gemini's own words: capitals, nullable, counts as strings, either spelling", () => {
  const schema = {
    type: 'OBJECT',
    properties: {
      name: { type: 'STRING', nullable: true, enum: ['x', 'y'] },
      list: { type: 'ARRAY', min_items: '1', items: { anyOf: [{ type: 'INTEGER' }, { type: 'BOOLEAN' }] } },
    },
    required: ['list'],
    propertyOrdering: ['name', 'list'],
  };
  assert.equal(noteOf(schema, { name: null, list: [1, true] }, 'openapi'), null);
  assert.match(noteOf(schema, { name: 'z', list: [1] }, 'openapi') ?? '', /answer\.name/);
  assert.match(noteOf(schema, { list: [] }, 'openapi') ?? '', /1 items or more/);
  assert.match(noteOf(schema, { list: ['s'] }, 'openapi') ?? '', /answer\.list\[0\]/);
  assert.match(noteOf(schema, {}, 'openapi') ?? '', /answer\.list is missing/);
});

test('a schema may speak of itself, and of its own parts alone', () => {
  const tree = {
    $defs: {
      node: {
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
        required: ['next'],
      },
    },
    $ref: '#/$defs/node',
  };
  assert.equal(noteOf(tree, { next: { next: null } }), null);
  assert.match(noteOf(tree, { next: { next: {} } }) ?? '', /answer\.next\.next\.next is missing/);
  assert.equal(noteOf({ $ref: 'https://example.com/schema' }, {}), 'unknown');
  assert.equal(noteOf({ $ref: '#/nowhere' }, {}), 'unknown');
  assert.equal(noteOf({ $ref: '#' }, {}), 'unknown', 'a circle');
});

test('hostile schemas take no time and no stack', () => {
  const doubling: Record<string, unknown> = { d0: { type: 'number' } };
  for (let at = 1; at <= 60; at++) {
    const ref = { $ref: `#/$defs/d${at - 1}` };
    doubling[`d${at}`] = { anyOf: [ref, ref, { type: 'object' }] };
  }
  const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const slow = { type: 'string', pattern: '^(a+)+$' };
  const cases: readonly [unknown, unknown][] = [
    [{ $defs: doubling, $ref: '#/$defs/d60' }, '"x"'],
    [{ items: { $ref: '#' } }, nested],
    [
      { anyOf: [{ items: { $ref: '#' } }, { items: { $ref: '#' } }, { type: 'null' }], type: 'array' },
      '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
    ],
    [{ uniqueItems: true }, Array.from({ length: 20_000 }, (_, at) => at)],
    [{ enum: Array.from({ length: 300_000 }, (_, at) => at) }, '"x"'],
  ];
  const started = workedMs();
  for (const [schema, answer] of cases) assert.equal(noteOf(schema, answer), 'unknown');
  const deep = `${'{"not":'.repeat(5000)}true${'}'.repeat(5000)}`;
  assert.equal(new AnswerCheck({ kind: 'jsonSchema', schema: deep }).note('1'), 'unknown');
  assert.equal(
    new AnswerCheck({ kind: 'openapi', schema: deep.replaceAll('not', 'items') }).note('[]'),
    'unknown',
  );
  for (const pattern of [
    '^(a+)+$',
    '(a|a)*b',
    '(a?){30}a{30}',
    '(a*)*',
    '\\s+a\\s+b\\s+c\\s+d\\s+$',
    '(a+)\\1+b',
  ]) {
    assert.equal(noteOf({ pattern }, `"${'a '.repeat(2000)}!"`), null, pattern);
    assert.equal(noteOf({ pattern }, `"${'a'.repeat(4000)}!"`), null, pattern);
  }
  assert.equal(noteOf(slow, '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"'), null);
  assert.ok(workedMs() - started < 3000, `${workedMs() - started} ms`);
  assert.match(noteOf({ pattern: '^\\d{4}-\\d{2}$' }, '"2026-1"') ?? '', /must match the pattern/);
  assert.equal(noteOf({ pattern: '^\\d{4}-\\d{2}$' }, '"2026-11"'), null);
  assert.equal(noteOf({ pattern: '(' }, '"x"'), null, 'no regular expression asks nothing');
  for (const key of ['__proto__', 'constructor', 'toString']) {
    assert.equal(noteOf({ properties: { [key]: { type: 'string' } } }, '{}'), null, key);
    assert.equal(noteOf({ required: [key] }, '{}') === null, false, key);
  }
});

test('hostile patterns, references, lists and lengths take no time either', () => {
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const long = 'a'.repeat(100_000);
  const members = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`k${at}`, 1]));
  const definitions = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [`d${at}`, { $anchor: `a${at}`, type: 'number' }]),
  );
  const deepRef = `#${'/items'.repeat(3000)}`;
  const deepSchema: unknown = JSON.parse(
    `{"items":{"$ref":${JSON.stringify(deepRef)},${'"items":{'.repeat(2999)}${'}'.repeat(3000)}}`,
  );
  const cases: readonly [unknown, unknown][] = [
    [{ anyOf: many(6000, { pattern: 'a*a*b' }) }, JSON.stringify('a'.repeat(200))],
    [{ anyOf: many(20_000, { minLength: 1e9 }) }, JSON.stringify(long)],
    [{ items: { required: many(200_000, 0) } }, many(5000, {})],
    [{ anyOf: many(20_000, { properties: {}, minProperties: 1e9 }) }, members],
    [{ $defs: definitions, items: { anyOf: many(5, { $ref: '#a19999' }) } }, many(50_000, '')],
    [deepSchema, many(50_000, [])],
  ];
  const started = workedMs();
  for (const [schema, answer] of cases) noteOf(schema, answer);
  for (const pattern of [`^${'(a|a)'.repeat(160)}$`, `^${'a?'.repeat(200)}${'a'.repeat(200)}$`]) {
    assert.equal(noteOf({ pattern }, JSON.stringify(`${'a'.repeat(199)}b`)), null, pattern);
  }
  assert.ok(workedMs() - started < 5000, `${workedMs() - started} ms`);
});

test('nothing false is said of patterns that are written for another language, or cannot be tried', () => {
  assert.equal(noteOf({ pattern: '\\A\\d+\\Z' }, '"123"'), null);
  assert.equal(noteOf({ pattern: '^\\p{L}+\\@$' }, '"ab@"'), null);
  assert.equal(noteOf({ pattern: '^(?:red|green)(?:,(?:red|green))?$' }, '"red,green"'), null);
  assert.match(noteOf({ pattern: '^(?:ab)+$' }, '"aba"') ?? '', /must match/);
  assert.match(noteOf({ pattern: '^a\\@b$' }, '"a@c"') ?? '', /must match/);
  const untold = { pattern: '^(a+)+$' };
  assert.equal(noteOf({ not: untold }, '"b"'), 'unknown');
  assert.equal(noteOf({ oneOf: [untold, { pattern: '^(b*)*$' }] }, '"a"'), 'unknown');
  assert.equal(noteOf(JSON.parse('{"if":{"pattern":"^(a+)+$"},"then":{"maxLength":0}}'), '"b"'), 'unknown');
});

test("what is not set in Gemini's schema asks nothing", () => {
  const schema = { type: 'ARRAY', items: { type: 'STRING', enum: [] }, maxItems: null, minItems: '1' };
  assert.equal(noteOf(schema, '["a"]', 'openapi'), null);
  assert.match(noteOf(schema, '[]', 'openapi') ?? '', /must have 1 items or more/);
});

const leaf = fc.constantFrom<unknown>(
  ...[{ type: 'string' }, { type: 'integer' }, { type: ['number', 'null'] }, { enum: [1, 'a', null, [1]] }],
  ...[
    { const: { b: 1, a: 2 } },
    true,
    false,
    { minimum: 1, maximum: 2 },
    { exclusiveMinimum: 1 },
    { multipleOf: 2 },
  ],
  ...[
    { minLength: 1, maxLength: 2 },
    { pattern: '^a' },
    { type: 'boolean' },
    { type: 'array', uniqueItems: true },
  ],
);
const names = fc.constantFrom('a', 'b', 'c');
const schemas = fc.letrec<{ schema: unknown }>((tie) => {
  const schema = tie('schema');
  const list = fc.array(schema, { minLength: 1, maxLength: 3 });
  const compound = fc.oneof(
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(names, schema),
        required: fc.uniqueArray(names),
        additionalProperties: fc.oneof(fc.boolean(), schema),
        patternProperties: fc.constant({ '^c': { type: 'string' } }),
        minProperties: fc.constantFrom(0, 1),
        dependencies: fc.constantFrom({ a: ['b'] }, { b: { required: ['c'] } }),
        propertyNames: fc.constantFrom(true, { maxLength: 1 }, { enum: ['a', 'b'] }),
      },
      { requiredKeys: ['properties'] },
    ),
    fc.record(
      {
        items: fc.oneof(schema, list),
        additionalItems: schema,
        minItems: fc.constant(1),
        maxItems: fc.constant(2),
      },
      { requiredKeys: ['items'] },
    ),
    fc.record({ anyOf: list }),
    fc.record({ oneOf: list }),
    fc.record({ allOf: list }),
    fc.record({ not: schema }),
    fc
      .tuple(schema, schema, schema)
      .map((parts) => Object.fromEntries(['if', 'then', 'else'].map((name, at) => [name, parts[at]]))),
  );
  return { schema: fc.oneof({ maxDepth: 3 }, leaf, compound) };
}).schema;
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(0, 1, 2, 1.5, '', 'a', 'ab', 'b', null, true, false, { a: 2, b: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('property: it is as Ajv says', () => {
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      const ajv = new Ajv({ strict: false, validateSchema: false });
      const text = JSON.stringify(value);
      const expected = ajv.compile(schema as object)(JSON.parse(text));
      assert.equal(noteOf(schema, text) === null, expected);
    }),
    { seed: 11, numRuns: 1500 },
  );
});

test('a list must contain what its schema says, as often as it says', () => {
  assert.equal(noteOf({ contains: { const: 1 } }, [2, 1]), null);
  assert.match(noteOf({ contains: { const: 1 } }, []) ?? '', /as many items/);
  assert.match(noteOf({ contains: { const: 1 }, maxContains: 1 }, [1, 1]) ?? '', /as many items/);
  assert.equal(noteOf({ contains: false, minContains: 0 }, []), null);
});

test('an answer to a request of its own kind', () => {
  assert.equal(noteOf(asked, { a: 'x' }), null);
  assert.match(noteOf(asked, {}) ?? '', /answer\.a is missing/);
});
