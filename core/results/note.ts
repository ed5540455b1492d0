// Why is an answer that came not what one would take it for? Said beside the row, whose request succeeded and was paid.
import type { FinishReason, Outcome, RowNote } from '../result.ts';

/** What came, and what is to be said of it. */
export type Answer = Pick<Outcome, 'text' | 'finishReason' | 'note'>;

export interface Said {
  readonly text: string | null;
  readonly finishReason: FinishReason | null;
  /** It holds something else than words: a call of a tool, an image, sound. */
  readonly hasMore: boolean;
  /** The provider's own word for why it ended, or was blocked. */
  readonly word?: string | null;
  /** The end is none that a whole answer has. */
  readonly isBroken?: boolean;
}

const mostWordCharacters = 60;

/** @returns null for an answer that is whole. */
export function noteOf({ text, finishReason, hasMore, word = null, isBroken = false }: Said): RowNote | null {
  const isEmpty = text === null || text.trim() === '';
  const by = word === null || word === finishReason ? '' : ` (${word.slice(0, mostWordCharacters)})`;
  switch (finishReason) {
    case 'length': {
      const message =
        isEmpty && !hasMore
          ? 'The limit of output tokens was reached before any text; raise it and send this request again.'
          : 'The answer was cut off at the limit of tokens; raise it and send this request again.';
      return { code: 'truncated', message };
    }
    case 'refusal': {
      const look = isEmpty ? ' and said no more; look at the response.' : '; look at its words.';
      return { code: 'refused', message: `The model refused to answer${look}` };
    }
    case 'content_filter':
      return { code: 'blocked', message: `The provider's content filter stopped the answer${by}.` };
    default:
      if (isBroken && (!isEmpty || hasMore)) {
        return {
          code: 'truncated',
          message: `The answer was stopped before its end${by}; look at the response.`,
        };
      }
      return isEmpty && !hasMore
        ? { code: 'empty', message: 'The answer has no text; look at the response.' }
        : null;
  }
}
