// Is this a create call that OpenAI would accept? What is wrong with the file itself is found later, in `validating`.
import { isObject, type Json, parseObject } from '../json.ts';
import type { Endpoint } from './endpoints.ts';
import {
  type ErrorBody,
  invalidRequest,
  invalidType,
  invalidValue,
  missingParameter,
  outOfRange,
} from './errors.ts';
import { findMetadataProblem } from './fieldProblem.ts';

export interface BatchRequest {
  readonly kind: 'accepted';
  readonly inputFileId: string;
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly keepOutputSeconds: number | null;
}

const parameters = ['input_file_id', 'endpoint', 'completion_window', 'metadata', 'output_expires_after'];

export function readBatchRequest(
  text: string,
  endpoints: readonly Endpoint[],
): BatchRequest | { readonly kind: 'refused'; readonly error: ErrorBody } {
  const body = parseObject(text);
  if (body === null) {
    const message = 'We could not parse the JSON body of your request. The API expects a JSON payload.';
    return { kind: 'refused', error: invalidRequest(message, null, null) };
  }
  const error = findProblem(body, endpoints);
  if (error !== null) return { kind: 'refused', error };
  const keep = body.output_expires_after;
  return {
    kind: 'accepted',
    inputFileId: String(body.input_file_id),
    endpoint: String(body.endpoint),
    metadata: (body.metadata ?? null) as BatchRequest['metadata'],
    keepOutputSeconds: isObject(keep) ? Number(keep.seconds) : null,
  };
}

function findProblem(body: Json, endpoints: readonly Endpoint[]): ErrorBody | null {
  const unknown = Object.keys(body).find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    return invalidRequest(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  }
  for (const name of ['input_file_id', 'endpoint', 'completion_window']) {
    const value = body[name];
    if (value === undefined || value === null) return missingParameter(name);
    if (typeof value !== 'string') return invalidType(name, 'a string', value);
  }
  const paths = endpoints.map((endpoint) => endpoint.path);
  const endpoint = String(body.endpoint);
  if (!paths.includes(endpoint)) return invalidValue('endpoint', endpoint, paths);
  const window = String(body.completion_window);
  if (window !== '24h') return invalidValue('completion_window', window, ['24h']);
  return findMetadataProblem(body.metadata) ?? findKeepProblem(body.output_expires_after);
}

/** `{anchor: 'created_at', seconds: 3600 … 2592000}` (openai SDK 7.55); also for uploaded files. */
export function findKeepProblem(keep: unknown, name = 'output_expires_after'): ErrorBody | null {
  if (keep === undefined || keep === null) return null;
  if (!isObject(keep)) return invalidType(name, 'an object', keep);
  const { anchor, seconds } = keep as { anchor?: unknown; seconds?: unknown };
  if (anchor !== 'created_at') return invalidValue(`${name}.anchor`, String(anchor), ['created_at']);
  if (!Number.isInteger(seconds)) return invalidType(`${name}.seconds`, 'an integer', seconds);
  return outOfRange(`${name}.seconds`, seconds as number, { min: 3600, max: 2_592_000 }, 'integer');
}
