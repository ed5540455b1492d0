// Chat completions: tool messages stand right after the assistant's message that calls, one for each call.
import { listMember, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import type { Finding } from '../finding.ts';
import { answerFix, CallFindings } from './callFindings.ts';
import { namesList } from './lists.ts';
import { placeName } from './schemaRule.ts';

export function chatCalls({ body, dialect }: BodyUse): readonly Finding[] {
  const found = new CallFindings(dialect.certainty.values);
  let turn: Turn | null = null;
  for (const [index, message] of listMember(body, 'messages').entries()) {
    const role = textMember(message, 'role');
    if (role === 'tool') {
      answer(message, ['messages', String(index)], turn, found);
      continue;
    }
    close(turn, found);
    turn = role === 'assistant' ? turnOf(message, ['messages', String(index)]) : null;
  }
  close(turn, found);
  return found.findings;
}

interface Turn {
  readonly name: string;
  /** By id: where it stands. Answered ones are taken out. */
  readonly waiting: Map<string, JsonPath>;
  readonly ids: ReadonlySet<string>;
  /** Answers that name no call: each is likely one of those that seem to be missing. */
  strays: number;
}

/** Null: the message calls nothing. */
function turnOf(message: unknown, path: JsonPath): Turn | null {
  const waiting = new Map<string, JsonPath>();
  for (const [index, call] of listMember(message, 'tool_calls').entries()) {
    const id = textMember(call, 'id');
    if (id !== null) waiting.set(id, [...path, 'tool_calls', String(index), 'id']);
  }
  return waiting.size === 0
    ? null
    : { name: placeName(path), waiting, ids: new Set(waiting.keys()), strays: 0 };
}

/**
 * "messages with role 'tool' must be a response to a preceding message with 'tool_calls'", "'tool_call_id' of 'x' not found in
 * 'tool_calls' of previous message".
 */
function answer(message: unknown, path: JsonPath, turn: Turn | null, found: CallFindings): void {
  const id = textMember(message, 'tool_call_id');
  if (turn === null) {
    const says = `${placeName(path)} answers no call; a message with role "tool" stands after an assistant message with tool_calls.`;
    found.add([...path, 'role'], says);
    return;
  }
  if (id === null) return;
  if (turn.ids.has(id)) {
    turn.waiting.delete(id);
    return;
  }
  turn.strays++;
  if (found.isFull) return;
  const place = [...path, 'tool_call_id'];
  const says = `${namesList([id])} is the id of no call in ${turn.name}; write one of ${namesList([...turn.ids])}.`;
  found.add(place, says, answerFix(place, turn.waiting.keys()));
}

/** "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'." */
function close(turn: Turn | null, found: CallFindings): void {
  if (turn === null) return;
  for (const [id, path] of [...turn.waiting].slice(turn.strays)) {
    const says = `The call ${namesList([id])} has no answer: ${turn.name} must be followed by a message with role "tool" and this tool_call_id.`;
    found.add(path, says);
  }
}
