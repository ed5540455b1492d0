// Few words for what is pointed out about a job, beside its name and in lists of batches. Pure.
import {
  type Alert,
  formatCount,
  formatNumberOf,
  isRemoteOver,
  type Job,
  type NoteCode,
  type RemoteBatch,
} from '#core';
import { ageWords, phaseWords } from './jobWords.ts';
import type { L10n } from './l10n.ts';

/** "expires soon"; the whole sentence stands below the row. */
export function alertWords({ kind }: Alert, l10n: L10n): string {
  switch (kind) {
    case 'completion':
      return l10n.t('few succeed');
    case 'running':
      return l10n.t('runs long');
    case 'expiry':
      return l10n.t('expires soon');
    case 'results':
      return l10n.t('results are deleted soon');
    case 'stuck':
      return l10n.t('stands still');
  }
}

/** "38 cut off": answers that are not what one would take them for. */
export function noteCountWords(code: NoteCode, count: number, l10n: L10n): string {
  const number = formatCount(count);
  switch (code) {
    case 'truncated':
      return l10n.t('{0} cut off', number);
    case 'refused':
      return l10n.t('{0} refused by the model', number);
    case 'blocked':
      return l10n.t('{0} blocked by a filter', number);
    case 'empty':
      return l10n.t('{0} empty', number);
    case 'schema_invalid':
      return l10n.t('{0} unlike their schema', number);
  }
}

/** "1,204 requests · in progress · 12 min": a batch as its provider lists it; what is not known is not said. */
export function listedWords(provider: Job['provider'], remote: RemoteBatch, now: number, l10n: L10n): string {
  const { counts, createdAt, status } = remote;
  const words: string[] = [];
  if (counts !== null && counts.total > 0) words.push(formatNumberOf(counts.total, 'request'));
  // How it ended, the provider's word says better.
  words.push(
    isRemoteOver(provider, remote) ? status.replaceAll('_', ' ') : phaseWords({ provider }, remote, l10n),
  );
  if (createdAt !== null) words.push(ageWords(createdAt, now, l10n));
  return words.join(' · ');
}
