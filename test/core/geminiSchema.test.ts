// Are Gemini's schemas sound as a whole: strict, described throughout, with words for others' fields that are not its own?
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import embedContent from '#schemas/gemini/embed-content.json' with { type: 'json' };
import generateContent from '#schemas/gemini/generate-content.json' with { type: 'json' };
import { vertexOnly } from '../../core/check/gemini/advice.ts';
import { snakeOf } from '../../core/dialects/protoShape.ts';
import { probe } from './schemaProbe.ts';

interface Node {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly sameAs?: Readonly<Record<string, string>>;
  readonly meant?: Readonly<Record<string, string>>;
}

/** Every schema in a schema, with its place. */
function* nodesOf(node: unknown, path = '#'): Generator<readonly [string, Node]> {
  if (typeof node !== 'object' || node === null) return;
  yield [path, node as Node];
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'enum' && key !== 'examples' && key !== 'required') yield* nodesOf(child, `${path}/${key}`);
  }
}

for (const [name, schema] of Object.entries({ generateContent, embedContent })) {
  describe(name, () => {
    const nodes = [...nodesOf(schema)];
    const messages = nodes.filter(
      ([path, node]) => node.properties !== undefined && !path.endsWith('/properties'),
    );

    test('is a strict JSON Schema of draft 7', () => {
      assert.doesNotThrow(() => probe(schema));
    });

    test('describes every field in a sentence or more', () => {
      const definitions: Readonly<Record<string, Node>> = schema.definitions;
      const silent = messages.flatMap(([path, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, field]) => {
            const own =
              field.description ?? definitions[field.$ref?.split('/').at(-1) ?? '']?.description ?? '';
            return own.length < 8 || !/[.:)]$/.test(own);
          })
          .map(([field]) => `${path}/${field}`),
      );
      assert.deepEqual(silent, []);
    });

    test('knows the fields of each message, and no others', () => {
      assert.deepEqual(
        messages.filter(([, node]) => node.additionalProperties !== false).map(([path]) => path),
        [],
      );
    });

    test('has names that can be written in either style', () => {
      for (const [path, { properties = {} }] of messages) {
        const names = Object.keys(properties);
        assert.equal(new Set(names.map(snakeOf)).size, names.length, path);
        for (const field of names) assert.match(field, /^[a-z][A-Za-z0-9]*$/, path);
      }
    });

    test("has words for others' fields that are none of its own, and renames only to its own", () => {
      for (const [path, { properties = {}, sameAs = {}, meant = {} }] of messages) {
        const own = new Set(Object.keys(properties).flatMap((field) => [field, snakeOf(field)]));
        for (const foreign of [...Object.keys(sameAs), ...Object.keys(meant)])
          assert.ok(!own.has(foreign), `${path} ${foreign}`);
        for (const field of Object.values(sameAs))
          assert.ok(Object.hasOwn(properties, field), `${path} ${field}`);
      }
    });

    test('has no field that only Vertex AI has', () => {
      for (const [path, { properties = {} }] of messages) {
        const owner = path.split('/').findLast((step) => step !== 'items') ?? '';
        const refused = vertexOnly[owner] ?? [];
        assert.deepEqual(
          Object.keys(properties).filter((field) => refused.includes(field) && owner !== 'functionResponse'),
          [],
          path,
        );
      }
    });
  });
}
