// What is said in words of answers that are not what one would take them for?
import { formatNumberOf } from '../figures.ts';
import type { NoteCode } from '../result.ts';

const endings: Readonly<Record<NoteCode, readonly [one: string, many: string]>> = {
  truncated: ['answer was cut off', 'answers were cut off'],
  refused: ['answer is a refusal of the model', 'answers are refusals of the model'],
  blocked: ["answer was stopped by the provider's filter", "answers were stopped by the provider's filter"],
  empty: ['answer has no text', 'answers have no text'],
  schema_invalid: [
    'answer does not fit the JSON schema of its request',
    'answers do not fit the JSON schema of their requests',
  ],
};

/** What an answer is that is not what one would take it for, in few words. */
export const noteWords: Readonly<Record<NoteCode, string>> = {
  truncated: 'cut off',
  refused: 'refused by the model',
  blocked: 'blocked by a filter',
  empty: 'empty',
  schema_invalid: 'unlike its schema',
};

/** "38 answers were cut off, 1 answer has no text."; null when there is nothing to say. */
export function noteSentence(
  notes: readonly { readonly code: NoteCode; readonly count: number }[],
): string | null {
  const words = notes.map(({ code, count }) => formatNumberOf(count, ...endings[code]));
  return words.length === 0 ? null : `${words.join(', ')}.`;
}
