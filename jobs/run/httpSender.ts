// The synchronous endpoints of every provider over HTTP: only address and header of the key differ. The bytes go as they stand
// in the line and come back as they came, which an SDK's parsed answers would not.
import { type AnthropicVersion, batchApiOf, readServerRoom } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { isDated } from '../accounts/providerPlaces.ts';
import { callsTo, type ErrorReader, retryAfterMs, withoutKeys } from '../providers/calls.ts';
import type { Answer } from '../providers/port.ts';
import { notElsewhere } from '../providers/redirects.ts';
import type { SyncAnswer, SyncProvider, SyncRequest } from './port.ts';

/** The official SDKs wait as long (openai 7.55, @anthropic-ai/sdk 1.12). */
const requestMs = 600_000;

export interface SenderOptions {
  /** What is sent where the account names no version. */
  readonly anthropicVersion: AnthropicVersion;
  readonly requestMs?: number | undefined;
}

export class HttpSender implements SyncProvider {
  readonly #account: Account;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #requestMs: number;
  readonly #call: ReturnType<typeof callsTo>;

  constructor(account: Account, options: SenderOptions) {
    this.#account = account;
    this.#headers = { ...account.headers, ...headersOf(account, options) };
    this.#requestMs = options.requestMs ?? requestMs;
    this.#call = callsTo(account, fetchErrors);
  }

  async send(request: SyncRequest, signal: AbortSignal): Promise<Answer<SyncAnswer>> {
    return this.#call(async () => {
      const response = await fetch(addressOf(this.#account, request), {
        method: 'POST',
        headers: this.#headers,
        body: request.body,
        ...notElsewhere,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#requestMs)]),
      });
      const body = await response.text();
      return answerOf(response, body);
    });
  }

  redact(message: string): string {
    return withoutKeys(message, this.#account.apiKey);
  }
}

function answerOf({ status, headers }: Response, body: string): SyncAnswer {
  const theirNow = Date.parse(headers.get('date') ?? '');
  return {
    status,
    body,
    requestId: headers.get('x-request-id') ?? headers.get('request-id'),
    retryAfterMs: milliseconds(headers.get('retry-after-ms')) ?? retryAfterMs(headers),
    room: readServerRoom((name) => headers.get(name), Number.isFinite(theirNow) ? theirNow : Date.now()),
  };
}

function milliseconds(text: string | null): number | null {
  return text !== null && /^\d{1,8}(\.\d+)?$/.test(text) ? Number(text) : null;
}

const fetchErrors: ErrorReader = {
  isAbort: (error) => error instanceof Error && error.name === 'AbortError',
  isTimeout: (error) => error instanceof Error && error.name === 'TimeoutError',
  isConnection: (error) => error instanceof TypeError,
  // An answer with a bad status is an answer like any other.
  statusOf: () => null,
};

function headersOf(account: Account, { anthropicVersion }: SenderOptions): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  const key = account.apiKey;
  switch (apiOf(account)) {
    case 'anthropic': {
      const version = account.apiVersion ?? anthropicVersion;
      headers['anthropic-version'] = version;
      // As the SDKs of either version do.
      if (key !== null && version === '2023-06-01') headers['x-api-key'] = key;
      else if (key !== null) headers.authorization = `Bearer ${key}`;
      return headers;
    }
    case 'gemini':
      return key === null ? headers : { ...headers, 'x-goog-api-key': key };
    default:
      if (key === null) return headers;
      return account.provider === 'azure'
        ? { ...headers, 'api-key': key }
        : { ...headers, authorization: `Bearer ${key}` };
  }
}

function apiOf({ provider }: Account): 'openai' | 'anthropic' | 'gemini' {
  return batchApiOf(provider)?.kind ?? 'openai';
}

/** Base URLs of OpenAI's API end in the version that urls of lines begin with. */
function addressOf(account: Account, { path, model }: SyncRequest): string {
  const { provider, apiVersion } = account;
  const base = account.baseUrl.replace(/\/+$/, '');
  if (apiOf(account) !== 'openai') return `${base}${path}`;
  const below = path.replace(/^\/v1(?=\/)/, '');
  if (provider === 'azure' && apiVersion !== null && isDated(apiVersion)) {
    // The form of before /v1: the deployment is part of the address (Azure's REST reference, 2024-10-21).
    const deployment = below === '/responses' ? '' : `/deployments/${encodeURIComponent(model ?? '')}`;
    return `${base}${deployment}${below}?api-version=${encodeURIComponent(apiVersion)}`;
  }
  return /^\/v\d/.test(below) ? `${base.replace(/\/v1$/, '')}${below}` : `${base}${below}`;
}
