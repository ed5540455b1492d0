// Valid requests to Gemini's generateContent and embedContent, in camelCase and, for every second line, in snake_case.
import type { Schema } from '../sdk/jsonSchema.ts';
import { type SdkSchemaName, sdkSchema } from '../sdk/sdkSchemas.ts';
import type { Chance } from './chance.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { type Fact, type Facts, withFacts, withWholeNumbers } from './facts.ts';
import { strictSchemas } from './openaiFacts.ts';
import { settleEmbed, settleGenerate } from './settleGenerate.ts';

const between = (minimum: number, maximum: number): Fact => ({ minimum, maximum });

/** In the words of OpenAPI, with types in capitals, and in those of JSON Schema. */
const openApiSchemas: readonly object[] = [
  {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' } },
    required: ['city'],
    propertyOrdering: ['city'],
  },
  { type: 'object', properties: { list: { type: 'array', items: { type: 'integer', nullable: true } } } },
  {
    anyOf: [
      { type: 'STRING', enum: ['a', 'b'] },
      { type: 'NUMBER', minimum: 0 },
    ],
  },
];

const types = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL', 'TYPE_UNSPECIFIED'];

/** API reference, about 2026-09; ranges of sampling as other libraries document them. */
const generateFacts: Facts = {
  '/contents': { minItems: 1 },
  'Content/role': { enum: ['user', 'model'] },
  'Content/parts': { minItems: 1 },
  '/generationConfig/temperature': between(0, 2),
  '/generationConfig/topP': between(0, 1),
  '/generationConfig/topK': { minimum: 1 },
  '/generationConfig/candidateCount': between(1, 8),
  '/generationConfig/maxOutputTokens': { minimum: 1 },
  '/generationConfig/stopSequences': { maxItems: 5 },
  '/generationConfig/presencePenalty': between(-2, 1.99),
  '/generationConfig/frequencyPenalty': between(-2, 1.99),
  '/generationConfig/logprobs': between(0, 20),
  '/generationConfig/responseMimeType': { examples: ['text/plain', 'application/json'] },
  '/generationConfig/responseModalities/[]': { enum: ['TEXT', 'IMAGE', 'AUDIO'] },
  '/generationConfig/responseJsonSchema': { examples: strictSchemas },
  '/cachedContent': { examples: ['cachedContents/abc123'] },
  // The SDK calls all of it optional; without them they say nothing.
  Blob_2: { required: ['mimeType', 'data'] },
  FileData: { required: ['fileUri'] },
  SafetySetting: { required: ['category'] },
  'LatLng/latitude': between(-90, 90),
  'LatLng/longitude': between(-180, 180),
  Schema: { examples: openApiSchemas },
  // The REST examples of function calling write them small.
  Type: { enum: types.flatMap((type) => [type, type.toLowerCase()]) },
  'FunctionDeclaration/name': {
    pattern: '^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$',
    examples: ['get_weather', 'f', 'a.b-c'],
  },
  'FunctionDeclaration/parametersJsonSchema': { examples: strictSchemas },
  'FunctionDeclaration/responseJsonSchema': { examples: strictSchemas },
  'FunctionCall/name': { examples: ['get_weather'] },
  'FunctionResponse/name': { examples: ['get_weather'] },
  'Blob_2/mimeType': { examples: ['image/png', 'application/pdf', 'audio/wav'] },
  'FileData/fileUri': {
    examples: ['https://generativelanguage.googleapis.com/v1beta/files/abc', 'gs://bucket/a.pdf'],
  },
  'FileData/mimeType': { examples: ['image/png', 'application/pdf'] },
};

const embedFacts: Facts = {
  'Content/role': { enum: ['user', 'model'] },
  'Content/parts': { minItems: 1 },
  '/outputDimensionality': { minimum: 1 },
  '/taskType': { examples: ['RETRIEVAL_DOCUMENT', 'SEMANTIC_SIMILARITY', 'CLUSTERING'] },
};

const fractions: ReadonlySet<string> = new Set([
  ...[
    'temperature',
    'topP',
    'presencePenalty',
    'frequencyPenalty',
    'dynamicThreshold',
    'latitude',
    'longitude',
    'fps',
  ],
  ...['numberValue', 'minimum', 'maximum'],
]);

const envelopeFaults: Endpoint['envelopeFaults'] = [
  ({ key: _, ...line }) => line,
  ({ request: _, ...line }) => line,
  (line, chance) => ({ ...line, key: chance.pick([7, null, '', [], {}]) }),
  (line, chance) => ({ ...line, request: chance.pick([null, [], 'x', 1, JSON.stringify(line.request)]) }),
  ({ request, ...line }) => ({ ...line, body: request }),
  ({ key, ...line }) => ({ ...line, custom_id: key }),
];

const foreign = [
  ...[
    'messages',
    'input',
    'prompt',
    'max_tokens',
    'temperature',
    'response_format',
    'config',
    'thinkingConfig',
  ],
  ...['responseSchema', 'maxOutputTokens', 'system', 'stop', 'systemInstructions', 'n'],
];

interface Gemini {
  readonly name: string;
  readonly sdk: SdkSchemaName;
  readonly facts: Facts;
  readonly settle: (body: Body, chance: Chance) => Body;
}

function endpoint({ name, sdk, facts, settle }: Gemini): Endpoint {
  const schema = withFacts(withWholeNumbers(sdkSchema(sdk), fractions), facts);
  const names = namesIn(schema);
  return {
    name,
    provider: 'gemini',
    schema,
    // In the url of the batch, not in its lines.
    models: [''],
    settle: (body, _model, chance) => settle(body, chance),
    lineOf: (key, request) => ({
      key,
      request: isOdd(key) ? (inSnakeCase(request, names) as Body) : request,
    }),
    foreign,
    envelopeFaults,
    isFault,
    // No page of the API gives the ranges of sampling.
    warned: ['range'],
  };
}

/** In JSON of protocol buffers null and "" are no value, numbers may be texts, and values of an enum numbers. */
function isFault(before: unknown, after: unknown): boolean {
  if (after === null || after === '') return false;
  if (typeof before === 'number') return typeof after !== 'string';
  return !(typeof before === 'string' && /^[A-Za-z]+(_[A-Z]+)*$/.test(before) && typeof after === 'number');
}

function isOdd(key: unknown): boolean {
  return Number(/\d$/.exec(String(key))?.[0] ?? 0) % 2 === 1;
}

/** All names that the API gives; those that people give, in maps and schemas, stay as they are. */
function namesIn(schema: Schema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { properties = {} } of [
    schema,
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.definitions ?? {}),
  ] as Schema[]) {
    for (const name of Object.keys(properties)) names.add(name);
  }
  return names;
}

/** Free JSON: what is within has names of its own. */
const ownNames: ReadonlySet<string> = new Set([
  ...['args', 'response', 'labels', 'partMetadata', 'customConfigs', 'headers'],
  ...['parametersJsonSchema', 'responseJsonSchema', 'responseSchema', 'parameters'],
]);

export function inSnakeCase(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => inSnakeCase(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      names.has(key) ? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
      ownNames.has(key) ? child : inSnakeCase(child, names),
    ]),
  );
}

export const endpoints: readonly Endpoint[] = [
  {
    name: 'Gemini generateContent',
    sdk: 'gemini/generate-content',
    facts: generateFacts,
    settle: settleGenerate,
  } as const,
  {
    name: 'Gemini embedContent',
    sdk: 'gemini/embed-content',
    facts: embedFacts,
    settle: settleEmbed,
  } as const,
].map(endpoint);
