// Is it a schema at all? Types that exist, keywords with values they can have, names that are there, references that lead somewhere.

import type { Fix } from '../../fix/fix.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import { clip } from '../clip.ts';
import { kindOf } from '../envelope.ts';
import { didYouMean } from '../fieldNames.ts';
import type { Finding } from '../finding.ts';
import { pathIn, placeName, type SchemaRule, type SchemaUse, said, typesOf } from './schemaRule.ts';
import { kindWords, meantTypes, typeNames, type ValueKind, valueKinds } from './schemaWords.ts';

/** Of any schema that is read as JSON Schema, strict or not. */
export const schemaFaults: SchemaRule = (use) => {
  checkType(use);
  checkEnum(use);
  checkValues(use);
  checkItems(use);
  if (use.site.strict !== 'openai') checkRequiredNames(use);
};

function checkType(use: SchemaUse): void {
  const { type } = use.schema;
  // Nearly all: a place is worked out only for what is said.
  if (type === undefined || typeNames.includes(type as string)) return;
  const path = pathIn(use, 'type');
  if (typeof type === 'string') checkTypeName(use, type, path);
  else if (Array.isArray(type) && type.length > 0) {
    for (const [index, one] of type.slice(0, mostTypes).entries()) {
      if (typeof one === 'string') checkTypeName(use, one, [...path, String(index)]);
      else use.found.push(wrongKind(use, [...path, String(index)], one, 'the name of a type'));
    }
  } else use.found.push(wrongKind(use, path, type, 'the name of a type, or a list of them'));
}

/** All that there are, and as many again. */
const mostTypes = 14;

function checkTypeName(use: SchemaUse, name: string, path: JsonPath): void {
  if (typeNames.includes(name)) return;
  const lower = name.toLowerCase();
  const known = typeNames.includes(lower) ? lower : meantTypes.get(lower);
  const meant = known ?? didYouMean(lower, typeNames);
  const advice =
    known === null
      ? 'leave "type" out where anything may stand'
      : meant === null
        ? `write ${typeNames.map((one) => `"${one}"`).join(', ')}`
        : `write "${meant}"`;
  const message = `${JSON.stringify(clip(name))} is no type of JSON Schema, at ${placeName(path)}; ${advice}.`;
  const fixes: Fix[] = [];
  if (meant !== null && known !== null) {
    const json = JSON.stringify(meant);
    fixes.push({
      title: `Write ${json}`,
      change: { kind: 'replaceValue', path, json },
      safe: known !== undefined && isAllThatIsWrong(use, meant),
    });
  }
  use.found.push(said({ code: 'body.value', severity: use.known, path, message, fixes }));
}

/** Says nothing more of a value, whatever its type. */
const plainWords: ReadonlySet<string> = new Set(['type', 'description', 'title', 'enum', 'const']);

/** Whether the right type uncovers nothing else that the provider refuses. */
function isAllThatIsWrong({ schema, site, node }: SchemaUse, type: string): boolean {
  if (type === 'object') return isObject(schema.properties);
  if (type === 'array' || node.parent === null) return false;
  return site.strict === null || Object.keys(schema).every((name) => plainWords.has(name));
}

function checkEnum(use: SchemaUse): void {
  const { enum: values } = use.schema;
  if (values === undefined || (Array.isArray(values) && values.length > 0)) return;
  const path = pathIn(use, 'enum');
  if (!Array.isArray(values)) use.found.push(wrongKind(use, path, values, 'a list of values'));
  else {
    // Draft 7 forbids it, 2020-12 advises against it.
    const message = `${placeName(path)} is empty, so nothing fits it; list the values, or remove "enum".`;
    const severity = use.site.strict === null ? 'warning' : use.known;
    use.found.push(said({ code: 'body.value', severity, path, message }));
  }
}

function checkValues(use: SchemaUse): void {
  for (const keyword of Object.keys(use.schema)) {
    const kind = valueKinds.get(keyword);
    if (kind === undefined) continue;
    const value = use.schema[keyword];
    if (!isOfKind(value, kind)) use.found.push(wrongValue(use, keyword, value, kind));
    else if (kind === 'named' || kind === 'schemas') checkMembers(use, keyword, value as object);
  }
}

function isOfKind(value: unknown, kind: ValueKind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0;
    case 'flag':
      return typeof value === 'boolean';
    case 'schema':
      return isSchema(value);
    case 'schemas':
      return Array.isArray(value) && value.length > 0;
    case 'named':
      return isObject(value);
    case 'names':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
  }
}

function isSchema(value: unknown): boolean {
  return isObject(value) || typeof value === 'boolean';
}

/** Told for one keyword; where the first ones are wrong, all are. */
const mostTold = 5;

function checkMembers(use: SchemaUse, keyword: string, value: object): void {
  let told = 0;
  for (const [name, one] of Object.entries(value)) {
    if (isSchema(one)) continue;
    use.found.push(wrongKind(use, pathIn(use, keyword, name), one, 'a schema, such as {"type": "string"}'));
    if (++told === mostTold) return;
  }
}

function wrongValue(use: SchemaUse, keyword: string, value: unknown, kind: ValueKind): Finding {
  const path = pathIn(use, keyword);
  if (keyword === 'required' && typeof value === 'boolean') {
    const message = `${placeName(path)} must be a list of names; it stands beside "properties" and names those that must be there.`;
    return said({ code: 'body.type', severity: use.known, path, message });
  }
  if (kind === 'schemas' && Array.isArray(value)) {
    const message = `${placeName(path)} must not be empty; list the schemas, or remove it.`;
    return said({ code: 'body.value', severity: use.known, path, message });
  }
  // Draft 4 wrote true here; whether a provider still takes it is not known.
  const isOldBound = keyword.startsWith('exclusive') && typeof value === 'boolean';
  const finding = wrongKind(use, path, value, kindWords[kind]);
  return isOldBound ? { ...finding, severity: 'warning' } : finding;
}

function wrongKind(use: SchemaUse, path: JsonPath, value: unknown, wanted: string): Finding {
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  const message = `${placeName(path)} must be ${wanted}, not ${found}.`;
  return said({ code: 'body.type', severity: use.known, path, message });
}

/** "array schema missing items", as OpenAI answers to tools (2024 to 2026), strict or not. */
function checkItems(use: SchemaUse): void {
  const { schema, site } = use;
  const { items, prefixItems } = schema;
  if (items !== undefined && !isSchema(items) && !Array.isArray(items)) {
    use.found.push(wrongKind(use, pathIn(use, 'items'), items, 'a schema'));
  }
  if (items !== undefined || !typesOf(schema).includes('array')) return;
  if (use.family !== 'openai' || site.of === 'output') return;
  const path = pathIn(use);
  const also = prefixItems === undefined ? '' : ' beside "prefixItems"';
  const message = `${placeName(path)} is an array without "items"${also}, which is refused; say what its items are.`;
  const severity = site.of === 'input' || site.strict !== null ? use.known : 'warning';
  const code = site.strict === null ? 'body.value' : 'schema.strict';
  use.found.push(said({ code, severity, path, target: 'owner', message }));
}

/** Names that are required and nowhere described: mostly slips, and nothing wrong as JSON Schema. */
function checkRequiredNames(use: SchemaUse): void {
  const { schema, node } = use;
  const { properties, required } = schema;
  if (node.isBranch || !isObject(properties) || !Array.isArray(required) || isJoined(schema)) return;
  let told = 0;
  for (const [index, name] of required.entries()) {
    if (typeof name !== 'string' || Object.hasOwn(properties, name)) continue;
    const path = pathIn(use, 'required', String(index));
    const meant = meantName(name, properties);
    const advice = meant === null ? 'describe it there, or take it out.' : `did you mean ${meant}?`;
    const message = `${JSON.stringify(clip(name))} is required, but is not in properties; ${advice}`;
    use.found.push(said({ code: 'body.value', severity: 'warning', path, message }));
    if (++told === mostTold) return;
  }
}

/** Of many names the nearest takes long to find. */
const mostCompared = 500;

function meantName(name: string, properties: JsonObject): string | null {
  const names = Object.keys(properties);
  const meant = names.length > mostCompared ? null : didYouMean(name, names);
  return meant === null ? null : JSON.stringify(clip(meant));
}

/** What is described elsewhere may count, too. */
function isJoined(schema: JsonObject): boolean {
  return ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties'].some((name) => Object.hasOwn(schema, name));
}
