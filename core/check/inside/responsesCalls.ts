// Responses: an output names the call_id of a call in the input, unless OpenAI has stored the call; every call has its output.
import { hasMember, member, textMember } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import type { Finding } from '../finding.ts';
import { answerFix, CallFindings } from './callFindings.ts';
import { namesList } from './lists.ts';
import { placeName } from './schemaRule.ts';

const outputs: ReadonlyMap<string, string> = new Map([
  ['function_call_output', 'function_call'],
  ['custom_tool_call_output', 'custom_tool_call'],
  ['computer_call_output', 'computer_call'],
  ['local_shell_call_output', 'local_shell_call'],
  ['shell_call_output', 'shell_call'],
  ['apply_patch_call_output', 'apply_patch_call'],
]);
const callTypes: ReadonlySet<string> = new Set(outputs.values());

/** Stand for items that the request does not show. */
const unseen: ReadonlySet<string> = new Set(['item_reference', 'compaction', 'program', 'program_output']);

export function responsesCalls({ body, dialect }: BodyUse): readonly Finding[] {
  const { input } = body;
  if (!Array.isArray(input)) return [];
  const calls = new Map<string, number>();
  const answered = new Set<string>();
  for (const [index, item] of input.entries()) {
    const type = textMember(item, 'type');
    if (type === null ? member(item, 'role') === undefined : unseen.has(type)) return [];
    const id = textMember(item, 'call_id');
    if (type === null || id === null) continue;
    if (callTypes.has(type)) calls.set(`${type}\n${id}`, index);
    const call = outputs.get(type);
    if (call !== undefined) answered.add(`${call}\n${id}`);
  }
  const found = new CallFindings(dialect.certainty.values);
  // What went before is stored: both calls and outputs may be there.
  const isContinued = hasMember(body, 'previous_response_id') || hasMember(body, 'conversation');
  if (!isContinued) checkOutputs(input, calls, answered, found);
  // The outputs of asynchronous calls may come in a later request.
  if (!hasAsyncTools(body.tools)) checkAnswered(input, calls, answered, found);
  return found.findings;
}

/** "No tool call found for function call output with call_id x." */
function checkOutputs(
  input: readonly unknown[],
  calls: ReadonlyMap<string, number>,
  answered: ReadonlySet<string>,
  found: CallFindings,
): void {
  for (const [index, item] of input.entries()) {
    const type = textMember(item, 'type') ?? '';
    const call = outputs.get(type);
    const id = textMember(item, 'call_id');
    if (call === undefined || id === null || calls.has(`${call}\n${id}`)) continue;
    const path = ['input', String(index), 'call_id'];
    const waiting = [...calls.keys()]
      .filter((key) => key.startsWith(`${call}\n`) && !answered.has(key))
      .map((key) => key.slice(call.length + 1));
    const says = `${namesList([id])} is the call_id of no ${call} in input; add the call before ${placeName(path.slice(0, -1))}, or name its previous_response_id.`;
    found.add(path, says, answerFix(path, waiting));
    if (found.isFull) return;
  }
}

/** "No tool output found for function call x."; the same is likely of the others. */
function checkAnswered(
  input: readonly unknown[],
  calls: ReadonlyMap<string, number>,
  answered: ReadonlySet<string>,
  found: CallFindings,
): void {
  // Each output that names no call is likely one of those that seem to be missing.
  let strays = found.findings.length;
  for (const [key, index] of calls) {
    if (answered.has(key)) continue;
    const item = input[index];
    const type = textMember(item, 'type') ?? '';
    const id = textMember(item, 'call_id') ?? '';
    if (member(item, 'caller') !== undefined || strays-- > 0) continue;
    const says = `The call ${namesList([id])} has no output in input; add an item of type "${type}_output" with this call_id.`;
    found.add(
      ['input', String(index), 'call_id'],
      says,
      [],
      type === 'function_call' ? undefined : 'warning',
    );
  }
}

function hasAsyncTools(tools: unknown): boolean {
  return Array.isArray(tools) && tools.some((tool) => member(tool, 'async') === true);
}
