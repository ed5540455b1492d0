// What does an answer say beside the row it is for: of the pace, and of whether anybody should go on?
import { errorIn, type PaceReport, retryDelayIn, tokensUsedIn, verdictOf } from '#core';
import type { Answer } from '../providers/port.ts';
import type { SyncAnswer } from './port.ts';

type Began = Pick<PaceReport, 'beganAtMs' | 'tokens'>;

/** Of a call that came to nothing. */
export function brokenReport(began: Began): PaceReport {
  return { ...began, usedTokens: null, end: 'broken', retryAfterMs: null, room: null };
}

export function paceReportOf(answer: Answer<SyncAnswer>, began: Began): PaceReport {
  if (answer.kind === 'problem') return brokenReport(began);
  const { status, body, retryAfterMs, room } = answer.value;
  const isAnswer = status >= 200 && status < 300;
  const verdict = isAnswer ? 'answered' : verdictOf(status, errorIn(body).code);
  return {
    ...began,
    usedTokens: isAnswer ? tokensUsedIn(body) : 0,
    end: verdict === 'answered' || verdict === 'busy' ? verdict : 'broken',
    retryAfterMs: retryAfterMs ?? (verdict === 'busy' ? retryDelayIn(body) : null),
    room,
  };
}

/** Why a whole run ends. */
export function stopWords(status: number, code: string | null, message: string | null): string {
  const said = message === null ? '' : `: ${message.replace(/\.$/, '')}`;
  const answer = `The provider answered ${status}${code === null ? '' : ` ${code}`}${said}.`;
  if (status < 400) return `${answer} It points to another address; check the base URL.`;
  return `${answer} ${status === 401 ? 'Check the key' : 'See to the account'}, then run it again to go on.`;
}

/** So many refusals of one kind without any answer before them are no chance. */
const alikeRefusals = 20;

/** Rows with nothing wrong but the model's name would be refused one by one to the last. */
export class Refusals {
  #kind = '';
  #count = 0;

  /** @returns why nobody should go on, once there were too many of one kind in a row. */
  wordsAfter(kind: string, message: string | null): string | null {
    this.#count = this.#kind === kind ? this.#count + 1 : 1;
    this.#kind = kind;
    if (this.#count < alikeRefusals) return null;
    const said = message === null ? '' : `: ${message.replace(/\.$/, '')}`;
    return `The first ${this.#count} requests were all refused (${kind}${said}). Nothing more was sent; look at one of them.`;
  }
}
