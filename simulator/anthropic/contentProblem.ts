// Which content of a message does Anthropic refuse? Blocks that nobody knows, or that stand where they cannot.
import { isObject, type Json } from '../json.ts';
import { type ErrorBody, invalid } from './errors.ts';

/** Types of blocks (@anthropic-ai/sdk 1.12.0, ContentBlockParam); results of server tools end in `_tool_result`. */
const blockTypes = new Set([
  ...['text', 'image', 'document', 'search_result', 'thinking', 'redacted_thinking', 'tool_use'],
  ...['tool_result', 'server_tool_use', 'container_upload'],
]);
const mostMarks = 4;

/** @param version of the API: that of 2026-10-21 is stricter (its changes, 2026-10). */
export function findContentProblem(params: Json, version: string): ErrorBody | null {
  const marks = countMarks([params.tools, params.system, params.messages]);
  if (marks > mostMarks) {
    return invalid(`A maximum of ${mostMarks} blocks with cache_control may be provided. Found ${marks}.`);
  }
  for (const [at, message] of (params.messages as readonly Json[]).entries()) {
    if (!Array.isArray(message.content)) continue;
    for (const [index, block] of (message.content as readonly Json[]).entries()) {
      const problem = findBlockProblem(block, String(message.role), `messages.${at}.content.${index}`);
      if (problem !== null) return problem;
      const stricter = version < '2026-10-21' ? null : findStricter(block, String(message.role));
      if (stricter !== null) return invalid(`messages.${at}.content.${index}.${stricter}`);
    }
  }
  return null;
}

function findBlockProblem(block: Json, role: string, place: string): ErrorBody | null {
  const type = String(block.type);
  if (!blockTypes.has(type) && !/^\w+_tool_result$/.test(type)) {
    return invalid(
      `${place}: Input tag '${type}' found using 'type' does not match any of the expected tags`,
    );
  }
  if (type === 'text' && block.text === '') return invalid('messages: text content blocks must be non-empty');
  if (type === 'text' && typeof block.text !== 'string') return invalid(`${place}.text.text: Field required`);
  if (type === 'tool_use' && role !== 'assistant') {
    return invalid('`tool_use` blocks can only be in `assistant` messages');
  }
  return type === 'tool_result' && role !== 'user'
    ? invalid('`tool_result` blocks can only be in `user` messages')
    : null;
}

function findStricter({ type, citations }: Json, role: string): string | null {
  if (type === 'document' && role === 'assistant') return 'document: Not permitted in assistant messages';
  const cites = type === 'text' && role === 'user' && Array.isArray(citations) && citations.length > 0;
  return cites ? 'text.citations: Not permitted in user messages' : null;
}

/** `cache_control` of blocks, also of those within a tool's result. */
function countMarks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + countMarks(one), 0);
  if (!isObject(value)) return 0;
  return (isObject(value.cache_control) ? 1 : 0) + countMarks(value.content);
}
