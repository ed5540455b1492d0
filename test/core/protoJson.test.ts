// Is a Gemini body read as protocol buffers read it, and does every place lead back to what stands in the line?
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { protoShapeNamed } from '../../core/dialects/geminiShapes.ts';
import { deepestMessage, readProto } from '../../core/dialects/protoJson.ts';
import { type ProtoShape, protoShapeOf, snakeOf } from '../../core/dialects/protoShape.ts';
import { nameAsWritten, writtenPath } from '../../core/dialects/protoWritten.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const generate = protoShapeNamed('gemini/generate-content') as ProtoShape;

function bodyOf(raw: JsonObject): unknown {
  return readProto(raw, generate).body;
}

/** Values of the one form, and by chance those that stand for them. */
const twins = fc
  .record(
    {
      contents: fc.array(
        fc.record(
          {
            role: fc.constantFrom('user', 'model'),
            parts: fc.array(
              fc.oneof(
                fc.record({ text: fc.string() }),
                fc.record({ inlineData: fc.record({ mimeType: fc.string(), data: fc.string() }) }),
                fc.record({
                  functionCall: fc.record({
                    name: fc.string(),
                    args: fc.dictionary(fc.string(), fc.jsonValue()),
                  }),
                }),
              ),
            ),
          },
          { requiredKeys: ['parts'] },
        ),
      ),
      generationConfig: fc.record(
        {
          maxOutputTokens: fc.integer({ min: 1, max: 9999 }),
          topP: fc.double({ min: 0, max: 1, noNaN: true }),
          responseModalities: fc.array(fc.constantFrom('TEXT', 'IMAGE')),
          responseSchema: fc.record({
            type: fc.constantFrom('OBJECT', 'STRING'),
            properties: fc.dictionary(fc.string(), fc.record({ maxItems: fc.integer({ min: 0, max: 9 }) })),
          }),
          responseJsonSchema: fc.dictionary(fc.string(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['contents'] },
  )
  .map((body): JsonObject => JSON.parse(JSON.stringify(body)));

/** The same in other words: names in snake_case, numbers in quotes, where the chance says so. */
function retold(value: unknown, chance: () => boolean, isFree = false): unknown {
  if (Array.isArray(value)) return value.map((item) => retold(item, chance, isFree));
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'number' && !isFree && chance() && /^-?\d+(\.\d+)?$/.test(String(value))
      ? String(value)
      : value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const free = isFree || key === 'args' || key === 'responseJsonSchema';
      if (isFree) return [key, retold(member, chance, true)];
      const isMap = key === 'properties';
      const inner = isMap
        ? Object.fromEntries(
            Object.entries(member as JsonObject).map(([name, one]) => [name, retold(one, chance)]),
          )
        : retold(member, chance, free);
      return [generate.snakeNames.has(key) && chance() ? snakeOf(key) : key, inner];
    }),
  );
}

function* placesOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) yield* placesOf((value as Record<string | number, unknown>)[key], [...path, key]);
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], root);
}

describe('names', () => {
  test('a body in any mixture of styles is the same body, and each of its places leads to the line', () => {
    fc.assert(
      fc.property(twins, fc.infiniteStream(fc.boolean()), (body, chances) => {
        const raw = retold(body, () => chances.next().value === true) as JsonObject;
        const { body: read, written } = readProto(raw, generate);
        assert.deepEqual(read, body);
        for (const path of placesOf(read)) {
          const [there, here] = [valueAt(raw, writtenPath(written, path)), valueAt(read, path)];
          if (typeof here !== 'object') assert.equal(typeof here === 'number' ? Number(there) : there, here);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a body in camelCase is not copied', () => {
    const raw = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], generationConfig: { topP: 1 } };
    assert.equal(bodyOf(raw), raw);
  });

  test('free JSON keeps its names: arguments, labels, properties, JSON Schema', () => {
    const args = { max_output_tokens: '1', topP: null };
    const raw = {
      contents: [{ parts: [{ function_call: { name: 'f', args } }] }],
      labels: { generation_config: 'x' },
      generation_config: { response_json_schema: { max_items: '3' } },
    };
    assert.deepEqual(bodyOf(raw), {
      contents: [{ parts: [{ functionCall: { name: 'f', args } }] }],
      labels: { generation_config: 'x' },
      generationConfig: { responseJsonSchema: { max_items: '3' } },
    });
  });

  test('what the schema does not know stays as it is, whatever it is called', () => {
    const raw = JSON.parse(
      '{"contents":[],"__proto__":{"top_p":1},"max_tokens":5,"top_k":1,"generation_config":{"x":1}}',
    );
    const read = bodyOf(raw) as JsonObject;
    assert.deepEqual(Object.keys(read), ['contents', '__proto__', 'max_tokens', 'top_k', 'generationConfig']);
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
  });

  test('of a field under both names the later counts, and its place is that one', () => {
    const raw = { generation_config: { topK: 1 }, generationConfig: { topK: 2 } };
    const { body, written } = readProto(raw, generate);
    assert.deepEqual(body, { generationConfig: { topK: 2 } });
    assert.deepEqual(writtenPath(written, ['generationConfig', 'topK']), ['generationConfig', 'topK']);
    assert.deepEqual(written.twice, [['generation_config']]);
    const turned = readProto({ generationConfig: {}, generation_config: { topK: 2 } }, generate);
    assert.deepEqual(writtenPath(turned.written, ['generationConfig', 'topK']), [
      'generation_config',
      'topK',
    ]);
  });

  test('a name that is to be written follows the style of the body', () => {
    const { written } = readProto({ generation_config: {}, contents: [] }, generate);
    assert.equal(nameAsWritten(written, 'maxOutputTokens'), 'max_output_tokens');
    assert.equal(nameAsWritten(written, 'temperature'), 'temperature');
    assert.equal(nameAsWritten(written, 'notAField'), 'notAField');
    assert.equal(nameAsWritten(readProto({ contents: [] }, generate).written, 'topP'), 'topP');
  });
});

describe('values', () => {
  test('a single item stands for a list of it, and its place is the item', () => {
    const raw = { contents: { parts: { text: 'Hi' } }, generationConfig: { stopSequences: 'END' } };
    const { body, written } = readProto(raw, generate);
    assert.deepEqual(body, {
      contents: [{ parts: [{ text: 'Hi' }] }],
      generationConfig: { stopSequences: ['END'] },
    });
    assert.deepEqual(writtenPath(written, ['contents', '0', 'parts', 0, 'text']), [
      'contents',
      'parts',
      'text',
    ]);
    assert.deepEqual(writtenPath(written, ['generationConfig', 'stopSequences', 0]), [
      'generationConfig',
      'stopSequences',
    ]);
  });

  test('a text does not stand for a message', () => {
    assert.deepEqual(bodyOf({ contents: 'Hi' }), { contents: 'Hi' });
    assert.deepEqual(bodyOf({ contents: [{ parts: ['Hi'] }] }), { contents: [{ parts: ['Hi'] }] });
  });

  test('null is a field that is not there, but a value of free JSON', () => {
    const raw = {
      contents: [],
      generationConfig: { topP: null, responseSchema: { default: null, title: null } },
    };
    assert.deepEqual(bodyOf(raw), { contents: [], generationConfig: { responseSchema: { default: null } } });
  });

  test('numbers in quotes are numbers; other texts are not', () => {
    const config = {
      topK: '40',
      temperature: '0.5',
      seed: '1e2',
      maxOutputTokens: 'many',
      topP: '',
      logprobs: '0x1',
    };
    assert.deepEqual(bodyOf({ generationConfig: config }), {
      generationConfig: {
        topK: 40,
        temperature: 0.5,
        seed: 100,
        maxOutputTokens: 'many',
        topP: '',
        logprobs: '0x1',
      },
    });
  });

  test('names of enums count in any letters, or by their number; others stay', () => {
    const raw = {
      safetySettings: [
        { category: 7, threshold: 'block_none' },
        { category: 'HARM_CATEGORY_X', threshold: 99 },
      ],
      serviceTier: 'FLEX',
    };
    const { body, written } = readProto(raw, generate);
    assert.deepEqual(body, {
      safetySettings: [
        { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' },
        { category: 'HARM_CATEGORY_X', threshold: 'OFF' },
      ],
      serviceTier: 'flex',
    });
    assert.deepEqual(written.otherCase, [
      { path: ['safetySettings', 0, 'threshold'], value: 'BLOCK_NONE' },
      { path: ['serviceTier'], value: 'flex' },
    ]);
  });
});

test('a schema that nests for ever ends where protocol buffers end, without recursion beyond it', () => {
  let schema: JsonObject = { type: 'STRING' };
  for (let i = 0; i < 5000; i++) schema = { type: 'ARRAY', items: schema };
  const { body, written } = readProto({ generationConfig: { responseSchema: schema } }, generate);
  assert.equal(written.tooDeep?.length, deepestMessage);
  assert.ok(JSON.stringify(body).length < 3000);
});

test('a shape is read from any schema of messages', () => {
  const shape = protoShapeOf({ properties: { someField: { type: 'integer' }, same: { type: 'string' } } });
  assert.deepEqual([...shape.snakeNames], [['someField', 'some_field']]);
  assert.deepEqual(readProto({ some_field: '1', same: 'x' }, shape).body, { someField: 1, same: 'x' });
});
