// Is the body what its endpoint takes? JSON Schema says so; this turns the validator's errors into findings for a person.

import type { ErrorObject } from 'ajv';
import type { Dialect } from '../dialects/dialect.ts';
import { removing } from '../fix/fix.ts';
import { isObject, type JsonObject } from '../json/members.ts';
import { type FieldContext, notedField, unknownField } from './bodyFields.ts';
import type { BodyUse } from './bodyRule.ts';
import { type BodySchema, type PropertySchema, schemaNamed, validatorFor } from './bodySchemas.ts';
import { boundWords, joinWith, nameOf, oneOf, typeMismatch } from './bodyWords.ts';
import { clip } from './clip.ts';
import { kindOf } from './envelope.ts';
import { at, type Finding, type Where } from './finding.ts';
import { foreignTag, foreignValue, foreignWord, misplaced, sameFixes, writeInstead } from './foreignWords.ts';
import { RenameTrial } from './renameTrial.ts';
import { validated } from './schemaKeywords.ts';

/** A line with more is wrong as a whole; the first ones say why. */
const maxFindings = 50;

/** Time to collect all errors of a body grows with their square (ajv 8: 100,000 took a minute); beyond this, one is enough. */
const maxPartsForAllErrors = 2000;

/** @returns paths within the body. */
export function checkBody(use: Pick<BodyUse, 'dialect' | 'endpoint' | 'body'>): Finding[] {
  const { dialect, endpoint, body } = use;
  if (endpoint === null || endpoint.schema === null) return [];
  const schema = schemaNamed(endpoint.schema);
  const isLarge = hasMoreParts(body, maxPartsForAllErrors);
  const validate = validatorFor(endpoint.schema, !isLarge);
  const { errors, notes } = validated(validate, body);
  if (errors.length === 0 && notes.length === 0) return [];
  const trial = new RenameTrial(body, isLarge ? null : validate, errors.length);
  const findings: Finding[] = [];
  for (const note of notes) {
    if (findings.length >= maxFindings) break;
    findings.push(notedField(note, pointerSteps(note.pointer), trial));
  }
  for (const error of errors) {
    if (findings.length >= maxFindings) break;
    const finding = findingOf(error, { dialect, endpoint, schema, trial }, body);
    if (finding !== null) findings.push(finding);
  }
  return findings.map((finding) => inItsRow(finding, dialect));
}

/** Anthropic reads the params of a row only when it runs: what is wrong with them loses that row alone. */
function inItsRow(finding: Finding, { form }: Dialect): Finding {
  return form === 'params' && finding.scope === 'file' ? { ...finding, scope: 'row' } : finding;
}

/** Counts members and items at any depth, and no further than it must. */
function hasMoreParts(root: JsonObject, limit: number): boolean {
  const open: unknown[] = [root];
  let parts = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    parts += children.length;
    if (parts > limit) return true;
    open.push(...children);
  }
  return false;
}

function findingOf(error: ErrorObject, context: FieldContext, body: JsonObject): Finding | null {
  const path = pointerSteps(error.instancePath);
  // Of an error in the name of a free field, such as a metadata key.
  const place = path.length === 0 ? context.dialect.bodyField : nameOf(path);
  const isName = error.propertyName !== undefined;
  const name = isName ? `A name in ${place}` : place;
  const where = isName ? at([...path, String(error.propertyName)], 'key') : at(path);
  switch (error.keyword) {
    case 'required':
      return missingField(String(error.params.missingProperty), path, name);
    case 'needsOneOf':
      return missingField(joinWith('or', error.params.fields), path, name);
    case 'notTogether': {
      const fields = error.params.fields as readonly string[];
      const message = `${name} has ${joinWith('and', fields)}, of which one at most may be there; keep one.`;
      return { code: 'body.conflict', where: at([...path, ...fields.slice(-1)], 'key'), message };
    }
    case 'additionalProperties':
      return unknownField(String(error.params.additionalProperty), path, error, context);
    case 'type':
      return typeFinding(error, path, name, body, context.schema);
    case 'enum':
      return {
        code: 'body.value',
        where: at(path),
        message: `${name} must be ${oneOf(error.params.allowedValues)}.`,
        fixes: sameFixes(foreignWord(error.data, error), path),
      };
    case 'const':
      return {
        code: 'body.value',
        where: at(path),
        message: `${name} must be ${JSON.stringify(error.params.allowedValue)}.`,
      };
    case 'discriminator':
      return tagFinding(error, path, name, body);
    case 'pattern':
      return {
        code: namesTool(path) ? 'tools.name' : 'body.value',
        where,
        message: `${name} may only have ${wordsOfPattern(error)}.`,
      };
    case 'if':
    case 'oneOf':
    case 'propertyNames':
      // The errors of their branches say it better.
      return null;
    default:
      return rangeFinding(error, where, name, namesTool(path));
  }
}

function missingField(field: string, path: readonly string[], name: string): Finding {
  return {
    code: 'body.missing-field',
    ...(path.length === 0 ? { scope: 'file' as const } : {}),
    where: at(path, 'owner'),
    message: `${field} is missing in ${name}.`,
  };
}

function wordsOfPattern({ parentSchema }: ErrorObject): string {
  return (parentSchema as PropertySchema | undefined)?.patternWords ?? 'letters, digits, "_" and "-"';
}

function typeFinding(
  error: ErrorObject,
  path: string[],
  name: string,
  body: JsonObject,
  schema: BodySchema,
): Finding {
  const value = valueAt(body, path);
  const instead = misplaced(value, error, path) ?? foreignValue(value, error, path);
  const [field, ...inside] = path;
  // To the provider a null there is as good as a missing field, for which it refuses the file.
  const missing = value === null && inside.length === 0 && schema.required?.includes(field ?? '') === true;
  const mayGo = value === null && path.length === 1 && !missing;
  return {
    code: 'body.type',
    ...(missing ? { scope: 'file' as const } : {}),
    where: at(path),
    message: `${name} ${typeMismatch(error.params.type, value)}${writeInstead(instead)}.`,
    fixes: mayGo ? [removing(path, true)] : (instead?.fixes ?? []),
  };
}

function rangeFinding(error: ErrorObject, where: Where, name: string, isToolName: boolean): Finding {
  const words = boundWords(error.keyword, error.params.limit);
  return words === null
    ? { code: 'body.value', where, message: `${name} ${error.message ?? 'is not accepted'}.` }
    : { code: isToolName ? 'tools.name' : 'body.range', where, message: `${name} ${words}.` };
}

/** Of functions and tools of one's own, in either list. */
function namesTool(path: readonly string[]): boolean {
  return path.at(-1) === 'name' && (path[0] === 'tools' || path[0] === 'functions');
}

/** A tagged union (a message's role, a part's type) whose tag is missing or unknown. */
function tagFinding(error: ErrorObject, path: string[], name: string, body: JsonObject): Finding {
  const tag = String(error.params.tag);
  const owner = valueAt(body, path);
  if (!isObject(owner) || !Object.hasOwn(owner, tag)) {
    return { code: 'body.missing-field', where: at(path, 'owner'), message: `${tag} is missing in ${name}.` };
  }
  const value = owner[tag];
  const foreign = foreignTag(value, tag, error);
  return typeof value === 'string'
    ? {
        code: 'body.value',
        where: at([...path, tag]),
        message: `${JSON.stringify(clip(value))} is no ${tag} that can stand in ${name}${writeInstead(foreign)}.`,
        fixes: sameFixes(foreign, [...path, tag]),
      }
    : {
        code: 'body.type',
        where: at([...path, tag]),
        message: `${tag} of ${name} must be a string, not ${kindOf(value)}.`,
      };
}

function pointerSteps(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(root: unknown, steps: readonly string[]): unknown {
  let value = root;
  for (const step of steps) value = (value as Record<string, unknown>)[step];
  return value;
}
