// What a failed call means: whether the provider may have acted, and what to tell a person. Keys are taken out.
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { Answer, ApiProblem } from './port.ts';

/** Runs a call; failures of the network and of the provider come back as values. @throws AbortError and bugs. */
export async function answer<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    if (error instanceof APIUserAbortError || (error instanceof Error && error.name === 'AbortError'))
      throw error;
    const problem = problemOf(error);
    if (problem === null) throw error;
    return { kind: 'problem', problem };
  }
}

/** Causes for which the connection was never made, so that nothing was sent. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function problemOf(error: unknown): ApiProblem | null {
  if (error instanceof APIConnectionTimeoutError) {
    return broken('interrupted', 'OpenAI did not answer in time.');
  }
  if (error instanceof APIConnectionError) return connectionProblem(error);
  if (error instanceof APIError && typeof error.status === 'number')
    return statusProblem(error, error.status);
  // fetch's own words for a stream that broke while it was read.
  if (error instanceof TypeError || codeOf(error) !== null) return connectionProblem(error);
  return null;
}

function connectionProblem(error: unknown): ApiProblem {
  const code = codeOf(error);
  return code !== null && neverSent.has(code)
    ? broken('unreachable', `OpenAI cannot be reached (${code}); check the connection and the base URL.`)
    : broken('interrupted', `The connection to OpenAI broke${code === null ? '' : ` (${code})`}.`);
}

/** The system's code on the error or on what caused it; causes are nested by fetch and by the SDK. */
function codeOf(error: unknown): string | null {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth++
  ) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) {
      const code = codeOf(cause.errors[0]);
      if (code !== null) return code;
    }
  }
  return null;
}

function statusProblem(error: InstanceType<typeof APIError>, status: number): ApiProblem {
  const kind: ApiProblem['kind'] =
    status === 401 || status === 403
      ? 'unauthorized'
      : status === 404
        ? 'notFound'
        : status === 429
          ? 'throttled'
          : status >= 500
            ? 'server'
            : status === 408
              ? 'interrupted'
              : 'rejected';
  const code = typeof error.code === 'string' ? error.code : null;
  const words = withoutKeys(error.message.replace(/^\d{3} /, ''));
  return {
    kind,
    status,
    code,
    message: `OpenAI answered ${status}${code === null ? '' : ` ${code}`}: ${words}`,
    retryAfterMs: retryAfterMs(error.headers),
  };
}

function broken(kind: 'unreachable' | 'interrupted', message: string): ApiProblem {
  return { kind, status: null, code: null, message, retryAfterMs: null };
}

/** Seconds or an HTTP date; anything else is no answer. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after');
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** OpenAI repeats a part of the key it refuses. */
function withoutKeys(message: string): string {
  return message.replaceAll(/\bsk-[\w*.-]+/g, 'sk-…');
}
