// What may stand behind each keyword of JSON Schema? Of those whose wrong use makes a provider refuse the schema.

export type ValueKind = 'text' | 'number' | 'count' | 'flag' | 'schema' | 'schemas' | 'named' | 'names';

/** Keywords of draft 7 and 2020-12 that agree in both; `type`, `enum` and `items` have rules of their own. */
export const valueKinds: ReadonlyMap<string, ValueKind> = new Map([
  ['$id', 'text'],
  ['$schema', 'text'],
  ['$ref', 'text'],
  ['title', 'text'],
  ['description', 'text'],
  ['format', 'text'],
  ['pattern', 'text'],
  ['maximum', 'number'],
  ['minimum', 'number'],
  ['multipleOf', 'number'],
  ['exclusiveMaximum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['maxLength', 'count'],
  ['minLength', 'count'],
  ['maxItems', 'count'],
  ['minItems', 'count'],
  ['maxProperties', 'count'],
  ['minProperties', 'count'],
  ['uniqueItems', 'flag'],
  ['additionalProperties', 'schema'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
  ['contains', 'schema'],
  ['propertyNames', 'schema'],
  ['allOf', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['properties', 'named'],
  ['patternProperties', 'named'],
  ['$defs', 'named'],
  ['definitions', 'named'],
  ['required', 'names'],
]);

export const kindWords: Readonly<Record<ValueKind, string>> = {
  text: 'a string',
  number: 'a number',
  count: 'a whole number from 0 on',
  flag: 'true or false',
  schema: 'a schema',
  schemas: 'a list of schemas, at least one',
  named: 'an object of schemas by name',
  names: 'a list of names',
};

export const typeNames: readonly string[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
];

/** What people write who think of a programming language; null: a schema without `type` says it. */
export const meantTypes: ReadonlyMap<string, string | null> = new Map([
  ['str', 'string'],
  ['text', 'string'],
  ['char', 'string'],
  ['int', 'integer'],
  ['int32', 'integer'],
  ['int64', 'integer'],
  ['long', 'integer'],
  ['float', 'number'],
  ['double', 'number'],
  ['decimal', 'number'],
  ['numeric', 'number'],
  ['bool', 'boolean'],
  ['dict', 'object'],
  ['map', 'object'],
  ['record', 'object'],
  ['list', 'array'],
  ['tuple', 'array'],
  ['none', 'null'],
  ['nil', 'null'],
  ['any', null],
  ['unknown', null],
]);
