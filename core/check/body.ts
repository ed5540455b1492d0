// Is the body what its endpoint takes? JSON Schema says so; this turns the validator's errors into findings for a person.
import type { ErrorObject } from 'ajv';
import type { Dialect } from '../dialects/dialect.ts';
import { checkAnnotations, type FieldContext, unknownField } from './bodyFields.ts';
import type { BodyUse } from './bodyRule.ts';
import { type BodySchema, schemaNamed, validatorFor } from './bodySchemas.ts';
import { boundWords, nameOf, oneOf, typeMismatch } from './bodyWords.ts';
import { clip } from './clip.ts';
import { isObject, kindOf } from './envelope.ts';
import { at, type Finding } from './finding.ts';
import { foreignTag, foreignWord, sameFixes, writeInstead } from './foreignWords.ts';
import { RenameTrial } from './renameTrial.ts';

type JsonObject = Readonly<Record<string, unknown>>;

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
  const errors = validate(body) ? [] : (validate.errors ?? []);
  const trial = new RenameTrial(body, isLarge ? null : validate, errors.length);
  const findings: Finding[] = [];
  checkAnnotations(schema, body, trial, findings);
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
  const name = error.propertyName === undefined ? nameOf(path) : `A name in ${nameOf(path)}`;
  switch (error.keyword) {
    case 'required': {
      const field = String(error.params.missingProperty);
      return {
        code: 'body.missing-field',
        ...(path.length === 0 ? { scope: 'file' as const } : {}),
        where: at(path, 'owner'),
        message: `${field} is missing in ${name}.`,
      };
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
        code: path.includes('tools') || path.includes('functions') ? 'tools.name' : 'body.value',
        where: at(path),
        message: `${name} may only have letters, digits, "_" and "-".`,
      };
    case 'if':
    case 'oneOf':
    case 'propertyNames':
      // The errors of their branches say it better.
      return null;
    default:
      return rangeFinding(error, path, name);
  }
}

function typeFinding(
  error: ErrorObject,
  path: string[],
  name: string,
  body: JsonObject,
  schema: BodySchema,
): Finding {
  const value = valueAt(body, path);
  const foreign = foreignWord(value, error);
  const [field, ...inside] = path;
  // To the provider a null there is as good as a missing field, for which it refuses the file.
  const missing = value === null && inside.length === 0 && schema.required?.includes(field ?? '') === true;
  return {
    code: 'body.type',
    ...(missing ? { scope: 'file' as const } : {}),
    where: at(path),
    message: `${name} ${typeMismatch(error.params.type, value)}${writeInstead(foreign)}.`,
    fixes: sameFixes(foreign, path),
  };
}

function rangeFinding(error: ErrorObject, path: string[], name: string): Finding {
  const words = boundWords(error.keyword, error.params.limit);
  return words === null
    ? { code: 'body.value', where: at(path), message: `${name} ${error.message ?? 'is not accepted'}.` }
    : { code: 'body.range', where: at(path), message: `${name} ${words}.` };
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
