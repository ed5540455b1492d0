// What a failed call means: whether the provider may have acted, and what to tell a person. Keys are taken out.
import { capital } from '#core';
import { type Account, providerName } from '../accounts/accounts.ts';
import type { Answer, ApiProblem } from './port.ts';

/** A file of the job could not be read or written. */
export class LocalFileError extends Error {}

/** An answer with a good status that is not what was asked for, as from a proxy's sign-in page. */
export class StrangeAnswerError extends Error {}

/** What an SDK's error says of an answer. */
export interface StatusError {
  readonly status: number;
  /** The provider's own code. */
  readonly code: string | null;
  /** Its words; may hold keys. */
  readonly message: string;
  readonly headers: Headers | undefined;
  /** The key is wrong, whatever the status says. */
  readonly isOfKey?: boolean;
}

/** How an SDK speaks of failures. */
export interface ErrorReader {
  /** Somebody gave the call up. */
  isAbort(error: unknown): boolean;
  isTimeout(error: unknown): boolean;
  /** The connection was not made, or broke. */
  isConnection(error: unknown): boolean;
  /** Null for anything but an answer with a bad status. */
  statusOf(error: unknown): StatusError | null;
}

export type Call = <T>(act: () => Promise<T>) => Promise<Answer<T>>;

/** Runs calls; failures of network, provider and disk come back as values. @throws AbortError and bugs. */
export function callsTo(account: Account, reader: ErrorReader): Call {
  const words: Words = { name: providerName(account), apiKey: account.apiKey };
  return async (act) => {
    try {
      return { kind: 'ok', value: await act() };
    } catch (error) {
      if (reader.isAbort(error) || (error instanceof Error && error.name === 'AbortError')) throw error;
      const problem = problemOf(error, words, reader);
      if (problem === null) throw error;
      return { kind: 'problem', problem };
    }
  };
}

interface Words {
  /** Who answers, as it is called within a sentence. */
  readonly name: string;
  readonly apiKey: string | null;
}

function problemOf(error: unknown, words: Words, reader: ErrorReader): ApiProblem | null {
  if (error instanceof LocalFileError) return plain('local', error.message);
  if (reader.isTimeout(error)) return plain('interrupted', `${capital(words.name)} did not answer in time.`);
  if (reader.isConnection(error)) return connectionProblem(error, words);
  const said = reader.statusOf(error);
  if (said !== null) return statusProblem(said, words);
  if (error instanceof StrangeAnswerError || error instanceof SyntaxError) {
    return plain('interrupted', `${capital(words.name)} gave an answer that cannot be read.`);
  }
  // fetch's own words for a stream that broke while it was read.
  if (error instanceof TypeError || causeOf(error) !== null) return connectionProblem(error, words);
  return null;
}

/** Reasons to refuse the other side before anything is sent to it: it cannot prove who it is. */
const certificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The same code means another thing on a connection that stood: what was written to it may have arrived. */
const connecting = new Set(['connect', 'getaddrinfo']);

function connectionProblem(error: unknown, { name }: Words): ApiProblem {
  const cause = causeOf(error);
  const code = cause === null ? '' : ` (${cause.code})`;
  if (cause !== null && certificateCodes.has(cause.code)) {
    const message = `${capital(name)} is not trusted: its certificate was refused${code}; have that of your proxy trusted by the system, or name it in NODE_EXTRA_CA_CERTS.`;
    return plain('unreachable', message);
  }
  const neverSent =
    cause !== null && (cause.code === 'UND_ERR_CONNECT_TIMEOUT' || connecting.has(cause.syscall ?? ''));
  return neverSent
    ? plain(
        'unreachable',
        `${capital(name)} cannot be reached${code}; check the connection and the base URL.`,
      )
    : plain('interrupted', `The connection to ${name} broke${code}.`);
}

interface Cause {
  readonly code: string;
  readonly syscall: string | null;
}

/** The system's code on the error or on what caused it; causes are nested by fetch and by the SDK. */
function causeOf(error: unknown, depth = 0): Cause | null {
  if (!(error instanceof Error) || depth > 5) return null;
  if (error instanceof AggregateError && error.errors.length > 0) {
    // One try for each address: sent if any of them was.
    const causes = error.errors.map((one) => causeOf(one, depth + 1));
    return causes.find((cause) => !connecting.has(cause?.syscall ?? '')) ?? causes[0] ?? null;
  }
  if ('code' in error && typeof error.code === 'string') {
    const syscall = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : null;
    return { code: error.code, syscall };
  }
  return causeOf(error.cause, depth + 1);
}

/** 429s that no waiting cures. */
const outOfQuota = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  // Spend limits of Anthropic (@anthropic-ai/sdk 1.12.0, ERROR_CODE_CLASSES).
  'contract_spend_limit_reached',
  'enforced_spend_limit_reached',
]);

function statusProblem(
  { status, code: theirCode, message, headers, isOfKey }: StatusError,
  { name, apiKey }: Words,
): ApiProblem {
  const said = sentence(withoutKeys(message, apiKey));
  const code = theirCode === null ? null : withoutKeys(theirCode, apiKey);
  const kind = code !== null && outOfQuota.has(code) ? 'rejected' : kindOf(status);
  return {
    kind: isOfKey ? 'unauthorized' : kind,
    status,
    code,
    message: `${capital(name)} answered ${status}${code === null ? '' : ` ${code}`}: ${said}`,
    retryAfterMs: retryAfterMs(headers),
  };
}

function kindOf(status: number): ApiProblem['kind'] {
  if (status >= 500) return 'server';
  switch (status) {
    case 401:
    case 403:
      return 'unauthorized';
    case 404:
    case 410:
      return 'notFound';
    case 408:
      return 'interrupted';
    case 429:
      return 'throttled';
    default:
      return 'rejected';
  }
}

function plain(kind: ApiProblem['kind'], message: string): ApiProblem {
  return { kind, status: null, code: null, message, retryAfterMs: null };
}

/** A batch is over by then; also more than a timer can wait. */
const longestWaitMs = 86_400_000;

/** Seconds or an HTTP date, which is by the provider's clock and not by ours; anything else is no answer. */
export function retryAfterMs(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after');
  if (!value) return null;
  const seconds = Number(value);
  const theirNow = Date.parse(headers?.get('date') ?? '');
  const now = Number.isFinite(theirNow) ? theirNow : Date.now();
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestWaitMs) : null;
}

/** OpenAI repeats a part of the key it refuses, starred in the middle; other servers may repeat all of it. */
export function withoutKeys(message: string, apiKey: string | null): string {
  const said = apiKey === null || apiKey.length < 4 ? message : message.replaceAll(apiKey, '…');
  return said.replaceAll(/\bsk-[\w*.-]+/g, 'sk-…').replaceAll(/[^\s:'"]*\*{3,}[^\s:'".,\\]*/g, '…');
}

/** What is said next begins a sentence of its own. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
