// A plan in words: the question and the short lines that somebody reads before agreeing.
import { basename } from 'node:path';
import {
  approximate,
  batchApiOf,
  dialectOf,
  type Expectation,
  formatCount,
  formatNumberOf,
  formatPercent,
  formatTokens,
  formatUsd,
} from '#core';
import { type Account, providerLabel } from '../accounts/accounts.ts';
import type { Plan } from './plan.ts';
import { reuseLine } from './planReuse.ts';
import { priceAt, priceSentence } from './priceSentence.ts';

/** "Submit reviews.jsonl to OpenAI (key …4f2a)?" */
export function planTitle(plan: Plan): string {
  return `Submit ${basename(plan.file)} to ${providerLabel(plan.account)}?`;
}

/** The plan in short lines. */
export function planLines(plan: Plan): readonly string[] {
  const mark = approximate(plan.inputMethod);
  const lines = [
    partsLine(plan),
    `${plan.model ?? 'no model'} · ${plan.endpoint ?? 'no endpoint'} · ${mark}${formatTokens(plan.inputTokens)} tokens in`,
    [costLine(plan), ...windowWords(plan.account)].join(' · '),
  ];
  if (plan.reuse !== undefined) lines.push(reuseLine(plan.reuse));
  lines.push(...plan.priceNotes);
  if (plan.errors.row > 0)
    lines.push(`${formatCount(plan.errors.row)} of the requests will fail as they are`);
  return lines;
}

function partsLine({ requests, sizeBytes, account, cut }: Plan): string {
  const { parts, queueTokens } = cut;
  const all = formatNumberOf(requests, 'request');
  if (parts.length > 1) {
    const waves =
      queueTokens === null ? '' : `, sent as ${formatTokens(queueTokens)} tokens in the queue allow`;
    return `${all} in ${parts.length} parts, each within limits${waves}; one file of results`;
  }
  const { requests: mostRequests, bytes: mostBytes } = dialectOf(account.provider);
  const shares = [
    ...(mostRequests.max === null ? [] : [`${formatPercent(requests / mostRequests.max)} of requests`]),
    ...(mostBytes.max === null ? [] : [`${formatPercent(sizeBytes / mostBytes.max)} of bytes`]),
  ];
  return `${all} in 1 part${shares.length === 0 ? '' : ` · within limits (${shares.join(', ')})`}`;
}

/** What a server that we do not know promises is not known. */
function windowWords({ provider }: Account): readonly string[] {
  const hours = batchApiOf(provider)?.windowHours ?? null;
  if (hours !== null) return [`results within ${hours} h`];
  // A target, not a promise: jobs are not expired after it (Azure's batch article, 2026-03).
  return provider === 'azure' ? ['results mostly within 24 h'] : [];
}

function costLine(plan: Plan): string {
  const { account, batchUsd: usd, cacheWriteUsd, inputMethod, expected } = plan;
  const suggested = expectedWords(expected);
  return priceAt(account, priceSentence({ usd, cacheWriteUsd, inputMethod }, { suggested }));
}

/** "; 40 earlier answers suggest about $0.21" */
function expectedWords(expected: Expectation | null): string {
  if (expected === null || expected.batchUsd === null) return '';
  const { rows, batchUsd } = expected;
  const who = rows === null ? 'settings' : formatNumberOf(rows, 'earlier answer');
  return `; ${who} suggest about ${formatUsd(batchUsd)}`;
}
