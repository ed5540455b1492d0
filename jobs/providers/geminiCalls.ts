// How Gemini is asked: with the key in a header, each call once, and its answers as they come.
import { isObject, type JsonObject, retryDelayIn } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { type ErrorReader, type StatusError, StrangeAnswerError } from './calls.ts';
import { notElsewhere, sentOnce } from './redirects.ts';

/** A bad status. The SDK's own error (3.1.0) has no headers, and with them no Retry-After. */
class GeminiStatusError extends Error {
  /** Of HTTP. */
  readonly status: number;
  readonly said: StatusError;

  constructor(said: StatusError) {
    super(said.message);
    this.status = said.status;
    this.said = said;
  }
}

class GeminiTimeoutError extends Error {}

export const geminiErrors: ErrorReader = {
  // It is thrown as the signal's own.
  isAbort: () => false,
  isTimeout: (error) => error instanceof GeminiTimeoutError,
  // fetch's TypeErrors are seen by whoever asks.
  isConnection: () => false,
  statusOf: (error) => (error instanceof GeminiStatusError ? error.said : null),
};

export interface GeminiAsk {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * One call. The time is that of the whole answer, its body included.
 * @throws GeminiStatusError, GeminiTimeoutError, the signal's reason, what fetch throws.
 */
export async function askGemini(url: string, ask: GeminiAsk): Promise<Response> {
  const { method = 'GET', headers = {}, body, signal, timeoutMs } = ask;
  const limit = new TimeLimit(signal, timeoutMs);
  const isStream = body !== undefined && typeof body !== 'string';
  try {
    const response = await fetch(url, {
      ...{ method, headers, signal: limit.signal },
      ...(body === undefined ? {} : { body }),
      ...(isStream ? { ...sentOnce, duplex: 'half' } : notElsewhere),
    } as RequestInit);
    if (response.status >= 400) throw new GeminiStatusError(await readStatus(response));
    return limit.watched(response);
  } catch (error) {
    limit.stop();
    throw limit.meaningOf(error);
  }
}

/** @throws StrangeAnswerError, and what `askGemini` throws. */
export async function askJson(url: string, ask: GeminiAsk): Promise<unknown> {
  const response = await askGemini(url, ask);
  // Nothing of the API answers with a redirect.
  if (!response.ok) throw new StrangeAnswerError();
  return JSON.parse(await response.text());
}

/** Ends a call after a time, and when somebody gives it up; and tells which of the two it was. */
class TimeLimit {
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #given: AbortSignal;
  readonly #onGivenUp = (): void => this.#stop.abort(this.#given.reason);
  #isOver = false;

  constructor(given: AbortSignal, timeMs: number) {
    this.#given = given;
    if (given.aborted) this.#onGivenUp();
    given.addEventListener('abort', this.#onGivenUp, { once: true });
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#stop.abort();
    }, timeMs);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#given.removeEventListener('abort', this.#onGivenUp);
  }

  meaningOf(error: unknown): unknown {
    return this.#isOver ? new GeminiTimeoutError() : error;
  }

  /** The answer, whose body is under the same limit. */
  watched(response: Response): Response {
    if (response.body === null) {
      this.stop();
      return response;
    }
    const { status, statusText, headers } = response;
    return new Response(this.#watchedBody(response.body), { status, statusText, headers });
  }

  #watchedBody(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          this.stop();
          controller.close();
        } catch (error) {
          this.stop();
          throw this.meaningOf(error);
        }
      },
      cancel: (reason) => {
        this.stop();
        return reader.cancel(reason);
      },
    });
  }
}

/** google.rpc.Status as JSON, a list of one where it was streamed, or what a proxy says instead. */
async function readStatus(response: Response): Promise<StatusError> {
  const { status, headers } = response;
  const text = await response.text();
  const error = errorOf(text);
  const { message, status: code } = error;
  const words = typeof message === 'string' ? message.trim() : wordsOf(text);
  const isOfKey = /API_KEY_INVALID|API key not valid|API key expired/i.test(text);
  return {
    // A file that is gone and one of another project answer alike: googleapi 403 "… or it may not exist".
    status: status === 403 && /or it may not exist/.test(words) ? 404 : status,
    code: typeof code === 'string' ? code : null,
    message: words === '' ? response.statusText || 'no more is known' : words,
    headers: withRetryInfo(headers, text),
    isOfKey,
  };
}

function errorOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const error = isObject(first) ? first.error : null;
    return isObject(error) ? error : {};
  } catch {
    return {};
  }
}

/** Of a page in HTML nothing is shown. */
function wordsOf(text: string): string {
  return /^\s*[<{[]/.test(text) ? '' : text.trim().slice(0, 300);
}

/** Google says how long to wait in the error itself (google.rpc.RetryInfo, "34s"), not always in the header. */
function withRetryInfo(headers: Headers, text: string): Headers {
  const delayMs = headers.has('retry-after') ? null : retryDelayIn(text);
  return delayMs === null ? headers : new Headers([...headers, ['retry-after', String(delayMs / 1000)]]);
}

/** What every call carries. */
export function geminiHeaders({ apiKey, headers }: Account): Readonly<Record<string, string>> {
  return { ...headers, 'x-goog-api-key': apiKey ?? 'none' };
}

/** Follows a download where it is kept elsewhere, without the key. @param ask as for `askGemini`. */
export async function askFollowing(
  url: string,
  keyHeaders: Readonly<Record<string, string>>,
  ask: GeminiAsk,
): Promise<Response> {
  let at = url;
  for (let hops = 0; hops <= 3; hops++) {
    const own = new URL(at).origin === new URL(url).origin;
    const headers = { ...ask.headers, ...(own ? keyHeaders : {}) };
    const response = await askGemini(at, { ...ask, headers });
    if (response.status < 300) return response;
    await response.body?.cancel();
    const location = response.headers.get('location') ?? '';
    if (!URL.canParse(location, at)) break;
    at = new URL(location, at).href;
    // From an address that is guarded to one that is not, nobody is led.
    if (new URL(url).protocol === 'https:' && !at.startsWith('https:')) break;
  }
  throw new StrangeAnswerError();
}
