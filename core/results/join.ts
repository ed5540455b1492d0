// Which result stands for which request? One row for each request, and nothing guessed.
import { formOf } from '../dialects/parts.ts';
import { isObject, member } from '../json/members.ts';
import type { Outcome, RowError, RowFacts, RowStatus } from '../result.ts';
import { type AnswerFormat, answerFormatOf } from './answerFormat.ts';

/** A request line as the join sees it. */
export interface RequestLine {
  readonly kind: 'blank' | 'notJson' | 'json';
  /** Its custom_id, or Gemini's key; null when the request has none, or none that is a string. */
  readonly customId: string | null;
  readonly model: string | null;
  /** What its answer was asked to be; null: any text. */
  readonly format: AnswerFormat | null;
}

const nothing = { customId: null, model: null, format: null };
const blank: RequestLine = { kind: 'blank', ...nothing };
const notJson: RequestLine = { kind: 'notJson', ...nothing };

/** The text of a line without a byte order mark before it, as every reader of JSON would take it. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** @param text one line, without terminator and byte order mark. Blank lines are no requests. Never throws. */
export function readRequest(text: string): RequestLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim() === '' ? blank : notJson;
  }
  const { body, id } = viewOf(value);
  return {
    kind: 'json',
    customId: id,
    model: askedModel(body),
    format: answerFormatOf(body),
  };
}

/** The model that a request line names, of any form, already parsed. */
export function modelOfRequest(request: unknown): string | null {
  return askedModel(viewOf(request).body);
}

function askedModel(body: unknown): string | null {
  const model = member(body, 'model');
  return typeof model === 'string' ? model : null;
}

function viewOf(line: unknown): { readonly body: unknown; readonly id: string | null } {
  const form = isObject(line) ? formOf(line) : null;
  const body = member(line, form === 'keyed' ? 'request' : form === 'params' ? 'params' : 'body');
  // Where a line is Gemini's, its key is what the answer comes with, whatever else it has.
  const id = member(line, form === 'keyed' ? 'key' : 'custom_id');
  return { body, id: typeof id === 'string' ? id : null };
}

/** Which request has an id: its ordinal (0 for the first request of the file), or that several have it. */
export class RequestIds {
  readonly #ordinals = new Map<string, number | 'several'>();
  #requests = 0;

  get requests(): number {
    return this.#requests;
  }

  /** Takes the next request of the file. */
  add(customId: string | null): void {
    const ordinal = this.#requests++;
    if (customId === null) return;
    this.#ordinals.set(customId, this.#ordinals.has(customId) ? 'several' : ordinal);
  }

  /** @returns undefined when no request has this id. */
  find(customId: string): number | 'several' | undefined {
    return this.#ordinals.get(customId);
  }
}

/**
 * The result that stands for its request: one that succeeded before any other, then the later attempt, then the later in
 * the order given (which is the order of the files named, and within a file of its lines).
 * @returns an index; -1 when there is none.
 */
export function chooseResult(
  results: readonly { readonly status: RowStatus; readonly attempt: number }[],
): number {
  let best = -1;
  results.forEach((result, at) => {
    const other = results[best];
    if (other === undefined || !isBetter(other, result)) best = at;
  });
  return best;
}

function isBetter(
  a: { readonly status: RowStatus; readonly attempt: number },
  b: { readonly status: RowStatus; readonly attempt: number },
): boolean {
  const succeeded = Number(a.status === 'succeeded') - Number(b.status === 'succeeded');
  return succeeded !== 0 ? succeeded > 0 : a.attempt > b.attempt;
}

/** What became of requests of which the results say nothing, by how their batch ended. */
export interface Absence {
  readonly status: 'missing' | 'cancelled' | 'expired' | 'failed';
  /** Where the batch was refused: why, in the provider's words. */
  readonly message?: string | null | undefined;
}

/** The same for requests from a line on (0-based), up to the next. */
export interface AbsenceFrom extends Absence {
  readonly fromLine: number;
}

/** @param ranges in the order of their lines, the first from line 0. */
export function absenceAt(ranges: readonly AbsenceFrom[], line: number): Absence {
  // A retry of many rows leaves as many ranges.
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.fromLine ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return ranges[low - 1] ?? { status: 'missing' };
}

/** Why a request has no result. `absent` is the end of a batch that says nothing of this request. */
export type NoResultReason =
  | ({ readonly kind: 'absent' } & Absence)
  | { readonly kind: 'notJson' }
  /** `isAnswered`: there are results that may be its. */
  | { readonly kind: 'noId' | 'sharedId'; readonly isAnswered: boolean }
  /** 0-based line of its results file; null: it may be any line of those that do not even say whose they are. */
  | { readonly kind: 'unreadable'; readonly line: number | null };

const absentErrors: Readonly<Record<Absence['status'], RowError>> = {
  failed: { code: 'batch_failed', message: 'The provider did not take the batch of this request.' },
  missing: { code: 'no_result', message: 'The provider returned no result for this request.' },
  cancelled: {
    code: 'batch_cancelled',
    message: 'The batch was cancelled before this request was answered.',
  },
  expired: { code: 'batch_expired', message: 'The batch expired before this request was answered.' },
};

/** Of a row whose result is there, and torn; and of one that may have one of several results. */
const unreadableCode = 'unreadable_result';
const ambiguousCode = 'ambiguous_result';

/** Of rows without an answer that may have been paid for all the same: the provider answered, or may have. */
const unknownCostCodes: ReadonlySet<string | undefined> = new Set([
  ...[unreadableCode, ambiguousCode, 'no_body', 'no_message'],
  // Of rows that were run at once.
  ...['no_answer', 'unreadable_answer'],
]);

/** Whether it is not known what a row without an answer cost. */
export function isOfUnknownCost({ error, usage }: Pick<RowFacts, 'error' | 'usage'>): boolean {
  return usage === null && unknownCostCodes.has(error?.code);
}

function explain(reason: NoResultReason): RowError {
  switch (reason.kind) {
    case 'absent':
      return reason.message
        ? { ...absentErrors[reason.status], message: reason.message }
        : absentErrors[reason.status];
    case 'notJson':
      return { code: 'broken_request', message: 'This line is not JSON, so no result can belong to it.' };
    case 'noId':
      if (reason.isAnswered) {
        return {
          code: ambiguousCode,
          message:
            'This request has no custom_id or key, so nobody can tell which of the results is its own.',
        };
      }
      return {
        code: 'no_custom_id',
        message: 'This request has no custom_id or key, so no result can be matched to it.',
      };
    case 'sharedId':
      if (reason.isAnswered) {
        return {
          code: ambiguousCode,
          message: 'Other requests have this id too, so nobody can tell which of the results is its own.',
        };
      }
      return {
        code: 'duplicate_custom_id',
        message: 'Other requests have this custom_id too, so no result can be matched to any of them.',
      };
    case 'unreadable':
      return {
        code: unreadableCode,
        message:
          reason.line === null
            ? 'No result has this id, but some lines of the results cannot be read and may be its own.'
            : `The only result with this custom_id, line ${reason.line + 1} of its file, cannot be read.`,
      };
  }
}

type JoinedRequest = Pick<RowFacts, 'line' | 'customId'>;

export function answeredRow(
  request: JoinedRequest,
  outcome: Outcome,
  facts: { readonly attempt: number; readonly costUsd: number | null },
): RowFacts {
  const { status, text, finishReason, usage, error, note, isAtOnce } = outcome;
  const how = isAtOnce ? { isAtOnce } : {};
  return { ...request, status, text, finishReason, usage, error, note, ...how, ...facts };
}

export function unansweredRow(request: JoinedRequest, reason: NoResultReason, attempt: number): RowFacts {
  return {
    ...request,
    status: reason.kind === 'absent' ? reason.status : 'missing',
    text: null,
    finishReason: null,
    usage: null,
    costUsd: null,
    error: explain(reason),
    note: null,
    attempt,
  };
}
