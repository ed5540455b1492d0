// Everything there is to know about a job, for the tooltip of its row.
import {
  compareJob,
  comparisonWords,
  formatCount,
  formatTokens,
  formatUsd,
  type Job,
  requestsOf,
} from '#core';
import { costWords, isSimulated, rowWords, stateWords } from '../jobWords.ts';
import type { L10n } from '../l10n.ts';
import { candidatesOf } from './alertNodes.ts';
import { codeSpan, escapeMarkdown } from './markdown.ts';

/** Markdown: the name, what happened, and a table of ids, times, account, figures and paths. */
export function jobTooltip(job: Job, l10n: L10n): string {
  const head = `**${escapeMarkdown(job.name)}** · ${escapeMarkdown(stateWords(job, l10n))}`;
  // Which it may be stands in the table, and how to say so in its row.
  const message = job.message === null || candidatesOf(job).length > 0 ? [] : [escapeMarkdown(job.message)];
  const rows = facts(job, l10n).map(([name, value]) => `| ${escapeMarkdown(name)} | ${value} |`);
  return [head, ...message, ['| | |', '|---|---|', ...rows].join('\n')].join('\n\n');
}

type Fact = readonly [name: string, value: string];

function facts(job: Job, l10n: L10n): Fact[] {
  const list: Fact[] = [];
  if (job.rows !== null) list.push([l10n.t('Rows'), rowWords(job.rows, l10n).join(', ')]);
  list.push([l10n.t('Requests'), formatCount(requestsOf(job))]);
  const cost = costWords(job, l10n);
  if (cost !== null) list.push([l10n.t('Cost'), escapeMarkdown(cost)]);
  list.push([l10n.t('Agreed to'), escapeMarkdown(agreed(job, l10n))]);
  list.push(...comparisonFacts(job, l10n));
  list.push([l10n.t('Model'), `${codeSpan(job.model ?? '–')} ${codeSpan(job.endpoint)}`]);
  list.push([l10n.t('Account'), account(job, l10n)]);
  list.push([l10n.t('Job'), codeSpan(job.id)]);
  list.push(...batchFacts(job, l10n));
  const candidates = candidatesOf(job).map(codeSpan).join(' ');
  if (candidates !== '') list.push([l10n.t('May be'), candidates]);
  list.push([l10n.t('Submitted'), when(job.createdAt)]);
  list.push([l10n.t('Last change'), when(job.updatedAt)]);
  if (job.attempt > 1) list.push([l10n.t('Attempt'), String(job.attempt)]);
  list.push([l10n.t('File'), codeSpan(job.file)]);
  if (job.resultsReady) list.push([l10n.t('Results'), codeSpan(job.resultsPath)]);
  return list;
}

/** What was estimated beside what was used, once it is over. */
function comparisonFacts(job: Job, l10n: L10n): Fact[] {
  const comparison = compareJob(job);
  if (comparison === null) return [];
  const words = comparisonWords(comparison);
  if (words.length === 0) return [];
  return [[l10n.t('Estimate and actual'), escapeMarkdown(words.join('; '))]];
}

function batchFacts(job: Job, l10n: L10n): Fact[] {
  return job.parts.flatMap(({ remote }) => {
    if (remote === null) return [];
    const list: Fact[] = [[l10n.t('Batch'), `${codeSpan(remote.batchId)} ${codeSpan(remote.status)}`]];
    if (remote.endedAt !== null) list.push([l10n.t('Ended'), when(remote.endedAt)]);
    else if (remote.expiresAt !== null) list.push([l10n.t('Expires'), when(remote.expiresAt)]);
    return list;
  });
}

function account(job: Job, l10n: L10n): string {
  if (isSimulated(job)) return escapeMarkdown(l10n.t('Simulator (no key, free)'));
  return `${codeSpan(job.account.profile)} ${codeSpan(job.account.baseUrl)}`;
}

function agreed({ estimate }: Job, l10n: L10n): string {
  const { input, outputMax } = estimate.batchUsd;
  const tokens = l10n.t('{0} tokens in', formatTokens(estimate.inputTokens));
  if (input === null) return l10n.t('{0}, price unknown', tokens);
  return outputMax === null
    ? l10n.t('{0}, input about {1}, output without a limit', tokens, formatUsd(input))
    : l10n.t('{0}, at most about {1}', tokens, formatUsd(input + outputMax));
}

/** Exact and local. */
function when(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? escapeMarkdown(iso) : escapeMarkdown(time.toLocaleString());
}
