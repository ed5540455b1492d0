// What does one line of an OpenAI output or error file say? Facts: the batch guide and recorded responses, 2026-09 and
// earlier: an error line has an HTTP response with status 4xx/5xx and `error` null, or no response and an `error`.
import { isObject, type JsonObject, member } from '../json/members.ts';
import { locate } from '../json/skim.ts';
import type { Outcome, ResultLine, RowError, UsagePricing } from '../result.ts';
import { readAnswer } from './answer.ts';
import { count, words } from './fields.ts';
import { readUsage } from './usage.ts';

type Verdict = Pick<Outcome, 'status' | 'error'>;

const succeeded: Verdict = { status: 'succeeded', error: null };

/** Codes of requests that were never run. `batch_cancelled` is known from third parties only, in both spellings. */
const unrunCodes: ReadonlyMap<string, Outcome['status']> = new Map([
  ['batch_expired', 'expired'],
  ['batch_cancelled', 'cancelled'],
  ['batch_canceled', 'cancelled'],
]);

const noResult: ResultLine = {
  kind: 'unreadable',
  reason: 'noResult',
  message: 'It is no result: it has neither "response" nor "error".',
};

export function readOpenaiResult(line: JsonObject, text: string): ResultLine {
  const hasResponse = Object.hasOwn(line, 'response');
  if (!hasResponse && !Object.hasOwn(line, 'error')) {
    return noResult;
  }
  const response = member(line, 'response') ?? null;
  const body = member(response, 'body');
  const verdict = judge(response, body, member(line, 'error'));
  const without = { text: null, finishReason: null, note: null };
  const answer = verdict.status === 'succeeded' ? readAnswer(body) : without;
  const id = member(line, 'custom_id');
  return {
    kind: 'outcome',
    customId: typeof id === 'string' ? id : null,
    ...verdict,
    ...answer,
    usage: readUsage(member(body, 'usage')),
    pricing: readBodyPricing(body),
    model: words(member(body, 'model')),
    responseAt: response === null ? null : (locate(text, ['response'])?.value ?? null),
    attempt: null,
    costUsd: null,
  };
}

/** The tier that served it, which may be another than was asked for, and matters to what is answered at once; and whether there was sound. */
export function readBodyPricing(body: unknown): UsagePricing | null {
  const tier = member(body, 'service_tier');
  const usage = member(body, 'usage');
  // Sound has a price of its own, which no list here has.
  const hasSound = ['prompt_tokens_details', 'completion_tokens_details'].some(
    (name) => (count(member(member(usage, name), 'audio_tokens')) ?? 0) > 0,
  );
  if (hasSound) return { hourCacheWriteTokens: 0, multiple: null, tier: 'standard' };
  const own = { hourCacheWriteTokens: 0, multiple: 1 };
  if (tier === 'flex') return { ...own, tier };
  return unlistedTiers.has(tier) ? { ...own, tier: 'fast' } : null;
}

/** Ways to be served whose price no list here has; of `scale` so many tokens are bought ahead. */
const unlistedTiers: ReadonlySet<unknown> = new Set(['priority', 'fast', 'ultrafast', 'scale']);

function judge(response: unknown, body: unknown, lineError: unknown): Verdict {
  const status = httpStatus(member(response, 'status_code'));
  const said = readError(lineError);
  if (status !== null && (status < 200 || status > 299)) {
    const code = `http_${status}`;
    const stated = readError(member(body, 'error') ?? body) ?? said;
    return failed(stated, { code, message: `The provider answered with HTTP status ${status}.` });
  }
  if (said !== null) {
    return { status: unrunCodes.get(said.code ?? '') ?? 'failed', error: complete(said, unexplained) };
  }
  if (response === null) return failed(null, noResponse);
  const bodyError = readError(member(body, 'error'));
  if (bodyError !== null) return failed(bodyError, unexplained);
  if (!isObject(body)) return failed(null, noBody);
  return judgeStatus(member(body, 'status'));
}

/** A responses body says how it ended even under HTTP 200. */
function judgeStatus(status: unknown): Verdict {
  switch (status) {
    case 'failed':
      return failed(null, unexplained);
    case 'cancelled':
      return {
        status: 'cancelled',
        error: { code: 'response_cancelled', message: 'The response was cancelled.' },
      };
    case 'queued':
    case 'in_progress':
      return failed(null, {
        code: 'response_unfinished',
        message: `The response is not finished: its status is "${status}".`,
      });
    default:
      return succeeded;
  }
}

const unexplained: RowError = { code: 'unknown_error', message: 'The provider gave no reason.' };
const noResponse: RowError = {
  code: 'no_response',
  message: 'The provider returned neither a response nor an error.',
};
const noBody: RowError = { code: 'no_body', message: 'The provider returned a response without a body.' };

type StatedError = { readonly code: string | null; readonly message: string | null };

function failed(stated: StatedError | null, otherwise: RowError): Verdict {
  return { status: 'failed', error: complete(stated, otherwise) };
}

function complete(stated: StatedError | null, otherwise: RowError): RowError {
  return { code: stated?.code ?? otherwise.code, message: stated?.message ?? otherwise.message };
}

/** Null when nothing is said: null, "", or an object with neither code, type nor message. */
function readError(error: unknown): StatedError | null {
  if (error === null || error === undefined || error === false || error === '') return null;
  // As PHP writes an object with nothing in it.
  if (Array.isArray(error) && error.length === 0) return null;
  if (typeof error === 'string') return { code: null, message: error };
  if (!isObject(error)) return { code: null, message: null };
  const code = wordOrNumber(member(error, 'code')) ?? words(member(error, 'type'));
  const message = words(member(error, 'message'));
  return code === null && message === null ? null : { code, message };
}

function wordOrNumber(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : words(value);
}

function httpStatus(status: unknown): number | null {
  const number = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  return typeof number === 'number' ? number : null;
}
