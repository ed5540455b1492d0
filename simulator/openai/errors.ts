// How does OpenAI say no? The error object of its HTTP answers and of failed rows.
import type { Reply } from '../http.ts';
import { json } from '../http.ts';

export interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

export function invalidRequest(message: string, param: string | null, code: string | null): ErrorBody {
  return { message, type: 'invalid_request_error', param, code };
}

export const serverError: ErrorBody = {
  message: 'The server had an error while processing your request. Sorry about that!',
  type: 'server_error',
  param: null,
  code: null,
};

export function refusal(
  status: number,
  error: ErrorBody,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { error }, headers);
}

/** The wordings below are those of recorded answers (2025-08 … 2026-10) where one is known. */
export function invalidType(param: string, expected: string, value: unknown): ErrorBody {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`;
  return invalidRequest(message, param, 'invalid_type');
}

export function invalidValue(param: string, value: string, allowed: readonly string[]): ErrorBody {
  const message = `Invalid value: '${value}'. Supported values are: ${listOf(allowed)}.`;
  return invalidRequest(message, param, 'invalid_value');
}

export function missingParameter(param: string): ErrorBody {
  return invalidRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

/** The bound that a number breaks, or null; `noun` is integer or decimal as OpenAI calls it. */
export function outOfRange(
  param: string,
  value: number,
  range: { readonly min: number; readonly max?: number },
  noun: 'integer' | 'decimal',
): ErrorBody | null {
  if (value < range.min) {
    const message = `Invalid '${param}': ${noun} below minimum value. Expected a value >= ${range.min}, but got ${value} instead.`;
    return invalidRequest(message, param, `${noun}_below_min_value`);
  }
  if (range.max !== undefined && value > range.max) {
    const message = `Invalid '${param}': ${noun} above maximum value. Expected a value <= ${range.max}, but got ${value} instead.`;
    return invalidRequest(message, param, `${noun}_above_max_value`);
  }
  return null;
}

export function stringTooLong(param: string, length: number, max: number): ErrorBody {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length ${max}, but got a string with length ${length} instead.`;
  return invalidRequest(message, param, 'string_above_max_length');
}

export function arrayTooLong(param: string, length: number, max: number): ErrorBody {
  const message = `Invalid '${param}': array too long. Expected an array with maximum length ${max}, but got an array with length ${length} instead.`;
  return invalidRequest(message, param, 'array_above_max_length');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function listOf(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}
