// Messages: results of tools begin the user's turn right after the assistant's turn with the calls, one for each call.
import { listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import type { Finding } from '../finding.ts';
import { answerFix, CallFindings } from './callFindings.ts';
import { namesList } from './lists.ts';

interface Block {
  readonly type: string | null;
  readonly block: unknown;
  readonly path: JsonPath;
}

interface Turn {
  readonly role: string;
  readonly blocks: Block[];
}

export function claudeCalls({ body, dialect }: BodyUse): readonly Finding[] {
  const turns = turnsOf(listMember(body, 'messages'));
  // What stands before it is summed up, and the calls with it.
  if (turns.some(({ blocks }) => blocks.some(({ type }) => type === 'compaction'))) return [];
  const found = new CallFindings(dialect.certainty.values);
  let calls = new Map<string, JsonPath>();
  const seen = new Set<string>();
  for (const turn of turns) {
    if (turn.role === 'user') {
      answer(turn, calls, found);
      calls = new Map();
    } else {
      leftOpen(calls, found);
      calls = callsOf(turn, seen, found);
    }
  }
  leftOpen(calls, found);
  return found.findings;
}

/** Messages of one role in a row are one turn to the API; those of role `system` belong to none. */
function turnsOf(messages: readonly unknown[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const role = textMember(message, 'role');
    if (role !== 'user' && role !== 'assistant') continue;
    const last = turns.at(-1);
    const turn = last?.role === role ? last : { role, blocks: [] };
    if (turn !== last) turns.push(turn);
    const content = member(message, 'content');
    const path = ['messages', String(index), 'content'];
    if (typeof content === 'string') turn.blocks.push({ type: 'text', block: content, path });
    if (!Array.isArray(content)) continue;
    for (const [at, block] of content.entries()) {
      turn.blocks.push({ type: textMember(block, 'type'), block, path: [...path, String(at)] });
    }
  }
  return turns;
}

/** "`tool_use` ids must be unique". */
function callsOf({ blocks }: Turn, seen: Set<string>, found: CallFindings): Map<string, JsonPath> {
  const calls = new Map<string, JsonPath>();
  for (const { type, block, path } of blocks) {
    const id = type === 'tool_use' ? textMember(block, 'id') : null;
    if (id === null) continue;
    if (seen.has(id)) {
      found.add(
        [...path, 'id'],
        `${namesList([id])} is the id of an earlier tool_use, too; give each call an id of its own.`,
      );
    }
    seen.add(id);
    calls.set(id, [...path, 'id']);
  }
  return calls;
}

/** "unexpected `tool_use_id` found in `tool_result` blocks", "`tool_use` ids were found without `tool_result` blocks immediately after". */
function answer({ blocks }: Turn, calls: Map<string, JsonPath>, found: CallFindings): void {
  const answered = new Set<string>();
  const waiting = new Map(calls);
  for (const { type, block } of blocks) {
    if (type === 'tool_result') waiting.delete(textMember(block, 'tool_use_id') ?? '');
  }
  let other: Block | null = null;
  let strays = 0;
  for (const here of blocks) {
    const { type, block, path } = here;
    if (type !== 'tool_result') {
      other ??= here;
      continue;
    }
    const id = textMember(block, 'tool_use_id');
    if (id === null || found.isFull) continue;
    const place = [...path, 'tool_use_id'];
    if (!calls.has(id)) {
      strays++;
      const says = `${namesList([id])} is the id of no tool_use in the assistant's turn before; a tool_result answers a call right before it.`;
      found.add(place, says, answerFix(place, waiting.keys()));
    } else if (answered.has(id)) {
      found.add(
        place,
        `${namesList([id])} has a tool_result already; a call has one, so put both answers into it.`,
      );
    } else if (other !== null && calls.size > 0) {
      found.add(
        other.path,
        'A tool_result must come before anything else after a tool_use; move this behind the results.',
      );
      // Once is enough: all results after it are late.
      calls.clear();
      return;
    }
    answered.add(id);
  }
  // Each result that names no call is likely one of those that seem to be missing.
  leftOpen(new Map([...waiting].slice(strays)), found);
}

function leftOpen(waiting: ReadonlyMap<string, JsonPath>, found: CallFindings): void {
  for (const [id, path] of waiting) {
    found.add(
      path,
      `The call ${namesList([id])} has no answer: the next message must begin with a tool_result that has this tool_use_id.`,
    );
  }
}
