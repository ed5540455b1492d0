// What is said of a split: each part with what is in it, what no cut can make small enough, and what can be done next.
import {
  type FilePart,
  formatBytes,
  formatCount,
  formatNumberOf,
  formatTokens,
  type GivenLimits,
  isSendable,
  type PartLimit,
  type PassedLimit,
} from '#core';
import type { SplitReport } from '#files';
import { printable } from './printable.ts';
import { tableLines } from './table.ts';
import { fromHere, shellWord, shownPath } from './words.ts';

export interface ShownSplit {
  /** As the person named it. */
  readonly name: string;
  readonly given: GivenLimits;
  readonly report: SplitReport;
}

/** How many requests that are too large are shown one by one. */
const shownOf = 5;

export function splitLines(shown: ShownSplit): string[] {
  const { name, report } = shown;
  const { cut, removed } = report;
  const file = name === '-' ? 'Standard input' : printable(name);
  const sizeBytes = cut.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const limits = limitWords(shown);
  const each = cut.parts.length === 1 ? '' : ' each';
  const most = limits === '' ? '' : ` of at most ${limits}${each}`;
  return [
    `${file}: ${formatNumberOf(cut.requests, 'request')}, ${formatBytes(sizeBytes)}, in ${formatNumberOf(cut.parts.length, 'part')}${most}`,
    ...partTable(shown),
    ...cut.passed.slice(0, shownOf).map((one) => passedWords(one, shown)),
    ...(cut.passed.length > shownOf
      ? [`and ${formatCount(cut.passed.length - shownOf)} more such lines`]
      : []),
    ...tooMuchWords(shown),
    ...uncountedWords(shown),
    ...removed.map((path) => `Removed ${shownPath(path)}, a part of an earlier split.`),
    ...nextWords(shown),
  ];
}

/** "50,000 requests and 200 MB" */
function limitWords({ report: { cut } }: ShownSplit): string {
  const { requests, bytes, tokens } = cut.limits;
  const words = [
    ...(requests === null ? [] : [formatNumberOf(requests, 'request')]),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(tokens === null ? [] : [formatNumberOf(tokens, 'input token')]),
  ];
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function partTable({ report: { cut, paths } }: ShownSplit): string[] {
  const isCounted = cut.parts.some(isPartlyCounted);
  const head = ['part', 'lines', 'requests', 'size', ...(isCounted ? ['input tokens'] : [])];
  const rows = cut.parts.map((part, index) => [
    shownPath(paths[index] ?? ''),
    lineWords(part),
    formatCount(part.requests),
    formatBytes(part.sizeBytes),
    ...(isCounted ? [tokenWords(part)] : []),
  ]);
  return tableLines(head, rows, ['left', 'right', 'right', 'right', 'right']).map((line) => `  ${line}`);
}

/** "3 to 4", "5" */
function lineWords({ firstLine, lines }: FilePart): string {
  const first = formatCount(firstLine + 1);
  return lines === 1 ? first : `${first} to ${formatCount(firstLine + lines)}`;
}

function isPartlyCounted({ requests, uncountedRequests }: FilePart): boolean {
  return uncountedRequests < requests;
}

function tokenWords(part: FilePart): string {
  if (!isPartlyCounted(part)) return 'unknown';
  const words = formatTokens(part.tokens);
  return part.uncountedRequests === 0 ? words : `more than ${words}`;
}

const units = {
  bytes: 'byte',
  tokens: 'input token',
  embeddingInputs: 'embedding input',
  queueTokens: 'input token',
} as const satisfies Record<PartLimit, string>;

/** "Line 7 alone has …" */
function passedWords({ part, line, limit, amount, most }: PassedLimit, shown: ShownSplit): string {
  const { cut, paths } = shown.report;
  const path = shownPath(paths[part] ?? '');
  const has = `Line ${formatCount(line + 1)} alone has ${formatNumberOf(amount, units[limit])}`;
  const title = cut.dialect?.title ?? 'the provider';
  if (isGiven(limit, shown.given)) {
    return `${has}, more than the ${formatCount(most)} that were asked for; ${path} has no other request.`;
  }
  const reason =
    limit === 'queueTokens'
      ? `that your "limits.queueTokens" lets wait in the queue`
      : `that ${title} takes in one ${limit === 'bytes' ? 'file' : 'batch'}`;
  return `${has}, more than the ${formatCount(most)} ${reason}; ${path} will be refused, so make the request smaller.`;
}

function isGiven(limit: PartLimit, given: GivenLimits): boolean {
  return limit === 'tokens' || (limit === 'bytes' && given.bytes !== undefined);
}

/** Of limits that somebody set above those of the provider. */
function tooMuchWords({ report: { cut } }: ShownSplit): string[] {
  const { dialect, parts } = cut;
  if (dialect === null) return [];
  const { requests, bytes, title } = dialect;
  const words: string[] = [];
  const most = (amountOf: (part: FilePart) => number): number =>
    parts.reduce((largest, part) => Math.max(largest, amountOf(part)), 0);
  const isCut = cut.passed.some(({ limit }) => limit === 'bytes');
  if (requests.max !== null && most((part) => part.requests) > requests.max) {
    words.push(
      `${title} takes ${formatNumberOf(requests.max, 'request')} in one file; parts with more will be refused.`,
    );
  }
  if (!isCut && bytes.max !== null && most((part) => part.sizeBytes) > bytes.max) {
    words.push(`${title} takes ${formatBytes(bytes.max)} in one file; larger parts will be refused.`);
  }
  return words;
}

function uncountedWords({ report: { cut } }: ShownSplit): string[] {
  if (!cut.parts.some(isPartlyCounted)) return [];
  const requests = cut.parts.reduce((sum, part) => sum + part.uncountedRequests, 0);
  if (requests === 0) return [];
  return [
    `The tokens of ${formatNumberOf(requests, 'request')} are not known, so parts may have more than was asked for.`,
  ];
}

function nextWords({ name, report: { cut, paths } }: ShownSplit): string[] {
  const [first = ''] = paths;
  const lines: string[] = [];
  if (cut.dialect !== null && isSendable(cut.dialect)) {
    const which = paths.length > 1 ? 'Next, one part after the other' : 'Next';
    lines.push(`${which}: llm-batch submit ${shellWord(fromHere(first))}`);
  }
  if (name !== '-' && paths.length > 1) {
    const results = shellWord(fromHere(first.replace(/\d+\.jsonl$/, '')));
    lines.push(
      `Their results in one file, afterwards: llm-batch merge ${shellWord(name)} ${results}*.results.jsonl`,
    );
  }
  return lines;
}

const limitNames = {
  bytes: 'bytes',
  tokens: 'tokens',
  embeddingInputs: 'embedding_inputs',
  queueTokens: 'queue_tokens',
} as const satisfies Record<PartLimit, string>;

/** snake_case, lines 1-based. */
export function splitJson({ name, report: { cut, paths, removed } }: ShownSplit): object {
  const { dialect, limits, lines, requests, parts, passed } = cut;
  return {
    path: name,
    provider: dialect?.provider ?? null,
    lines,
    requests,
    bytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    limits: {
      ...{ requests: limits.requests, bytes: limits.bytes, tokens: limits.tokens },
      embedding_inputs: limits.embeddingInputs,
    },
    parts: parts.map((part, index) => ({
      part: index + 1,
      path: paths[index] ?? '',
      first_line: part.firstLine + 1,
      last_line: part.firstLine + part.lines,
      requests: part.requests,
      bytes: part.sizeBytes,
      tokens: part.uncountedRequests > 0 ? null : part.tokens,
      uncounted_requests: part.uncountedRequests,
    })),
    passed: passed.map(({ part, line, limit, amount, most }) => ({
      ...{ part: part + 1, line: line + 1, limit: limitNames[limit], amount, most },
    })),
    removed,
  };
}
