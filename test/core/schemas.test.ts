// Are the OpenAI request schemas sound as a whole: strict, described throughout, and complete against the installed SDK?
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import messages from '#schemas/anthropic/messages.json' with { type: 'json' };
import chatCompletions from '#schemas/openai/chat-completions.json' with { type: 'json' };
import completions from '#schemas/openai/completions.json' with { type: 'json' };
import embeddings from '#schemas/openai/embeddings.json' with { type: 'json' };
import imagesEdits from '#schemas/openai/images-edits.json' with { type: 'json' };
import imagesGenerations from '#schemas/openai/images-generations.json' with { type: 'json' };
import moderations from '#schemas/openai/moderations.json' with { type: 'json' };
import request from '#schemas/openai/request.json' with { type: 'json' };
import responses from '#schemas/openai/responses.json' with { type: 'json' };
import { probe } from './schemaProbe.ts';

/** Each schema with the SDK's declaration of the same request; the line itself is in no SDK. */
const schemas = [
  { name: 'request', schema: request, declaration: null },
  { name: 'anthropic messages', schema: messages, declaration: null },
  {
    name: 'chat-completions',
    schema: chatCompletions,
    declaration: ['chat/completions/completions.d.ts', 'ChatCompletionCreateParamsBase'],
  },
  {
    name: 'responses',
    schema: responses,
    declaration: ['responses/responses.d.ts', 'ResponseCreateParamsBase'],
  },
  { name: 'embeddings', schema: embeddings, declaration: ['embeddings.d.ts', 'EmbeddingCreateParams'] },
  {
    name: 'completions',
    schema: completions,
    declaration: ['completions.d.ts', 'CompletionCreateParamsBase'],
  },
  { name: 'moderations', schema: moderations, declaration: ['moderations.d.ts', 'ModerationCreateParams'] },
  {
    name: 'images-generations',
    schema: imagesGenerations,
    declaration: ['images.d.ts', 'ImageGenerateParamsBase'],
  },
  { name: 'images-edits', schema: imagesEdits, declaration: ['images.d.ts', 'ImageEditParamsBase'] },
] as const;

/** The SDK sends a form; these are of the JSON body (OpenAI's spec of 2026-10, EditImageBodyJsonParam). */
const ofJsonBodies: ReadonlySet<string> = new Set(['images-edits images', 'images-edits moderation']);

const resources = join(dirname(createRequire(import.meta.url).resolve('openai')), 'resources');

/** The members of an interface: name to whether the SDK marks it as deprecated. */
function declaredMembers([file, name]: readonly [string, string]): Map<string, boolean> {
  const source = readFileSync(join(resources, file), 'utf8');
  const body = new RegExp(`^export interface ${name} \\{$([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
  assert.ok(body, `${name} is in ${file}`);
  const members = body.matchAll(/^ {4}(?:\/\*\*([\s\S]*?)\*\/\s+)?(\w+)\??:/gm);
  return new Map([...members].map((member) => [member[2]!, member[1]?.includes('@deprecated') ?? false]));
}

interface Schema {
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
}

/** Every property at every level; boolean schemas and those under `if` only steer conditions and describe nothing. */
function propertiesOf(node: unknown, path = '#'): [path: string, property: Schema][] {
  if (typeof node !== 'object' || node === null) return [];
  const found: [string, Schema][] = [];
  for (const [key, child] of Object.entries(node)) {
    const here = `${path}/${key}`;
    if (key === 'properties') {
      for (const [name, property] of Object.entries(child)) {
        if (typeof property === 'object') found.push([`${here}/${name}`, property as Schema]);
        found.push(...propertiesOf(property, `${here}/${name}`));
      }
    } else if (key !== 'enum' && key !== 'if') {
      found.push(...propertiesOf(child, here));
    }
  }
  return found;
}

for (const { name, schema, declaration } of schemas) {
  test(`${name}: strict for ajv, and every property has a description`, () => {
    probe(schema);
    const definitions = (schema as { definitions?: Readonly<Record<string, Schema>> }).definitions ?? {};
    for (const [path, property] of propertiesOf(schema)) {
      const target = property.$ref?.replace('#/definitions/', '');
      const words = property.description ?? definitions[target ?? '']?.description ?? '';
      assert.match(words, /^[A-Za-z].*\.$/, `${path} has a sentence`);
    }
  });

  test(`${name}: every definition is used`, () => {
    const text = JSON.stringify(schema);
    for (const definition of Object.keys((schema as { definitions?: object }).definitions ?? {})) {
      assert.ok(text.includes(`"$ref":"#/definitions/${definition}"`), definition);
    }
  });

  if (declaration === null) continue;
  test(`${name}: knows exactly the fields of the SDK's request, and which are deprecated`, () => {
    const declared = declaredMembers(declaration);
    assert.ok(declared.size > 1);
    const known = Object.entries<Schema>(schema.properties).filter(
      ([field]) => !ofJsonBodies.has(`${name} ${field}`),
    );
    assert.deepEqual(known.map(([field]) => field).sort(), [...declared.keys()].sort());
    for (const [field, property] of known) {
      assert.equal(property.deprecated ?? false, declared.get(field), field);
    }
  });
}

test('the line', () => {
  const verdictOf = probe(request);
  const line = { custom_id: 'a', method: 'POST', url: '/v1/responses', body: { anything: 1 } };
  assert.deepEqual(verdictOf(line), []);
  assert.deepEqual(verdictOf({ ...line, note: 1 }), []);
  assert.deepEqual(verdictOf({ ...line, custom_id: '' }), ['/custom_id minLength']);
  assert.deepEqual(verdictOf({ ...line, method: 'post' }), ['/method const']);
  assert.deepEqual(verdictOf({ ...line, url: '/chat/completions' }), ['/url enum']);
  assert.deepEqual(verdictOf({ ...line, body: [] }), ['/body type']);
});

test('embeddings', () => {
  const verdictOf = probe(embeddings);
  const embed = (input: unknown) => ({ model: 'text-embedding-3-small', input });
  for (const input of ['a', ['a', 'b'], [1, 2], [[1], [2, 3]]]) assert.deepEqual(verdictOf(embed(input)), []);
  assert.deepEqual(verdictOf({ ...embed('a'), dimensions: 256, encoding_format: 'base64', user: 'u' }), []);
  assert.deepEqual(verdictOf(embed('')), ['/input minLength']);
  assert.deepEqual(verdictOf(embed([])), ['/input minItems']);
  assert.deepEqual(verdictOf(embed(['a', ''])), ['/input/1 minLength']);
  assert.deepEqual(verdictOf(embed([[1.5]])), ['/input/0/0 type']);
  assert.deepEqual(verdictOf(embed(Array(2049).fill('a'))), ['/input maxItems']);
  assert.deepEqual(verdictOf({ ...embed('a'), dimensions: 0 }), ['/dimensions minimum']);
  assert.deepEqual(verdictOf({ ...embed('a'), encoding_format: 'int8' }), ['/encoding_format enum']);
});

test('completions', () => {
  const verdictOf = probe(completions);
  const complete = (fields: object) => ({ model: 'gpt-3.5-turbo-instruct', prompt: 'Once', ...fields });
  for (const prompt of ['a', ['a'], [1], [[1]], null]) assert.deepEqual(verdictOf(complete({ prompt })), []);
  assert.deepEqual(
    verdictOf(complete({ max_tokens: 0, echo: true, logprobs: 5, best_of: 20, suffix: '' })),
    [],
  );
  assert.deepEqual(verdictOf({ model: 'm' }), ['required prompt']);
  assert.deepEqual(verdictOf(complete({ logprobs: true })), ['/logprobs type']);
  assert.deepEqual(verdictOf(complete({ best_of: 21 })), ['/best_of maximum']);
  assert.deepEqual(verdictOf(complete({ messages: [] })), ['additionalProperties messages']);
});

test('moderations', () => {
  const verdictOf = probe(moderations);
  const moderate = (input: unknown) => ({ model: 'omni-moderation-latest', input });
  const parts = [
    { type: 'text', text: 'a' },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
  ];
  for (const input of ['a', ['a', 'b'], parts]) assert.deepEqual(verdictOf(moderate(input)), []);
  assert.deepEqual(verdictOf({ input: 'a' }), ['required model']);
  assert.deepEqual(verdictOf(moderate([{ type: 'image' }])), ['/input/0 discriminator']);
  assert.deepEqual(verdictOf(moderate([{ type: 'image_url', image_url: 'a' }])), ['/input/0/image_url type']);
});

test('images', () => {
  const make = probe(imagesGenerations);
  const draw = (fields: object) => ({ model: 'gpt-image-2', prompt: 'A bicycle', ...fields });
  assert.deepEqual(make(draw({})), []);
  assert.deepEqual(
    make(draw({ n: null, size: null, quality: 'xhigh', svg: { model: 'm', reasoning: null } })),
    [],
  );
  assert.deepEqual(make({ model: 'm' }), ['required prompt']);
  assert.deepEqual(make(draw({ n: 11 })), ['/n maximum']);
  assert.deepEqual(make(draw({ images: [] })), ['additionalProperties images']);
  const edit = probe(imagesEdits);
  const change = (fields: object) => ({ model: 'gpt-image-2', prompt: 'Make it blue', ...fields });
  const image = { image_url: 'https://example.com/a.png' };
  for (const fields of [{ images: [image, { file_id: 'file-1' }] }, { image }, { image: [image] }]) {
    assert.deepEqual(edit(change(fields)), []);
  }
  assert.deepEqual(edit(change({})), ['needsOneOf']);
  assert.deepEqual(edit(change({ images: [] })), ['/images minItems']);
  assert.deepEqual(edit(change({ images: Array(17).fill(image) })), ['/images maxItems']);
  assert.deepEqual(edit(change({ images: ['a'] })), ['/images/0 type']);
  assert.deepEqual(edit(change({ images: [{}] })), ['/images/0 needsOneOf']);
  assert.deepEqual(edit(change({ images: [{ ...image, file_id: 'file-1' }] })), ['/images/0 notTogether']);
  assert.deepEqual(edit(change({ images: [image], mask: image.image_url })), ['/mask type']);
  assert.deepEqual(edit(change({ images: [image], output_format: 'svg' })), ['/output_format enum']);
});
