// What does a line of a results file say, whoever wrote it: the provider, or an earlier merge of ours?
import { isObject, type JsonObject, member } from '../json/members.ts';
import { locate, memberText } from '../json/skim.ts';
import type { ResultLine, UnreadableResult } from '../result.ts';
import { words } from './fields.ts';
import { readOpenaiResult } from './openai.ts';
import { isRow, rowFactsFrom } from './row.ts';

function unreadable(reason: UnreadableResult['reason'], message: string): UnreadableResult {
  return { kind: 'unreadable', reason, message };
}

const notJson = unreadable('notJson', 'It is not JSON; it may have been cut off.');
const notAnObject = unreadable('noResult', 'It is no result: it is JSON, but no object.');
const brokenRow = unreadable('noResult', 'It is a merged row whose line, status or attempt no merge writes.');

/**
 * Reads one line of an OpenAI output or error file, or of a merged file (whose rows count as results of their attempt).
 * @param text one line, without terminator and byte order mark. Never throws, whatever it holds.
 */
export function readOutcome(text: string): ResultLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return notJson;
  }
  if (!isObject(line)) return notAnObject;
  return isRow(line) ? readMerged(line, text) : readOpenaiResult(line, text);
}

function readMerged(line: JsonObject, text: string): ResultLine {
  const row = rowFactsFrom(line);
  if (row === null) return brokenRow;
  if (row.status === 'missing') return { kind: 'noResult', customId: row.customId };
  const { line: _, status, ...facts } = row;
  const response = member(line, 'response') ?? null;
  const responseAt = response === null ? null : (locate(text, ['response'])?.value ?? null);
  const model = words(member(member(response, 'body'), 'model'));
  return { kind: 'outcome', ...facts, status, model, responseAt };
}

/**
 * The custom_id of a result line without parsing all of it, for an index over many lines.
 * @returns undefined when there is none or it is no string. Of a line that is not JSON the answer means nothing.
 */
export function skimCustomId(text: string): string | undefined {
  try {
    const value = memberText(text, 'custom_id');
    const id: unknown = value?.startsWith('"') ? JSON.parse(value) : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}
