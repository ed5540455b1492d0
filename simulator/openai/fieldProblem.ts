// Is a field of a request body of the type and in the range that OpenAI takes? The checks that endpoints share.
import { isObject, type Json } from '../json.ts';
import {
  type ErrorBody,
  invalidRequest,
  invalidType,
  invalidValue,
  outOfRange,
  stringTooLong,
} from './errors.ts';
import { reasons, refusesSampling } from './models.ts';

export type FieldRule =
  | { readonly type: 'string' | 'boolean' | 'object' | 'array' | 'any' }
  | { readonly type: 'integer' | 'decimal'; readonly min: number; readonly max?: number }
  | { readonly type: 'word'; readonly words: readonly string[] };

export const anything: FieldRule = { type: 'any' };
export const text: FieldRule = { type: 'string' };
export const flag: FieldRule = { type: 'boolean' };
export const penalty: FieldRule = { type: 'decimal', min: -2, max: 2 };

/** The first field that the endpoint does not know, in the words of every endpoint but responses. */
export function findUnknownArgument(
  body: Json,
  known: Readonly<Record<string, FieldRule>>,
): ErrorBody | null {
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(known, name));
  return unknown === undefined
    ? null
    : invalidRequest(`Unrecognized request argument supplied: ${unknown}`, null, null);
}

/** The first given field that breaks its rule; null values count as not given. */
export function findFieldProblem(body: Json, rules: Readonly<Record<string, FieldRule>>): ErrorBody | null {
  for (const [name, rule] of Object.entries(rules)) {
    const value = body[name];
    const problem = value === undefined || value === null ? null : breaks(name, value, rule);
    if (problem !== null) return problem;
  }
  return null;
}

const nouns = {
  string: 'a string',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  integer: 'an integer',
  decimal: 'a decimal',
};

function breaks(name: string, value: unknown, rule: FieldRule): ErrorBody | null {
  switch (rule.type) {
    case 'any':
      return null;
    case 'word':
      if (typeof value !== 'string') return invalidType(name, 'a string', value);
      return rule.words.includes(value) ? null : invalidValue(name, value, rule.words);
    case 'integer':
    case 'decimal': {
      const fits = typeof value === 'number' && (rule.type === 'decimal' || Number.isInteger(value));
      return fits ? outOfRange(name, value, rule, rule.type) : invalidType(name, nouns[rule.type], value);
    }
    case 'array':
      return Array.isArray(value) ? null : invalidType(name, nouns.array, value);
    case 'object':
      return isObject(value) ? null : invalidType(name, nouns.object, value);
    default:
      return typeof value === rule.type ? null : invalidType(name, nouns[rule.type], value);
  }
}

/** temperature and top_p of a model that thinks, unless it is told not to. */
export function findSamplingProblem(body: Json, effort: unknown): ErrorBody | null {
  if (!refusesSampling(String(body.model), effort)) return null;
  for (const name of ['temperature', 'top_p']) {
    const value = body[name];
    if (value === undefined || value === null || value === 1) continue;
    const message = `Unsupported value: '${name}' does not support ${String(value)} with this model. Only the default (1) value is supported.`;
    return invalidRequest(message, name, 'unsupported_value');
  }
  return null;
}

/** 16 pairs, keys of 64, values of 512 characters (openai SDK 7.55); texts only. Also for the metadata of a batch. */
export function findMetadataProblem(metadata: unknown): ErrorBody | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isObject(metadata)) return invalidType('metadata', 'an object', metadata);
  const pairs = Object.entries(metadata);
  if (pairs.length > 16) {
    const message = `Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with ${pairs.length} properties instead.`;
    return invalidRequest(message, 'metadata', 'object_above_max_properties');
  }
  for (const [key, value] of pairs) {
    if (key.length > 64) return stringTooLong('metadata', key.length, 64);
    if (typeof value !== 'string') return invalidType(`metadata.${key}`, 'a string', value);
    if (value.length > 512) return stringTooLong(`metadata.${key}`, value.length, 512);
  }
  return null;
}

/** A strict JSON Schema whose top object is open or leaves members optional. */
export function findStrictProblem(format: unknown, param: string): ErrorBody | null {
  if (!isObject(format) || format.strict !== true || !isObject(format.schema)) return null;
  const { schema, name } = format as { schema: Json; name?: unknown };
  const start = `Invalid schema for response_format '${String(name ?? '')}': In context=(), `;
  if (schema.type === 'object' && schema.additionalProperties !== false) {
    const message = `${start}'additionalProperties' is required to be supplied and to be false.`;
    return invalidRequest(message, param, 'invalid_json_schema');
  }
  const required = Array.isArray(schema.required) ? (schema.required as readonly unknown[]) : [];
  const optional = Object.keys(isObject(schema.properties) ? schema.properties : {}).find(
    (key) => !required.includes(key),
  );
  if (optional === undefined) return null;
  const message = `${start}'required' is required to be supplied and to be an array including every key in properties. Missing '${optional}'.`;
  return invalidRequest(message, param, 'invalid_json_schema');
}

/** `max_tokens` where only its successor is taken. */
export function findMaxTokensProblem(body: Json): ErrorBody | null {
  if (body.max_tokens === undefined || body.max_tokens === null) return null;
  if (reasons(String(body.model))) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    return invalidRequest(message, 'max_tokens', 'unsupported_parameter');
  }
  if (body.max_completion_tokens === undefined || body.max_completion_tokens === null) return null;
  const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
  return invalidRequest(message, 'max_tokens', 'invalid_parameter_combination');
}
