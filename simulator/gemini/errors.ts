// How does the simulated Gemini account say no? The error object of Google's APIs (google.rpc.Status as JSON).
import { json, type Reply } from '../http.ts';

/** Names and numbers of google.rpc.Code, with the HTTP status that stands for them. */
const codes = {
  CANCELLED: [1, 499],
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
} as const;

export type CodeName = keyof typeof codes;

export interface RowError {
  readonly code: number;
  readonly message: string;
}

/** As it stands in a line of results and in an operation: the number alone. */
export function rowError(name: CodeName, message: string): RowError {
  return { code: codes[name][0], message };
}

export function refusal(name: CodeName, message: string, details?: readonly unknown[]): Reply {
  const status = codes[name][1];
  const error = { code: status, message, status: name, ...(details === undefined ? {} : { details }) };
  return json(status, { error });
}

export function invalid(message: string): Reply {
  return refusal('INVALID_ARGUMENT', message);
}

export function serverError(): Reply {
  return refusal('INTERNAL', 'An internal error has occurred.');
}

export function notFound(): Reply {
  return refusal('NOT_FOUND', 'Requested entity was not found.');
}

/** The wording of googleapi errors in public issues: a file that is gone and one of another project are alike. */
export function noSuchFile(id: string): Reply {
  const message = `You do not have permission to access the File ${id} or it may not exist.`;
  return refusal('PERMISSION_DENIED', message);
}

export function noSuchModel(model: string, method: string): Reply {
  return refusal(
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`,
  );
}

/** Google says in the error itself how long to wait, not in a header. */
export function tooMany(retryAfterSeconds: number): Reply {
  const type = '@type';
  return refusal('RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).', [
    { [type]: 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` },
  ]);
}

/** Any key will do, and none; one that begins `sk-invalid` is there to see what a wrong key looks like. */
export function keyRefusal(key: unknown): Reply | null {
  if (typeof key !== 'string' || !key.startsWith('sk-invalid')) return null;
  const type = '@type';
  return refusal('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
    {
      [type]: 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ]);
}
