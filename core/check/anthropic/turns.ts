// Who speaks when? A last message of the assistant, instructions among the messages, and messages that say nothing.

import { removing, writing } from '../../fix/fix.ts';
import { isObject, isPresent, type JsonObject, listMember, member, textMember } from '../../json/members.ts';
import { at, type Finding } from '../finding.ts';
import { type ClaudeRule, type ClaudeUse, thinkingKind } from './claude.ts';

export const checkTurns: ClaudeRule = (use) => {
  const messages = listMember(use.body, 'messages');
  return [...checkSystemMessages(messages, use), ...checkEmpty(messages), ...checkPrefill(messages, use)];
};

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

/** Refused before Opus 4.8; of later models the first place is (mid-conversation system messages page, 2026-06). */
function checkSystemMessages(messages: readonly unknown[], use: ClaudeUse): Finding[] {
  const findings: Finding[] = [];
  for (const [index, message] of messages.entries()) {
    if (textMember(message, 'role') !== 'system' || findings.length >= mostFindings) continue;
    const finding = systemMessage(index, messages, use);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

function systemMessage(index: number, messages: readonly unknown[], use: ClaudeUse): Finding | null {
  const where = at(['messages', String(index), 'role']);
  const { model, params, severity } = use;
  if (params.systemMessages === 'rejected') {
    const message = `${model} takes no message with role "system"; write its text into the top-level "system".`;
    return { code: 'model.parameter', severity, where, message };
  }
  if (index === 0) {
    const message =
      'A message with role "system" cannot be the first; write its text into the top-level "system".';
    return { code: 'body.value', where, message };
  }
  const before = messages[index - 1];
  const after = messages[index + 1];
  const follows = textMember(before, 'role') === 'user' || endsInServerTool(before);
  if (follows && (after === undefined || textMember(after, 'role') === 'assistant')) return null;
  // The page is of the first model that took them; later ones may be less strict.
  const message =
    'A message with role "system" stands right after a user message, and before one of the assistant or last; elsewhere it was refused when the role came in.';
  return { code: 'body.value', severity: 'warning', where, message };
}

function endsInServerTool(message: unknown): boolean {
  return isServerBlock(lastBlock(message));
}

function lastBlock(message: unknown): unknown {
  return listMember(message, 'content').at(-1);
}

function isServerBlock(block: unknown): boolean {
  const type = textMember(block, 'type') ?? '';
  return type === 'server_tool_use' || type === 'mcp_tool_use' || type.endsWith('_tool_result');
}

/** "all messages must have non-empty content except for the optional final assistant message". */
function checkEmpty(messages: readonly unknown[]): Finding[] {
  const findings: Finding[] = [];
  for (const [index, message] of messages.entries()) {
    const content = member(message, 'content');
    const role = textMember(message, 'role');
    if (role === 'assistant' && index === messages.length - 1) continue;
    if (role === 'system' && isObject(member(message, 'output_config'))) continue;
    const isEmpty = Array.isArray(content)
      ? content.length === 0
      : typeof content === 'string' && isBlank(content);
    if (!isEmpty || findings.length >= mostFindings) continue;
    const name = `messages[${index}].content`;
    const says = `${name} must not be empty${content === '' || Array.isArray(content) ? '' : ', nor white space alone'}; say something in it, or remove the message.`;
    findings.push({
      code: 'body.range',
      where: at(['messages', String(index), 'content']),
      message: says,
    });
  }
  return findings;
}

/** Asked of many long texts, whose first character mostly tells. */
export function isBlank(text: string): boolean {
  return text === '' || (!/\S/.test(text[0] ?? '') && text.trim() === '');
}

/**
 * A last message of the assistant begins the answer: refused from Claude 4.6 on, and beside thinking. What ends in a call of
 * the provider's own tools is no such beginning, but an answer that paused and goes on.
 */
function checkPrefill(messages: readonly unknown[], use: ClaudeUse): Finding[] {
  const index = messages.length - 1;
  const last = messages[index];
  if (textMember(last, 'role') !== 'assistant' || !isPrefill(last)) return [];
  const { model, params, severity, body } = use;
  const where = at(['messages', String(index), 'role']);
  // A refused request's token allows it once (SDK 1.12, `fallback_credit_token`).
  if (params.prefill === 'rejected' && !isPresent(body.fallback_credit_token)) {
    const message = `${model} refuses a last message of the assistant; end with a user message, and ask for a form of answer with output_config.format.`;
    return [{ code: 'model.parameter', severity, where, message }];
  }
  if (thinkingKind(use) === 'enabled') {
    const message =
      'A last message of the assistant is refused beside thinking; end with a user message, or turn thinking off.';
    return [{ code: 'body.conflict', where, message, fixes: [removing(['thinking'])] }];
  }
  return checkTrailingSpace(last as JsonObject, index);
}

function isPrefill(message: unknown): boolean {
  const content = member(message, 'content');
  if (typeof content === 'string') return true;
  if (textMember(lastBlock(message), 'type') !== 'text') return false;
  return Array.isArray(content) && !content.some(isServerBlock);
}

/** "final assistant content cannot end with trailing whitespace". */
function checkTrailingSpace(message: JsonObject, index: number): Finding[] {
  const { content } = message;
  const isText = typeof content === 'string';
  const text = isText ? content : textMember(lastBlock(message), 'text');
  if (text === null || !/\s$/.test(text.slice(-1)) || isBlank(text)) return [];
  const inBlock = Array.isArray(content) ? [String(content.length - 1), 'text'] : [];
  const path = ['messages', String(index), 'content', ...inBlock];
  const says =
    'The last message of the assistant must not end with white space; the answer goes on from there.';
  const fixes = [{ ...writing(path, JSON.stringify(text.trimEnd()), true), title: 'Remove the white space' }];
  return [{ code: 'body.value', where: at(path), message: says, fixes }];
}
