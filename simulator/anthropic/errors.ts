// How does Anthropic say no? The error object of its HTTP answers and of rows that errored.
import { randomBytes } from 'node:crypto';
import { json, type Reply } from '../http.ts';

export interface ErrorBody {
  readonly type: string;
  readonly message: string;
}

/** Each type with its status (API reference, 2026-08; @anthropic-ai/sdk 1.12.0). */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

export function invalid(message: string): ErrorBody {
  return { type: 'invalid_request_error', message };
}

export function notFound(message: string): ErrorBody {
  return { type: 'not_found_error', message };
}

export const tooLarge: ErrorBody = {
  type: 'request_too_large',
  message: 'Request exceeds the maximum size',
};
export const serverError: ErrorBody = { type: 'api_error', message: 'Internal server error' };

/** @param requestId for rows, which have one that repeats; calls get a new one. */
export function errorObject(error: ErrorBody, requestId = `req_${randomBytes(12).toString('hex')}`): object {
  return { type: 'error', error, request_id: requestId };
}

export function refusal(error: ErrorBody, headers: Readonly<Record<string, string>> = {}): Reply {
  return json(statuses[error.type] ?? 500, errorObject(error), headers);
}
