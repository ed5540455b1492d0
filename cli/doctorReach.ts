// Does a provider answer at an address, and how? One small read that costs nothing: the newest batch.
import { formatDuration } from './words.ts';

export type Reached =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** It lists batches. */
      readonly hasBatches: boolean;
      /** By its Date header, in milliseconds since 1970; null without one. */
      readonly at: number | null;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'silent'; readonly message: string; readonly next: string };

/** A list of one batch is some kilobytes. */
const enoughBytes = 1_000_000;

/** @param apiKey sent when there is one. @param patienceMs for the whole of it. */
export async function reach(
  baseUrl: string,
  apiKey: string | null,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Reached> {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/batches?limit=1`);
  const timeout = AbortSignal.timeout(patienceMs);
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    const hasBatches = isBatchList(await textOf(response));
    const at = Date.parse(response.headers.get('date') ?? '');
    return {
      kind: 'answered',
      status: response.status,
      hasBatches,
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

function isBatchList(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'data' in answer && Array.isArray(answer.data);
  } catch {
    return false;
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
