// What becomes of a row, by the answer to its call and what it has met before: a result, another try, or nothing for now?
import { canSucceedAgain, errorIn, isAnswerBody, type SyncOutcome, verdictOf } from '#core';
import type { Answer, ApiProblem } from '../providers/port.ts';
import type { SyncAnswer } from './port.ts';
import type { RowEnd } from './rowStates.ts';

/** What a row has met in this session. */
export interface Tries {
  readonly failed: number;
  readonly unclear: number;
  readonly busy: number;
}

export const noTries: Tries = { failed: 0, unclear: 0, busy: 0 };

export type RowFate = { readonly tries: Tries } & (
  | {
      readonly kind: 'kept';
      readonly end: RowEnd;
      readonly outcome: SyncOutcome;
      /** What it was refused for, which may hold for all rows. */
      readonly refusal: { readonly kind: string; readonly message: string | null } | null;
    }
  | {
      readonly kind: 'again';
      /** The call may have been paid for. */
      readonly isUnclear: boolean;
      /** It is waited for as long as after so many tries; null: as the pacer says. */
      readonly backOffTries: number | null;
    }
  /** The call was not taken. `stop` says why nobody should go on; null where that is known already. */
  | { readonly kind: 'left'; readonly stop: string | null }
);

/** How often a row is sent that fails and could succeed; the official SDKs stop at three. */
const mostTries = 5;
/** Each may have been paid for. */
const mostUnclearTries = 2;
/** With waits of up to a minute between them. */
const mostBusyTries = 20;

export const noAnswer: SyncOutcome = { status: null, body: '', requestId: null, problem: null };

export function fateOf(answer: Answer<SyncAnswer>, tries: Tries): RowFate {
  return answer.kind === 'problem' ? ofProblem(answer.problem, tries) : ofAnswer(answer.value, tries);
}

function ofAnswer({ status, body, requestId }: SyncAnswer, tries: Tries): RowFate {
  const outcome: SyncOutcome = { status, body, requestId, problem: null };
  const { code, message } = status < 300 ? { code: null, message: null } : errorIn(body);
  switch (verdictOf(status, code)) {
    case 'answered': {
      const said = errorIn(body);
      if (said.code !== null || said.message !== null) {
        // Gateways, and a response that failed, say so under a good status, too.
        const error = { code: said.code ?? '', message: said.message ?? '' };
        const end = canSucceedAgain({ status: 'failed', error }) ? 'failed' : 'refused';
        const refusal = { kind: `${status} ${error.code}`.trim(), message: said.message };
        return { kind: 'kept', tries, end, outcome, refusal };
      }
      if (isAnswerBody(body)) return { kind: 'kept', tries, end: 'answered', outcome, refusal: null };
      // Such as the page of a proxy: it may be another when it is sent again.
      const refusal = { kind: `${status} without JSON`, message: null };
      return { kind: 'kept', tries, end: 'failed', outcome, refusal };
    }
    case 'refused': {
      const refusal = { kind: `${status} ${code ?? ''}`.trim(), message };
      return { kind: 'kept', tries, end: 'refused', outcome, refusal };
    }
    case 'stop':
      return { kind: 'left', tries, stop: null };
    case 'busy': {
      const met = { ...tries, busy: tries.busy + 1 };
      if (met.busy < mostBusyTries)
        return { kind: 'again', tries: met, isUnclear: false, backOffTries: null };
      const stop = `The provider takes no more for now (${status}); run it again later.`;
      return { kind: 'left', tries: met, stop };
    }
    case 'again': {
      const met = { ...tries, failed: tries.failed + 1 };
      return met.failed < mostTries
        ? { kind: 'again', tries: met, isUnclear: false, backOffTries: met.failed }
        : { kind: 'kept', tries: met, end: 'failed', outcome, refusal: null };
    }
  }
}

function ofProblem({ kind, message }: ApiProblem, tries: Tries): RowFate {
  if (kind === 'unreachable') {
    const met = { ...tries, failed: tries.failed + 1 };
    return met.failed < mostTries
      ? { kind: 'again', tries: met, isUnclear: false, backOffTries: met.failed }
      : { kind: 'left', tries: met, stop: `${message} Run it again to go on.` };
  }
  const met = { ...tries, unclear: tries.unclear + 1 };
  if (met.unclear < mostUnclearTries)
    return { kind: 'again', tries: met, isUnclear: true, backOffTries: met.unclear };
  const said = { code: 'no_answer', message: `${message} It may have been paid for.` };
  const outcome = { ...noAnswer, problem: said };
  return { kind: 'kept', tries: met, end: 'failed', outcome, refusal: null };
}
