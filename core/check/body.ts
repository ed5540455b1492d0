// Is the body what its endpoint takes? JSON Schema says so; this turns the validator's errors into findings for a person.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import chatCompletions from '#schemas/openai/chat-completions.json' with { type: 'json' };
import responses from '#schemas/openai/responses.json' with { type: 'json' };
import { openaiEndpoints } from '../limits.ts';
import { boundWords, nameOf, oneOf, typeMismatch } from './bodyWords.ts';
import { clip } from './clip.ts';
import { isObject, kindOf } from './envelope.ts';
import { didYouMean, elsewhere } from './fieldNames.ts';
import { at, type Finding } from './finding.ts';

type JsonObject = Readonly<Record<string, unknown>>;

interface PropertySchema {
  readonly notInBatch?: string;
  readonly deprecated?: boolean;
  readonly replacedBy?: string;
}

interface BodySchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, PropertySchema>>;
}

/** Schemas by the url of the line; endpoints without one get the rules that need none. */
const schemas = new Map<string, BodySchema>([
  ['/v1/chat/completions', chatCompletions as BodySchema],
  ['/v1/responses', responses as BodySchema],
]);

/** A line with more is wrong as a whole; the first ones say why. */
const maxFindings = 50;

/** Time to collect all errors of a body grows with their square (ajv 8: 100,000 took a minute); beyond this, one is enough. */
const maxPartsForAllErrors = 2000;

const validators = new Map<string, ValidateFunction>();

function validatorFor(url: string, schema: BodySchema, allErrors: boolean): ValidateFunction {
  const key = `${url} ${allErrors}`;
  let validate = validators.get(key);
  if (validate === undefined) {
    const ajv = new Ajv({
      allErrors,
      // Unknown fields are compared with what their own object knows.
      verbose: true,
      discriminator: true,
      allowUnionTypes: true,
      validateFormats: false,
    });
    ajv.addKeyword({ keyword: 'notInBatch', schemaType: 'string' });
    ajv.addKeyword({ keyword: 'replacedBy', schemaType: 'string' });
    validate = ajv.compile(schema);
    validators.set(key, validate);
  }
  return validate;
}

export function checkBody(url: string, body: JsonObject): Finding[] {
  const schema = schemas.get(url);
  if (schema === undefined) return [];
  const findings: Finding[] = [];
  checkAnnotations(schema, body, findings);
  const validate = validatorFor(url, schema, !hasMoreParts(body, maxPartsForAllErrors));
  if (validate(body)) return findings;
  for (const error of validate.errors ?? []) {
    if (findings.length >= maxFindings) break;
    const finding = findingOf(error, url, body, schema);
    if (finding !== null) findings.push(finding);
  }
  return findings;
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

/** What a schema says beside validity: fields that a batch refuses, and fields that have a successor. */
function checkAnnotations(schema: BodySchema, body: JsonObject, findings: Finding[]): void {
  for (const key of Object.keys(body)) {
    const value = body[key];
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined || value === null || value === undefined) continue;
    if (property.notInBatch !== undefined && value !== false) {
      findings.push({
        code: 'body.not-in-batch',
        scope: key === 'stream' ? 'file' : 'row',
        where: at(['body', key], 'key'),
        message: `${key} does not work in a batch: ${property.notInBatch.replace(/\.$/, '')}; remove it.`,
      });
    } else if (property.deprecated === true) {
      findings.push({
        code: 'body.deprecated',
        where: at(['body', key], 'key'),
        message: `${key} is deprecated${property.replacedBy ? `; use ${property.replacedBy}` : ''}.`,
      });
    }
  }
}

function findingOf(error: ErrorObject, url: string, body: JsonObject, schema: BodySchema): Finding | null {
  const steps = pointerSteps(error.instancePath);
  const path = ['body', ...steps];
  // Of an error in the name of a free field, such as a metadata key.
  const name = error.propertyName === undefined ? nameOf(steps) : `A name in ${nameOf(steps)}`;
  switch (error.keyword) {
    case 'required': {
      const field = String(error.params.missingProperty);
      return {
        code: 'body.missing-field',
        ...(steps.length === 0 ? { scope: 'file' as const } : {}),
        where: at(path, 'owner'),
        message: `${field} is missing in ${name}.`,
      };
    }
    case 'additionalProperties':
      return unknownField(String(error.params.additionalProperty), path, error, url, schema);
    case 'type':
      return typeFinding(error, path, name, body, steps, schema);
    case 'enum':
      return {
        code: 'body.value',
        where: at(path),
        message: `${name} must be ${oneOf(error.params.allowedValues)}.`,
      };
    case 'const':
      return {
        code: 'body.value',
        where: at(path),
        message: `${name} must be ${JSON.stringify(error.params.allowedValue)}.`,
      };
    case 'discriminator':
      return tagFinding(error, path, name, body, steps);
    case 'pattern':
      return {
        code: steps.includes('tools') || steps.includes('functions') ? 'tools.name' : 'body.value',
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
  steps: readonly string[],
  schema: BodySchema,
): Finding {
  const value = valueAt(body, steps);
  const [field, ...inside] = steps;
  // To the provider a null there is as good as a missing field, for which it refuses the file.
  const missing = value === null && inside.length === 0 && schema.required?.includes(field ?? '') === true;
  return {
    code: 'body.type',
    ...(missing ? { scope: 'file' as const } : {}),
    where: at(path),
    message: `${name} ${typeMismatch(error.params.type, value)}.`,
  };
}

function rangeFinding(error: ErrorObject, path: string[], name: string): Finding {
  const words = boundWords(error.keyword, error.params.limit);
  return words === null
    ? { code: 'body.value', where: at(path), message: `${name} ${error.message ?? 'is not accepted'}.` }
    : { code: 'body.range', where: at(path), message: `${name} ${words}.` };
}

/** A tagged union (a message's role, a part's type) whose tag is missing or unknown. */
function tagFinding(
  error: ErrorObject,
  path: string[],
  name: string,
  body: JsonObject,
  steps: readonly string[],
): Finding {
  const tag = String(error.params.tag);
  const owner = valueAt(body, steps);
  if (!isObject(owner) || !Object.hasOwn(owner, tag)) {
    return { code: 'body.missing-field', where: at(path, 'owner'), message: `${tag} is missing in ${name}.` };
  }
  const value = owner[tag];
  return typeof value === 'string'
    ? {
        code: 'body.value',
        where: at([...path, tag]),
        message: `${JSON.stringify(clip(value))} is no ${tag} that can stand in ${name}.`,
      }
    : {
        code: 'body.type',
        where: at([...path, tag]),
        message: `${tag} of ${name} must be a string, not ${kindOf(value)}.`,
      };
}

function unknownField(
  field: string,
  path: string[],
  error: ErrorObject,
  url: string,
  schema: BodySchema,
): Finding {
  const where = at([...path, field], 'key');
  const top = path.length === 1;
  const endpoint = openaiEndpoints.find((candidate) => candidate.url === url)?.name ?? url;
  const replacements = elsewhere[url];
  if (top && replacements !== undefined && Object.hasOwn(replacements, field)) {
    return {
      code: 'body.wrong-endpoint',
      where,
      message: `${field} is no field of ${endpoint}; write ${replacements[field]}.`,
    };
  }
  const other = top ? otherEndpointWith(field, url) : undefined;
  if (other !== undefined) {
    return {
      code: 'body.wrong-endpoint',
      where,
      message: `${field} is a field of ${other}, not of ${endpoint}.`,
    };
  }
  const parent = error.parentSchema as Partial<BodySchema> | undefined;
  const properties = parent?.properties ?? (top ? schema.properties : {});
  const nearest = didYouMean(field, Object.keys(properties));
  const meant = nearest === null ? null : (properties[nearest]?.replacedBy ?? nearest);
  const place = top ? endpoint : nameOf(path.slice(1));
  return {
    code: 'body.unknown-field',
    where,
    message: `${JSON.stringify(clip(field))} is no field of ${place}${meant ? `; did you mean "${meant}"?` : '.'}`,
  };
}

function otherEndpointWith(field: string, url: string): string | undefined {
  for (const [otherUrl, schema] of schemas) {
    if (otherUrl !== url && Object.hasOwn(schema.properties, field)) {
      return openaiEndpoints.find((candidate) => candidate.url === otherUrl)?.name;
    }
  }
  return undefined;
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
