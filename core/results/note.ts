// Why is an answer that came not what one would take it for? Said beside the row, whose request succeeded and was paid.
import type { FinishReason, RowNote } from '../result.ts';

export interface Said {
  readonly text: string | null;
  readonly finishReason: FinishReason | null;
  /** It holds something else than words: a call of a tool, an image, sound. */
  readonly hasMore: boolean;
  /** The provider's own word for why it was blocked. */
  readonly blockedBy?: string | null;
}

/** @returns null for an answer that is whole. */
export function noteOf({ text, finishReason, hasMore, blockedBy = null }: Said): RowNote | null {
  const isEmpty = text === null || text.trim() === '';
  switch (finishReason) {
    case 'length': {
      const message =
        isEmpty && !hasMore
          ? 'The limit of output tokens was reached before any text; raise it and send this request again.'
          : 'The answer was cut off at the limit of tokens; raise it and send this request again.';
      return { code: 'truncated', message };
    }
    case 'refusal':
      return { code: 'refused', message: 'The model refused to answer; look at its words.' };
    case 'content_filter': {
      const by = blockedBy === null ? '' : ` (${blockedBy})`;
      return { code: 'blocked', message: `The provider's content filter stopped the answer${by}.` };
    }
    default:
      return isEmpty && !hasMore
        ? { code: 'empty', message: 'The answer has no text; look at the response.' }
        : null;
  }
}
