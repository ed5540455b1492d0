// What a person's settings.json wishes of every submit, where its options say nothing.
import { formatNumberOf } from '#core';
import { readSettingsFile } from '#jobs';
import type { SubmitOptions } from './submit.ts';
import type { Terminal } from './terminal.ts';
import { homeOf } from './workshop.ts';

/** Said, since nobody typed it. */
export async function withUsualWishes(options: SubmitOptions, terminal: Terminal): Promise<SubmitOptions> {
  const { retryFailed, deleteUploads } = readSettingsFile(await homeOf(terminal)).settings;
  const words: string[] = [];
  if (options.retryFailed === undefined && retryFailed > 0)
    words.push(`what fails and could succeed is sent again, up to ${formatNumberOf(retryFailed, 'time')}`);
  if (options.deleteUploads === undefined && deleteUploads)
    words.push('uploads are deleted once the results are here');
  if (words.length > 0) terminal.note(`By your settings.json: ${words.join('; ')}.`);
  return { retryFailed, deleteUploads, ...options };
}
