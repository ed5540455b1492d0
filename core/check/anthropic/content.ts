// May this block stand here? Of each block in turn: its message's role, the API version, and texts that say nothing.
import { removing } from '../../fix/fix.ts';
import { hasMember, listMember, textMember } from '../../json/members.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { type PlacedBlock, systemAndMessageBlocks } from './blocks.ts';
import type { ClaudeRule, ClaudeUse } from './claude.ts';
import { isBlank } from './turns.ts';

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 50;

export const checkContent: ClaudeRule = (use) => {
  const findings: Finding[] = [];
  for (const placed of systemAndMessageBlocks(use.body)) {
    const finding = checkRole(placed) ?? checkVersion(placed, use) ?? checkText(placed, use);
    if (finding !== null) findings.push(finding);
    if (findings.length >= mostFindings) break;
  }
  return findings;
};

/** "`tool_use` blocks can only be in `assistant` messages", and the reverse. */
function checkRole({ type, path, role, within }: PlacedBlock): Finding | null {
  if (within !== null || (role !== 'user' && role !== 'assistant')) return null;
  const belongs = ownRoles.get(type ?? '');
  if (belongs === undefined || belongs === role) return null;
  const message = `A ${type} block stands in a message with role "${belongs}", not "${role}"; move it there.`;
  return { code: 'body.value', where: at([...path, 'type']), message };
}

const ownRoles: ReadonlyMap<string, 'user' | 'assistant'> = new Map([
  ['tool_use', 'assistant'],
  ['server_tool_use', 'assistant'],
  ['thinking', 'assistant'],
  ['redacted_thinking', 'assistant'],
  ['tool_result', 'user'],
]);

/** Versioning page, 2026-10-21. */
function checkVersion({ block, type, path, role, within }: PlacedBlock, use: ClaudeUse): Finding | null {
  if (!use.isNewVersion) return null;
  if (type === 'document' && role === 'assistant' && within === null) {
    const message =
      'API version 2026-10-21 refuses documents in messages of the assistant; move it into a user message.';
    return { code: 'body.value', where: at([...path, 'type']), message };
  }
  const isUsers = role === 'user' && (within === null || within === 'search_result');
  if (type !== 'text' || !isUsers || !hasMember(block, 'citations')) return null;
  const message = `API version 2026-10-21 refuses citations on texts of the user, in ${nameOf(path)}; remove them.`;
  const where = at([...path, 'citations'], 'key');
  return { code: 'body.value', where, message, fixes: [removing([...path, 'citations'])] };
}

/** "text content blocks must be non-empty", and "must contain non-whitespace text". */
function checkText({ block, type, path, role, within }: PlacedBlock, { body }: ClaudeUse): Finding | null {
  if (type !== 'text') return null;
  const text = textMember(block, 'text');
  if (text === null || !isBlank(text)) return null;
  if (role === 'assistant' && Number(path[1]) === listMember(body, 'messages').length - 1) return null;
  const blank = text === '' ? '' : ', nor white space alone';
  const message = `${nameOf([...path, 'text'])} must not be empty${blank}; say something in it, or remove the block.`;
  // Known of blocks in messages and in system; within results it is likely.
  const severity = within === null ? 'error' : 'warning';
  return { code: 'body.range', severity, where: at([...path, 'text']), message };
}
