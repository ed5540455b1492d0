// What is one line of a results file, and did its request succeed? A light check: a file of answers is read, not sent.

import type { Dialect } from '../dialects/dialect.ts';
import { isObject, type JsonObject, member } from '../json/members.ts';
import { count, words } from '../results/fields.ts';
import { type LineFacts, readLine } from './checkLine.ts';
import { clip } from './clip.ts';
import { at, type Finding, type Where } from './finding.ts';

/** Never throws on any text. */
export function checkResultLine(text: string, sizeBytes: number, dialect: Dialect): LineFacts {
  const line = readLine(text, sizeBytes);
  if ('facts' in line) return line.facts;
  const { value } = line;
  const id = member(value, dialect.idField);
  const findings = [...idFindings(id, dialect), ...outcomeFindings(value, dialect)];
  return { ...line.request, id: typeof id === 'string' && id !== '' ? id : null, findings };
}

function idFindings(id: unknown, { idField }: Dialect): Finding[] {
  if (typeof id === 'string' && id !== '') return [];
  const message = `${idField} is ${id === undefined ? 'missing' : 'no text'}, so this result cannot be joined to its request.`;
  return [{ code: 'id.missing', severity: 'warning', scope: 'row', where: at([], 'owner'), message }];
}

function outcomeFindings(result: JsonObject, { form }: Dialect): Finding[] {
  switch (form) {
    case 'params':
      return anthropicFindings(member(result, 'result'));
    case 'keyed':
      return geminiFindings(result);
    default:
      return openaiFindings(result);
  }
}

/** The status counts, whatever stands in `error`: that is null also where the provider answered 429. */
function openaiFindings(result: JsonObject): Finding[] {
  const response = member(result, 'response') ?? null;
  const status = count(member(response, 'status_code'));
  if (status !== null && (status < 200 || status > 299)) {
    const reason = reasonOf(member(member(response, 'body'), 'error'));
    return [failed(at(['response', 'status_code']), ` with HTTP status ${status}${reason}`)];
  }
  const error = member(result, 'error') ?? null;
  if (error !== null && error !== '') {
    const where = at(['error']);
    const unrun = /^batch_(expired|cancell?ed)$/.exec(words(member(error, 'code')) ?? '')?.[1];
    return [unrun === undefined ? failed(where, reasonOf(error)) : notRun(where, unrun)];
  }
  if (response === null) {
    const message = 'This result has neither a response nor an error.';
    return [{ code: 'body.missing-field', severity: 'warning', where: at([], 'owner'), message }];
  }
  return [];
}

function anthropicFindings(result: unknown): Finding[] {
  const where = at(['result', 'type']);
  switch (member(result, 'type')) {
    case 'succeeded':
      return [];
    case 'errored':
      return [failed(where, reasonOf(member(member(result, 'error'), 'error')))];
    case 'canceled':
    case 'expired':
      return [notRun(where, String(member(result, 'type')))];
    default: {
      const message = 'result.type should be "succeeded", "errored", "canceled" or "expired".';
      return [{ code: 'body.value', severity: 'warning', where: at(['result']), message }];
    }
  }
}

function geminiFindings(result: JsonObject): Finding[] {
  const error = member(result, 'error') ?? null;
  if (error !== null) return [failed(at(['error']), reasonOf(error))];
  const blocked = words(member(member(member(result, 'response'), 'promptFeedback'), 'blockReason'));
  if (blocked === null) return [];
  const message = `The prompt was blocked (${clip(blocked)}): this row has no answer.`;
  const where = at(['response', 'promptFeedback', 'blockReason']);
  return [{ code: 'body.value', severity: 'warning', where, message }];
}

function failed(where: Where, how: string): Finding {
  const message = `This request failed${how}; it has no answer.`;
  return { code: 'body.value', severity: 'warning', where, message };
}

function notRun(where: Where, how: string): Finding {
  const message = `This request was not run: it ${how === 'expired' ? 'expired' : 'was cancelled'}. It can be sent again.`;
  return { code: 'body.value', severity: 'warning', where, message };
}

/** The provider's code, which says enough; its words may quote the request. */
function reasonOf(error: unknown): string {
  const code = member(error, 'code');
  const known =
    words(typeof code === 'number' ? String(code) : code) ??
    words(member(error, 'status')) ??
    words(member(error, 'type'));
  return known === null || !isObject(error) ? '' : ` (${clip(known)})`;
}
