// Does a schema keep the rules of Anthropic's structured outputs? Guide (2026-08), SDK 1.12, and what its API answers (2025-12 to 2026-08).

import { type Fix, removing } from '../../fix/fix.ts';
import { isObject } from '../../json/members.ts';
import type { Severity } from '../../problem.ts';
import type { Finding } from '../finding.ts';
import { namesList } from './lists.ts';
import { pathIn, placeName, type SchemaRule, type SchemaUse, said, typesOf } from './schemaRule.ts';
import { checkClosed, isObjectSchema } from './strictOpenai.ts';

export const strictClaude: SchemaRule = (use) => {
  if (isObjectSchema(use.schema)) checkClosed(use);
  checkBounds(use);
  checkDoubtful(use);
  checkFormat(use);
  checkEnumValues(use);
};

/** "For 'integer' type, property 'minimum' is not supported". */
const refused: ReadonlyMap<string, readonly string[]> = new Map([
  ['minimum', ['integer', 'number']],
  ['maximum', ['integer', 'number']],
  ['exclusiveMinimum', ['integer', 'number']],
  ['exclusiveMaximum', ['integer', 'number']],
  ['multipleOf', ['integer', 'number']],
  ['minLength', ['string']],
  ['maxLength', ['string']],
  ['maxItems', ['array']],
]);

function checkBounds(use: SchemaUse): void {
  const types = typesOf(use.schema);
  for (const keyword of Object.keys(use.schema)) {
    const ofTypes = refused.get(keyword);
    if (ofTypes === undefined || !types.some((type) => ofTypes.includes(type))) continue;
    const path = pathIn(use, keyword);
    const message = `${keyword} is refused in a schema that Anthropic follows strictly, at ${placeName(path.slice(0, -1))}; say it in the description.`;
    use.found.push(claude(use, path, message, [removing(path)]));
  }
  const { minItems } = use.schema;
  if (typeof minItems !== 'number' || minItems === 0 || minItems === 1 || !types.includes('array')) return;
  const path = pathIn(use, 'minItems');
  const message = `${placeName(path)} must be 0 or 1 in a schema that Anthropic follows strictly; say the number in the description.`;
  use.found.push(claude(use, path, message, [removing(path)]));
}

/** Not in the list of what is supported, nor sent by the SDK; whether each is refused is not known. */
const doubtful: ReadonlySet<string> = new Set([
  'contains',
  'dependentRequired',
  'dependentSchemas',
  'else',
  'if',
  'maxProperties',
  'minProperties',
  'not',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'propertyNames',
  'then',
  'uniqueItems',
]);

function checkDoubtful(use: SchemaUse): void {
  for (const keyword of Object.keys(use.schema)) {
    if (!doubtful.has(keyword)) continue;
    const path = pathIn(use, keyword);
    const advice = keyword === 'oneOf' ? 'write "anyOf"' : 'say it in the description';
    const message = `${keyword} is probably refused in a schema that Anthropic follows strictly, at ${placeName(path.slice(0, -1))}; ${advice}.`;
    use.found.push({
      ...claude(use, path, message, [], 'warning'),
      where: { kind: 'path', path, target: 'key' },
    });
  }
}

const formats: readonly string[] = [
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
];

function checkFormat(use: SchemaUse): void {
  const { format } = use.schema;
  if (typeof format !== 'string' || formats.includes(format) || !typesOf(use.schema).includes('string'))
    return;
  const path = pathIn(use, 'format');
  const message = `${namesList([format])} is no format that Anthropic follows strictly (${formats.join(', ')}); say it in the description.`;
  use.found.push(claude(use, path, message, [removing(path)], 'warning'));
}

/** "Complex types within enums" are not supported. */
function checkEnumValues(use: SchemaUse): void {
  const { enum: values } = use.schema;
  if (!Array.isArray(values)) return;
  const index = values.findIndex((value) => isObject(value) || Array.isArray(value));
  if (index === -1) return;
  const path = pathIn(use, 'enum', String(index));
  const message = `${placeName(path)} must be a string, a number, true, false or null in a schema that Anthropic follows strictly.`;
  use.found.push(claude(use, path, message));
}

function claude(
  use: SchemaUse,
  path: ReturnType<typeof pathIn>,
  message: string,
  fixes: readonly Fix[] = [],
  severity: Severity = use.known,
): Finding {
  return said({ code: 'schema.strict', severity, path, message, fixes });
}
