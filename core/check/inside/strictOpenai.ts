// Does a schema keep the rules of OpenAI's strict mode? Structured outputs guide (2026-06), and what its API answered (2026).

import type { Fix } from '../../fix/fix.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import type { Severity } from '../../problem.ts';
import { kindOf } from '../envelope.ts';
import { namesList } from './lists.ts';
import { pathIn, placeName, type SchemaRule, type SchemaUse, said, typesOf } from './schemaRule.ts';
import { typeNames } from './schemaWords.ts';

export const strictOpenai: SchemaRule = (use) => {
  const isRoot = use.node.parent === null;
  if (isRoot) checkRoot(use);
  else checkUntyped(use);
  if (isObjectSchema(use.schema)) {
    checkClosed(use);
    checkAllRequired(use);
  }
  checkKeywords(use);
  checkFormat(use);
  checkBesideRef(use);
};

function strict(
  use: SchemaUse,
  said_: Omit<Parameters<typeof said>[0], 'code' | 'severity'>,
  severity?: Severity,
) {
  return said({ ...said_, code: 'schema.strict', severity: severity ?? use.known });
}

export function isObjectSchema(schema: JsonObject): boolean {
  return typesOf(schema).includes('object') || isObject(schema.properties);
}

/** "schema must be a JSON Schema of 'type: "object"'". */
function checkRoot(use: SchemaUse): void {
  const { schema } = use;
  const path = pathIn(use);
  if (schema.anyOf !== undefined) {
    const message = `A strict schema must not begin with anyOf, at ${placeName(path)}; put it into a property of an object.`;
    use.found.push(strict(use, { path: [...path, 'anyOf'], target: 'key', message }));
    return;
  }
  const { type } = schema;
  if (type === 'object') return;
  if (type === undefined) {
    const message = `A strict schema must begin with "type": "object", which is missing in ${placeName(path)}.`;
    const isMeant = isObject(schema.properties) && schema.$ref === undefined;
    const change = { kind: 'insertMember', path, name: 'type', json: '"object"' } as const;
    const fixes: Fix[] = isMeant ? [{ title: 'Add "type": "object"', change, safe: true }] : [];
    use.found.push(strict(use, { path, target: 'owner', message, fixes }));
  } else if (typesOf(schema).some((one) => typeNames.includes(one))) {
    const isAmong = typesOf(schema).includes('object');
    const message = `A strict schema must begin with "type": "object"; put what ${placeName(path)} describes into a property of an object.`;
    use.found.push(strict(use, { path: [...path, 'type'], message }, isAmong ? 'warning' : undefined));
  }
}

/** "schema must have a 'type' key". */
function checkUntyped(use: SchemaUse): void {
  const { schema } = use;
  const isSaid = ['type', '$ref', 'anyOf', 'enum', 'const', 'allOf', 'oneOf', 'not', 'if'].some((name) =>
    Object.hasOwn(schema, name),
  );
  if (isSaid) return;
  const path = pathIn(use);
  const message = `${placeName(path)} must say its "type" in a strict schema.`;
  const change = { kind: 'insertMember', path, name: 'type', json: '"object"' } as const;
  const fixes: Fix[] = isObject(schema.properties)
    ? [{ title: 'Add "type": "object"', change, safe: true }]
    : [];
  use.found.push(strict(use, { path, target: 'owner', message, fixes }));
}

/** "'additionalProperties' is required to be supplied and to be false". */
export function checkClosed(use: SchemaUse): void {
  const { additionalProperties } = use.schema;
  if (additionalProperties === false) return;
  const path = pathIn(use);
  if (additionalProperties === undefined) {
    const message = `additionalProperties is missing in ${placeName(path)}; a strict schema needs it to be false in each object.`;
    const change = { kind: 'insertMember', path, name: 'additionalProperties', json: 'false' } as const;
    const fixes = [{ title: 'Add "additionalProperties": false', change, safe: true }];
    use.found.push(strict(use, { path, target: 'owner', message, fixes }));
    return;
  }
  const what = additionalProperties === true ? 'true' : kindOf(additionalProperties);
  const place = [...path, 'additionalProperties'];
  const message = `${placeName(place)} must be false in a strict schema, not ${what}.`;
  const change = { kind: 'replaceValue', path: place, json: 'false' } as const;
  use.found.push(
    strict(use, { path: place, message, fixes: [{ title: 'Write false', change, safe: false }] }),
  );
}

/** "'required' is required to be supplied and to be an array including every key in properties. Missing 'x'." */
function checkAllRequired(use: SchemaUse): void {
  const { properties, required } = use.schema;
  if (required !== undefined && !Array.isArray(required)) return;
  const names = isObject(properties) ? Object.keys(properties) : [];
  const given = new Set<unknown>(required ?? []);
  const missing = names.filter((name) => !given.has(name));
  if (missing.length > 0) {
    const path = pathIn(use);
    const place = [...path, 'required'];
    const nullable = 'and let those that may be left out be null';
    const message = `A strict schema must require all properties of an object: add ${namesList(missing)} to ${placeName(place)}, ${nullable}.`;
    const target = required === undefined ? 'owner' : 'value';
    const fixes = [requireAll(use, missing, required)];
    use.found.push(strict(use, { path: required === undefined ? path : place, target, message, fixes }));
  }
  if (given.size + missing.length === names.length) return;
  const known = new Set<unknown>(names);
  const extra = (required ?? []).findIndex((name: unknown) => typeof name === 'string' && !known.has(name));
  if (extra === -1) return;
  const message = `${namesList([String(required?.[extra])])} is required, but is not in properties, which a strict schema must not have; describe it there, or take it out.`;
  use.found.push(strict(use, { path: pathIn(use, 'required', String(extra)), message }));
}

function requireAll(use: SchemaUse, missing: readonly string[], required: unknown): Fix {
  const title = `Require ${namesList(missing)}`;
  const items = missing.map((name) => JSON.stringify(name)).join(',');
  const path = pathIn(use);
  if (!Array.isArray(required)) {
    return {
      title,
      change: { kind: 'insertMember', path, name: 'required', json: `[${items}]` },
      safe: true,
    };
  }
  const place = [...path, 'required'];
  if (required.length === 0) {
    return { title, change: { kind: 'replaceValue', path: place, json: `[${items}]` }, safe: true };
  }
  const last = [...place, String(required.length - 1)];
  return { title, change: { kind: 'wrapValue', path: last, before: '', after: `,${items}` }, safe: true };
}

/** "'oneOf' is not permitted": named by the guide, or answered by the API. */
const refused: ReadonlyMap<string, string> = new Map([
  ['allOf', 'write its members into the schema itself'],
  ['oneOf', 'write "anyOf"'],
  ['not', 'say it in the description'],
  ['if', 'write "anyOf"'],
  ['then', 'write "anyOf"'],
  ['else', 'write "anyOf"'],
  ['dependentRequired', 'say it in the description'],
  ['dependentSchemas', 'say it in the description'],
]);

/** What the official SDK (openai 7.55) does not send in a strict schema; whether the API still refuses each is not known. */
const doubtful: ReadonlySet<string> = new Set([
  'additionalItems',
  'contains',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'dependencies',
  'maxContains',
  'maxProperties',
  'minContains',
  'minProperties',
  'patternProperties',
  'prefixItems',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'uniqueItems',
]);

function checkKeywords(use: SchemaUse): void {
  for (const keyword of Object.keys(use.schema)) {
    const advice = refused.get(keyword);
    if (advice === undefined && !doubtful.has(keyword)) continue;
    const path = pathIn(use, keyword);
    const place = placeName(path.slice(0, -1));
    const message =
      advice === undefined
        ? `${keyword} is probably not taken in a strict schema, at ${place}; say it in the description.`
        : `${keyword} is not permitted in a strict schema, at ${place}; ${advice}.`;
    const canRename = keyword === 'oneOf' && !Object.hasOwn(use.schema, 'anyOf') && use.node.parent !== null;
    const fixes: Fix[] = canRename
      ? [{ title: 'Rename to "anyOf"', change: { kind: 'renameKey', path, name: 'anyOf' }, safe: false }]
      : [];
    use.found.push(
      strict(use, { path, target: 'key', message, fixes }, advice === undefined ? 'warning' : undefined),
    );
  }
}

const formats: readonly string[] = [
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
];

/** "'uri' is not a valid format" (2026-05). */
function checkFormat(use: SchemaUse): void {
  const { format } = use.schema;
  if (typeof format !== 'string' || formats.includes(format)) return;
  const path = pathIn(use, 'format');
  const message = `${namesList([format])} is no format of a strict schema, which takes ${formats.join(', ')}; say it in the description.`;
  const change = { kind: 'removeMember', path } as const;
  use.found.push(strict(use, { path, message, fixes: [{ title: 'Remove format', change, safe: false }] }));
}

/** "$ref cannot have keywords {'description'}" (2026-03 to 2026-08). */
function checkBesideRef(use: SchemaUse): void {
  if (use.node.parent === null || typeof use.schema.$ref !== 'string') return;
  const beside = Object.keys(use.schema).filter(
    (name) => name !== '$ref' && name !== '$defs' && name !== 'definitions',
  );
  if (beside.length === 0) return;
  const path = pathIn(use, beside[0] ?? '');
  const message = `A strict schema takes nothing beside $ref: take ${namesList(beside)} out of ${placeName(path.slice(0, -1))}.`;
  use.found.push(strict(use, { path, target: 'key', message }));
}
