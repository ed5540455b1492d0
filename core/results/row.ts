// One row of a merged results file: how it is written, and how an earlier one is read back.
import { isObject, type JsonObject, member } from '../json/members.ts';
import { memberText } from '../json/skim.ts';
import {
  type FinishReason,
  noteCodes,
  type ResultRow,
  type RowError,
  type RowFacts,
  type RowNote,
  rowStatuses,
  type Usage,
} from '../result.ts';
import { count, words } from './fields.ts';

/** The line of a merged file, without its line feed. `request` and `response` go in as they are, never re-serialised. */
export function formatRow(row: ResultRow): string {
  return `${formatRowHead(row)}${row.request}${rowMiddle}${row.response ?? 'null'}}`;
}

/** What stands between the request and the response of a row; after the response comes a closing brace. */
export const rowMiddle = ',"response":';

/** A row up to its request. */
export function formatRowHead(row: RowFacts): string {
  return (
    `{"line":${row.line + 1},"custom_id":${JSON.stringify(row.customId)},"status":"${row.status}"` +
    `,"text":${JSON.stringify(row.text)},"finish_reason":${JSON.stringify(row.finishReason)}` +
    `,"usage":${JSON.stringify(row.usage)},"cost_usd":${JSON.stringify(row.costUsd)}` +
    `,"error":${JSON.stringify(row.error)},"note":${JSON.stringify(row.note)},"attempt":${row.attempt}${row.isAtOnce ? ',"at_once":true' : ''},"request":`
  );
}

/** How each line that formatRow wrote begins: enough to tell a foreign file without reading on. */
export const rowBeginning = /^\{"line":\d{1,15},"custom_id":/;

/** A row is known by having `line`, `status`, `attempt` and `request`: no provider's result line has them. */
export function isRow(line: JsonObject): boolean {
  const has = (key: string): boolean => Object.hasOwn(line, key);
  return has('line') && has('status') && has('attempt') && has('request');
}

/** @returns null when the text is no row of a merged file. Never throws. */
export function readRow(text: string): ResultRow | null {
  try {
    const line: unknown = JSON.parse(text);
    return isObject(line) && isRow(line) ? rowFrom(line, text) : null;
  } catch {
    return null;
  }
}

const finishWords: ReadonlySet<unknown> = new Set<FinishReason>([
  'stop',
  'length',
  'tool_calls',
  'refusal',
  'content_filter',
  'other',
]);

/** As readRow, for a line that is parsed already. */
function rowFrom(line: JsonObject, text: string): ResultRow | null {
  const facts = rowFactsFrom(line);
  if (facts === null) return null;
  const response = memberText(text, 'response');
  return {
    ...facts,
    request: memberText(text, 'request') ?? 'null',
    response: response === 'null' ? null : response,
  };
}

/** @returns null when no merge writes such a line, status or attempt. */
export function rowFactsFrom(line: JsonObject): RowFacts | null {
  const status = rowStatuses.find((known) => known === line.status);
  const number = count(line.line);
  const attempt = count(line.attempt);
  if (status === undefined || number === null || number < 1 || attempt === null) return null;
  const id = member(line, 'custom_id');
  const said = member(line, 'text');
  const cost = member(line, 'cost_usd');
  const finish = member(line, 'finish_reason');
  return {
    line: number - 1,
    customId: typeof id === 'string' ? id : null,
    status,
    text: typeof said === 'string' ? said : null,
    finishReason: finishWords.has(finish) ? (finish as FinishReason) : null,
    usage: usageOf(member(line, 'usage')),
    costUsd: typeof cost === 'number' ? cost : null,
    error: errorOf(member(line, 'error')),
    note: noteOf(member(line, 'note')),
    attempt,
    ...(member(line, 'at_once') === true ? { isAtOnce: true } : {}),
  };
}

function usageOf(usage: unknown): Usage | null {
  const input = count(member(usage, 'input_tokens'));
  const output = count(member(usage, 'output_tokens'));
  if (input === null || output === null) return null;
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: count(member(usage, 'cached_input_tokens')) ?? 0,
    cache_write_tokens: count(member(usage, 'cache_write_tokens')) ?? 0,
    reasoning_tokens: count(member(usage, 'reasoning_tokens')) ?? 0,
  };
}

function errorOf(error: unknown): RowError | null {
  const code = words(member(error, 'code'));
  const message = words(member(error, 'message'));
  return code === null && message === null ? null : { code: code ?? 'unknown_error', message: message ?? '' };
}

/** Null also for rows of earlier versions, which have none. */
function noteOf(note: unknown): RowNote | null {
  const code = noteCodes.find((known) => known === member(note, 'code'));
  return code === undefined ? null : { code, message: words(member(note, 'message')) ?? '' };
}
