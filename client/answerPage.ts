// What stands on the page of an answer that was tried: the words first, then what they cost, then all that came.
import { formatCount, formatUsd } from '#core';
import type { Tried } from '#jobs';
import type { L10n } from './l10n.ts';

export type Answer = Extract<Tried, { readonly kind: 'tried' }>;

export interface AnswerFacts {
  /** As the request names it. */
  readonly model: string | null;
  /** "OpenAI (key …4f2a)" */
  readonly place: string;
}

/** Plain text: what a model says is shown as it said it. */
export function answerPage(answer: Answer, facts: AnswerFacts, l10n: L10n): string {
  const { row, response } = answer;
  const words = row.error === null ? row.text : `${row.error.code}: ${row.error.message}`;
  const parts = [
    words ?? l10n.t('The answer has no text.'),
    ...(row.note === null ? [] : [row.note.message]),
    rule,
    figures(answer, facts, l10n),
    rule,
    response,
  ];
  return `${parts.join('\n\n')}\n`;
}

const rule = '─'.repeat(40);

function figures({ row, status, elapsedMs }: Answer, { model, place }: AnswerFacts, l10n: L10n): string {
  const { usage, costUsd, finishReason } = row;
  const words = [
    place,
    ...(model === null ? [] : [model]),
    ...(row.error === null ? [finishReason ?? ''] : [l10n.t('HTTP status {0}', status)]),
    ...(usage === null
      ? []
      : [
          l10n.t('{0} tokens in, {1} out', formatCount(usage.input_tokens), formatCount(usage.output_tokens)),
        ]),
    ...(row.error === null ? [costUsd === null ? l10n.t('cost unknown') : formatUsd(costUsd)] : []),
    l10n.t('{0} s', (elapsedMs / 1000).toFixed(1)),
  ];
  return words.filter((word) => word !== '').join(' · ');
}
