// Does a provider answer at an address, and how? One small read that costs nothing: the newest batch.
import { batchApiOf, defaultConfiguration, formatDuration } from '#core';
import type { Account } from '#jobs';

export type Reached =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** It lists batches. */
      readonly hasBatches: boolean;
      /** It refuses the key, whatever the status says. */
      readonly isOfKey: boolean;
      /** By its Date header, in milliseconds since 1970; null without one. */
      readonly at: number | null;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'silent'; readonly message: string; readonly next: string };

/** A list of one batch is some kilobytes. */
const enoughBytes = 1_000_000;

/** @param account without a key none is sent. @param patienceMs for the whole of it. */
export async function reach(account: Account, patienceMs: number, signal: AbortSignal): Promise<Reached> {
  const { path, headers } = questionOf(account);
  const url = new URL(`${account.baseUrl.replace(/\/+$/, '')}${path}`);
  const timeout = AbortSignal.timeout(patienceMs);
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      headers: { ...account.headers, ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await textOf(response);
    const at = Date.parse(response.headers.get('date') ?? '');
    return {
      kind: 'answered',
      status: response.status,
      hasBatches: isBatchList(text, account),
      // Google answers 400 to a key that is none (its API errors page, 2026-09).
      isOfKey: response.status === 400 && /API_KEY_INVALID|API key not valid/.test(text),
      at: Number.isNaN(at) ? null : at,
      elapsedMs: Math.round(performance.now() - startedAt),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) {
      return silent(
        `does not answer within ${formatDuration(patienceMs)}`,
        'Check the network, the proxy and the base URL.',
      );
    }
    return whySilent(error);
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  if (response.body === null) return text;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > enoughBytes) break;
  }
  return text;
}

/** Gemini's list is called otherwise, and left out when it is empty. */
function isBatchList(text: string, { provider }: Account): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return false;
    if (provider === 'gemini') return 'operations' in answer || Object.keys(answer).length === 0;
    return 'data' in answer && Array.isArray(answer.data);
  } catch {
    return false;
  }
}

interface Question {
  /** Behind the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** As the adapters ask (their SDKs' paths and headers, 2026-11). */
function questionOf({ provider, apiKey, apiVersion }: Account): Question {
  const bearer: Readonly<Record<string, string>> =
    apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  switch (batchApiOf(provider)?.kind) {
    case 'anthropic': {
      const version = apiVersion ?? defaultConfiguration.anthropicVersion;
      const key = apiKey !== null && version === '2023-06-01' ? { 'x-api-key': apiKey } : bearer;
      return { path: '/v1/messages/batches?limit=1', headers: { ...key, 'anthropic-version': version } };
    }
    case 'gemini':
      return {
        path: '/v1beta/batches?pageSize=1',
        headers: apiKey === null ? {} : { 'x-goog-api-key': apiKey },
      };
    default: {
      const version = apiVersion === null ? '' : `&api-version=${encodeURIComponent(apiVersion)}`;
      if (provider !== 'azure') return { path: '/batches?limit=1', headers: bearer };
      return { path: `/batches?limit=1${version}`, headers: apiKey === null ? {} : { 'api-key': apiKey } };
    }
  }
}

function silent(message: string, next: string): Reached {
  return { kind: 'silent', message, next };
}

/** From Node's codes, which stand on the error or on its cause. */
function whySilent(error: unknown): Reached {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return silent(
      'cannot be found: its name has no address here',
      'Check the network, the spelling of the base URL, and whether a proxy is needed (HTTPS_PROXY).',
    );
  }
  if (code === 'ECONNREFUSED') {
    return silent('cannot be reached: nothing listens there', 'Start the server, or correct the base URL.');
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)) {
    return silent(
      `is not trusted: its certificate was refused (${code})`,
      'When a proxy of your organisation signs connections, point NODE_EXTRA_CA_CERTS at its certificate.',
    );
  }
  const reason = code === '' ? (cause instanceof Error ? cause.message : String(cause)) : code;
  return silent(`cannot be reached (${reason})`, 'Check the network, the proxy and the base URL.');
}
