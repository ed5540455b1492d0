// Would OpenAI take this line of an input file? The checks of `validating`, with its own codes (recorded 2025-08).
import { isObject, isTooDense, type Json } from '../json.ts';
import type { Endpoint } from './endpoints.ts';
import { type ErrorBody, invalidType, missingParameter } from './errors.ts';
import { runsInBatch } from './models.ts';

/** A reason for refusing the file, as in `errors.data` of a batch. */
export interface BatchError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  /** 1-based; null for the file as a whole. */
  readonly line: number | null;
}

/** What later lines are compared with. */
export interface FileMemory {
  readonly customIds: Set<string>;
  model: string | null;
}

export interface CheckedLine {
  readonly errors: readonly BatchError[];
  readonly customId: string | null;
  readonly body: Json | null;
}

const members = ['custom_id', 'method', 'url', 'body'] as const;

/** Checks one non-blank line and remembers its id and model in `memory`. `line` is 0-based. */
export function validateLine(
  text: string,
  line: number,
  endpoint: Endpoint,
  memory: FileMemory,
): CheckedLine {
  const request = parseObject(text);
  const at = (code: string, message: string, param: string | null): BatchError => ({
    code,
    message,
    param,
    line: line + 1,
  });
  if (request === null) {
    const message = 'This line is not parseable as valid JSON.';
    return { errors: [at('invalid_json_line', message, null)], customId: null, body: null };
  }
  const found = [...envelopeErrors(request, endpoint)];
  const customId = typeof request.custom_id === 'string' ? request.custom_id : null;
  if (customId !== null && customId !== '') {
    if (memory.customIds.has(customId)) found.push(duplicateId(customId));
    memory.customIds.add(customId);
  }
  const body = isObject(request.body) ? request.body : null;
  if (body !== null) found.push(...bodyErrors(body, endpoint, memory));
  const errors = found.map(({ code, message, param }) => at(code ?? 'invalid_request', message, param));
  return { errors, customId, body };
}

function parseObject(text: string): Json | null {
  if (isTooDense(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function takesUrl({ path, urls }: Endpoint, url: unknown): boolean {
  return url === path || urls?.some((other) => other === url) === true;
}

type Finding = Pick<ErrorBody, 'code' | 'message' | 'param'>;

function* envelopeErrors(request: Json, endpoint: Endpoint): Generator<Finding> {
  for (const name of members) {
    const value = request[name];
    if (value === undefined || value === null || value === '') yield missingParameter(name);
    else if (name === 'body' && !isObject(value)) yield invalidType('body', 'an object', value);
    else if (name !== 'body' && typeof value !== 'string') yield invalidType(name, 'a string', value);
    else if (name === 'method' && value !== 'POST') {
      yield { code: 'invalid_method', message: 'The method must be POST.', param: 'method' };
    } else if (name === 'url' && !takesUrl(endpoint, value)) {
      const message = 'The URL provided for this request does not match the batch endpoint.';
      yield { code: 'invalid_url', message, param: 'url' };
    }
  }
}

function* bodyErrors(body: Json, endpoint: Endpoint, memory: FileMemory): Generator<Finding> {
  if (body.stream === true) {
    const message = `${endpoint.title}: Streaming is not supported in the Batch API.`;
    yield { code: 'streaming_unsupported', message, param: 'body.stream' };
  }
  yield* modelErrors(body.model, memory, endpoint.anyModel === true);
  if (!endpoint.isComplete(body)) {
    const name = endpoint.needs;
    const message = `${name.slice(0, 1).toUpperCase()}${name.slice(1)} parameter is required.`;
    yield { code: 'invalid_request', message, param: `body.${name}` };
  }
}

function* modelErrors(model: unknown, memory: FileMemory, anyModel: boolean): Generator<Finding> {
  const param = 'body.model';
  if (model === undefined || model === null || model === '') {
    yield { code: 'invalid_request', message: 'Model parameter is required.', param };
  } else if (typeof model !== 'string') {
    yield invalidType(param, 'a string', model);
  } else if (!anyModel && !runsInBatch(model)) {
    const message = `The provided model '${model}' is not supported by the Batch API.`;
    yield { code: 'model_not_found', message, param };
  } else if (memory.model === null) {
    memory.model = model;
  } else if (model !== memory.model) {
    // The code is recorded, its wording is not.
    const message = `The provided model '${model}' does not match the rest of the batch. Each batch must contain requests for a single model.`;
    yield { code: 'mismatched_model', message, param };
  }
}

/** The code is recorded, its wording is not. */
function duplicateId(customId: string): Finding {
  const message = `The custom_id '${customId}' for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.`;
  return { code: 'duplicate_custom_id', message, param: 'custom_id' };
}
